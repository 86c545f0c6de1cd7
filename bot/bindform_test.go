package bot_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

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

// A customer chosen among several is bound to the channel as it was when the
// choice was shown: one that became shared since, or is shared no longer, stays
// as it is. A choice counts for who was given it, where it was.
func TestBind_chosenBefore(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	choice := func(user, channel string) (fakeslack.Message, string) {
		s.slash(user, channel, "bind contoso")
		m := s.sees(user, channel, "Which one?")
		return m, optionValue(m.Blocks, canary)
	}
	sharing := func(is bool) {
		s.slack.UpdateChannel(ops, func(c *fakeslack.Channel) { c.IsExtShared = is })
		s.happens(map[string]any{"type": "channel_shared", "channel": ops}) // or Slack's word of before counts for a while
		s.settle()
	}
	before, own := choice(ana, ops)
	_, elsewhere := choice(ana, private)
	sharing(true)
	s.tamper(ana, before, "channel_bind_to", own)
	s.sees(ana, ops, "Nothing changed", "has become shared")
	within, then := choice(ana, ops)
	for name, value := range map[string]string{
		"of another channel": elsewhere,
		"cut":                strings.SplitN(then, ".", 2)[0],
		"mixed":              strings.SplitN(own, ".", 2)[0] + ".shared",
	} {
		s.tamper(ana, within, "channel_bind_to", value)
		s.sees(ana, ops, "too old")
		if b, ok := s.bound(ops); ok {
			t.Errorf("%s: bound to %+v", name, b)
		}
	}
	sharing(false)
	s.tamper(ana, within, "channel_bind_to", then)
	s.sees(ana, ops, "Nothing changed", "no longer shared")
	if b, ok := s.bound(ops); ok {
		t.Errorf("bound to %+v", b)
	}
	sharing(true)
	s.tamper(ana, within, "channel_bind_to", then)
	s.eventually(func() bool { b, ok := s.bound(ops); return ok && b.Confirmed })
}
