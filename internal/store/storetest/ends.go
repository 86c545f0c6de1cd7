package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/store"
)

// deliveryEnds: what cannot be delivered ends with what depends on it, and what
// has expired too, once.
func deliveryEnds(t *testing.T, s *store.Store) {
	ctx := t.Context()
	root := message("C1", "root")
	enqueue(t, s, noon(), root, about(root, "edit", store.EditMessage), about(root, "reply", store.ThreadReply))
	sendable(t, s, "me", noon(), "root")
	lost(t, s.Die(ctx, "root", "other", "too_long", noon()))
	ok(t, s.Die(ctx, "root", "me", "too_long", noon()))
	enqueue(t, s, noon(), about(root, "late", store.ThreadReply))
	if stats := waiting(t, s, noon(), 0, 0); stats.Dead != 4 {
		t.Errorf("%+v", stats)
	}
	if stats := waiting(t, s, noon().Add(8*24*hour), 0, 0); stats.Dead != 0 {
		t.Errorf("%+v", stats)
	}

	until := func(what, id string) store.Delivery {
		d := message("C2", id)
		d.What, d.Expires = what, noon().Add(hour)
		return d
	}
	digest := until("digest", "digest")
	enqueue(t, s, noon(), until("notice", "notice"), digest, about(digest, "csv", store.ThreadFile), until("notice", "under way"), message("C2", "stays"))
	sendable(t, s, "me", noon(), "notice")
	ok(t, s.Again(ctx, "notice", "me", "busy", noon(), false, noon()))
	if early, err := s.Expired(ctx, 10, noon().Add(hour-time.Millisecond)); err != nil || len(early) != 0 {
		t.Errorf("%v %v", early, err)
	}
	over, err := s.Expired(ctx, 2, noon().Add(hour))
	ok(t, err)
	rest, err := s.Expired(ctx, 2, noon().Add(hour))
	ok(t, err)
	states := map[string]store.DeliveryState{}
	for _, d := range append(over, rest...) {
		states[d.ID] = d.State
	}
	want := map[string]store.DeliveryState{"notice": store.Dead, "digest": store.Superseded, "under way": store.Dead}
	if diff := cmp.Diff(want, states); diff != "" || len(over) != 2 {
		t.Error(diff, len(over))
	}
	sendable(t, s, "me", noon().Add(hour), "stays")
	// What may have been sent does not expire, but is looked up.
	enqueue(t, s, noon(), until("notice", "maybe"))
	ok(t, s.Sent(ctx, "stays", "me", "1", noon()))
	sendable(t, s, "me", noon(), "maybe")
	ok(t, s.Unsure(ctx, "maybe", "me", "timeout", noon()))
	if none, err := s.Expired(ctx, 9, noon().Add(2*hour)); err != nil || len(none) != 0 {
		t.Errorf("%v %v", none, err)
	}
	unsure(t, s, "me", noon().Add(2*hour), "maybe")
	lost(t, s.Attempt(ctx, "maybe", "me", noon().Add(2*hour)))
}

// deliveryReplace: where a message is gone, a new one takes its place, also for
// what is put in later, and only one does.
func deliveryReplace(t *testing.T, s *store.Store) {
	ctx := t.Context()
	root := message("C1", "root")
	edit := about(root, "edit", store.EditMessage)
	enqueue(t, s, noon(), root)
	send(t, s, noon(), "root")
	enqueue(t, s, noon(), edit, about(root, "reply", store.ThreadReply))
	sendable(t, s, "me", noon(), "edit")
	lost(t, s.Replace(ctx, "edit", "other", message("", "anew"), noon()))
	ok(t, s.Replace(ctx, "edit", "me", message("", "anew"), noon()))
	enqueue(t, s, noon(), about(root, "later", store.ThreadReply))
	waiting(t, s, noon(), 3, 0)
	send(t, s, noon(), "anew")
	got := sendable(t, s, "me", noon(), "reply")[0]
	if got.RootTS != "ts anew" || got.Root != "anew" {
		t.Errorf("%+v", got)
	}
	// The thread is gone too: the reply follows.
	ok(t, s.Replace(ctx, "reply", "me", message("", "third"), noon()))
	send(t, s, noon(), "third")
	for _, id := range []string{"reply", "later"} {
		got := sendable(t, s, "me", noon(), id)[0]
		if got.RootTS != "ts third" {
			t.Errorf("%+v", got)
		}
		ok(t, s.Sent(ctx, id, "me", "1", noon()))
	}
	waiting(t, s, noon(), 0, 0)
	enqueue(t, s, noon(), message("C1", "alone"))
	sendable(t, s, "me", noon(), "alone")
	if err := s.Replace(ctx, "alone", "me", message("", "nothing"), noon()); err == nil {
		t.Error("a message that is about none was replaced")
	}
}

// deliveryPrune: what is over is forgotten after its time, but for what is still
// needed.
func deliveryPrune(t *testing.T, s *store.Store) {
	ctx := t.Context()
	root := message("C1", "root")
	enqueue(t, s, noon(), root, message("C1", "old"))
	send(t, s, noon(), "root")
	send(t, s, noon(), "old")
	open := about(root, "edit", store.EditMessage)
	open.NextAt = noon().Add(100 * 24 * hour)
	enqueue(t, s, noon(), open)
	first, err := s.Take(ctx, store.InboxItem{ID: "1", At: noon()})
	if err != nil || !first {
		t.Fatal(first, err)
	}
	keep := store.Retention{Readings: hour, Rollups: hour}
	again := func(key string) int {
		t.Helper()
		before, err := s.DeliveryStats(ctx, noon())
		ok(t, err)
		enqueue(t, s, noon(), message("C9", key))
		after, err := s.DeliveryStats(ctx, noon())
		ok(t, err)
		return after.Pending - before.Pending
	}
	_, err = s.Upkeep(ctx, keep, noon().Add(30*24*hour))
	ok(t, err)
	if again("old") != 0 {
		t.Error("forgotten too early")
	}
	if first, err := s.Take(ctx, store.InboxItem{ID: "1", At: noon().Add(hour)}); err != nil || !first {
		t.Error("what Slack sent is remembered for ever", err)
	}
	_, err = s.Upkeep(ctx, keep, noon().Add(30*24*hour+time.Millisecond))
	ok(t, err)
	if again("old") != 1 || again("root") != 0 {
		t.Error("of two that are old, the wrong one was forgotten")
	}
}
