package bot_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/access"
	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
)

// bind binds a channel in the store, as an admin would have.
func (s *stage) bind(channel string, b store.Binding) {
	s.t.Helper()
	b.Channel = channel
	if b.At.IsZero() {
		b.At = time.Now()
	}
	if err := s.store.SetBinding(s.t.Context(), b); err != nil {
		s.t.Fatal(err)
	}
}

// bound is what a channel is bound to in the store.
func (s *stage) bound(channel string) (store.Binding, bool) {
	s.t.Helper()
	b, ok, err := s.store.Binding(s.t.Context(), channel)
	if err != nil {
		s.t.Fatal(err)
	}
	return b, ok
}

// happens has Slack send an event.
func (s *stage) happens(event map[string]any) {
	s.t.Helper()
	if _, err := s.slack.SendEvent(s.t.Context(), event); err != nil {
		s.t.Fatal(err)
	}
}

// form is the form that a person has open.
func (s *stage) form(user string) fakeslack.View {
	s.t.Helper()
	s.eventually(func() bool { return len(s.slack.Views(user)) == 1 })
	return s.slack.Views(user)[0]
}

// updated waits for the form to hold words.
func (s *stage) updated(user, words string) fakeslack.View {
	s.t.Helper()
	s.eventually(func() bool { return strings.Contains(string(s.form(user).JSON), words) })
	return s.form(user)
}

// fill enters something into an input of the form that sends a press.
func (s *stage) fill(user, input, text string) {
	s.t.Helper()
	_, err := s.slack.Click(s.t.Context(), fakeslack.Click{UserID: user, ViewID: s.form(user).ID, ActionID: input, Value: text})
	if err != nil {
		s.t.Fatalf("fill %s: %v", input, err)
	}
}

// send sends the form, and returns what Slack shows below its inputs.
func (s *stage) send(user string, inputs map[string][]string, mutate func(map[string]any)) string {
	s.t.Helper()
	receipt, err := s.slack.SubmitView(s.t.Context(), fakeslack.Submission{UserID: user, ViewID: s.form(user).ID, Inputs: inputs, Mutate: mutate})
	if err != nil {
		s.t.Fatalf("send the form: %v", err)
	}
	var problems []string
	for _, p := range receipt.Errors {
		problems = append(problems, p)
	}
	return strings.Join(problems, " ")
}

// offered is the value of a customer in the form's menu.
func offered(t *testing.T, v fakeslack.View, name string) string {
	t.Helper()
	var view struct{ Blocks json.RawMessage }
	if err := json.Unmarshal(v.JSON, &view); err != nil {
		t.Fatal(err)
	}
	value := optionValue(view.Blocks, name)
	if value == "" {
		t.Fatalf("%s is not offered in %s", name, v.JSON)
	}
	return value
}

// The form binds: to all, to those that a search has found, to a pattern that
// it previews; and it says what is wrong where it is.
func TestBind_form(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.slash(ana, ops, "bind")
	s.form(ana)
	if said := s.send(ana, nil, nil); !strings.Contains(said, "Choose what this channel shows") {
		t.Errorf("nothing entered: %q", said)
	}
	if said := s.send(ana, map[string][]string{"bind_which": {"list"}}, nil); !strings.Contains(said, "at least one customer") {
		t.Errorf("nobody chosen: %q", said)
	}
	if said := s.send(ana, map[string][]string{"bind_which": {"pattern"}, "bind_pattern": {"*"}}, nil); !strings.Contains(said, "needs a letter") {
		t.Errorf("a pattern of all: %q", said)
	}
	s.fill(ana, "bind_find", "contoso")
	found := s.updated(ana, canary)
	chosen := []string{offered(t, found, canary), offered(t, found, "Contoso Logistics")}
	s.fill(ana, "bind_pattern", "fabri*")
	s.updated(ana, "matches 1 customer")
	before := time.Now()
	if said := s.send(ana, map[string][]string{"bind_which": {"list"}, "bind_customers": chosen}, nil); said != "" {
		t.Errorf("refused: %s", said)
	}
	if n := len(s.slack.Views(ana)); n != 0 {
		t.Errorf("%d forms are open", n)
	}
	s.sees(ana, ops, "From now on this channel shows", canary, "Contoso Logistics")
	b, ok := s.bound(ops)
	want := []string{s.id(canary), s.id("Contoso Logistics")}
	slices.Sort(want)
	if !ok || !slices.Equal(b.Customers, want) || b.All || b.Pattern != "" || b.By != ana || b.Confirmed || b.At.Before(before.Truncate(time.Millisecond)) {
		t.Errorf("bound %v to %+v, want %v", ok, b, want)
	}
	s.slash(ana, ops, "bind")
	s.form(ana)
	if said := s.send(ana, map[string][]string{"bind_which": {"pattern"}, "bind_pattern": {"fabri*"}}, nil); said != "" {
		t.Errorf("refused: %s", said)
	}
	s.sees(ana, ops, "names match", "1 at the moment")
	s.slash(ben, ops, "")
	s.sees(ben, ops, "Fabrikam", "protected")
	s.slash(ana, ops, "bind")
	s.form(ana)
	s.send(ana, map[string][]string{"bind_which": {"all"}}, nil)
	s.sees(ana, ops, "shows all 212 customers")
}

// What comes back with a form may have been altered on the way: it leads
// nowhere, and neither does a form of somebody who is no admin.
func TestBind_tamperedForm(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	view := func(p map[string]any) map[string]any { return p["view"].(map[string]any) }
	for name, mutate := range map[string]func(map[string]any){
		"another channel": func(p map[string]any) {
			seal, _, _ := strings.Cut(view(p)["private_metadata"].(string), ".")
			view(p)["private_metadata"] = seal + "." + private
		},
		"no channel":       func(p map[string]any) { view(p)["private_metadata"] = "" },
		"another callback": func(p map[string]any) { view(p)["callback_id"] = "unbind" },
		"another person":   func(p map[string]any) { p["user"].(map[string]any)["id"] = ben },
		"an outsider":      func(p map[string]any) { p["user"].(map[string]any)["id"] = outsiders["stranger"].ID },
		"another team":     func(p map[string]any) { p["user"].(map[string]any)["team_id"] = "T0AWAY" },
	} {
		s.slash(ana, ops, "bind")
		s.form(ana)
		if said := s.send(ana, map[string][]string{"bind_which": {"all"}}, mutate); said == "" {
			t.Errorf("%s: taken", name)
		}
	}
	s.slash(ana, ops, "bind")
	s.form(ana)
	said := s.send(ana, map[string][]string{"bind_which": {"list"}}, func(p map[string]any) {
		values := view(p)["state"].(map[string]any)["values"].(map[string]any)
		values["bind_customers"] = map[string]any{"bind_customers": map[string]any{
			"type": "multi_static_select", "selected_options": []any{map[string]any{"value": s.id(canary)}, map[string]any{"value": "AAAAAAAAAAAAAAAAAAAA"}},
		}}
	})
	if !strings.Contains(said, "at least one") {
		t.Errorf("customers that were made up: %q", said)
	}
	for _, channel := range []string{ops, private} {
		if b, ok := s.bound(channel); ok {
			t.Errorf("%s is bound: %+v", channel, b)
		}
	}
}

// Nothing is acked before it is stored: a store that is lost says so in the
// form, which stays open.
func TestBind_storeFirst(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.listed()
	s.slash(ana, ops, "bind")
	s.form(ana)
	if err := s.store.Close(); err != nil {
		t.Fatal(err)
	}
	if said := s.send(ana, map[string][]string{"bind_which": {"all"}}, nil); !strings.Contains(said, "cannot reach its memory") {
		t.Errorf("said %q", said)
	}
	if len(s.slack.Views(ana)) != 1 {
		t.Error("the form is closed")
	}
}

// While nobody knows what a channel may see, nothing is shown there.
func TestBinding_lostStore(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.slash(ben, ops, "contoso retail")
	m := s.sees(ben, ops, canary)
	if err := s.store.Close(); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "gaps", "contoso retail", "contoso", "trend contoso retail", "export", "scope", "bind", "unbind"} {
		s.slash(ana, ops, text)
		s.sees(ana, ops, "cannot reach its memory")
	}
	for _, action := range []string{"overview_refresh", "overview_share", "customer_trend"} {
		before := len(s.slack.Messages(ops, ben))
		s.pressOn(ben, m, action)
		s.eventually(func() bool { return len(s.slack.Messages(ops, ben)) > before })
		if last := s.slack.Messages(ops, ben)[before]; !holds(last, []string{"cannot reach its memory"}) {
			t.Errorf("%s: %s", action, reads(last))
		}
	}
	s.slash(ana, ops, "help")
	if m := s.sees(ana, ops, "export"); strings.Contains(reads(m), "212") {
		t.Errorf("help says what it cannot know: %s", reads(m))
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

// The file binds what nobody has bound in Slack.
func TestBinding_file(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(s *setup) {
		s.bot.Bindings = map[string]access.Rule{ops: {Pattern: "contoso retail*"}, shared: {Pattern: "contoso*"}}
	})
	s.sweep()
	s.slash(ben, ops, "fabrikam")
	s.sees(ben, ops, "It shows "+canary+" GmbH only")
	s.slash(ana, ops, "unbind")
	s.sees(ana, ops, "file of bindings")
	s.slash(ana, ops, "scope")
	s.sees(ana, ops, "The file of bindings says so")
	s.slash(ana, ops, "bind fabrikam")
	s.sees(ana, ops, "shows Fabrikam only")
	s.slash(ben, ops, "contoso")
	s.sees(ben, ops, "It shows Fabrikam only")
	s.slash(ana, ops, "unbind")
	s.sees(ana, ops, "file of bindings counts again")
	s.slash(ben, shared, "")
	s.sees(ben, shared, "until an admin binds it again")
	s.sees(ana, direct, "<#CSHAR>")
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

// A customer that an admin has erased is gone at once from what a channel shows
// by the names, and from what is offered to bind.
func TestBinding_forgottenNow(t *testing.T) {
	t.Parallel()
	s := stageOf(t, fakeavepoint.Customer{Organization: "Harbor North"}, fakeavepoint.Customer{Organization: "Harbor South"})
	s.sweep()
	s.slash(ana, ops, "bind harbor*")
	s.sees(ana, ops, "(2 at the moment)")
	s.slash(ana, ops, "forget harbor south")
	s.pressOn(ana, s.sees(ana, ops, "Harbor South", "?"), "customer_forget")
	s.sees(ana, ops, "Harbor South", "orgotten")
	s.slash(ben, ops, "scope")
	s.sees(ben, ops, "(1 at the moment)")
	s.slash(ana, ops, `bind "harbor south" friday`)
	s.sees(ana, ops, "friday")
	s.slash(ana, ops, "scope harbor")
	s.sees(ana, ops, "scope")
	s.slash(ana, ops, "bind harbor")
	s.sees(ana, ops, "shows Harbor North only")
}

// A channel whose only customer was forgotten is bound to nobody.
func TestBinding_forgottenCustomer(t *testing.T) {
	t.Parallel()
	s := stageOf(t, fakeavepoint.Customer{Organization: "Harbor"}, fakeavepoint.Customer{Organization: "Meadow"})
	s.sweep()
	s.bind(ops, store.Binding{Customers: []string{s.id("Harbor")}, By: ana})
	if err := s.store.Forget(t.Context(), strings.ToUpper(s.id("Harbor"))); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "gaps", "export"} {
		s.slash(ben, ops, text)
		s.sees(ben, ops, "there is nothing to show")
	}
	s.slash(ben, ops, "meadow")
	s.sees(ben, ops, "It shows no customer")
	s.slash(ben, ops, "scope")
	s.sees(ben, ops, "shows no customer")
}
