package formatting

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
)

// subscription is one that runs.
func subscription() SubscriptionView {
	return SubscriptionView{
		When: "weekdays at 08:30 Europe/Berlin", By: "U0ANA", Created: now.AddDate(0, 0, -40), Said: slot(),
		Next:    []time.Time{slot().AddDate(0, 0, 1), slot().AddDate(0, 0, 2)},
		SendNow: "s1", Pause: "p1", Resume: "r1", Remove: "u1",
	}
}

func subscriptionStates() []state {
	run, quiet, paused, config, idle := subscription(), subscription(), subscription(), subscription(), subscription()
	quiet.Customer, quiet.OnlyChanges = "Contoso Retail GmbH", true
	paused.Customer, paused.When, paused.Paused, paused.PausedBy, paused.Said = "Fabrikam", "monthly on the last day at 17:00 Europe/Berlin", now.Add(-26*time.Hour), "U0ANA", time.Time{}
	config.Config, config.By, config.Created, config.Pause, config.Remove = true, "", time.Time{}, "", ""
	idle.Next, idle.By, idle.When = nil, "", "never"
	list := SubscriptionsView{Command: command, Now: now, Subscribe: "f"}
	two, all, full, none := list, list, list, list
	two.Subscriptions, all.Subscriptions = []SubscriptionView{run, quiet}, []SubscriptionView{run, quiet, paused, config, idle}
	for range 40 {
		full.Subscriptions = append(full.Subscriptions, quiet)
	}
	told := func(v SubscribedView, s SubscriptionView) Message {
		v.Command, v.Subscription, v.Manage, v.Now, v.By = command, s, "m", now, "U0ANA"
		return Subscribed(v)
	}
	done := func(s SubscriptionView, already bool) SubscriptionChange {
		return SubscriptionChange{Command: command, By: "U0ANA", Subscription: s, Already: already, Manage: "m", Now: now}
	}
	return []state{
		{"subscribed", told(SubscribedView{}, run)},
		{"subscribed_quiet", told(SubscribedView{}, quiet)},
		{"subscribed_changed", told(SubscribedView{Changed: true}, quiet)},
		{"subscribed_same", told(SubscribedView{Same: true}, paused)},
		{"subscriptions_none", Subscriptions(none)},
		{"subscriptions_one", Subscriptions(SubscriptionsView{Command: command, Now: now, Subscriptions: []SubscriptionView{run}})},
		{"subscriptions", Subscriptions(all)},
		{"subscriptions_many", Subscriptions(full)},
		{"which_digest", WhichDigest(two)},
		{"subscription_paused", SubscriptionPaused(done(run, false))},
		{"subscription_paused_already", SubscriptionPaused(done(quiet, true))},
		{"subscription_resumed", SubscriptionResumed(done(quiet, false))},
		{"subscription_resumed_already", SubscriptionResumed(done(run, true))},
		{"unsubscribed", Unsubscribed(done(quiet, false))},
		{"sent_now", SentNow(false)},
		{"sent_now_again", SentNow(true)},
		{"subscribe_unchecked", SubscribeRefused(SubscribeUnchecked, command)},
		{"subscribe_not_member", SubscribeRefused(SubscribeNotMember, command)},
		{"subscribe_direct", SubscribeRefused(SubscribeDirect, command)},
		{"subscribe_archived", SubscribeRefused(SubscribeArchived, command)},
		{"subscribe_too_many", SubscribeRefused(SubscribeTooMany, command)},
		{"subscribe_gone", SubscribeRefused(SubscribeGone, command)},
		{"subscribe_by_config", SubscribeRefused(SubscribeByConfig, command)},
		{"subscribe_none", SubscribeRefused(SubscribeNone, command)},
		{"subscribe_paused", SubscribeRefused(SubscribePaused, command)},
		{"subscribe_bad_schedule", BadSchedule(`"25:00" is no time of day: write one like 08:30`, command)},
		{"subscribe_form_lost", SubscribeFormLost(command)},
		{"subscribe_unbound", DigestUnbound(command)},
		{"press_not_recorded", NotRecorded("7F3K")},
	}
}

// subscribeForms are the form in its states, by name.
func subscribeForms() map[string]slack.ModalViewRequest {
	choice := func(n int) Choice {
		return Choice{Name: fmt.Sprintf("Customer %d", n), Detail: fmt.Sprintf("it@c%d.example", n), Value: fmt.Sprintf("abcdefghijklmnopqr%02d", n)}
	}
	usual := SubscribeFormView{
		Metadata: "m.C0OPS", Customers: []Choice{choice(1), choice(2)}, Zones: []string{"Europe/Berlin", "UTC", "America/New_York"},
		Now: now, Next: subscription().Next,
	}
	found, edit, wrong, bare := usual, usual, usual, usual
	found.Search, found.Query, found.Found, found.Chosen, found.Days, found.OnlyChanges = true, "customer", 40, choice(2).Value, "monthly last", true
	edit.Change, edit.Days, edit.Time, edit.Zone, edit.Chosen = true, "weekly mon,thu", "17:00", "America/Halifax", choice(1).Value
	wrong.OtherZone, wrong.Next, wrong.Problem = "Europe/Atlantis", nil, `"Europe/Atlantis" is no time zone that is known here: write one like Europe/Berlin`
	bare.Zones, bare.Customers, bare.Next, bare.Time = nil, nil, nil, "late"
	full := found
	full.Customers, full.Zones, full.Days, full.Zone = nil, LikelyZones(), strings.Repeat("<", 2000), strings.Repeat("漢", 75)
	full.Query, full.OtherZone, full.Problem = strings.Repeat("<", 2000), strings.Repeat("漢", 2000), strings.Repeat("漢", 2000)
	for n := range 150 {
		c := choice(n)
		c.Name = strings.Repeat("漢", 100)
		full.Customers = append(full.Customers, c)
		full.Zones = append(full.Zones, fmt.Sprintf("Zone/%d", n))
	}
	return map[string]slack.ModalViewRequest{
		"form_subscribe": SubscribeForm(usual), "form_subscribe_found": SubscribeForm(found), "form_subscribe_change": SubscribeForm(edit),
		"form_subscribe_wrong": SubscribeForm(wrong), "form_subscribe_bare": SubscribeForm(bare), "form_subscribe_full": SubscribeForm(full),
	}
}

func FuzzSubscribeForm(f *testing.F) {
	for _, s := range nasty {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		assertForm(t, "form", SubscribeForm(SubscribeFormView{
			Metadata: "m", Search: true, Query: s, Found: 2, Customers: []Choice{{Name: s, Detail: s, Value: "a"}, {Name: s, Detail: s, Value: "b"}},
			Chosen: s, Days: s, Time: s, Zones: []string{"UTC"}, OtherZone: s, Problem: "x" + s,
		}))
	})
}

// What stood in the form stands in it again, and what is there at first is
// what one types without a word.
func TestSubscribeForm_initial(t *testing.T) {
	t.Parallel()
	value := func(f slack.ModalViewRequest, id string) string {
		for _, b := range f.Blocks.BlockSet {
			if input, ok := b.(*slack.InputBlock); ok && input.BlockID == id {
				switch e := input.Element.(type) {
				case *slack.SelectBlockElement:
					return e.InitialOption.Value
				case *slack.TimePickerBlockElement:
					return e.InitialTime
				}
			}
		}
		return "no such input"
	}
	forms := subscribeForms()
	for form, want := range map[string][4]string{
		"form_subscribe":        {SubscribeAll, "weekdays", "08:30", "Europe/Berlin"},
		"form_subscribe_found":  {"abcdefghijklmnopqr02", "monthly last", "08:30", "Europe/Berlin"},
		"form_subscribe_change": {"abcdefghijklmnopqr01", "weekly mon,thu", "17:00", "America/Halifax"},
		"form_subscribe_bare":   {SubscribeAll, "weekdays", "08:30", "no such input"},
	} {
		f := forms[form]
		got := [4]string{value(f, SubscribeWhat), value(f, SubscribeDays), value(f, SubscribeTime), value(f, SubscribeZone)}
		if got != want {
			t.Errorf("%s: %q, want %q", form, got, want)
		}
	}
}

// Each input that decides when a digest comes tells the bot when it changes.
func TestSubscribeForm_tells(t *testing.T) {
	t.Parallel()
	told := map[string]bool{}
	for _, b := range subscribeForms()["form_subscribe_found"].Blocks.BlockSet {
		if input, ok := b.(*slack.InputBlock); ok {
			told[input.BlockID] = input.DispatchAction
		}
	}
	for _, id := range []string{SubscribeWhat, SubscribeFind, SubscribeDays, SubscribeTime, SubscribeZone, SubscribeOtherZone} {
		if !told[id] {
			t.Errorf("%s tells nothing", id)
		}
	}
	if told[SubscribeOnlyChanges] {
		t.Error("the box tells what nothing depends on")
	}
}

// The zones that are offered are zones.
func TestLikelyZones(t *testing.T) {
	t.Parallel()
	if n := len(LikelyZones()); n >= maxOptions {
		t.Errorf("%d zones leave no room for the asker's", n)
	}
	for _, name := range LikelyZones() {
		if _, err := time.LoadLocation(name); err != nil {
			t.Error(err)
		}
	}
}

func TestSubscribeProblem_Says(t *testing.T) {
	t.Parallel()
	for p := ProblemCustomer; p <= ProblemNotAllowed; p++ {
		if p.Says() == "" {
			t.Errorf("problem %d says nothing", p)
		}
	}
}

// Each digest of a list has its own buttons; one that runs can be paused, one
// that does not resumed, and what removes it asks first.
func TestSubscriptions_buttons(t *testing.T) {
	t.Parallel()
	run, paused := subscription(), subscription()
	paused.Paused = now
	m := Subscriptions(SubscriptionsView{Command: command, Now: now, Subscriptions: []SubscriptionView{run, paused}})
	var actions []string
	for _, b := range m.Blocks {
		row, ok := b.(*slack.ActionBlock)
		if !ok {
			continue
		}
		for _, e := range row.Elements.ElementSet {
			pressed := e.(*slack.ButtonBlockElement)
			actions = append(actions, pressed.ActionID)
			if asks := pressed.Confirm != nil; asks != (ActionOf(pressed.ActionID) == ActionUnsubscribe) {
				t.Errorf("%s asks: %t", pressed.ActionID, asks)
			}
		}
	}
	want := []string{
		ActionSendNow + ":1", ActionPause + ":1", ActionUnsubscribe + ":1",
		ActionSendNow + ":2", ActionResume + ":2", ActionUnsubscribe + ":2",
	}
	if strings.Join(actions, " ") != strings.Join(want, " ") {
		t.Errorf("%q, want %q", actions, want)
	}
}

// subscribedAs are the messages about subscriptions and deliveries with s
// wherever a name or what somebody typed stands.
func subscribedAs(s string) []Message {
	v := subscription()
	v.Customer, v.When, v.By, v.PausedBy = "x"+s, s, "<"+s, "<"+s
	paused := v
	paused.Paused = now
	list := SubscriptionsView{Command: s, Now: now, Subscriptions: []SubscriptionView{v, paused}, Subscribe: "f"}
	done := SubscriptionChange{Command: s, By: "<" + s, Subscription: v, Manage: "m", Now: now}
	notice := DeliveryNoticeView{Command: s, Channel: "C<" + s, Class: "x" + s, Since: now, Now: now}
	dead := notice
	dead.Kind = DeliveryDead
	status := running()
	status.Command, status.Deliveries = s, &DeliveriesView{Parked: []ParkedChannel{{Channel: "C<" + s, Class: s}}}
	return []Message{
		Subscribed(SubscribedView{Command: s, By: "<" + s, Subscription: v, Now: now}), Subscriptions(list), WhichDigest(list), Subscriptions(SubscriptionsView{Command: s}),
		SubscriptionPaused(done), SubscriptionResumed(done), Unsubscribed(done), BadSchedule(s, s), SubscribeFormLost(s), SubscribeRefused(SubscribeDirect, s),
		DeliveryNotice(notice), DeliveryNotice(dead), Status(status),
	}
}
