package storetest

import (
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/store"
)

// rechecks: what is suspected is read out of turn, by one.
func rechecks(t *testing.T, s *store.Store) {
	ctx := t.Context()
	well(t, s, 2, noon())
	at := noon().Add(hour)
	says(t, s, 1, at, 1100)
	if claims, err := s.ClaimRechecks(ctx, "me", 10, time.Minute, at.Add(14*time.Minute)); err != nil || len(claims) != 0 {
		t.Errorf("early: %+v %v", claims, err)
	}
	due := at.Add(15 * time.Minute)
	claims, err := s.ClaimRechecks(ctx, "me", 10, time.Minute, due)
	if err != nil || len(claims) != 1 || claims[0].CustomerID != id(0) {
		t.Errorf("%+v %v", claims, err)
	}
	if claims, err := s.ClaimRechecks(ctx, "you", 10, time.Minute, due); err != nil || len(claims) != 0 {
		t.Errorf("twice: %+v %v", claims, err)
	}
	says(t, s, 1, due, 1250)
	if claims, err := s.ClaimRechecks(ctx, "you", 10, time.Minute, due.Add(hour)); err != nil || len(claims) != 0 {
		t.Errorf("well again: %+v %v", claims, err)
	}
}

// recheckedStill: what is suspected of one module is read out of turn though what
// another module says was accepted as normal meanwhile.
func recheckedStill(t *testing.T, s *store.Store) {
	ctx := t.Context()
	save(t, s, 1, noon())
	both := func(at time.Time, exchange, teams int64) {
		r := good(0, at, 1250, exchange)
		r.Rows = append(r.Rows, module("", "Teams", 1250, teams))
		record(t, s, r)
	}
	for hours := range 30 {
		both(noon().Add(time.Duration(hours)*hour), 1250, 1250)
	}
	at := noon().Add(31 * hour)
	for n := range 3 {
		both(at.Add(time.Duration(n)*15*time.Minute), 1100, 1250)
	}
	at = at.Add(45 * time.Minute)
	both(at, 1100, 1000)
	if _, did, err := s.AcceptNormal(ctx, openOne(t, s).ID, store.By{User: "U1", Channel: "C1", At: at}); err != nil || !did {
		t.Fatal(did, err)
	}
	if claims, err := s.ClaimRechecks(ctx, "me", 10, time.Minute, at.Add(15*time.Minute)); err != nil || len(claims) != 1 {
		t.Errorf("%+v %v", claims, err)
	}
}
