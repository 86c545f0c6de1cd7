package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/store"
)

// parked: nothing of a parked channel goes, all others do; it is told once for
// each trouble; what it missed is one summary.
func parked(t *testing.T, s *store.Store) {
	ctx := t.Context()
	digest := func(key string) store.Delivery {
		d := message("C1", key)
		d.What = "digest"
		return d
	}
	enqueue(t, s, noon(), digest("d1"), message("C1", "notice"), message("C2", "other"))
	sendable(t, s, "me", noon(), "d1", "other")
	_, err := s.Park(ctx, "d1", "somebody", "archived", noon().Add(hour), noon())
	lost(t, err)
	park(t, s, "d1", "archived", noon(), true)
	ok(t, s.Sent(ctx, "other", "me", "1", noon()))
	enqueue(t, s, noon(), digest("d2"), message("C2", "more"))
	sendable(t, s, "me", noon().Add(48*hour), "more")
	lanes, err := s.ParkedLanes(ctx)
	want := []store.Lane{{Channel: "C1", Parked: noon(), Probe: noon().Add(hour), Class: "archived", Waiting: 3}}
	if diff := cmp.Diff(want, lanes); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if stats := waiting(t, s, noon(), 3, 1); stats.Parked != 1 {
		t.Errorf("%+v", stats)
	}

	summary := message("", "summary")
	summary.What = "summary"
	if did, err := s.Unpark(ctx, "C2", summary, noon()); err != nil || did {
		t.Errorf("not parked: %v %v", did, err)
	}
	back := noon().Add(time.Minute)
	if did, err := s.Unpark(ctx, "C1", summary, back); err != nil || !did {
		t.Errorf("%v %v", did, err)
	}
	if did, err := s.Unpark(ctx, "C1", message("", "again"), back); err != nil || did {
		t.Errorf("unparked twice: %v %v", did, err)
	}
	sendable(t, s, "me", back, "notice") // not the digests
	park(t, s, "notice", "archived", back, false)
	if lanes, err := s.ParkedLanes(ctx); err != nil || len(lanes) != 1 || !lanes[0].Parked.Equal(noon()) {
		t.Errorf("a probe that failed changed when it began: %+v %v", lanes, err)
	}
	if did, err := s.Unpark(ctx, "C1", store.Delivery{}, back); err != nil || !did {
		t.Errorf("%v %v", did, err)
	}
	sendable(t, s, "me", back, "notice")
	park(t, s, "notice", "restricted", back, true) // another trouble
	if did, err := s.Unpark(ctx, "C1", summary, back); err != nil || !did {
		t.Errorf("%v %v", did, err)
	}
	send(t, s, back, "notice")
	waiting(t, s, back, 0, 1) // that key was used before
	enqueue(t, s, back, message("C1", "last"))
	sendable(t, s, "me", back, "last")
	park(t, s, "last", "archived", back, true) // something was sent meanwhile
	if lanes, err := s.ParkedLanes(ctx); err != nil || len(lanes) != 1 || !lanes[0].Parked.Equal(back) {
		t.Errorf("%+v %v", lanes, err)
	}
}

func park(t *testing.T, s *store.Store, id, class string, now time.Time, want bool) {
	t.Helper()
	if first, err := s.Park(t.Context(), id, "me", class, now.Add(hour), now); err != nil || first != want {
		t.Errorf("parked first: %v, want %v; %v", first, want, err)
	}
}

// summaries: a channel that is back gets a summary where it missed a digest, be
// it pending or over, and none where it missed none.
func summaries(t *testing.T, s *store.Store) {
	ctx := t.Context()
	digest := message("C1", "digest")
	digest.What, digest.Expires = "digest", noon().Add(hour)
	enqueue(t, s, noon(), digest, message("C2", "notice"))
	sendable(t, s, "me", noon(), "digest", "notice")
	park(t, s, "digest", "archived", noon(), true)
	park(t, s, "notice", "archived", noon(), true)
	over, err := s.Expired(ctx, 9, noon().Add(hour))
	claimedAre(t, over, err, []string{"digest"})
	for channel, key := range map[string]string{"C1": "s1", "C2": "s2"} {
		summary := message("", key)
		summary.What = "summary"
		if did, err := s.Unpark(ctx, channel, summary, noon().Add(2*hour)); err != nil || !did {
			t.Errorf("%v %v", did, err)
		}
	}
	sendable(t, s, "me", noon().Add(2*hour), "notice", "s1")
}

// probes: a parked channel is tried when its time has come, by one, and more
// rarely the longer it lasts.
func probes(t *testing.T, s *store.Store) {
	enqueue(t, s, noon(), message("C1", "a"))
	sendable(t, s, "me", noon(), "a")
	park(t, s, "a", "archived", noon(), true)
	for _, c := range []struct {
		after time.Duration
		due   bool
	}{
		{hour - time.Millisecond, false},
		{hour, true},
		{hour, false},
		{2*hour - time.Millisecond, false},
		{2 * hour, true},
		{40 * hour, true},
		{41*hour - time.Millisecond, false},
		{41 * hour, true},
	} {
		lanes, err := s.ProbeLanes(t.Context(), noon().Add(c.after))
		if err != nil || len(lanes) > 0 != c.due {
			t.Errorf("after %v: %+v %v", c.after, lanes, err)
		}
	}
}

// parkedUnsure: what may have been sent to a parked channel waits, until it has
// expired.
func parkedUnsure(t *testing.T, s *store.Store) {
	a, b := message("C1", "a"), message("C1", "b")
	a.Expires = noon().Add(2 * hour)
	enqueue(t, s, noon(), a, b)
	sendable(t, s, "me", noon(), "a")
	ok(t, s.Unsure(t.Context(), "a", "me", "timeout", noon()))
	sendable(t, s, "me", noon(), "b")
	park(t, s, "b", "archived", noon(), true)
	unsure(t, s, "me", noon().Add(hour))
	unsure(t, s, "me", noon().Add(2*hour), "a")
}

// moveDeliveries: what is to be sent, or may have been, goes to the channel's new
// id, after what goes there already, whether the channel is bound or not.
func moveDeliveries(t *testing.T, s *store.Store) {
	ctx := t.Context()
	subscribe(t, s, store.Subscription{ID: "s1", Channel: "C1"})
	root := message("C1", "root")
	enqueue(t, s, noon(), root, about(root, "reply", store.ThreadReply), message("C1", "b"), message("C2", "new"), message("C1", "sent"))
	sendable(t, s, "me", noon(), "root", "new")
	ok(t, s.Unsure(ctx, "root", "me", "timeout", noon()))
	ok(t, s.Again(ctx, "new", "me", "busy", noon(), false, noon()))
	claimed, err := s.ClaimSubscriptions(ctx, "me", 9, hour, noon())
	if err != nil || len(claimed) != 1 {
		t.Fatal(claimed, err)
	}
	if moved, err := s.MoveBinding(ctx, "C1", "C2", noon()); err != nil || moved {
		t.Errorf("a binding was moved that is not there: %v %v", moved, err)
	}
	lost(t, s.Reschedule(ctx, "s1", "me", noon(), noon()))
	if all, err := s.Subscriptions(ctx, "C2"); err != nil || len(all) != 1 {
		t.Errorf("%+v %v", all, err)
	}
	for _, id := range []string{"new", "b", "sent"} {
		if d := sendable(t, s, "me", noon(), id)[0]; d.Channel != "C2" {
			t.Errorf("%+v", d)
		}
		ok(t, s.Sent(ctx, id, "me", "1", noon()))
	}
	later := noon().Add(time.Minute)
	if d := unsure(t, s, "me", later, "root")[0]; d.Channel != "C2" {
		t.Errorf("%+v", d)
	}
	ok(t, s.Sent(ctx, "root", "me", "1", later))
	enqueue(t, s, later, message("C2", "behind"))
	sendable(t, s, "me", later, "reply")
}
