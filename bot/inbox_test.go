package bot_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/bot"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
)

// restart ends the bot and starts another one over the same store.
func (s *stage) restart(o bot.Options) {
	s.t.Helper()
	s.stop()
	if err := <-s.ended; err != nil {
		s.t.Fatal(err)
	}
	var err error
	if s.bot, err = bot.New(o); err != nil {
		s.t.Fatal(err)
	}
	s.start()
	s.connected()
}

// daily has the store hold a digest of the ops channel.
func (s *stage) daily(id string) {
	s.t.Helper()
	err := s.store.SaveSubscription(s.t.Context(), store.Subscription{ID: id, Channel: ops, Schedule: "daily 08:30", Zone: "UTC", By: ana}, ana, time.Now())
	if err != nil {
		s.t.Fatal(err)
	}
}

// undone are the presses in the inbox.
func (s *stage) undone() []store.InboxItem {
	s.t.Helper()
	items, err := s.store.Unfinished(s.t.Context(), time.Now().Add(time.Hour), 100)
	if err != nil {
		s.t.Fatal(err)
	}
	return items
}

// A press that a stopping bot has acked and not done is done by the next one,
// once, with the same mark, so that no second message comes of it; and who
// pressed hears of it. What is stored of it lets nobody answer in its place.
func TestInbox_restart(t *testing.T) {
	t.Parallel()
	var o *setup
	sent, hangs := &tests{}, atomic.Bool{}
	hangs.Store(true)
	s := newStage(t, func(s *setup) {
		o = s
		s.bot.Grace = 100 * time.Millisecond
		s.bot.SendNow = func(ctx context.Context, id, nonce, by string) error {
			err := sent.send(ctx, id, nonce, by)
			if hangs.Load() {
				<-ctx.Done()
				return ctx.Err()
			}
			return err
		}
	})
	s.sweep()
	sub := s.subscribes(ben, ops, "all")
	m := s.last(ben, ops, func(m fakeslack.Message) bool { return elementID(m.Blocks, "digest_send_now") != "" })
	s.pressOn(ben, m, "digest_send_now")
	s.eventually(func() bool { return len(sent.all()) == 1 })
	items := s.undone()
	if len(items) != 1 || json.Valid(items[0].Payload) && holds(fakeslack.Message{Text: string(items[0].Payload)}, []string{"actions/T"}) {
		t.Fatalf("in the inbox: %+v", items)
	}
	hangs.Store(false)
	before := len(s.slack.Messages(ops, ben))
	s.restart(o.bot)
	s.eventually(func() bool { return len(sent.all()) == 2 })
	s.eventually(func() bool { return len(s.slack.Messages(ops, ben)) > before })
	s.eventually(func() bool { return len(s.undone()) == 0 })
	all := sent.all()
	if all[0] != all[1] || all[0][0] != sub.ID || all[0][2] != ben {
		t.Errorf("sent: %v", all)
	}
	messages := s.slack.Messages(ops, ben)
	if last := messages[len(messages)-1]; !holds(last, []string{"in a moment"}) {
		t.Errorf("told: %s", reads(last))
	}
}

// Presses from before the start are done in their order, as what may be done by
// whom is now; what cannot be read is left out.
func TestInbox_left(t *testing.T) {
	t.Parallel()
	s := prepare(t)
	s.daily("RUNS")
	now, _ := s.bot.DigestButtons(ops, "RUNS")
	foreign, _ := s.bot.DigestButtons(private, "OTHER")
	at := time.Now().Add(-time.Minute)
	for i, c := range []struct{ user, channel, action, value string }{
		{ana, ops, "digest_pause", now},
		{ana, ops, "digest_resume", now},
		{ben, ops, "digest_pause", now},
		{outsiders["guest"].ID, ops, "digest_unsubscribe", now},
		{ben, private, "digest_unsubscribe", now},
		{ben, ops, "digest_unsubscribe", foreign},
		{ben, "", "digest_unsubscribe", now},
	} {
		payload, err := json.Marshal(map[string]any{"user": c.user, "channel": c.channel, "command": command, "action": c.action, "value": c.value})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.store.Take(t.Context(), store.InboxItem{ID: fmt.Sprint("press ", i), At: at.Add(time.Duration(i) * time.Second), Payload: payload}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.store.Take(t.Context(), store.InboxItem{ID: "odd", At: at, Payload: []byte("{")}); err != nil {
		t.Fatal(err)
	}
	s.start()
	s.connected()
	s.eventually(func() bool { return len(s.undone()) == 0 })
	if p, by := s.paused(ops); !p || by != ben {
		t.Errorf("paused %v by %q", p, by)
	}
	s.sees(ana, ops, "runs again")
}

// A press is acked when it is stored, and before its work begins; while the
// store cannot take it, Slack is answered all the same, who pressed is told, and
// nothing is done about it later either.
func TestInbox_lockedDatabase(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.subscribes(ben, ops, "all")
	s.slash(ben, ops, "subscriptions")
	list := s.sees(ben, ops, "gets 1 digest")
	free := s.locked()
	start := time.Now()
	s.pressOn(ben, list, "digest_pause") // fails without an ack within three seconds
	if took := time.Since(start); took > 2500*time.Millisecond {
		t.Errorf("acked after %v", took)
	}
	s.seesWithin(10*time.Second, ben, ops, "could not record", "ref")
	free()
	s.eventually(func() bool { return len(s.undone()) == 0 })
	s.settle()
	if p, _ := s.paused(ops); p {
		t.Error("done, though who pressed was told that it is not")
	}
	s.slash(ben, ops, "subscriptions")
	s.pressOn(ben, s.sees(ben, ops, "gets 1 digest"), "digest_pause")
	s.sees(ben, ops, "is paused")
}

// With a store that is lost nothing is acked as done.
func TestInbox_lostStore(t *testing.T) {
	t.Parallel()
	sent := &tests{}
	s := newStage(t, func(s *setup) { s.bot.SendNow = sent.send })
	s.sweep()
	s.subscribes(ben, ops, "all")
	for _, action := range []string{"digest_pause", "digest_unsubscribe", "digest_send_now"} {
		s.slash(ben, ops, "subscriptions")
		s.sees(ben, ops, "gets 1 digest")
		defer func(m fakeslack.Message, action string) {
			s.pressOn(ben, m, action)
			s.eventually(func() bool {
				last := s.slack.Messages(ops, ben)
				return holds(last[len(last)-1], []string{"could not record"})
			})
		}(s.sees(ben, ops, "gets 1 digest"), action)
	}
	if err := s.store.Close(); err != nil {
		t.Fatal(err)
	}
	if n := len(sent.all()); n != 0 {
		t.Errorf("%d sent", n)
	}
}

// While PostgreSQL hangs, a press that changes something is not acked before the
// bot has given up storing it, and one that only reads is acked at once.
func TestInbox_hungDatabase(t *testing.T) {
	t.Parallel()
	database := newHanger(t)
	s := newStage(t, func(s *setup) { s.database = database.url })
	defer database.hangs.Store(false) // before the stage ends
	s.forgive("storage")
	s.sweep()
	s.subscribes(ben, ops, "all")
	s.slash(ben, ops, "subscriptions")
	list := s.sees(ben, ops, "gets 1 digest")
	acked := func(action string) time.Duration {
		start := time.Now()
		s.pressOn(ben, list, action)
		return time.Since(start)
	}
	database.hangs.Store(true)
	if took := acked("digest_subscribe"); took > 500*time.Millisecond {
		t.Errorf("a press that reads is acked after %v", took)
	}
	if took := acked("digest_pause"); took < 500*time.Millisecond || took > 2500*time.Millisecond {
		t.Errorf("a press that changes is acked after %v", took)
	}
	s.seesWithin(10*time.Second, ben, ops, "could not record")
	database.hangs.Store(false)
	s.eventually(func() bool { return len(s.undone()) == 0 })
	if p, _ := s.paused(ops); p {
		t.Error("done, though who pressed was told that it is not")
	}
}

// One press that Slack delivers twice is done once, also where the second one
// comes to another process.
func TestInbox_deliveredTwice(t *testing.T) {
	t.Parallel()
	var o *setup
	sent := &tests{}
	s := newStage(t, func(s *setup) { o, s.bot.SendNow = s, sent.send })
	s.sweep()
	s.subscribes(ben, ops, "all")
	m := s.last(ben, ops, func(m fakeslack.Message) bool { return elementID(m.Blocks, "digest_send_now") != "" })
	var first map[string]any
	press := func() {
		_, err := s.slack.Click(t.Context(), fakeslack.Click{
			UserID: ben, ChannelID: ops, MessageTS: m.TS, ActionID: elementID(m.Blocks, "digest_send_now"),
			Mutate: func(p map[string]any) {
				if first == nil {
					first = map[string]any{"trigger_id": p["trigger_id"], "response_url": p["response_url"], "actions": p["actions"]}
				}
				for key, value := range first {
					p[key] = value
				}
			},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	press()
	s.eventually(func() bool { return len(sent.all()) == 1 })
	press()
	s.settle()
	s.restart(o.bot)
	press()
	s.settle()
	if all := sent.all(); len(all) != 1 {
		t.Errorf("sent: %v", all)
	}
	if items := s.undone(); len(items) != 0 {
		t.Errorf("left: %+v", items)
	}
}

// A test that cannot be enqueued is told, and the press is over.
func TestInbox_failedWork(t *testing.T) {
	t.Parallel()
	sent := &tests{err: errors.New("no such thing")}
	s := newStage(t, func(s *setup) { s.bot.SendNow = sent.send })
	s.sweep()
	s.subscribes(ben, ops, "all")
	m := s.last(ben, ops, func(m fakeslack.Message) bool { return elementID(m.Blocks, "digest_send_now") != "" })
	s.pressOn(ben, m, "digest_send_now")
	s.sees(ben, ops, "went wrong", "ref")
	s.eventually(func() bool { return len(s.undone()) == 0 })
}
