package bot

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/store"
)

// A store that hangs costs one asker a moment, and the next ones nothing, until
// it is tried again.
func TestAside_ask(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAside(time.Now, slog.New(slog.DiscardHandler))
		asked := 0
		hung := func(ctx context.Context) error {
			asked++
			<-ctx.Done()
			return ctx.Err()
		}
		took := func(f func(context.Context) error) time.Duration {
			start := time.Now()
			a.ask(t.Context(), f)
			return time.Since(start)
		}
		if first, second := took(hung), took(hung); first != asidePatience || second != 0 || asked != 1 {
			t.Errorf("asked %d times, for %v and %v", asked, first, second)
		}
		time.Sleep(asidePause)
		if took(hung) != asidePatience || asked != 2 {
			t.Errorf("asked %d times after the pause", asked)
		}
		time.Sleep(asidePause)
		for range 3 { // nothing is wrong with a store that does not know a customer
			a.ask(t.Context(), func(context.Context) error { asked++; return store.ErrUnknown })
		}
		if asked != 5 {
			t.Errorf("asked %d times", asked)
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		a.ask(ended, hung) // says nothing of the store
		a.ask(t.Context(), func(context.Context) error { asked++; return nil })
		if asked != 7 {
			t.Errorf("asked %d times after somebody went away", asked)
		}
	})
}

// An answer that waits for the store too long says so, and not that AvePoint is
// busy; what was told already stays.
func TestInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := inTime(t.Context(), func(ctx context.Context) (Reply, error) {
			<-ctx.Done()
			return Reply{}, ctx.Err()
		})
		message, ref := explain(err, "/backup-overview")
		if took := time.Since(start); took != storePatience || ref == "" || message.Text != formatting.StorageDown(ref).Text {
			t.Errorf("after %v: %s", took, message.Text)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = inTime(ctx, func(ctx context.Context) (Reply, error) {
			<-ctx.Done()
			return Reply{}, ctx.Err()
		})
		if errors.Is(err, errStoreHangs) {
			t.Errorf("the asker's own time: %v", err)
		}
		told := &UserError{Message: formatting.Restarting()}
		if _, err := inTime(t.Context(), func(context.Context) (Reply, error) { return Reply{}, told }); !errors.Is(err, told) {
			t.Errorf("%v", err)
		}
	})
}
