package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// Every press that changes something is stored before it is acked, also the
// choice of a customer that an order or a binding waits for; one that only reads
// needs no store that can be written.
func TestInbox_whatChanges(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	var presses []fakeslack.Click
	offer := func(text, action, label string) {
		s.slash(ana, ops, text)
		s.eventually(func() bool {
			messages := s.slack.Messages(ops, ana)
			return len(messages) > len(presses) && elementID(messages[len(messages)-1].Blocks, action) != ""
		})
		m := s.last(ana, ops, func(m fakeslack.Message) bool { return elementID(m.Blocks, action) != "" })
		click := fakeslack.Click{UserID: ana, ChannelID: ops, MessageTS: m.TS, ActionID: elementID(m.Blocks, action)}
		if label != "" {
			click.Value = optionValue(m.Blocks, label)
			click.ActionID = elementIDOf(m.Blocks, action, click.Value)
		}
		presses = append(presses, click)
	}
	offer("unwatch fabrikam", "customer_watch", "")
	offer("forget fabrikam", "customer_forget", "")
	offer("unwatch contoso", "customer_pick", "Contoso Logistics")
	offer("subscribe contoso", "customer_pick", "Contoso Logistics")
	offer("bind contoso", "channel_bind_to", "Contoso Logistics")
	changing := len(presses)
	offer("trend contoso", "customer_pick", "Contoso Logistics")
	free := s.locked()
	press := func(c fakeslack.Click) fakeslack.Message {
		before := s.slack.Messages(ops, ana)
		if _, err := s.slack.Click(t.Context(), c); err != nil {
			t.Fatalf("press %s: %v", c.ActionID, err)
		}
		var answer fakeslack.Message
		s.eventually(func() bool {
			for _, m := range s.slack.Messages(ops, ana) {
				if !slices.ContainsFunc(before, func(b fakeslack.Message) bool { return b.TS == m.TS && reads(b) == reads(m) }) {
					answer = m
					return true
				}
			}
			return false
		})
		return answer
	}
	for _, c := range presses[:changing] {
		if m := press(c); !holds(m, []string{"could not record", "ref"}) {
			t.Errorf("%s: %s", c.ActionID, reads(m))
		}
	}
	if m := press(presses[changing]); !holds(m, []string{"Contoso Logistics"}) || holds(m, []string{"could not record"}) {
		t.Errorf("a choice that reads: %s", reads(m))
	}
	free()
	s.eventually(func() bool { return len(s.undone()) == 0 })
	if _, bound := s.bound(ops); bound || len(s.subscriptions("")) != 0 {
		t.Error("something was done that was said not to be")
	}
}

// A second press on Send now, a moment after the first, sends nothing more.
func TestSubscriptions_sendNowTwice(t *testing.T) {
	t.Parallel()
	sent := &tests{}
	s := newStage(t, func(s *setup) { s.bot.SendNow = sent.send })
	s.sweep()
	sub := s.subscribes(ben, ops, "all")
	posted := s.digestIn(ops, sub.ID)
	s.pressOn(ben, posted, "digest_send_now")
	s.sees(ben, ops, "in a moment")
	s.pressOn(ben, posted, "digest_send_now")
	s.sees(ben, ops, "already sent from here")
	s.pressOn(ana, posted, "digest_send_now") // who wants one of their own
	s.sees(ana, ops, "in a moment")
	if n := len(sent.all()); n != 2 {
		t.Errorf("%d tests", n)
	}
}

// Of changes that follow each other at once the last one is what the form tells.
func TestSubscribe_formQuickly(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.slash(ben, ops, "subscribe")
	s.form(ben)
	for _, at := range []string{"06:00", "07:10", "09:20", "11:30", "13:40", "15:55"} {
		s.fill(ben, "subscribe_time", at)
	}
	s.fill(ben, "subscribe_days", "weekly sat")
	preview := func() string { _, after, _ := strings.Cut(string(s.form(ben).JSON), `"Next"`); return after }
	s.eventually(func() bool { return strings.Count(preview(), "15:55") >= 3 && strings.Count(preview(), "Sat ") >= 3 })
	s.settle()
	if said := preview(); strings.Count(said, "15:55") < 3 || strings.Count(said, "Sat ") < 3 {
		t.Errorf("the form says %s", said)
	}
}

// Storing a press takes little of the three seconds that Slack waits.
func TestInbox_soon(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.daily("RUNS")
	posted := s.digestIn(ops, "RUNS")
	const presses = 40
	took := make([]time.Duration, presses)
	for i := range took {
		start := time.Now()
		_, err := s.slack.Click(t.Context(), fakeslack.Click{
			UserID: ben, ChannelID: ops, MessageTS: posted.TS, ActionID: elementID(posted.Blocks, "digest_send_now"),
		})
		if err != nil {
			t.Fatal(err)
		}
		took[i] = time.Since(start)
	}
	slices.Sort(took)
	t.Logf("acked after %v in the middle, %v at most", took[presses/2], took[presses-1])
	if took[presses/2] > 500*time.Millisecond {
		t.Errorf("acked after %v", took[presses/2])
	}
}
