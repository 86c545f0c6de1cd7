package outbox

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/digest"
	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
)

// What a narrowed channel may not hear any more ends alone; the rest goes.
func TestRun_out_of_scope_closes_no_channel(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) {
		o.Render["digest"] = func(context.Context, store.Delivery) (formatting.Message, error) {
			return formatting.Message{}, &digest.ClosedError{Reason: access.ReasonOutOfScope}
		}
	})
	w.digestOf("C1", "of another customer")
	w.say("alert", "C1")
	w.until(w.box, func() bool { s := w.stats(); return s.Pending+s.Sending == 0 })
	w.once("C1", "alert")
	if told := w.texts("C9"); len(told) != 0 || w.stats().Parked != 0 {
		t.Errorf("told %q, %+v", told, w.stats())
	}
}

// A look-up that Slack refuses for good is one that is not possible.
func TestRun_refused_look_up(t *testing.T) {
	t.Parallel()
	w := newWorld(t, soon)
	w.slack.Fail("chat.postMessage", slack.Fault{Drop: true, AfterAccept: true, Times: 1})
	w.slack.Fail("conversations.history", slack.Fault{Error: "method_not_supported_for_channel_type"})
	w.say("alert", "C1")
	w.until(w.box, func() bool { s := w.stats(); return s.Pending+s.Sending == 0 })
	if s := w.stats(); s.PossibleDoubles != 1 {
		t.Errorf("%+v", s)
	}
}

// A mistake in one delivery ends neither the process nor the others.
func TestRun_survives_a_panic(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) {
		o.Files = map[string]func(context.Context, store.Delivery) (string, func(io.Writer) error, error){
			"digest_csv": func(context.Context, store.Delivery) (string, func(io.Writer) error, error) { panic("a mistake") },
		}
	})
	root := w.say("root", "C1")[0]
	w.put(store.Delivery{Kind: store.ThreadFile, Channel: "C1", Root: root.ID, What: "digest_csv", Expires: w.box.now().Add(time.Hour)})
	w.say("alert", "C2")
	w.until(w.box, func() bool { return strings.Contains(w.log.String(), "panicked") })
	w.until(w.box, func() bool { return len(w.texts("C2")) == 1 })
}

// A lane that waits for a time that a wrong clock set waits no more.
func TestRun_clock_that_was_ahead(t *testing.T) {
	t.Parallel()
	ahead := 365 * 24 * time.Hour
	w := newWorld(t)
	w.say("alert", "C1")
	rows, err := w.store.ClaimDeliveries(t.Context(), "ahead", 1, time.Minute, time.Now())
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	if err := w.store.Again(t.Context(), rows[0].ID, "ahead", "ratelimited", time.Now().Add(ahead), true, time.Now()); err != nil {
		t.Fatal(err)
	}
	w.say("next", "C1")
	w.until(w.box, func() bool { s := w.stats(); return s.Pending+s.Sending == 0 })
	if said := strings.Join(w.texts("C1"), ", "); said != "alert, next" {
		t.Errorf("said %s", said)
	}
}
