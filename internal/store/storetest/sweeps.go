package storetest

import (
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/store"
)

// claim claims at full pace.
func claim(t *testing.T, s *store.Store, owner string, sweep int64, most int, now time.Time) []store.Claim {
	t.Helper()
	claims, err := s.Claim(t.Context(), store.ClaimQuery{Owner: owner, Max: most, Lease: time.Minute, Now: now, Sweep: sweep, Pace: 1})
	if err != nil {
		t.Fatal(err)
	}
	return claims
}

// finish records a good reading of every claim.
func finish(t *testing.T, s *store.Store, owner string, claims []store.Claim, at time.Time) {
	t.Helper()
	var readings []store.Reading
	for _, c := range claims {
		r := good(0, at, 10, 9)
		r.CustomerID = c.CustomerID
		readings = append(readings, r)
	}
	if err := s.Record(t.Context(), owner, readings); err != nil {
		t.Fatal(err)
	}
}

func begin(t *testing.T, s *store.Store, now time.Time, want bool) store.Sweep {
	t.Helper()
	w, opened, err := s.BeginSweep(t.Context(), time.Hour, now)
	if err != nil || opened != want {
		t.Fatalf("%+v %v %v, want %v", w, opened, err, want)
	}
	return w
}

func end(t *testing.T, s *store.Store, id int64, now time.Time, want bool) store.Sweep {
	t.Helper()
	w, ended, err := s.EndSweep(t.Context(), id, now)
	if err != nil || ended != want {
		t.Fatalf("%+v %v %v, want %v", w, ended, err, want)
	}
	return w
}

func sweep(t *testing.T, s *store.Store) {
	save(t, s, 10, noon())
	first := begin(t, s, noon(), true)
	if again := begin(t, s, noon().Add(2*time.Hour), false); again != first {
		t.Errorf("%+v, want the open one", again)
	}
	claims := claim(t, s, "me", first.ID, 4, noon())
	if len(claims) != 4 || !claims[0].Tried.IsZero() || claims[0].Name != "Customer 0" {
		t.Fatalf("%+v", claims)
	}
	if other := claim(t, s, "you", first.ID, 100, noon()); len(other) != 6 {
		t.Fatalf("%d for the other", len(other))
	}
	end(t, s, first.ID, noon(), false)
	finish(t, s, "me", claims, noon().Add(time.Second))
	end(t, s, first.ID, noon(), false) // the other is still at it
	if got := claim(t, s, "me", first.ID, 100, noon().Add(2*time.Second)); len(got) != 0 {
		t.Fatalf("%+v were there twice", got)
	}
	rest := []store.Reading{
		{CustomerID: id(4), At: noon().Add(time.Second), Kind: store.Empty},
		{CustomerID: id(5), At: noon().Add(time.Second), Kind: store.Partial, Class: "partial"},
		failed(6, noon().Add(time.Second), "busy"), failed(7, noon().Add(time.Second), "busy"), failed(8, noon().Add(time.Second), "busy"),
		{CustomerID: id(9), At: noon().Add(time.Second), Kind: store.Empty},
	}
	for range 2 { // twice counts once
		if err := s.Record(t.Context(), "you", rest); err != nil {
			t.Fatal(err)
		}
	}
	done := end(t, s, first.ID, noon().Add(30*time.Minute), true)
	want := store.Sweep{
		ID: first.ID, Began: noon(), Ended: noon().Add(30 * time.Minute), Interval: time.Hour,
		Customers: 10, Good: 4, Empty: 2, Failed: 4,
	}
	if done != want {
		t.Errorf("%+v, want %+v", done, want)
	}
	end(t, s, first.ID, noon().Add(31*time.Minute), false)
	if last := begin(t, s, noon().Add(59*time.Minute), false); last != want {
		t.Errorf("not due: %+v, want the last one", last)
	}
	second := begin(t, s, noon().Add(time.Hour), true)
	all, err := s.Sweeps(t.Context(), 10)
	if err != nil || !slices.Equal(all, []store.Sweep{second, want}) {
		t.Errorf("%+v %v", all, err)
	}
}

// sweepPace: not more than the pace says, but those that are late.
func sweepPace(t *testing.T, s *store.Store) {
	save(t, s, 100, noon())
	paced := func(w store.Sweep, pace float64, now time.Time, want int) []store.Claim {
		t.Helper()
		claims, err := s.Claim(t.Context(), store.ClaimQuery{Owner: "me", Max: 1000, Lease: time.Hour, Now: now, Sweep: w.ID, Pace: pace})
		if err != nil || len(claims) != want {
			t.Fatalf("%d claims %v, want %d", len(claims), err, want)
		}
		return claims
	}
	first := begin(t, s, noon(), true)
	finish(t, s, "me", paced(first, 0, noon(), 100), noon()) // never tried: at once
	end(t, s, first.ID, noon().Add(time.Minute), true)

	now := noon().Add(time.Hour)
	second := begin(t, s, now, true)
	paced(second, 0, now, 0)
	part := paced(second, 0.25, now, 25)
	paced(second, 0.25, now, 0) // under way is taken
	finish(t, s, "me", part, now.Add(time.Second))
	paced(second, 0.25, now, 0)
	save(t, s, 101, now) // one that came meanwhile is never tried
	finish(t, s, "me", paced(second, 0.25, now, 1), now.Add(time.Second))
	finish(t, s, "me", paced(second, 1, now, 75), now.Add(2*time.Second))
	end(t, s, second.ID, now.Add(time.Minute), true)

	// Those that the previous sweep did not try are late.
	for n := range 7 {
		if err := s.Unwatch(t.Context(), id(n), store.By{User: "U1", At: now}, time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	now = now.Add(time.Hour)
	third := begin(t, s, now, true)
	finish(t, s, "me", paced(third, 1, now, 94), now)
	end(t, s, third.ID, now.Add(time.Minute), true)
	for n := range 7 {
		if err := s.Watch(t.Context(), id(n), store.By{User: "U1"}); err != nil {
			t.Fatal(err)
		}
	}
	now = now.Add(time.Hour)
	paced(begin(t, s, now, true), 0, now, 7)
}

func sweepSkips(t *testing.T, s *store.Store) {
	save(t, s, 1, noon())
	for _, tt := range []struct {
		took time.Duration
		want int
	}{{time.Minute, 0}, {time.Hour, 0}, {time.Hour + time.Minute, 1}, {150 * time.Minute, 2}} {
		all, err := s.Sweeps(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		now := noon()
		if len(all) > 0 {
			now = all[0].Began.Add(max(time.Hour, all[0].Ended.Sub(all[0].Began)))
		}
		w := begin(t, s, now, true)
		finish(t, s, "me", claim(t, s, "me", w.ID, 1, now), now.Add(time.Second))
		end(t, s, w.ID, now.Add(tt.took), true)
		next := begin(t, s, now.Add(max(time.Hour, tt.took)), true)
		if next.Skipped != tt.want {
			t.Errorf("after one of %v: %d skipped, want %d", tt.took, next.Skipped, tt.want)
		}
		finish(t, s, "me", claim(t, s, "me", next.ID, 1, next.Began), next.Began.Add(time.Second))
		end(t, s, next.ID, next.Began.Add(time.Minute), true)
	}
}

// leases end by time, by release, and by recording.
func leases(t *testing.T, s *store.Store) {
	ctx := t.Context()
	save(t, s, 4, noon())
	w := begin(t, s, noon(), true)
	take := func(owner string, lease time.Duration, want int) []store.Claim {
		t.Helper()
		now := time.Now() // PostgreSQL's clock goes on
		claims, err := s.Claim(ctx, store.ClaimQuery{Owner: owner, Max: 10, Lease: lease, Now: now, Sweep: w.ID, Pace: 1})
		if err != nil || len(claims) != want {
			t.Fatalf("%s: %d claims %v, want %d", owner, len(claims), err, want)
		}
		return claims
	}
	take("a", time.Hour, 4)
	take("b", time.Hour, 0)
	if err := s.Release(ctx, "b"); err != nil { // not b's to release
		t.Fatal(err)
	}
	take("b", time.Hour, 0)
	if err := s.Release(ctx, "a"); err != nil {
		t.Fatal(err)
	}
	claims := take("b", time.Hour, 4)
	// A reading of somebody else does not end b's lease, nor does a live one.
	record(t, s, good(0, noon().Add(-time.Hour), 10, 9))
	if err := s.Record(ctx, "b", []store.Reading{{CustomerID: id(1), At: noon(), Kind: store.Empty, Live: true}}); err != nil {
		t.Fatal(err)
	}
	take("a", time.Hour, 0)
	finish(t, s, "b", claims[2:], noon().Add(time.Second))
	take("a", time.Hour, 0)
	if err := s.Leave(ctx, "b"); err != nil {
		t.Fatal(err)
	}
	take("a", 50*time.Millisecond, 2)
	take("b", time.Hour, 0)
	time.Sleep(60 * time.Millisecond) // the lease ends by the database's clock, which no test can move
	take("b", time.Hour, 2)
	// a's late readings count, and b's then count no second time.
	late := []store.Reading{good(0, noon().Add(time.Minute), 10, 9), good(1, noon().Add(time.Minute), 10, 9)}
	for _, owner := range []string{"a", "b"} {
		if err := s.Record(ctx, owner, late); err != nil {
			t.Fatal(err)
		}
	}
	if done := end(t, s, w.ID, noon().Add(time.Hour), true); done.Good != 4 || done.Empty+done.Failed != 0 {
		t.Errorf("%+v, want 4 good ones", done)
	}
}

// claimRace: claimers at once never get the same customer, and get all.
func claimRace(t *testing.T, s *store.Store) {
	const n, claimers = 300, 6
	save(t, s, n, noon())
	w := begin(t, s, noon(), true)
	var mu sync.Mutex
	taken := map[string]string{}
	var wg sync.WaitGroup
	for i := range claimers {
		owner := "owner " + strconv.Itoa(i)
		wg.Go(func() {
			for {
				claims, err := s.Claim(t.Context(), store.ClaimQuery{Owner: owner, Max: 7, Lease: time.Hour, Now: noon(), Sweep: w.ID, Pace: 1})
				if err != nil {
					t.Error(err)
					return
				}
				if len(claims) == 0 {
					return
				}
				mu.Lock()
				for _, c := range claims {
					if other := taken[c.CustomerID]; other != "" {
						t.Errorf("%s has %s, which %s has", owner, c.CustomerID, other)
					}
					taken[c.CustomerID] = owner
				}
				mu.Unlock()
				if owner != "owner 0" { // the leases of one last
					finish(t, s, owner, claims, noon().Add(time.Second))
				}
			}
		})
	}
	wg.Wait()
	if len(taken) != n {
		t.Errorf("%d of %d claimed", len(taken), n)
	}
}

// claimOrder: who was not tried for the longest comes first.
func claimOrder(t *testing.T, s *store.Store) {
	save(t, s, 5, noon())
	w := begin(t, s, noon(), true)
	for i, n := range []int{3, 0, 4, 1, 2} {
		record(t, s, failed(n, noon().Add(time.Duration(i+1)*time.Second), "busy"))
	}
	end(t, s, w.ID, noon().Add(time.Minute), true)
	w = begin(t, s, noon().Add(time.Hour), true)
	var got []string
	for range 5 {
		claims := claim(t, s, "me", w.ID, 1, noon().Add(time.Hour))
		got = append(got, claims[0].CustomerID)
	}
	if want := []string{id(3), id(0), id(4), id(1), id(2)}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// live: a person's look-up is a reading, and the sweep comes nevertheless.
func live(t *testing.T, s *store.Store) {
	save(t, s, 1, noon())
	w := begin(t, s, noon(), true)
	r := good(0, noon().Add(time.Minute), 10, 9)
	r.Live = true
	record(t, s, r)
	if st := standing(t, s, 0, noon()); st.Gap != 1 || !st.Tried.Equal(r.At) {
		t.Errorf("%+v", st)
	}
	claims := claim(t, s, "me", w.ID, 10, noon().Add(2*time.Minute))
	if len(claims) != 1 || !claims[0].Tried.Equal(r.At) {
		t.Errorf("%+v", claims)
	}
	// The sweep's reading is older than the look-up: it counts for the sweep.
	record(t, s, good(0, noon().Add(30*time.Second), 10, 5))
	if done := end(t, s, w.ID, noon().Add(time.Hour), true); done.Good != 1 {
		t.Errorf("%+v", done)
	}
	if st := standing(t, s, 0, noon()); st.Gap != 1 {
		t.Errorf("%+v", st)
	}
}

func beats(t *testing.T, s *store.Store) {
	ctx := t.Context()
	beat := func(owner string, want int) {
		t.Helper()
		if live, err := s.Beat(ctx, owner, noon()); err != nil || live != want {
			t.Errorf("%d live %v, want %d", live, err, want)
		}
	}
	beat("a", 1)
	beat("b", 2)
	beat("a", 2)
	save(t, s, 2, noon())
	w := begin(t, s, noon(), true)
	claim(t, s, "b", w.ID, 10, noon())
	if ok, err := s.ClaimDirectory(ctx, "b", 0, time.Hour, noon()); err != nil || !ok {
		t.Errorf("%v %v", ok, err)
	}
	if err := s.Leave(ctx, "b"); err != nil {
		t.Error(err)
	}
	beat("a", 1)
	if claims := claim(t, s, "a", w.ID, 10, noon()); len(claims) != 2 {
		t.Errorf("%d of those that b left", len(claims))
	}
	if ok, err := s.ClaimDirectory(ctx, "a", 0, time.Hour, noon()); err != nil || !ok {
		t.Errorf("the directory that b left: %v %v", ok, err)
	}
	if s.Pool() == nil { // by the time passed in
		if live, err := s.Beat(ctx, "c", noon().Add(31*time.Second)); err != nil || live != 1 {
			t.Errorf("%d live %v", live, err)
		}
	}
	if now, err := s.Time(ctx, noon()); err != nil || s.Pool() == nil && !now.Equal(noon()) || s.Pool() != nil && time.Since(now).Abs() > time.Minute {
		t.Errorf("%v %v", now, err)
	}
}

// deadReplica: what one held that beats no longer, another has within the time
// of its beats; one that never beat holds it for the time of its lease.
func deadReplica(t *testing.T, s *store.Store) {
	ctx := t.Context()
	save(t, s, 4, noon())
	w := begin(t, s, noon(), true)
	beat := func(owner string, now time.Time) {
		t.Helper()
		if _, err := s.Beat(ctx, owner, now); err != nil {
			t.Fatal(err)
		}
	}
	take := func(owner string, most int, now time.Time) int {
		t.Helper()
		claims, err := s.Claim(ctx, store.ClaimQuery{Owner: owner, Max: most, Lease: time.Hour, Now: now, Sweep: w.ID, Pace: 1})
		if err != nil {
			t.Fatal(err)
		}
		return len(claims)
	}
	beat("dead", noon())
	take("dead", 3, noon())
	take("past", 1, noon())
	if ok, err := s.ClaimDirectory(ctx, "dead", 0, time.Hour, noon()); err != nil || !ok {
		t.Fatal(ok, err)
	}
	beat("alive", noon())
	if n := take("alive", 9, noon()); n != 0 {
		t.Errorf("%d of a living one", n)
	}
	now := noon().Add(31 * time.Second)
	if s.Pool() != nil { // no test can move its clock
		if _, err := s.Pool().Exec(ctx, `UPDATE replicas SET beat = beat - 31000 WHERE owner = 'dead'`); err != nil {
			t.Fatal(err)
		}
	}
	beat("alive", now)
	if n := take("alive", 9, now); n != 3 {
		t.Errorf("%d of the dead one's 3", n)
	}
	if ok, err := s.ClaimDirectory(ctx, "alive", 0, time.Hour, now); err != nil || !ok {
		t.Errorf("the directory of the dead one: %v %v", ok, err)
	}
	beat("dead", now) // it only slept
	beat("alive", now)
	if n := take("dead", 9, now); n != 0 {
		t.Errorf("%d were there twice", n)
	}
}
