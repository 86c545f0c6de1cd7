package bot_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/digest"
	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	"github.com/backup-overview/backup-overview/internal/store"
)

// subscriptions are the digests of a channel in the store; "" is all channels.
func (s *stage) subscriptions(channel string) []store.Subscription {
	s.t.Helper()
	all, err := s.store.Subscriptions(s.t.Context(), channel)
	if err != nil {
		s.t.Fatal(err)
	}
	return all
}

// subscribes has somebody set up a digest and returns it.
func (s *stage) subscribes(user, channel, text string) store.Subscription {
	s.t.Helper()
	before := len(s.subscriptions(channel))
	s.slash(user, channel, "subscribe "+text)
	s.sees(user, channel, "This channel gets a digest")
	all := s.subscriptions(channel)
	if len(all) != before+1 {
		s.t.Fatalf("%d digests, %d before", len(all), before)
	}
	return all[before]
}

// tests keeps what was to be sent at once.
type tests struct {
	mu   sync.Mutex
	sent [][3]string // id, nonce, who
	err  error
}

func (r *tests) send(_ context.Context, id, nonce, by string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent = append(r.sent, [3]string{id, nonce, by})
	return r.err
}

func (r *tests) all() [][3]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([][3]string(nil), r.sent...)
}

// A digest in words: of one customer or of all, at an hour in a zone, which is
// the asker's where none is said. Nothing that was due before counts. Of one
// customer there is one digest of each kind, which a second order changes.
func TestSubscribe_words(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	for _, want := range []struct {
		user, text               string
		digests                  int
		customer, schedule, zone string
		says                     []string
	}{
		{ben, "all", 1, "", "weekdays 08:30", "Europe/Berlin", []string{"all its customers", "Set up by <@UBEN>"}},
		{ben, "weekly mon 07:00 america/new_york", 2, "", "weekly mon 07:00", "America/New_York", []string{"all its customers", "Set up by"}},
		{ben, "contoso retail daily", 3, canary, "daily 08:30", "Europe/Berlin", []string{canary, "Set up by"}},
		{ben, `"fabrikam" monthly last 17:00`, 4, "Fabrikam", "monthly last 17:00", "Europe/Berlin", []string{"Fabrikam", "Set up by"}},
		{ana, "all weekdays 09:15 UTC", 4, "", "weekdays 09:15", "UTC", []string{"all its customers", "09:15", "Changed by <@UANA>"}},
		{ana, "contoso retail weekly mon", 5, canary, "weekly mon 08:30", "Europe/Berlin", []string{canary, "Set up by <@UANA>"}},
	} {
		before := time.Now().Truncate(time.Millisecond)
		s.slash(want.user, ops, "subscribe "+want.text)
		s.sees(want.user, ops, append(want.says, "This channel gets a digest", "Next:")...)
		all, id := s.subscriptions(""), ""
		if want.customer != "" {
			id = s.id(want.customer)
		}
		i := slices.IndexFunc(all, func(sub store.Subscription) bool {
			return sub.Channel == ops && sub.Customer == id && sub.Schedule == want.schedule && sub.Zone == want.zone
		})
		if i < 0 || len(all) != want.digests || all[i].OnlyChanges || all[i].Config || all[i].By == "" {
			t.Fatalf("%s: %+v", want.text, all)
		}
		due(t, all[i], before)
	}
	s.slash(ben, ops, "subscribe all weekdays 09:15 utc")
	s.sees(ben, ops, "Nothing changed")
	if all := s.subscriptions(""); len(all) != 5 || all[0].By != ben {
		t.Errorf("the same again: %+v", all)
	}
}

// due fails unless a digest is due at the first slot after it was set up.
func due(t *testing.T, sub store.Subscription, before time.Time) {
	t.Helper()
	schedule, err := digest.ParseSchedule(sub.Schedule)
	if err != nil {
		t.Fatal(err)
	}
	zone, err := digest.Zone(sub.Zone)
	if err != nil {
		t.Fatal(err)
	}
	if sub.Cursor.Before(before) || sub.Cursor.After(time.Now()) || !sub.NextAt.Equal(schedule.Next(sub.Cursor, zone).Planned) {
		t.Errorf("%s: said up to %v, next at %v", sub.Schedule, sub.Cursor, sub.NextAt)
	}
}

// Of several customers one is chosen, and the order holds; one that is mistyped
// is not guessed; what can hardly be meant is said to be wrong.
func TestSubscribe_unclear(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.slash(ben, ops, "subscribe contoso weekly mon,wed,fri 08:05 America/Argentina/Buenos_Aires")
	s.sees(ben, ops, "Which one?")
	s.choose(ben, ops, "customer_pick", "Contoso Logistics")
	s.sees(ben, ops, "This channel gets a digest", "Contoso Logistics", "08:05")
	all := s.subscriptions(ops)
	if len(all) != 1 || all[0].Customer != s.id("Contoso Logistics") || all[0].Schedule != "weekly mon,wed,fri 08:05" || all[0].Zone != "America/Argentina/Buenos_Aires" || all[0].By != ben {
		t.Errorf("%+v", all)
	}
	s.slash(ben, ops, "subscribe contoso retial daily")
	s.sees(ben, ops, "Did you mean")
	for text, says := range map[string]string{
		"all 25:00":                     "Nothing was set up",
		"all weekly 08:30 Europe/Atlan": "", // a customer of that name, or a mistake: not taken in any case
		`"contoso retail" tuesdaily`:    "Nothing was set up",
	} {
		s.slash(ben, ops, "subscribe "+text)
		s.sees(ben, ops, says)
	}
	if n := len(s.subscriptions("")); n != 1 {
		t.Errorf("%d digests", n)
	}
}

// A digest goes where something may be posted unasked, and says nothing of a
// customer that the channel does not show.
func TestSubscribe_refused(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.bind(private, store.Binding{Customers: []string{s.id(canary)}, By: ana})
	s.forgive("call") // Slack knows no private channel that the bot is not in
	for name, c := range map[string]struct{ user, channel, text, says string }{
		"a direct message":       {ana, direct, "subscribe all", "for a channel"},
		"a shared channel":       {ana, shared, "subscribe all", "shared with another organisation"},
		"without the bot":        {ben, elsewhen, "subscribe all", "/invite"},
		"private, without it":    {ben, secret, "subscribe all", "/invite"},
		"another customer":       {ben, private, "subscribe fabrikam", "No customer of this channel matches"},
		"another, without a bot": {ben, private, "unsubscribe fabrikam", ""},
		"a guest":                {outsiders["guest"].ID, ops, "subscribe all", ""},
		"a stranger":             {outsiders["stranger"].ID, ops, "subscribe all", ""},
		"of another team":        {outsiders["other team"].ID, ops, "subscriptions", ""},
	} {
		s.slash(c.user, c.channel, c.text)
		if m := s.sees(c.user, c.channel, c.says); holds(m, []string{"gets a digest"}) {
			t.Errorf("%s: %s", name, reads(m))
		}
	}
	if all := s.subscriptions(""); len(all) != 0 {
		t.Errorf("%+v", all)
	}
	s.never(ben, private, "Fabrikam")
	if sub := s.subscribes(ben, private, "contoso retail"); sub.Customer != s.id(canary) {
		t.Errorf("%+v", sub)
	}
}

// Where only admins may ask in a channel without a binding, nothing is posted
// there, not even for an admin.
func TestSubscribe_adminsOnly(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(s *setup) { s.bot.Default = access.Admins })
	s.sweep()
	s.slash(ana, ops, "subscribe all")
	s.sees(ana, ops, "bind")
	s.slash(ben, ops, "subscribe all")
	s.sees(ben, ops, "admins only")
	if all := s.subscriptions(""); len(all) != 0 {
		t.Errorf("%+v", all)
	}
	s.bind(ops, store.Binding{All: true, By: ana})
	s.subscribes(ben, ops, "all")
}

// A channel has a bounded number of digests.
func TestSubscribe_many(t *testing.T) {
	t.Parallel()
	s := stageOf(t, fakeavepoint.Customer{Organization: "Harbor"})
	s.sweep()
	now := time.Now()
	const most = 20
	for i := range most {
		err := s.store.SaveSubscription(t.Context(), store.Subscription{
			ID: string(rune('A' + i)), Channel: ops, Customer: "gone", Schedule: "daily 08:30", Zone: "UTC", By: ana,
		}, ana, now)
		if err != nil {
			t.Fatal(err)
		}
	}
	s.slash(ben, ops, "subscribe harbor")
	s.sees(ben, ops, "as many digests as it can have")
	if n := len(s.subscriptions(ops)); n != most {
		t.Errorf("%d digests", n)
	}
	s.slash(ben, ops, "subscriptions")
	s.sees(ben, ops, "gets 20 digests")
}
