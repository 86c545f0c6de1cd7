package storetest

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/store"
)

const hour = time.Hour

// message is a new message with the ID and Key key.
func message(channel, key string) store.Delivery {
	return store.Delivery{ID: key, Key: key, Channel: channel, What: "notice", Body: []byte(`{"key":"` + key + `"}`)}
}

// about is something about the message that root posts.
func about(root store.Delivery, key string, kind store.DeliveryKind) store.Delivery {
	d := message(root.Channel, key)
	d.Root, d.Kind = root.ID, kind
	return d
}

func enqueue(t *testing.T, s *store.Store, now time.Time, rows ...store.Delivery) {
	t.Helper()
	if err := s.Enqueue(t.Context(), now, rows...); err != nil {
		t.Fatal(err)
	}
}

// sendable fails unless exactly these are claimed, in this order.
func sendable(t *testing.T, s *store.Store, owner string, now time.Time, want ...string) []store.Delivery {
	t.Helper()
	claimed, err := s.ClaimDeliveries(t.Context(), owner, 10, hour, now)
	return claimedAre(t, claimed, err, want)
}

// unsure fails unless exactly these are claimed to be looked up.
func unsure(t *testing.T, s *store.Store, owner string, now time.Time, want ...string) []store.Delivery {
	t.Helper()
	claimed, err := s.ClaimUnsure(t.Context(), owner, 10, hour, 0, now)
	return claimedAre(t, claimed, err, want)
}

func claimedAre(t *testing.T, claimed []store.Delivery, err error, want []string) []store.Delivery {
	t.Helper()
	var got []string
	for _, d := range claimed {
		got = append(got, d.ID)
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Fatal(err, diff)
	}
	return claimed
}

// waiting fails unless so many are pending and under way.
func waiting(t *testing.T, s *store.Store, now time.Time, pending, sending int) store.DeliveryStats {
	t.Helper()
	stats, err := s.DeliveryStats(t.Context(), now)
	if err != nil || stats.Pending != pending || stats.Sending != sending {
		t.Errorf("%+v %v, want %d pending and %d under way", stats, err, pending, sending)
	}
	return stats
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func lost(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, store.ErrLost) {
		t.Errorf("%v, want ErrLost", err)
	}
}

// send claims this one and says that it was sent.
func send(t *testing.T, s *store.Store, now time.Time, id string) {
	t.Helper()
	sendable(t, s, "me", now, id)
	ok(t, s.Sent(t.Context(), id, "me", "ts "+id, now))
}

// deliveryClaim: what was put in comes back whole, once for each key, in the
// order in which it was put in, one at a time in a channel, and the oldest
// channel first.
func deliveryClaim(t *testing.T, s *store.Store) {
	ctx := t.Context()
	full := store.Delivery{
		ID: store.NewDeliveryID(), Key: "k/1", Channel: "C2", Step: 3, Topic: "incident/1", What: "notice", Body: []byte(`{"a":1}`),
		Expires: noon().Add(hour),
	}
	if len(full.ID) != 26 || full.ID == store.NewDeliveryID() {
		t.Errorf("the id %q", full.ID)
	}
	enqueue(t, s, noon(), full)
	again := message("C2", "other")
	again.Key = "k/1"
	enqueue(t, s, noon().Add(time.Second), again, message("C1", "b"), message("C2", "c"), message("C1", "d"), message("C3", "e"))
	oldest := waiting(t, s, noon(), 5, 0).Oldest
	if !oldest.Equal(noon()) {
		t.Errorf("the oldest is of %v", oldest)
	}
	two, err := s.ClaimDeliveries(ctx, "me", 2, hour, noon().Add(2*time.Second))
	got := claimedAre(t, two, err, []string{full.ID, "b"})[0]
	want := full
	want.Created, want.State, want.Attempts, want.AttemptAt = noon(), store.Sending, 1, got.AttemptAt
	if diff := cmp.Diff(want, got); diff != "" || got.AttemptAt.IsZero() {
		t.Error(diff)
	}
	sendable(t, s, "other", noon().Add(2*time.Second), "e")
	sendable(t, s, "other", noon().Add(2*time.Second))
	ok(t, s.Sent(ctx, full.ID, "me", "1.2", noon().Add(3*time.Second)))
	lost(t, s.Sent(ctx, full.ID, "me", "1.3", noon().Add(3*time.Second)))
	lost(t, s.Sent(ctx, "e", "me", "1.3", noon().Add(3*time.Second)))
	lost(t, s.Sent(ctx, "nobody", "me", "1.3", noon().Add(3*time.Second)))
	sendable(t, s, "other", noon().Add(3*time.Second), "c")
	if stats := waiting(t, s, noon().Add(2*hour), 1, 3); stats.Sent24h != 1 {
		t.Errorf("%+v", stats)
	}
	if stats := waiting(t, s, noon().Add(26*hour), 1, 3); stats.Sent24h != 0 {
		t.Errorf("%+v", stats)
	}
	if err := s.Enqueue(ctx, noon(), message("C1", "good"), message("", "bad")); err == nil {
		t.Error("a delivery without a channel was put in")
	}
	waiting(t, s, noon(), 1, 3)
}

// deliveryAgain: what Slack surely did not take goes later, alone or with its
// whole channel, and other channels go on.
func deliveryAgain(t *testing.T, s *store.Store) {
	ctx := t.Context()
	enqueue(t, s, noon(), message("C1", "a"), message("C1", "b"), message("C2", "c"))
	sendable(t, s, "me", noon(), "a", "c")
	lost(t, s.Again(ctx, "a", "other", "busy", noon(), false, noon()))
	ok(t, s.Again(ctx, "a", "me", "busy", noon().Add(hour), false, noon()))
	sendable(t, s, "me", noon(), "b")
	ok(t, s.Again(ctx, "b", "me", "rate_limited", noon().Add(time.Minute), true, noon()))
	ok(t, s.Again(ctx, "c", "me", "rate_limited", noon(), false, noon()))
	sendable(t, s, "me", noon().Add(59*time.Second), "c")
	b := sendable(t, s, "me", noon().Add(time.Minute), "b")[0]
	if b.Class != "rate_limited" || b.Attempts != 2 {
		t.Errorf("%+v", b)
	}
	ok(t, s.Sent(ctx, "b", "me", "1", noon()))
	sendable(t, s, "me", noon().Add(time.Minute))
	sendable(t, s, "me", noon().Add(hour), "a")
}

// deliveryUnsure: what nobody knows of holds back only what is about the same
// message, is looked up when its time has come, and by one.
func deliveryUnsure(t *testing.T, s *store.Store) {
	ctx := t.Context()
	root := message("C1", "root")
	enqueue(t, s, noon(), root, about(root, "reply", store.ThreadReply), message("C1", "next"))
	sendable(t, s, "me", noon(), "root")
	unsure(t, s, "other", noon())
	ok(t, s.Leave(ctx, "me")) // as if it died
	lost(t, s.Sent(ctx, "root", "me", "1", noon()))
	sendable(t, s, "me", noon(), "next")
	unsure(t, s, "other", noon()) // the channel is taken
	ok(t, s.Sent(ctx, "next", "me", "2", noon()))
	if late, err := s.ClaimUnsure(ctx, "other", 10, hour, hour, noon()); err != nil || len(late) != 0 {
		t.Errorf("looked up at once: %v %v", late, err)
	}
	unsure(t, s, "other", noon(), "root")
	unsure(t, s, "me", noon())
	ok(t, s.Unsure(ctx, "root", "other", "timeout", noon()))
	later := noon().Add(time.Minute)
	if got := unsure(t, s, "other", later, "root")[0]; got.Class != "timeout" || got.Attempts != 1 || got.State != store.Sending {
		t.Errorf("%+v", got)
	}
	lost(t, s.Attempt(ctx, "root", "me", later))
	ok(t, s.Attempt(ctx, "root", "other", later))
	lost(t, s.CountDouble(ctx, "root", "me"))
	ok(t, s.CountDouble(ctx, "root", "other"))
	ok(t, s.SetFile(ctx, "root", "other", "F1"))
	sendable(t, s, "me", later)
	ok(t, s.Sent(ctx, "root", "other", "3", later))
	got := sendable(t, s, "me", later, "reply")[0]
	if got.RootTS != "3" {
		t.Errorf("%+v", got)
	}
	ok(t, s.Sent(ctx, "reply", "me", "4", later))
	if stats := waiting(t, s, later, 0, 0); stats.PossibleDoubles != 1 || stats.Sent24h != 3 || !stats.Oldest.IsZero() {
		t.Errorf("%+v", stats)
	}
}

// deliveryTogether: what one look-up clears up is claimed together, and nothing
// else of that channel.
func deliveryTogether(t *testing.T, s *store.Store) {
	root := message("C1", "root")
	enqueue(t, s, noon(), root)
	send(t, s, noon(), "root")
	enqueue(t, s, noon(), message("C1", "a"), message("C1", "b"), about(root, "r1", store.ThreadReply), message("C2", "c"))
	for _, id := range []string{"a", "b", "r1"} {
		one, err := s.ClaimDeliveries(t.Context(), "me", 1, hour, noon())
		claimedAre(t, one, err, []string{id})
		ok(t, s.Unsure(t.Context(), id, "me", "timeout", noon()))
	}
	later := noon().Add(time.Minute)
	claimedIDs := unsure(t, s, "me", later, "a", "b")
	for _, d := range claimedIDs {
		ok(t, s.Sent(t.Context(), d.ID, "me", d.ID, later))
	}
	unsure(t, s, "me", later, "r1")
}

// deliverySteps: a newer edit supersedes older ones that are not sent, keeps the
// order with one that may have been, and replies stay.
func deliverySteps(t *testing.T, s *store.Store) {
	ctx := t.Context()
	root := message("C1", "root")
	edit := func(step int64) store.Delivery {
		d := about(root, "edit "+strconv.FormatInt(step, 10), store.EditMessage)
		d.Step = step
		return d
	}
	enqueue(t, s, noon(), root, edit(1), about(root, "reply", store.ThreadReply), edit(3), edit(2))
	waiting(t, s, noon(), 3, 0) // the root, the reply and step 3
	send(t, s, noon(), "root")
	sendable(t, s, "me", noon(), "reply")
	ok(t, s.Unsure(ctx, "reply", "me", "timeout", noon()))
	sendable(t, s, "me", noon()) // step 3 comes after the reply
	unsure(t, s, "me", noon().Add(time.Minute), "reply")
	ok(t, s.Sent(ctx, "reply", "me", "2", noon()))
	sendable(t, s, "me", noon(), "edit 3")
	enqueue(t, s, noon(), edit(4))
	ok(t, s.Again(ctx, "edit 3", "me", "busy", noon(), false, noon())) // superseded: 4 came meanwhile
	sendable(t, s, "me", noon(), "edit 4")
	ok(t, s.Unsure(ctx, "edit 4", "me", "timeout", noon()))
	enqueue(t, s, noon().Add(time.Minute), edit(5))
	sendable(t, s, "me", noon().Add(time.Minute))
	got := unsure(t, s, "me", noon().Add(time.Minute), "edit 4")[0]
	if !got.Expires.Equal(noon().Add(time.Minute)) {
		t.Errorf("an edit that is replaced expires at %v", got.Expires)
	}
	lost(t, s.Attempt(ctx, "edit 4", "me", noon().Add(time.Minute))) // and frees it
	unsure(t, s, "other", noon().Add(time.Minute), "edit 4")
	ok(t, s.Supersede(ctx, "edit 4", "other", "newer", noon()))
	send(t, s, noon().Add(time.Minute), "edit 5")
	waiting(t, s, noon(), 0, 0)
}

// deliveryTopics: a newer message of a topic supersedes the older ones that are
// not sent, in its channel, with what depends on them.
func deliveryTopics(t *testing.T, s *store.Store) {
	of := func(channel, key string) store.Delivery {
		d := message(channel, key)
		d.Topic = "incident/1"
		return d
	}
	first := of("C1", "1")
	enqueue(t, s, noon(), first, about(first, "file", store.ThreadFile), of("C2", "elsewhere"), message("C1", "plain"))
	enqueue(t, s, noon(), of("C1", "2"))
	enqueue(t, s, noon(), about(first, "late", store.ThreadReply)) // shares its lot
	waiting(t, s, noon(), 3, 0)
	sendable(t, s, "me", noon(), "plain", "elsewhere")
	ok(t, s.Sent(t.Context(), "plain", "me", "1", noon()))
	sendable(t, s, "me", noon(), "2")
	low := of("C1", "old")
	low.Step = -1
	enqueue(t, s, noon(), low)
	waiting(t, s, noon(), 0, 2)
}
