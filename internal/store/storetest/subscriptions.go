package storetest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/backup-overview/backup-overview/internal/store"
)

func subscribe(t *testing.T, s *store.Store, sub store.Subscription) {
	t.Helper()
	if err := s.SaveSubscription(t.Context(), sub, sub.By, noon()); err != nil {
		t.Fatal(err)
	}
}

// subscriptions: one comes back as it was saved; saving it again changes it in
// place; the audit has each change once; and deleting ends it.
func subscriptions(t *testing.T, s *store.Store) {
	ctx := t.Context()
	sub := store.Subscription{
		ID: "s1", Channel: "C1", Customer: id(1), Schedule: "daily 08:30", Zone: "Europe/Berlin", OnlyChanges: true, By: "U1",
		Created: noon(), Cursor: noon(), NextAt: noon().Add(hour),
	}
	subscribe(t, s, sub)
	subscribe(t, s, sub) // no change
	config := store.Subscription{Config: true, Channel: "C2", Schedule: "@every 5s", Zone: "UTC", Created: noon().Add(time.Second)}
	subscribe(t, s, config)
	config.ID, config.Cursor, config.NextAt = store.ConfigSubscription, noon(), noon()
	is(t, s, "", sub, config)
	is(t, s, "C1", sub)
	is(t, s, "C3")

	changed := sub
	changed.Customer, changed.Schedule, changed.OnlyChanges, changed.By = "", "weekly monday 09:00", false, "U2"
	changed.Created, changed.Cursor, changed.NextAt = noon().Add(hour), noon().Add(hour), time.Time{}
	if err := s.SaveSubscription(ctx, changed, "U2", noon().Add(2*hour)); err != nil {
		t.Fatal(err)
	}
	changed.By, changed.Created, changed.NextAt = "U1", noon(), noon().Add(2*hour)
	is(t, s, "C1", changed)
	got, there, err := s.Subscription(ctx, "s1")
	if diff := cmp.Diff(changed, got); err != nil || !there || diff != "" {
		t.Error(there, err, diff)
	}
	gone, did, err := s.DeleteSubscription(ctx, "s1", "U3", noon().Add(3*hour))
	if diff := cmp.Diff(changed, gone); err != nil || !did || diff != "" {
		t.Error(did, err, diff)
	}
	if _, did, err := s.DeleteSubscription(ctx, "s1", "U3", noon()); err != nil || did {
		t.Errorf("deleted twice: %v %v", did, err)
	}
	if _, there, err := s.Subscription(ctx, "s1"); err != nil || there {
		t.Errorf("%v %v", there, err)
	}
	for _, bad := range []store.Subscription{{ID: "s9"}, {Channel: "C9"}} {
		if err := s.SaveSubscription(ctx, bad, "U1", noon()); err == nil {
			t.Errorf("%+v was saved", bad)
		}
	}
	first := `{"customers":["c0001"],"schedule":"daily 08:30","zone":"Europe/Berlin","onlyChanges":true}`
	second := `{"schedule":"weekly monday 09:00","zone":"Europe/Berlin"}`
	auditIs(t, s,
		store.Entry{At: noon(), Who: "U1", Action: "subscribe", Channel: "C1", Customer: id(1), After: first},
		store.Entry{At: noon(), Action: "subscribe", Channel: "C2", After: `{"schedule":"@every 5s","zone":"UTC"}`},
		store.Entry{At: noon().Add(2 * hour), Who: "U2", Action: "subscribe", Channel: "C1", Before: first, After: second},
		store.Entry{At: noon().Add(3 * hour), Who: "U3", Action: "unsubscribe", Channel: "C1", Before: second})
}

// auditIs is audit, where some were at one time.
func auditIs(t *testing.T, s *store.Store, want ...store.Entry) {
	t.Helper()
	var got []store.Entry
	for e, err := range s.Audit(t.Context()) {
		ok(t, err)
		got = append(got, e)
	}
	order := cmpopts.SortSlices(func(a, b store.Entry) bool { return fmt.Sprint(a) < fmt.Sprint(b) })
	if diff := cmp.Diff(want, got, order); diff != "" {
		t.Error(diff)
	}
}

func is(t *testing.T, s *store.Store, channel string, want ...store.Subscription) {
	t.Helper()
	got, err := s.Subscriptions(t.Context(), channel)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

// due fails unless exactly these are claimed.
func due(t *testing.T, s *store.Store, owner string, now time.Time, want ...string) []store.Subscription {
	t.Helper()
	claimed, err := s.ClaimSubscriptions(t.Context(), owner, 10, hour, now)
	var got []string
	for _, sub := range claimed {
		got = append(got, sub.ID)
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Fatal(err, diff)
	}
	return claimed
}

// subscriptionPause: one that is paused is not due, and goes on from when it is
// resumed.
func subscriptionPause(t *testing.T, s *store.Store) {
	ctx := t.Context()
	subscribe(t, s, store.Subscription{ID: "s1", Channel: "C1", By: "U1"})
	pause := func(is bool, now time.Time, want bool) {
		t.Helper()
		if did, err := s.PauseSubscription(ctx, "s1", "U2", is, now.Add(hour), now); err != nil || did != want {
			t.Errorf("%v %v", did, err)
		}
	}
	pause(false, noon(), false)
	due(t, s, "me", noon(), "s1")
	pause(true, noon().Add(time.Second), true)
	pause(true, noon().Add(time.Second), false)
	lost(t, s.Reschedule(ctx, "s1", "me", noon(), noon()))
	sub, _, err := s.Subscription(ctx, "s1")
	if err != nil || !sub.Paused.Equal(noon().Add(time.Second)) || sub.PausedBy != "U2" {
		t.Errorf("%+v %v", sub, err)
	}
	due(t, s, "me", noon().Add(48*hour))
	pause(false, noon().Add(2*hour), true)
	sub, _, err = s.Subscription(ctx, "s1")
	if err != nil || !sub.Paused.IsZero() || sub.PausedBy != "" || !sub.Cursor.Equal(noon().Add(2*hour)) {
		t.Errorf("%+v %v", sub, err)
	}
	due(t, s, "me", noon().Add(3*hour-time.Millisecond))
	due(t, s, "me", noon().Add(3*hour), "s1")
	if did, err := s.PauseSubscription(ctx, "nobody", "U2", true, noon(), noon()); err != nil || did {
		t.Errorf("%v %v", did, err)
	}
	entry := store.Entry{At: noon().Add(time.Second), Who: "U2", Action: "pause", Channel: "C1", After: `{}`}
	resume := entry
	resume.At, resume.Action = noon().Add(2*hour), "resume"
	audit(t, s, store.Entry{At: noon(), Who: "U1", Action: "subscribe", Channel: "C1", After: `{}`}, entry, resume)
}

// slots: a slot is decided once, with all that it says or nothing; what it said
// comes with the next claim; and whoever lost the subscription decides nothing.
func slots(t *testing.T, s *store.Store) {
	ctx := t.Context()
	subscribe(t, s, store.Subscription{ID: "s1", Channel: "C1"})
	subscribe(t, s, store.Subscription{ID: "s2", Channel: "C2", NextAt: noon().Add(time.Minute)})
	slot := store.Slot{Subscription: "s1", Local: "2026-11-02 13:00", Planned: noon(), Late: true, Skipped: 2}
	digest := func(key string) store.Delivery {
		d := message("C1", key)
		d.What, d.Topic = "digest", store.DigestTopic("s1")
		return d
	}
	said := []byte(strings.Repeat(`{"gaps":[]}`, 100))
	lost(t, s.Decide(ctx, "me", slot, noon().Add(hour), said, noon(), []store.Delivery{digest("d0")}, noon()))
	if got := due(t, s, "me", noon(), "s1"); got[0].Said != nil || !got[0].SaidAt.IsZero() {
		t.Errorf("%+v", got)
	}
	lost(t, s.Decide(ctx, "other", slot, noon().Add(hour), said, noon(), []store.Delivery{digest("d0")}, noon()))
	file := about(digest("d1"), "f1", store.ThreadFile)
	ok(t, s.Decide(ctx, "me", slot, noon().Add(hour), said, noon().Add(time.Second), []store.Delivery{digest("d1"), file}, noon()))
	lost(t, s.Decide(ctx, "me", slot, noon().Add(hour), said, noon(), []store.Delivery{digest("d0")}, noon()))
	waiting(t, s, noon(), 2, 0)
	due(t, s, "me", noon().Add(time.Minute), "s2")
	ok(t, s.Reschedule(ctx, "s2", "me", noon(), noon().Add(2*hour)))
	lost(t, s.Reschedule(ctx, "s2", "me", noon(), noon().Add(2*hour)))

	got := due(t, s, "me", noon().Add(hour), "s1")[0]
	want := store.Subscription{
		ID: "s1", Channel: "C1", Created: noon(), Cursor: noon(), NextAt: noon().Add(hour), SaidAt: noon().Add(time.Second), Said: said,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	err := s.Decide(ctx, "me", slot, noon().Add(2*hour), []byte("new"), noon(), []store.Delivery{digest("d2")}, noon())
	if !errors.Is(err, store.ErrDecided) {
		t.Errorf("%v, want ErrDecided", err)
	}
	waiting(t, s, noon(), 2, 0)
	if got := due(t, s, "me", noon().Add(2*hour), "s1", "s2")[0]; string(got.Said) != string(said) {
		t.Error("a slot that was decided before changed what was said")
	}
	ok(t, s.Reschedule(ctx, "s2", "me", noon(), noon().Add(100*hour)))
	// Nothing to say: the slot stands, and what was said stays.
	slot.Local, slot.Planned = "2026-11-02 15:00", noon().Add(2*hour)
	ok(t, s.Decide(ctx, "me", slot, noon().Add(3*hour), nil, noon(), nil, noon()))
	got = due(t, s, "me", noon().Add(3*hour), "s1")[0]
	if string(got.Said) != string(said) || !got.Cursor.Equal(slot.Planned) || !got.SaidAt.Equal(noon().Add(time.Second)) {
		t.Errorf("%+v", got)
	}
	// A newer digest takes the place of the one that was not sent.
	slot.Local = "2026-11-02 16:00"
	ok(t, s.Decide(ctx, "me", slot, noon().Add(4*hour), []byte("new"), noon(), []store.Delivery{digest("d3")}, noon()))
	sendable(t, s, "me", noon(), "d3")
	waiting(t, s, noon(), 0, 1)
	if got := due(t, s, "me", noon().Add(4*hour), "s1")[0]; string(got.Said) != "new" {
		t.Errorf("%q", got.Said)
	}
}

// slotRace: of many who decide one slot, one does.
func slotRace(t *testing.T, s *store.Store) {
	subscribe(t, s, store.Subscription{ID: "s1", Channel: "C1"})
	subscribe(t, s, store.Subscription{ID: "s2", Channel: "C1"})
	var mu sync.Mutex
	claims, decided := map[string]int{}, 0
	var group sync.WaitGroup
	for n := range 8 {
		owner := fmt.Sprint("owner ", n)
		group.Go(func() {
			claimed, err := s.ClaimSubscriptions(t.Context(), owner, 2, hour, noon())
			if err != nil {
				t.Error(err)
			}
			for _, sub := range claimed {
				// Each may have it in turn, and all have the same slot.
				slot := store.Slot{Subscription: sub.ID, Local: "now", Planned: noon()}
				err := s.Decide(t.Context(), owner, slot, noon(), nil, noon(), []store.Delivery{message("C1", sub.ID)}, noon())
				mu.Lock()
				claims[sub.ID]++
				if err == nil {
					decided++
				} else if !errors.Is(err, store.ErrDecided) {
					t.Error(err)
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	if decided != 2 || len(claims) != 2 {
		t.Errorf("%d slots of 2 decided, claims %v", decided, claims)
	}
	waiting(t, s, noon(), 2, 0)
}

// subscriptionEnds: what was about to be said is not, once the subscription
// ends or speaks to others, also where it may have been sent.
func subscriptionEnds(t *testing.T, s *store.Store) {
	ctx := t.Context()
	digest := func(n string) {
		t.Helper()
		d := message("C1", "d"+n)
		d.What, d.Topic = "digest", store.DigestTopic("s"+n)
		subscribe(t, s, store.Subscription{ID: "s" + n, Channel: "C1", Customer: id(1)})
		enqueue(t, s, noon(), d, about(d, "f"+n, store.ThreadFile))
	}
	digest("1")
	sendable(t, s, "me", noon(), "d1")
	ok(t, s.Unsure(ctx, "d1", "me", "timeout", noon()))
	digest("2")
	digest("3")
	waiting(t, s, noon(), 5, 1)
	for _, n := range []string{"1", "2"} {
		if _, did, err := s.DeleteSubscription(ctx, "s"+n, "U1", noon()); err != nil || !did {
			t.Fatal(did, err)
		}
	}
	if err := s.SaveSubscription(ctx, store.Subscription{ID: "s3", Channel: "C3", Customer: id(1)}, "U1", noon()); err != nil {
		t.Fatal(err)
	}
	waiting(t, s, noon(), 1, 1) // the file of what may have been sent
	got := unsure(t, s, "me", noon().Add(time.Minute), "d1")[0]
	if !got.Expires.Equal(noon()) {
		t.Errorf("it would be sent again: %+v", got)
	}
	ok(t, s.Supersede(ctx, "d1", "me", "unsubscribed", noon()))
	waiting(t, s, noon(), 0, 0)
}

// subscriptionForget: a customer that is forgotten takes its subscriptions with
// it, and leaves what others said and are to say.
func subscriptionForget(t *testing.T, s *store.Store) {
	ctx := t.Context()
	save(t, s, 3, noon())
	subscribe(t, s, store.Subscription{ID: "own", Channel: "C1", Customer: strings.ToUpper(id(0))})
	subscribe(t, s, store.Subscription{ID: "all", Channel: "C1"})
	due(t, s, "me", noon(), "all", "own")
	body := func(key, text string) store.Delivery {
		d := message("C1", key)
		d.Body = []byte(text)
		return d
	}
	named := body("named", `{"id":"C0000","gap":1}`)
	own := message("C1", "own digest")
	own.Topic = store.DigestTopic("own")
	slot := store.Slot{Subscription: "all", Local: "now", Planned: noon()}
	said := `{"gaps":[["c0000","t","m",9,8],["c0001","t","m",7,6]],"stale":["c0002","c0000"],"by":{"c0000":1,"c0001":2}}`
	ok(t, s.Decide(ctx, "me", slot, noon(), []byte(said), noon(), []store.Delivery{
		own, named, body("some", `{"rows":[{"id":"c0000","gap":3},{"id":"c0001","gap":4}]}`), body("none", `{"id":"c00001"}`),
	}, noon()))
	if first, err := s.Take(ctx, store.InboxItem{ID: "i", At: noon(), Payload: []byte(`"c0000"`)}); err != nil || !first {
		t.Fatal(first, err)
	}
	ok(t, s.Forget(ctx, id(0), store.By{User: "U1"}))
	got := due(t, s, "me2", noon(), "all")[0]
	if want := `{"by":{"c0001":2},"gaps":[["c0001","t","m",7,6]],"stale":["c0002"]}`; string(got.Said) != want || !got.SaidAt.Equal(noon()) {
		t.Errorf("%s", got.Said)
	}
	if d := sendable(t, s, "me", noon(), "some")[0]; string(d.Body) != `{"rows":[{"gap":4,"id":"c0001"}]}` {
		t.Errorf("%s", d.Body)
	}
	ok(t, s.Sent(ctx, "some", "me", "1", noon()))
	if d := sendable(t, s, "me", noon(), "none")[0]; string(d.Body) != `{"id":"c00001"}` {
		t.Errorf("%s", d.Body)
	}
	waiting(t, s, noon(), 0, 1)
	if items, err := s.Unfinished(ctx, noon(), 9); err != nil || len(items) != 0 {
		t.Errorf("%+v %v", items, err)
	}
}
