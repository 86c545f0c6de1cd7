package bot

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/store"
)

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
	if store.Unavailable(err) || errors.Is(err, errUnread) || errors.Is(err, errStoreHangs) {
		ref := reference()
		return storageTrouble(err)(ref), ref
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

// storageTrouble is how people are told that the store cannot be used.
func storageTrouble(err error) func(ref string) formatting.Message {
	switch {
	case errors.Is(err, store.ErrFull):
		return formatting.StorageFull
	case errors.Is(err, store.ErrCorrupt):
		return formatting.StorageDamaged
	}
	return formatting.StorageDown
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

// kindOf is how people are told of err.
func kindOf(err error) formatting.TroubleKind {
	is := func(target error) bool { return errors.Is(err, target) }
	switch {
	case is(avepoint.ErrCredentials):
		return formatting.Credentials
	case is(avepoint.ErrForbidden):
		return formatting.Forbidden
	case is(avepoint.ErrNotFound):
		return formatting.NotFound
	case is(avepoint.ErrOtherCustomer):
		return formatting.OtherCustomer
	case is(avepoint.ErrTooLarge):
		return formatting.TooLarge
	case is(avepoint.ErrUnreadable):
		return formatting.Unreadable
	case is(avepoint.ErrRateLimited), is(avepoint.ErrBusy), is(context.DeadlineExceeded):
		return formatting.Busy
	case is(avepoint.ErrUnavailable):
		return formatting.Unavailable
	default:
		return formatting.Internal
	}
}

// reference is a short name for one failure: in the answer and in the log.
func reference() string { return rand.Text()[:4] }
