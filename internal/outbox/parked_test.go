package outbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/digest"
	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
)

// digestOf enqueues a digest.
func (w *world) digestOf(channel, text string) {
	w.t.Helper()
	w.put(store.Delivery{Kind: store.NewMessage, Channel: channel, What: "digest", Body: []byte(text), Expires: w.box.now().Add(24 * time.Hour)})
}

// parkedAs fails unless exactly this channel is parked, for this.
func (w *world) parkedAs(channel, class string) {
	w.t.Helper()
	lanes, err := w.store.ParkedLanes(w.t.Context())
	if err != nil || len(lanes) != 1 || lanes[0].Channel != channel || lanes[0].Class != class {
		w.t.Errorf("parked %+v, %v; want %s for %s", lanes, err, channel, class)
	}
}

// F14: told once, with nothing tried until it is back, and then one summary.
func TestRun_parks_a_channel_that_is_closed_to_the_bot(t *testing.T) {
	t.Parallel()
	for _, code := range []string{
		"channel_not_found", "not_in_channel", "no_permission", "is_archived", "restricted_action", "restricted_action_read_only_channel",
		"restricted_action_thread_only_channel", "ekm_access_denied", "messages_tab_disabled",
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.slack.Fail("chat.postMessage", slack.Fault{Error: code, Channel: "C1"})
			w.digestOf("C1", "monday")
			w.say("alert", "C2")
			w.run(w.box)
			w.digestOf("C1", "tuesday")
			w.run(w.box)
			w.parkedAs("C1", code)
			w.once("C2", "alert")
			if told := w.texts("C9"); len(told) != 1 || !strings.Contains(told[0], "C1") {
				t.Errorf("told %q", told)
			}
			if n := w.slack.Calls("chat.postMessage"); n != 3 {
				t.Errorf("%d calls", n)
			}
			w.slack.ClearFaults()
			if err := w.box.Back(t.Context(), "C1"); err != nil {
				t.Fatal(err)
			}
			w.run(w.box)
			w.once("C1", "summary after "+code)
			if told := w.texts("C9"); len(told) != 2 {
				t.Errorf("told %q", told)
			}
			if s := w.stats(); s.Parked != 0 || s.Pending != 0 || s.Dead != 0 {
				t.Errorf("%+v", s)
			}
		})
	}
}

// A channel that is said to be back and is not, is not told again.
func TestBack_tells_nothing_of_a_channel_that_is_not_back(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.slack.Fail("chat.postMessage", slack.Fault{Error: "restricted_action", Channel: "C1"})
	w.digestOf("C1", "monday")
	w.run(w.box)
	for range 3 {
		if err := w.box.Back(t.Context(), "C1"); err != nil {
			t.Fatal(err)
		}
		w.run(w.box)
	}
	w.parkedAs("C1", "restricted_action")
	if told := w.texts("C9"); len(told) != 1 {
		t.Errorf("told %q", told)
	}
	if err := w.box.Back(t.Context(), "C2"); err != nil {
		t.Error(err)
	}
}

// F14: the probe sees by itself that a channel is back, and posts nothing while
// it is not.
func TestRun_probes_parked_channels(t *testing.T) {
	t.Parallel()
	var ahead time.Duration
	w := newWorld(t, func(o *Options) { o.Now = func() time.Time { return time.Now().Add(ahead) } })
	w.slack.UpdateChannel("C1", func(c *slack.Channel) { c.IsArchived = true })
	w.digestOf("C1", "monday")
	w.run(w.box)
	calls := w.slack.Calls("chat.postMessage")
	ahead = 5 * time.Hour
	w.run(w.box)
	if n := w.slack.Calls("conversations.info"); n != 0 {
		t.Errorf("probed %d times in five hours", n)
	}
	ahead = 7 * time.Hour
	w.run(w.box)
	if n := w.slack.Calls("conversations.info"); n != 1 || w.slack.Calls("chat.postMessage") != calls {
		t.Errorf("probed %d times, posted %d", n, w.slack.Calls("chat.postMessage")-calls)
	}
	w.slack.UpdateChannel("C1", func(c *slack.Channel) { c.IsArchived = false })
	ahead = 14 * time.Hour
	w.settle(w.box)
	w.once("C1", "summary after is_archived")
}

// S3, F16: what is shared with others or suspended is not posted to, from the
// next message on.
func TestRun_posts_nothing_where_access_says_no(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.say("before", "C1")
	w.run(w.box)
	w.shut["C1"] = access.ReasonSuspended
	w.digestOf("C1", "secret")
	w.run(w.box)
	w.once("C1", "before")
	w.parkedAs("C1", "suspended")
	if told := w.texts("C9"); len(told) != 1 {
		t.Errorf("told %q", told)
	}
	delete(w.shut, "C1")
	if err := w.box.Back(t.Context(), "C1"); err != nil {
		t.Fatal(err)
	}
	w.run(w.box)
	w.once("C1", "before", "summary after suspended")
}

// A channel of which nobody can say who reads it gets nothing; it is parked
// where Slack does not show it to the bot, and waits where Slack is away.
func TestRun_posts_nothing_where_nobody_knows_who_reads(t *testing.T) {
	t.Parallel()
	for name, hidden := range map[string]bool{"hidden": true, "Slack is away": false} {
		for _, asError := range []bool{true, false} {
			t.Run(fmt.Sprint(name, asError), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, func(o *Options) {
					o.Shut = func(_ context.Context, channel string) (access.Reason, error) {
						if channel != "C1" {
							return access.ReasonNone, nil
						}
						if asError {
							return access.ReasonUnknownChannel, errors.New("?")
						}
						return access.ReasonUnknownChannel, nil
					}
				})
				if hidden {
					w.slack.UpdateChannel("C1", func(c *slack.Channel) { c.IsPrivate, c.Members = true, nil })
				} else {
					w.slack.Fail("conversations.info", slack.Fault{Status: 503})
				}
				w.digestOf("C1", "secret")
				w.until(w.box, func() bool {
					return w.slack.Calls("conversations.info") > 0 && (w.stats().Parked == 1) == hidden
				})
				w.once("C1")
				if s := w.stats(); (s.Parked == 1) != hidden || s.Pending == 0 {
					t.Errorf("%+v", s)
				}
			})
		}
	}
}

// F15: notices about the ops channel itself go to the others, or nowhere; they
// never breed.
func TestRun_tells_nobody_in_a_channel_about_that_channel(t *testing.T) {
	t.Parallel()
	for name, ops := range map[string][]string{"alone": {"C9"}, "none": nil, "with admins": {"C9", "U1"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.ops = ops
			w.slack.Fail("chat.postMessage", slack.Fault{Error: "is_archived", Channel: "C9"})
			w.slack.Fail("chat.postMessage", slack.Fault{Error: "not_in_channel", Channel: "C1"})
			w.say("hello", "C1", "C9")
			for range 3 {
				w.run(w.box)
			}
			s := w.stats()
			if s.Parked != 2 {
				t.Errorf("%+v", s)
			}
			// hello twice, and at most a notice about C1 for C9.
			if s.Pending < 2 || s.Pending > 3 {
				t.Errorf("%d wait", s.Pending)
			}
			told := w.directs("U1")
			if want := map[string]int{"with admins": 2}[name]; len(told) != want {
				t.Errorf("the admin was told %q", told)
			}
			w.log.has(t, "cannot be reached", "is_archived", "not_in_channel")
		})
	}
}

// directs are the messages to a person.
func (w *world) directs(user string) []string {
	var texts []string
	for _, f := range w.slack.Traffic(0) {
		if f.ToSlack && f.Name == "chat.postMessage" && strings.Contains(f.Body, `"`+user+`"`) {
			texts = append(texts, f.Body)
		}
	}
	return texts
}

// A notice that Slack does not take has no notice of its own.
func TestRun_gives_up_a_notice_in_silence(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) {
		o.Render["alert"] = func(context.Context, store.Delivery) (formatting.Message, error) {
			return formatting.Message{Text: "plain"}, nil
		}
	})
	w.ops = []string{"C2", "C9"} // so that one could be told of the other
	w.slack.Fail("chat.postMessage", slack.Fault{Error: "msg_too_long"})
	w.say("hello", "C1")
	for range 3 {
		w.run(w.box)
	}
	if s := w.stats(); s.Dead != 3 || s.Pending != 0 {
		t.Errorf("%+v", s)
	}
}

// F25: after hours without Slack the newest state of each topic goes, once.
func TestRun_drains_the_newest_state_after_an_outage(t *testing.T) {
	t.Parallel()
	var ahead time.Duration
	w := newWorld(t, func(o *Options) { o.Now = func() time.Time { return time.Now().Add(ahead) } })
	w.slack.Fail("*", slack.Fault{Status: 503})
	for hour := range 6 {
		ahead = time.Duration(hour) * time.Hour
		for topic := range 3 {
			w.put(store.Delivery{
				Kind: store.NewMessage, Channel: "C1", Topic: fmt.Sprint("incident/", topic), Step: int64(hour), What: "alert",
				Body: fmt.Appendf(nil, "%d at %d", topic, hour), Expires: w.box.now().Add(7 * 24 * time.Hour),
			})
		}
		calls := w.slack.Calls("chat.postMessage")
		w.until(w.box, func() bool { return w.slack.Calls("chat.postMessage") > calls })
	}
	w.slack.ClearFaults()
	ahead = 7 * time.Hour
	w.settle(w.box)
	counts := map[string]int{}
	for _, text := range w.texts("C1") {
		counts[text]++
	}
	for topic := range 3 {
		if n := counts[fmt.Sprintf("%d at 5", topic)]; n != 1 {
			t.Errorf("topic %d: its last state came %d times", topic, n)
		}
	}
	if len(counts) != 3 {
		t.Errorf("%v", counts)
	}
	if s := w.stats(); s.Dead != 0 {
		t.Errorf("%+v", s)
	}
}

// What a renderer says of a channel counts: closed, unknown, or not wanted any
// more.
func TestRun_heeds_what_the_renderer_says_of_the_channel(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want store.DeliveryStats
	}{
		"closed":  {&digest.ClosedError{Reason: access.ReasonUnbound}, store.DeliveryStats{Pending: 1, Parked: 1}},
		"unknown": {fmt.Errorf("render: %w", &digest.ClosedError{Reason: access.ReasonUnknownChannel}), store.DeliveryStats{Pending: 1}},
		"ended":   {fmt.Errorf("render: %w", digest.ErrNoSubscription), store.DeliveryStats{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Bool
			w := newWorld(t, func(o *Options) {
				o.Ops = nil
				o.Render["digest"] = func(context.Context, store.Delivery) (formatting.Message, error) {
					asked.Store(true)
					return formatting.Message{}, c.err
				}
			})
			w.digestOf("C1", "secret")
			got := store.DeliveryStats{Sending: 1}
			w.until(w.box, func() bool {
				got = w.stats()
				got.Oldest = time.Time{}
				return asked.Load() && got == c.want
			})
			if got != c.want || len(w.texts("C1")) != 0 {
				t.Errorf("%+v", got)
			}
		})
	}
}
