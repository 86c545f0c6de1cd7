package bot

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/formatting"
)

// kinds are AvePoint's errors as people are told of them; the first that fits
// counts.
var kinds = []struct {
	err  error
	kind formatting.TroubleKind
}{
	{avepoint.ErrCredentials, formatting.Credentials},
	{avepoint.ErrForbidden, formatting.Forbidden},
	{avepoint.ErrNotFound, formatting.NotFound},
	{avepoint.ErrOtherCustomer, formatting.OtherCustomer},
	{avepoint.ErrTooLarge, formatting.TooLarge},
	{avepoint.ErrUnreadable, formatting.Unreadable},
	{avepoint.ErrRateLimited, formatting.Busy},
	{avepoint.ErrBusy, formatting.Busy},
	{avepoint.ErrUnavailable, formatting.Unavailable},
	{context.DeadlineExceeded, formatting.Busy},
}

// budgetSpent is from when on a wait was AvePoint's whole time, and not an
// answer that came quickly.
const budgetSpent = 20 * time.Second

// readingError is a customer's reading that failed with nothing older to
// show.
type readingError struct {
	name   string // of the customer
	retry  string // value of the button that tries again
	waited time.Duration
	err    error
}

func (e *readingError) Error() string {
	return fmt.Sprintf("after %s: %v", e.waited.Round(time.Millisecond), e.err)
}

func (e *readingError) Unwrap() error { return e.err }

// explain is err in words for people, with the reference under which it
// stands in the log; "" where the words say all.
func explain(err error, command string) (formatting.Message, string) {
	if told, ok := errors.AsType[*UserError](err); ok {
		return told.Message, ""
	}
	view := formatting.FailureView{Command: command}
	if e, ok := errors.AsType[*readingError](err); ok {
		view.Customer, view.Retry = e.name, e.retry
		view.Trouble = trouble(err, e.waited)
	} else {
		view.Trouble = trouble(err, 0)
	}
	return formatting.Failure(view), view.Ref
}

// trouble is err as people are told of it, with a new reference.
func trouble(err error, waited time.Duration) formatting.Trouble {
	t := formatting.Trouble{Kind: kindOf(err), Ref: reference()}
	if waited >= budgetSpent {
		t.Waited = waited.Round(time.Second)
	}
	if e, ok := errors.AsType[*avepoint.Error](err); ok {
		t.RetryAfter, t.Scope = e.RetryAfter, e.Scope
	}
	return t
}

func kindOf(err error) formatting.TroubleKind {
	for _, k := range kinds {
		if errors.Is(err, k.err) {
			return k.kind
		}
	}
	return formatting.Internal
}

// reference is a short name for one failure: in the answer and in the log.
func reference() string { return rand.Text()[:4] }
