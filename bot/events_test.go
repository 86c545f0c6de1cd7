package bot_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/access"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
)

// happens has Slack send an event.
func (s *stage) happens(event map[string]any) {
	s.t.Helper()
	if _, err := s.slack.SendEvent(s.t.Context(), event); err != nil {
		s.t.Fatal(err)
	}
}

// A bound channel that becomes shared shows nothing, whether Slack tells or the
// bot finds out; the admins are told once, without a name; an admin ends it.
func TestBinding_becomesShared(t *testing.T) {
	t.Parallel()
	for name, find := range map[string]func(*stage){
		"told": func(s *stage) {
			for range 3 {
				s.happens(map[string]any{"type": "channel_shared", "channel": ops, "connected_team_id": "T0AWAY"})
			}
		},
		"found": func(*stage) {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.sweep()
			s.bind(ops, store.Binding{Customers: []string{s.id(canary), s.id("Fabrikam")}, By: ana, At: time.Now().Add(-time.Hour)})
			s.slack.UpdateChannel(ops, func(c *fakeslack.Channel) { c.IsExtShared = true })
			find(s)
			for _, text := range []string{"", "contoso", "gaps", "export", "trend fabrikam"} {
				s.slash(ben, ops, text)
				s.sees(ben, ops, "bound and then shared with another organisation")
			}
			s.sees(ana, direct, "<#COPS>", "shared")
			s.settle()
			if n := len(s.slack.Messages(direct, ana)); n != 1 {
				t.Errorf("told %d times", n)
			}
			s.slash(ben, ops, "scope")
			s.sees(ben, ops, "shows nothing", "bound, and then shared")
			s.slash(ana, ops, "bind all")
			s.sees(ana, ops, "exactly one customer")
			s.slash(ana, ops, "bind contoso retail")
			s.sees(ana, ops, "From now on", canary, "another organisation")
			s.slash(ben, ops, "")
			s.sees(ben, ops, canary, "2,807")
			s.slash(ben, ops, "fabrikam")
			s.sees(ben, ops, "No customer of this channel matches", "It shows "+canary+" GmbH only")
			s.never(ben, direct, canary)
		})
	}
}

// One more organisation ends what an admin confirmed for the others; what was
// bound since then holds.
func TestBinding_sharedAgain(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	one := store.Binding{Customers: []string{s.id(canary)}, By: ana, Confirmed: true}
	event := map[string]any{"type": "channel_shared", "channel": shared, "connected_team_id": "T1AWAY"}
	one.At = time.Now().Add(time.Hour)
	s.bind(shared, one)
	s.happens(event)
	s.slash(ben, shared, "")
	s.sees(ben, shared, canary)
	one.At = time.Now().Add(-time.Hour)
	s.bind(shared, one)
	s.happens(event)
	s.sees(ana, direct, "one more organisation")
	s.slash(ben, shared, "")
	s.sees(ben, shared, "until an admin binds it again")
	s.slack.UpdateChannel(shared, func(c *fakeslack.Channel) { c.IsExtShared = false })
	s.happens(map[string]any{"type": "channel_unshared", "channel": shared, "is_ext_shared": false})
	s.sees(ana, direct, "no longer shared")
	s.slash(ben, shared, "")
	s.sees(ben, shared, "until an admin binds it again")
}

// What an admin confirmed for one organisation does not hold for the next,
// also if Slack's event about the next is lost.
func TestBinding_sharedWithAnother(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.bind(shared, store.Binding{Customers: []string{s.id(canary)}, By: ana, Confirmed: true, At: time.Now().Add(-time.Hour)})
	s.happens(map[string]any{"type": "channel_unshared", "channel": shared, "is_ext_shared": true})
	s.settle()
	if b, _ := s.bound(shared); !b.Confirmed {
		t.Error("one of several organisations has left, and nothing is confirmed for the others")
	}
	s.slack.UpdateChannel(shared, func(c *fakeslack.Channel) { c.IsExtShared = false })
	s.happens(map[string]any{"type": "channel_unshared", "channel": shared, "is_ext_shared": false})
	s.eventually(func() bool { b, ok := s.bound(shared); return ok && !b.Confirmed })
	s.slack.UpdateChannel(shared, func(c *fakeslack.Channel) { c.IsExtShared = true })
	s.slash(ben, shared, "")
	s.sees(ben, shared, "until an admin binds it again")
	s.never(ben, shared, canary)
	s.sees(ana, direct, "<#CSHAR>")
}

// A channel keeps its binding under a new id.
func TestBinding_renumbered(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.bind(elsewhen, store.Binding{Customers: []string{s.id(canary)}, By: ana})
	s.happens(map[string]any{"type": "channel_id_changed", "old_channel_id": elsewhen, "new_channel_id": ops})
	s.eventually(func() bool { _, old := s.bound(elsewhen); return !old })
	s.slash(ben, ops, "fabrikam")
	s.sees(ben, ops, "No customer of this channel matches")
}

// So does one that only the file binds, by the old id; whoever runs the bot
// reads that the file is out of date.
func TestBinding_renumberedFile(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(s *setup) { s.bot.Bindings = map[string]access.Rule{elsewhen: {Pattern: "contoso retail*"}} })
	s.sweep()
	s.happens(map[string]any{"type": "channel_id_changed", "old_channel_id": elsewhen, "new_channel_id": ops})
	s.eventually(func() bool { _, ok := s.bound(ops); return ok })
	s.slash(ben, ops, "fabrikam")
	s.sees(ben, ops, "No customer of this channel matches", "It shows "+canary+" GmbH only")
	if log := s.log.String(); !strings.Contains(log, "level=ERROR") || !strings.Contains(log, "BINDINGS_FILE is out of date") {
		t.Error("nobody is told that the file is out of date")
	}
}

// Invited to a channel the bot says hello once, without a name, and its button
// opens the form for admins.
func TestHello(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.bind(private, store.Binding{Customers: []string{s.id(canary)}, By: ana})
	for channel, words := range map[string]string{ops: "every full member may ask", shared: "until it is bound to one customer", private: "shows 1 customer."} {
		s.happens(map[string]any{"type": "member_joined_channel", "channel": channel, "user": ben})
		s.happens(map[string]any{"type": "member_joined_channel", "channel": channel, "user": s.slack.BotUserID()})
		s.sees(ben, channel, "Hello.", words)
		s.never(ben, channel, canary)
	}
	m := s.sees(ben, ops, "Choose customers")
	s.pressOn(ben, m, "channel_bind")
	s.sees(ben, ops, "Only the bot's admins")
	s.tamper(ana, m, "channel_bind", "AAAAAAAAAAAAAAAAAAAA.x")
	s.sees(ana, ops, "too old")
	if n := len(s.slack.Views(ana)) + len(s.slack.Views(ben)); n != 0 {
		t.Errorf("%d forms are open", n)
	}
	s.pressOn(ana, m, "channel_bind")
	s.form(ana)
	s.send(ana, map[string][]string{"bind_which": {"pattern"}, "bind_pattern": {"contoso retail*"}}, nil)
	s.sees(ana, ops, "From now on")
	s.settle()
	if now, ok := s.slack.Message(ops, m.TS); !ok || reads(now) != reads(m) {
		t.Errorf("the hello became %s", reads(now))
	}
}

// While the store does not take it, a channel's new id is not forgotten.
func TestBinding_renumberedLate(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.bind(elsewhen, store.Binding{Customers: []string{s.id(canary)}, By: ana})
	free := s.locked()
	s.happens(map[string]any{"type": "channel_id_changed", "old_channel_id": elsewhen, "new_channel_id": ops})
	s.eventually(func() bool { return strings.Contains(s.log.String(), "an event was not acted on") })
	if _, ok := s.bound(ops); ok {
		t.Error("bound although the store was locked")
	}
	free()
	s.eventually(func() bool { _, ok := s.bound(ops); return ok })
	s.slash(ben, ops, "fabrikam")
	s.sees(ben, ops, "No customer of this channel matches")
}

// A bot that stops while an event waits for the store does so at once.
func TestEvents_stopping(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.forgive("storage")
	if err := s.store.Close(); err != nil {
		t.Fatal(err)
	}
	s.happens(map[string]any{"type": "channel_shared", "channel": ops})
	s.eventually(func() bool { return strings.Contains(s.log.String(), "an event was not acted on") })
	start := time.Now()
	s.finish()
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("stopped after %v", took)
	}
}

// Slack's event about a new id may be lost: whoever asks by the old one finds
// out.
func TestBinding_renumberedUnheard(t *testing.T) {
	t.Parallel()
	for name, filed := range map[string]bool{"bound in Slack": false, "bound by the file": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, func(s *setup) {
				if filed {
					s.bot.Bindings = map[string]access.Rule{elsewhen: {Pattern: "contoso retail*"}}
				}
			})
			s.sweep()
			if !filed {
				s.bind(elsewhen, store.Binding{Customers: []string{s.id(canary)}, By: ana})
			}
			s.slack.Fail("conversations.info", fakeslack.Fault{
				Channel: elsewhen, ContentType: "application/json",
				Body: `{"ok":true,"channel":{"id":"` + ops + `","is_channel":true}}`,
			})
			scope, reason, err := s.bot.Posting(t.Context(), elsewhen)
			if id, ok := scope.Only(); err != nil || reason != access.ReasonNone || !ok || !strings.EqualFold(id, s.id(canary)) {
				t.Errorf("%+v, %v, %v", scope, reason, err)
			}
			if _, ok := s.bound(ops); !ok {
				t.Error("the binding stays at the old id")
			}
			s.slash(ben, ops, "fabrikam")
			s.sees(ben, ops, "No customer of this channel matches")
		})
	}
}

// Invited again, or with a channel that is archived no longer, the bot tells
// those who wait for it.
func TestBack(t *testing.T) {
	t.Parallel()
	back := make(chan string, 10)
	s := newStage(t, func(s *setup) { s.bot.Back = func(_ context.Context, channel string) { back <- channel } })
	s.happens(map[string]any{"type": "member_joined_channel", "channel": shared, "user": ben})
	s.happens(map[string]any{"type": "member_joined_channel", "channel": ops, "user": s.slack.BotUserID()})
	s.happens(map[string]any{"type": "channel_unarchive", "channel": elsewhen, "user": ben})
	s.happens(map[string]any{"type": "group_unarchive", "channel": private, "user": ben})
	s.eventually(func() bool { return len(back) >= 3 })
	s.settle()
	got := []string{<-back, <-back, <-back}
	slices.Sort(got)
	if want := []string{elsewhen, ops, private}; !slices.Equal(got, want) || len(back) > 0 {
		t.Errorf("%q and %d more, want %q", got, len(back), want)
	}
}

// A channel that an admin binds may hear again what it was suspended from.
func TestBack_bound(t *testing.T) {
	t.Parallel()
	back := make(chan string, 10)
	s := newStage(t, func(s *setup) { s.bot.Back = func(_ context.Context, channel string) { back <- channel } })
	s.sweep()
	s.slash(ben, ops, "bind all") // no admin
	s.settle()
	s.slash(ana, ops, "bind all")
	s.eventually(func() bool { return len(back) == 1 })
	if got := <-back; got != ops {
		t.Errorf("%q is back", got)
	}
}
