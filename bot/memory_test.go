package bot_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/coverage"
	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
)

// sweep reads the directory and every customer, and waits for the bot to know
// them. The customer of the fleet for whom AvePoint is always busy is refused
// instead: that is not tried again for ten seconds.
func (s *stage) sweep() {
	s.t.Helper()
	if id, ok := s.avepoint.ID("Tailspin Toys"); ok {
		s.avepoint.Fault(fakeavepoint.Match{Endpoint: fakeavepoint.EndpointOverview, CustomerID: id}, fakeavepoint.Fault{Status: 404})
	}
	ctx, cancel := context.WithTimeout(s.t.Context(), 30*time.Second)
	defer cancel()
	if err := errors.Join(s.watch.Load(ctx), s.watch.Sweep(ctx)); err != nil {
		s.t.Fatal(err)
	}
	s.listed()
}

// stageOf is a stage with these customers and no others.
func stageOf(t *testing.T, customers ...fakeavepoint.Customer) *stage {
	t.Helper()
	s := prepare(t, func(s *setup) { s.avepoint.Customers = -1 })
	for _, c := range customers {
		s.avepoint.Put(c)
	}
	s.start()
	s.connected()
	return s
}

// choose takes the entry that says label from a menu of the last message.
func (s *stage) choose(user, channel, action, label string) {
	s.t.Helper()
	m := s.last(user, channel, func(m fakeslack.Message) bool { return elementID(m.Blocks, action) != "" })
	value := optionValue(m.Blocks, label)
	_, err := s.slack.Click(s.t.Context(), fakeslack.Click{
		UserID: user, ChannelID: channel, MessageTS: m.TS, ActionID: elementIDOf(m.Blocks, action, value), Value: value,
	})
	if err != nil {
		s.t.Fatalf("choose %s: %v", label, err)
	}
}

// tamper presses a button of a message with another value.
func (s *stage) tamper(user string, m fakeslack.Message, action, value string) {
	s.t.Helper()
	_, err := s.slack.Click(s.t.Context(), fakeslack.Click{
		UserID: user, ChannelID: ops, MessageTS: m.TS, ActionID: elementID(m.Blocks, action), Value: optionOf(m, action), Anyone: true,
		Mutate: func(p map[string]any) {
			pressed := p["actions"].([]any)[0].(map[string]any)
			delete(pressed, "selected_option")
			pressed["value"] = value
		},
	})
	if err != nil {
		s.t.Fatalf("press %s: %v", action, err)
	}
}

// optionOf is the value of the first entry of a menu, "" where it is none.
func optionOf(m fakeslack.Message, action string) string {
	var found string
	walk(m.Blocks, func(o map[string]any) {
		id, _ := o["action_id"].(string)
		options, _ := o["options"].([]any)
		if strings.HasPrefix(id, action) && len(options) > 0 {
			found, _ = options[0].(map[string]any)["value"].(string)
		}
	})
	return found
}

// valueOf is the value of a button.
func valueOf(m fakeslack.Message, action string) string {
	var found string
	walk(m.Blocks, func(o map[string]any) {
		id, _ := o["action_id"].(string)
		if value, ok := o["value"].(string); ok && found == "" && strings.HasPrefix(id, action) {
			found = value
		}
	})
	return found
}

// onlyAdmins lets only admins ask.
func onlyAdmins(s *setup) { s.bot.Default = access.Admins }

// Every word and button that answers from the store refuses who may not see
// everything, and says no customer's name.
func TestMemory_scope(t *testing.T) {
	t.Parallel()
	s := newStage(t, onlyAdmins)
	s.sweep()
	s.slash(ana, ops, "")
	fleet := s.sees(ana, ops, "212 customers")
	s.slash(ana, ops, "trend contoso retail")
	trend := s.sees(ana, ops, canary)
	s.slash(ana, ops, "forget contoso retail")
	forget := s.sees(ana, ops, canary)
	for _, text := range []string{"", "gaps", "trend contoso retail", "export", "export contoso retail", "watch", "unwatch contoso retail", "forget contoso retail", "status"} {
		s.slash(ben, ops, text)
		s.sees(ben, ops, "answers its admins only")
	}
	for action, m := range map[string]fakeslack.Message{
		"fleet_page": fleet, "export": fleet, "customer_trend": trend, "customer_open": trend, "customer_forget": forget, "customer_keep": forget,
	} {
		before := len(s.slack.Messages(ops, ben))
		s.pressOn(ben, m, action)
		s.eventually(func() bool { return len(s.slack.Messages(ops, ben)) > before })
	}
	s.settle()
	for _, m := range s.slack.Messages(ops, ben) {
		if strings.Contains(reads(m), "Contoso") || strings.Contains(reads(m), "212") {
			t.Errorf("who may not see sees %s", reads(m))
		}
	}
	if len(s.slack.Files()) != 0 {
		t.Error("who may not see has a file")
	}
	if _, err := s.store.Standing(t.Context(), s.id(canary), time.Now()); err != nil {
		t.Errorf("who may not see has erased a customer: %v", err)
	}
}

// id is the id of the customer with this name, or one that begins with it.
func (s *stage) id(name string) string {
	s.t.Helper()
	for c, err := range s.store.Customers(s.t.Context()) {
		if err != nil {
			s.t.Fatal(err)
		}
		if strings.HasPrefix(c.Name, name) {
			return c.ID
		}
	}
	s.t.Fatalf("no customer %s", name)
	return ""
}

// What only admins may do is refused to members, at the command and, should
// they come by a button, at the button.
func TestMemory_admins(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.slash(ana, ops, "unwatch fabrikam")
	unwatched := s.sees(ana, ops, "Fabrikam")
	s.slash(ana, ops, "forget contoso retail")
	forget := s.sees(ana, ops, canary)
	for _, word := range []string{"watch", "unwatch", "forget"} {
		for _, customer := range []string{"", " contoso retail", " contoso", " no such customer"} {
			s.slash(ben, ops, word+customer)
			s.sees(ben, ops, "Only the bot's admins may use", "/backup-overview "+word)
		}
	}
	for action, m := range map[string]fakeslack.Message{"customer_watch": unwatched, "customer_forget": forget, "customer_keep": forget} {
		before := len(s.slack.Messages(ops, ben))
		s.pressOn(ben, m, action)
		s.eventually(func() bool { return len(s.slack.Messages(ops, ben)) > before })
		if last := s.slack.Messages(ops, ben)[before]; !holds(last, []string{"Only the bot's admins may use"}) {
			t.Errorf("%s of a member: %s", action, reads(last))
		}
	}
	for name, unwatched := range map[string]bool{"Fabrikam": true, canary: false} {
		now, err := s.store.Standing(t.Context(), s.id(name), time.Now())
		if err != nil || now.Unwatched != unwatched {
			t.Errorf("%s: unwatched %v, %v", name, now.Unwatched, err)
		}
	}
}

// A value that was altered leads nowhere: no page, no file, nothing erased.
func TestMemory_tamperedValues(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.slash(ana, ops, "")
	fleet := s.sees(ana, ops, "212 customers")
	s.slash(ana, ops, "forget contoso retail")
	forget := s.sees(ana, ops, canary)
	page, _, _ := strings.Cut(valueOf(fleet, "fleet_page"), ".")
	for _, c := range []struct {
		m             fakeslack.Message
		action, value string
	}{
		{fleet, "fleet_page", ""},
		{fleet, "fleet_page", page},
		{fleet, "fleet_page", page + ".all/0/1000000"},
		{fleet, "fleet_page", page + ".all/9/0"},
		{fleet, "fleet_page", valueOf(forget, "customer_forget")},
		{fleet, "fleet_order", page + ".all/0/-20"},
		{fleet, "export", ""},
		{fleet, "export", valueOf(forget, "customer_forget")},
		{forget, "customer_forget", "AAAAAAAAAAAAAAAAAAAA"},
		{forget, "customer_forget", s.id(canary)},
		{forget, "customer_forget", page + ".all/0/20"},
	} {
		before := len(s.slack.Messages(ops, ana))
		s.tamper(ana, c.m, c.action, c.value)
		s.eventually(func() bool { return len(s.slack.Messages(ops, ana)) > before })
		if last := s.slack.Messages(ops, ana)[before]; !holds(last, []string{"too old"}) {
			t.Errorf("%s with %q: %s", c.action, c.value, reads(last))
		}
	}
	if len(s.slack.Files()) != 0 {
		t.Error("an altered value made a file")
	}
	s.id(canary)
}

// No private answer is ever put into the channel, whatever the press says of
// the message it was on.
func TestMemory_pressSaidToBePublic(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.slash(ana, ops, "")
	m := s.sees(ana, ops, "212 customers")
	for _, action := range []string{"fleet_page", "export"} {
		before := len(s.slack.Messages(ops, ana))
		_, err := s.slack.Click(t.Context(), fakeslack.Click{
			UserID: ana, ChannelID: ops, MessageTS: m.TS, ActionID: elementID(m.Blocks, action),
			Mutate: func(p map[string]any) { p["container"].(map[string]any)["is_ephemeral"] = false },
		})
		if err != nil {
			t.Fatal(err)
		}
		s.eventually(func() bool { return len(s.slack.Messages(ops, ana)) > before })
	}
	s.settle()
	for _, m := range s.slack.Messages(ops, ben) {
		if strings.Contains(reads(m), "customers") || strings.Contains(reads(m), canary) {
			t.Errorf("the channel sees %s", reads(m))
		}
	}
}

// Of a fleet of many pages each customer is seen once, whichever way it is
// ranked, and the last page has an end.
func TestFleet_pages(t *testing.T) {
	t.Parallel()
	for order, says := range map[string]string{
		"gap": "most objects without backup first", "drop": "there is nothing to compare yet", "age": "the oldest data first",
	} {
		t.Run(order, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, func(s *setup) { s.avepoint.Customers = 50 })
			s.sweep()
			s.slash(ben, ops, "")
			s.sees(ben, ops, "50 customers")
			s.choose(ben, ops, "fleet_order", "y "+order)
			s.settle() // one of the orders shows the same page again
			seen := map[string]int{}
			var m fakeslack.Message
			for _, shown := range []string{"Customers 1 to 20 of 50", "Customers 21 to 40 of 50", "Customers 41 to 50 of 50"} {
				if m.TS != "" {
					s.pressOn(ben, m, nextButton(m))
				}
				m = s.sees(ben, ops, shown, says)
				for _, name := range menu(m, "fleet_open") {
					seen[name]++
				}
			}
			if len(seen) < 45 { // some have the same name
				t.Errorf("%d customers seen", len(seen))
			}
			if nextButton(m) != "" {
				t.Errorf("the last page leads on: %s", reads(m))
			}
		})
	}
}

// nextButton is the id of the button that turns to the next page.
func nextButton(m fakeslack.Message) string {
	var found string
	walk(m.Blocks, func(o map[string]any) {
		text, _ := o["text"].(map[string]any)
		if said, _ := text["text"].(string); strings.HasPrefix(said, "Next") {
			found, _ = o["action_id"].(string)
		}
	})
	return found
}

// menu is what the entries of a menu say.
func menu(m fakeslack.Message, action string) []string {
	var said []string
	walk(m.Blocks, func(o map[string]any) {
		if id, _ := o["action_id"].(string); !strings.HasPrefix(id, action) {
			return
		}
		options, _ := json.Marshal(o["options"])
		walk(options, func(o map[string]any) {
			text, _ := o["text"].(map[string]any)
			if words, ok := text["text"].(string); ok {
				said = append(said, words)
			}
		})
	})
	return said
}

// The fleet is answered from the store: no call, whatever is pressed.
func TestFleet_callsNobody(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	before := s.avepoint.Calls(fakeavepoint.EndpointOverview)
	for _, text := range []string{"", "gaps", "trend contoso retail 90d", "status"} {
		s.slash(ben, ops, text)
		s.settle()
	}
	if after := s.avepoint.Calls(fakeavepoint.EndpointOverview); after != before {
		t.Errorf("%d calls", after-before)
	}
}

// A point of a trend is the worst that was read in its time.
func TestTrend_history(t *testing.T) {
	t.Parallel()
	s := stageOf(t, fakeavepoint.Customer{Organization: "Harbor"})
	s.listed()
	now := time.Now()
	id := s.id("Harbor")
	for days := 60; days >= 0; days-- {
		protected := int64(100)
		if days == 41 {
			protected = 37 // one bad day
		}
		err := s.store.Record(t.Context(), "stage", []store.Reading{{
			CustomerID: id, At: now.AddDate(0, 0, -days), Kind: store.Good,
			Rows: []coverage.Row{{Tenant: "t", Module: "Exchange Online", Count: coverage.Count{Scanned: 100, Protected: protected}}},
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	s.slash(ben, ops, "trend harbor 90d")
	s.sees(ben, ops, "Harbor", "37.0 %")
	s.slash(ben, ops, "trend harbor 30d")
	if m := s.sees(ben, ops, "Harbor"); strings.Contains(reads(m), "37.0 %") {
		t.Errorf("a day before the span is in it: %s", reads(m))
	}
	s.choose(ben, ops, "customer_trend", "90d")
	s.sees(ben, ops, "Harbor", "37.0 %")
}
