package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

// gaps: modules with a gap by the last good reading, of those who are asked for,
// watched and listed.
func gaps(t *testing.T, s *store.Store) {
	ctx := t.Context()
	save(t, s, 6, noon())
	many := good(0, noon(), 0, 0)
	many.Rows = []coverage.Row{module("t2", "Teams", 10, 10), module("t2", "Exchange", 20, 15), module("t1", "Teams", 5, 0), module("t1", "Gone", 9, 1)}
	record(t, s, many, good(1, noon(), 10, 4), good(2, noon(), 8, 8), good(3, noon(), 7, 1))
	many.At, many.Rows = noon().Add(hour), many.Rows[:3]
	record(t, s, many, failed(1, noon().Add(hour), "busy"))
	ok(t, s.Unwatch(ctx, id(3), store.By{User: "U1", At: noon()}, time.Time{}))
	all := []store.SeriesGap{
		{CustomerID: id(0), Name: "Customer 0", Tenant: "t1", Module: "Teams", Scanned: 5, Gap: 5},
		{CustomerID: id(0), Name: "Customer 0", Tenant: "t2", Module: "Exchange", Scanned: 20, Kept: 15, Gap: 5},
		{CustomerID: id(1), Name: "Customer 1", Module: "Exchange", Scanned: 10, Kept: 4, Gap: 6},
	}
	for name, c := range map[string]struct {
		ids  []string
		want []store.SeriesGap
	}{
		"all":    {nil, all},
		"chosen": {[]string{"C0001", id(2), id(3), "nobody"}, all[2:]},
		"none":   {[]string{}, nil},
	} {
		got, err := s.Gaps(ctx, c.ids)
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Error(name, err, diff)
		}
	}
}

// gapDays: at each time what the readings said then, wherever the span lies, of
// those of whom it is known.
func gapDays(t *testing.T, s *store.Store) {
	ctx := t.Context()
	save(t, s, 4, noon())
	at := func(hours int) time.Time { return noon().Add(time.Duration(hours) * hour) }
	for h := range 10 {
		gap := int64(h / 4) // 0 until 3, 1 until 7, 2 from 8 on
		record(t, s, good(0, at(h), 100, 100-gap))
		if h < 3 || h > 7 { // a hole
			record(t, s, good(1, at(h), 50, 40))
		}
		record(t, s, good(2, at(h), 7, 0))
	}
	ok(t, s.Unwatch(ctx, id(2), store.By{User: "U1", At: noon()}, time.Time{}))
	half := 30 * time.Minute
	times := []time.Time{at(-1), at(0), at(3).Add(half), at(4), at(5), at(9), at(10), at(20)}
	both := []store.DayGap{
		{At: times[0]},
		{At: times[1], Gap: 10, Scanned: 150, Customers: 2},
		{At: times[2], Gap: 10, Scanned: 150, Customers: 2}, // between two readings that differ
		{At: times[3], Gap: 11, Scanned: 150, Customers: 2},
		{At: times[4], Gap: 1, Scanned: 100, Customers: 1}, // the last reading of the other lies 3 h back
		{At: times[5], Gap: 12, Scanned: 150, Customers: 2},
		{At: times[6], Gap: 12, Scanned: 150, Customers: 2},
		{At: times[7]},
	}
	for name, ids := range map[string][]string{"all": nil, "chosen": {id(1), id(0), id(2)}} {
		got, err := s.GapDays(ctx, ids, times)
		if diff := cmp.Diff(both, got); err != nil || diff != "" {
			t.Error(name, err, diff)
		}
	}
	one, err := s.GapDays(ctx, []string{id(0)}, []time.Time{at(9), at(0)}) // in any order
	want := []store.DayGap{{At: at(9), Gap: 2, Scanned: 100, Customers: 1}, {At: at(0), Scanned: 100, Customers: 1}}
	if diff := cmp.Diff(want, one); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if none, err := s.GapDays(ctx, nil, nil); err != nil || len(none) != 0 {
		t.Error(none, err)
	}
}

// troubles: customers without fresh data and with failed jobs.
func troubles(t *testing.T, s *store.Store) {
	ctx := t.Context()
	all := customers(7)
	all[1].JobStatus, all[2].JobStatus, all[5].JobStatus = 2, 5, 2
	if _, err := s.SaveDirectory(ctx, all, noon()); err != nil {
		t.Fatal(err)
	}
	ahead := noon().Add(100 * 24 * hour)
	record(t, s, good(0, noon().Add(2*hour), 5, 5), good(1, noon().Add(hour), 5, 5), good(2, noon().Add(9*hour), 5, 5), good(3, ahead, 5, 5),
		failed(2, noon().Add(10*hour), "busy"), good(5, noon(), 5, 5))
	ok(t, s.Unwatch(ctx, id(5), store.By{User: "U1", At: noon()}, time.Time{}))
	now := noon().Add(12 * hour)
	stale := func(ids []string, before time.Time, limit, total int, want ...int) {
		t.Helper()
		got, n, err := s.Stale(ctx, ids, before, now, limit)
		var names []string
		for _, st := range got {
			names = append(names, st.ID)
		}
		var wanted []string
		for _, n := range want {
			wanted = append(wanted, id(n))
		}
		if err != nil || n != total || fmt.Sprint(names) != fmt.Sprint(wanted) {
			t.Errorf("%q of %d, want %q of %d; %v", names, n, wanted, total, err)
		}
	}
	stale(nil, noon().Add(6*hour), 9, 5, 4, 6, 1, 0, 3)
	stale(nil, noon().Add(6*hour), 3, 5, 4, 6, 1)
	stale([]string{id(0), id(2), "C0006"}, noon().Add(6*hour), 9, 2, 6, 0)
	stale(nil, noon(), 9, 1, 3) // no customer was listed before
	stale([]string{}, noon().Add(6*hour), 9, 0)
	jobs := func(ids []string, want ...string) {
		t.Helper()
		got, err := s.Jobs(ctx, ids)
		var names []string
		for _, c := range got {
			names = append(names, c.ID)
		}
		if err != nil || fmt.Sprint(names) != fmt.Sprint(want) {
			t.Errorf("%q %v, want %q", names, err, want)
		}
	}
	jobs(nil, id(1))
	jobs([]string{id(0), id(1)}, id(1))
	jobs([]string{id(0)})
}
