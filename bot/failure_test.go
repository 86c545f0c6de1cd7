package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/store"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	of := func(kind error) error { return fmt.Errorf("overview: %w", &avepoint.Error{Kind: kind}) }
	cases := map[string]struct {
		err  error
		want string
	}{
		"403":             {of(avepoint.ErrForbidden), "AvePoint does not let this bot read Contoso"},
		"404":             {of(avepoint.ErrNotFound), "AvePoint no longer knows this customer"},
		"429":             {of(avepoint.ErrRateLimited), "AvePoint is busy"},
		"503":             {of(avepoint.ErrBusy), "AvePoint is busy"},
		"500":             {of(avepoint.ErrUnavailable), "AvePoint cannot answer at the moment"},
		"unreadable":      {of(avepoint.ErrUnreadable), "is not an overview"},
		"credentials":     {of(avepoint.ErrCredentials), "cannot sign in to AvePoint"},
		"time ran out":    {context.DeadlineExceeded, "AvePoint is busy"},
		"everything else": {errors.New("nil map"), "Something went wrong on our side."},
		"a panic":         {fmt.Errorf("%w: index out of range", errPanic), "Something went wrong on our side."},
	}
	for name, c := range cases {
		m, ref := explain(&readingError{name: "Contoso", err: c.err}, "/backup-overview")
		if !strings.Contains(m.Text, c.want) {
			t.Errorf("%s: says %q, want %q in it", name, m.Text, c.want)
		}
		if len(ref) != 4 || !strings.Contains(m.Text, ref) {
			t.Errorf("%s: reference %q is not in %q", name, ref, m.Text)
		}
	}
}

func TestExplain_toldInItsOwnWords(t *testing.T) {
	t.Parallel()
	want := formatting.Restarting()
	m, ref := explain(fmt.Errorf("outer: %w", &UserError{Message: want}), "/x")
	if m.Text != want.Text || ref != "" {
		t.Errorf("got %q with reference %q", m.Text, ref)
	}
}

func TestTrouble_waited(t *testing.T) {
	t.Parallel()
	if got := trouble(avepoint.ErrBusy, time.Second).Waited; got != 0 {
		t.Errorf("a quick answer is told as a wait of %v", got)
	}
	if got := trouble(avepoint.ErrBusy, 25*time.Second+3*time.Millisecond).Waited; got != 25*time.Second {
		t.Errorf("got %v, want 25 s", got)
	}
}

func TestGuarded(t *testing.T) {
	t.Parallel()
	_, err := guarded(func() (int, error) {
		var none []int
		return none[len(none)], nil
	})
	if !errors.Is(err, errPanic) || !strings.Contains(err.Error(), "failure_test.go") {
		t.Errorf("got %v, want the panic with its stack", err)
	}
}

func TestSealer(t *testing.T) {
	t.Parallel()
	s := sealer{[]byte("key")}
	token := s.token("f1626c49")
	if strings.Contains(token, "f1626c49") || len(token) != 20 {
		t.Errorf("%q is not opaque", token)
	}
	if token != s.token("f1626c49") || token == s.token("f1626c4a") || token == (sealer{[]byte("other")}).token("f1626c49") {
		t.Error("the opaque id does not follow from key and customer alone")
	}
	for _, note := range []string{"", "3", "UANA"} {
		if got := readTicket(ticket{token, note}.String()); got.token != token || got.note != note {
			t.Errorf("note %q comes back as %+v", note, got)
		}
	}
}

// Each way in which the store cannot be used has its words, and a reference.
func TestExplain_storage(t *testing.T) {
	t.Parallel()
	for kind, says := range map[error]string{
		store.ErrFull:        "no room left for the bot's memory, so nothing was changed",
		store.ErrCorrupt:     "memory is damaged",
		store.ErrUnreachable: "cannot reach its memory",
		store.ErrBusy:        "cannot reach its memory",
	} {
		m, ref := explain(fmt.Errorf("unwatch: %w", kind), "/backup-overview")
		if ref == "" || !strings.Contains(m.Text, says) || !strings.Contains(m.Text, "(ref "+ref+")") {
			t.Errorf("%v: %s", kind, m.Text)
		}
		if errors.Is(kind, store.ErrCorrupt) && strings.Contains(m.Text, "try again") {
			t.Errorf("%v: %s", kind, m.Text)
		}
	}
}
