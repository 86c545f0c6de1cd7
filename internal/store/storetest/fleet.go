package storetest

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/store"
)

func fleet(t *testing.T, s *store.Store) {
	ctx := t.Context()
	save(t, s, 10, noon())
	old, now := noon(), noon().Add(24*time.Hour)
	stale := now.Add(-6 * time.Hour)
	record(t, s,
		good(0, now, 100, 90), good(1, now, 100, 100), // gap, complete
		store.Reading{CustomerID: id(2), At: now, Kind: store.Empty},
		good(3, old, 1000, 500),  // stale
		failed(4, now, "busy"),   // never
		good(5, stale, 200, 199), // just not stale
		good(6, now, 7, 0),       // unwatched
		good(7, now, 9, 0),       // gone
		store.Reading{CustomerID: id(8), At: old, Kind: store.Empty}, // stale
	)
	record(t, s, failed(1, now.Add(time.Minute), "busy"), // a failure takes nothing away
		store.Reading{CustomerID: id(0), At: now.Add(time.Minute), Kind: store.Empty}) // nor do no rows where there were some
	if err := s.Unwatch(ctx, id(6), store.By{User: "U1", At: now}, time.Time{}); err != nil {
		t.Fatal(err)
	}
	listed := slices.Delete(customers(10), 7, 8)
	for i := range 3 {
		if _, err := s.SaveDirectory(ctx, listed, now.Add(time.Duration(i)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	want := store.Fleet{
		Customers: 8, WithGaps: 2, Complete: 1, Empty: 1, Stale: 2, Never: 2, Unwatched: 1, Gone: 1,
		Scanned: 400, Kept: 389, Gap: 11, Oldest: old, Ranked: 8,
	}
	all := make([]string, 10)
	for n := range all {
		all[n] = id(n)
	}
	for name, ids := range map[string][]string{"all": nil, "list": append(all, id(0), "nobody")} {
		got, err := s.Fleet(ctx, store.FleetQuery{StaleBefore: stale, Now: now, IDs: ids})
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	part, err := s.Fleet(ctx, store.FleetQuery{StaleBefore: stale, Now: now, IDs: []string{id(0), id(6), id(9)}, Limit: 9})
	if err != nil || part.Customers != 2 || part.Never != 1 || part.Unwatched != 1 || part.Gap != 10 || len(part.Page) != 2 {
		t.Errorf("%+v %v", part, err)
	}
	if none, err := s.Fleet(ctx, store.FleetQuery{IDs: []string{}, Limit: 9, Now: now}); err != nil || !gocmp.Equal(none, store.Fleet{}) {
		t.Errorf("a list of nobody: %+v %v", none, err)
	}
	// What the page says of a customer is what the customer's own standing says.
	page, err := s.Fleet(ctx, store.FleetQuery{StaleBefore: stale, Now: now, Limit: 100})
	if err != nil || len(page.Page) != 8 {
		t.Fatalf("%d %v", len(page.Page), err)
	}
	for _, st := range page.Page {
		alone, err := s.Standing(ctx, st.ID, now)
		if diff := gocmp.Diff(alone, st); err != nil || diff != "" {
			t.Error(err, diff)
		}
	}
}

// fleetOrders: each order against a sort of all standings, page by page.
func fleetOrders(t *testing.T, s *store.Store) {
	ctx := t.Context()
	const n = 90
	save(t, s, n, noon())
	random := rand.New(rand.NewPCG(1, 2))
	for _, days := range []int{0, 1} {
		for i := range n - 10 { // ten are never read
			at := noon().Add(time.Duration(days)*24*time.Hour + time.Duration(random.IntN(7))*time.Minute)
			record(t, s, good(i, at, 100, 90+random.Int64N(11)))
		}
	}
	now := noon().Add(48 * time.Hour)
	var all []store.Standing
	for i := range n {
		all = append(all, standing(t, s, i, now))
	}
	growth := func(s store.Standing) int64 {
		if s.DayGap == nil {
			return -1 << 40
		}
		return s.Gap - *s.DayGap
	}
	orders := map[store.Order]func(a, b store.Standing) int{
		store.ByGap:  func(a, b store.Standing) int { return cmp.Compare(b.Gap, a.Gap) },
		store.ByDrop: func(a, b store.Standing) int { return cmp.Compare(growth(b), growth(a)) },
		store.ByAge:  func(a, b store.Standing) int { return a.Read.Compare(b.Read) },
	}
	ids := make([]string, n)
	for i := range ids {
		ids[i] = id(n - 1 - i)
	}
	for order, less := range orders {
		for _, gaps := range []bool{false, true} {
			want := slices.Clone(all)
			if gaps {
				want = slices.DeleteFunc(want, func(s store.Standing) bool { return s.Gap == 0 })
			}
			slices.SortStableFunc(want, less)
			for _, list := range [][]string{nil, ids} {
				var got []store.Standing
				for {
					f, err := s.Fleet(ctx, store.FleetQuery{Order: order, Offset: len(got), Limit: 7, GapsOnly: gaps, Now: now, IDs: list})
					if err != nil || f.Ranked != len(want) {
						t.Fatalf("%d ranked %v, want %d", f.Ranked, err, len(want))
					}
					got = append(got, f.Page...)
					if len(f.Page) < 7 {
						break
					}
				}
				if diff := gocmp.Diff(want, got); diff != "" {
					t.Errorf("order %d, gaps only %v, list %v: %s", order, gaps, list != nil, diff)
				}
			}
		}
	}
}

// fleetModel: after anything that can happen, the totals are those of all
// standings one by one.
func fleetModel(t *testing.T, s *store.Store) {
	ctx := t.Context()
	random := rand.New(rand.NewPCG(3, 4))
	now := noon()
	listed := 20
	save(t, s, listed, now)
	for step := range 120 {
		now = now.Add(time.Duration(random.IntN(60)) * time.Minute)
		n := random.IntN(22)
		var err error
		switch random.IntN(12) {
		case 0:
			err = s.Unwatch(ctx, id(n), store.By{User: "U1", At: now}, now.Add(time.Duration(random.IntN(3))*time.Hour))
		case 1:
			err = s.Watch(ctx, id(n), store.By{User: "U1"})
		case 2:
			err = s.Forget(ctx, id(n), store.By{User: "U1"})
		case 3:
			listed = 15 + random.IntN(8)
			fallthrough
		case 4, 5:
			_, err = s.SaveDirectory(ctx, customers(listed), now)
		case 6:
			err = s.Record(ctx, "me", []store.Reading{{CustomerID: id(n), At: now, Kind: store.Empty}, failed((n+1)%20, now, "busy")})
		default:
			scanned := 10 * min(1, random.Int64N(5))
			err = s.Record(ctx, "me", []store.Reading{good(n, now, scanned, max(0, scanned-random.Int64N(3)))})
		}
		if err != nil && n < 15 && !isUnknown(err) {
			t.Fatal(err)
		}
		stale := now.Add(-6 * time.Hour)
		got, err := s.Fleet(ctx, store.FleetQuery{StaleBefore: stale, Now: now, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		want := counted(t, s, stale, now)
		got.Page, got.Oldest = nil, time.Time{}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Fatalf("step %d: %s", step, diff)
		}
	}
}

// counted adds the standings up one by one.
func counted(t *testing.T, s *store.Store, stale, now time.Time) store.Fleet {
	t.Helper()
	var f store.Fleet
	for c, err := range s.Customers(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		st, err := s.Standing(t.Context(), c.ID, now)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case !st.GoneAt.IsZero():
			f.Gone++
			continue
		case st.Unwatched:
			f.Unwatched++
			continue
		case st.Answered.IsZero():
			f.Never++
		case st.Answered.Before(stale):
			f.Stale++
		case st.Read.IsZero() || st.Scanned == 0:
			f.Empty++
		default:
			if st.Gap > 0 {
				f.WithGaps++
			} else {
				f.Complete++
			}
			f.Scanned += st.Scanned
			f.Kept += st.Kept
			f.Gap += st.Gap
		}
		f.Customers++
	}
	f.Ranked = f.Customers
	return f
}
