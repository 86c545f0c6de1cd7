package storetest

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/backup-overview/backup-overview/internal/store"
)

// deliveryRace: claimers at once get each delivery once, never two of one
// channel at a time, and in order.
func deliveryRace(t *testing.T, s *store.Store) {
	raceDeliveries(t, []*store.Store{s}, 4)
}

// RaceDeliveries has the stores, which are of one database, and so many owners
// of each, claim and send deliveries at once.
func RaceDeliveries(t *testing.T, stores []*store.Store, owners int) {
	t.Helper()
	raceDeliveries(t, stores, owners)
}

func raceDeliveries(t *testing.T, stores []*store.Store, owners int) {
	t.Helper()
	const channels, each = 12, 12
	for n := range each {
		var rows []store.Delivery
		for c := range channels {
			rows = append(rows, message(fmt.Sprintf("C%02d", c), fmt.Sprintf("C%02d %02d", c, n)))
		}
		enqueue(t, stores[0], noon(), rows...)
	}
	r := &race{under: map[string]bool{}, sent: map[string][]string{}}
	var group sync.WaitGroup
	for i, s := range stores {
		for o := range owners {
			owner := fmt.Sprintf("%d %d", i, o)
			group.Go(func() { r.sendAll(t, s, owner, channels*each) })
		}
	}
	group.Wait()
	for channel, ids := range r.sent {
		if len(ids) != each || !slices.IsSorted(ids) {
			t.Errorf("%s: %q", channel, ids)
		}
	}
	waiting(t, stores[0], noon(), 0, 0)
}

// race is what claimers see of each other.
type race struct {
	mu    sync.Mutex
	under map[string]bool
	sent  map[string][]string
	n     int
}

// note writes down that a delivery is under way, or is no more.
func (r *race) note(t *testing.T, d store.Delivery, begins bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if begins && r.under[d.Channel] {
		t.Errorf("two of %s are under way", d.Channel)
	}
	r.under[d.Channel] = begins
	if begins {
		r.n++
		r.sent[d.Channel] = append(r.sent[d.Channel], d.ID)
	}
}

func (r *race) sendAll(t *testing.T, s *store.Store, owner string, all int) {
	for {
		r.mu.Lock()
		over := r.n >= all
		r.mu.Unlock()
		if over || t.Failed() {
			return
		}
		claimed, err := s.ClaimDeliveries(t.Context(), owner, 3, hour, noon())
		if err != nil {
			t.Error(err)
			return
		}
		for _, d := range claimed {
			r.note(t, d, true)
		}
		for _, d := range claimed {
			r.note(t, d, false)
			if err := s.Sent(t.Context(), d.ID, owner, "1", noon()); err != nil {
				t.Error(err)
			}
		}
	}
}

// lookUpRace: of one who looks up and one who sends, one gets the channel.
func lookUpRace(t *testing.T, s *store.Store) { raceLookUps(t, s, s) }

// RaceLookUps has two stores, which are of one database, look up and send at
// once.
func RaceLookUps(t *testing.T, one, other *store.Store) {
	t.Helper()
	raceLookUps(t, one, other)
}

func raceLookUps(t *testing.T, one, other *store.Store) {
	t.Helper()
	const channels, rounds = 40, 5
	for n := range channels {
		channel := fmt.Sprintf("C%02d", n)
		enqueue(t, one, noon(), message(channel, channel+" unsure"), message(channel, channel+" next"))
	}
	claimed, err := one.ClaimDeliveries(t.Context(), "me", channels, hour, noon())
	ok(t, err)
	for _, d := range claimed {
		ok(t, one.Unsure(t.Context(), d.ID, "me", "timeout", noon()))
	}
	for range rounds {
		var looked, sent []store.Delivery
		var group sync.WaitGroup
		later := noon().Add(hour)
		group.Go(func() {
			var err error
			if looked, err = one.ClaimUnsure(t.Context(), "me", channels, 10*hour, 0, later); err != nil {
				t.Error(err)
			}
		})
		group.Go(func() {
			var err error
			if sent, err = other.ClaimDeliveries(t.Context(), "you", channels, 10*hour, later); err != nil {
				t.Error(err)
			}
		})
		group.Wait()
		taken := map[string]string{}
		for _, d := range slices.Concat(looked, sent) {
			if by, is := taken[d.Channel]; is {
				t.Fatalf("%s and %s are under way at once", by, d.ID)
			}
			taken[d.Channel] = d.ID
		}
		if len(taken) != channels {
			t.Errorf("%d of %d channels were taken", len(taken), channels)
		}
		for _, d := range looked {
			ok(t, one.Unsure(t.Context(), d.ID, "me", "timeout", noon()))
		}
		for _, d := range sent {
			ok(t, other.Again(t.Context(), d.ID, "you", "busy", noon(), false, noon()))
		}
	}
}
