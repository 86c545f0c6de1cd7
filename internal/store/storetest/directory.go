package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

// empty: a new store answers everything, with nothing.
func empty(t *testing.T, s *store.Store) {
	ctx := t.Context()
	if err := s.Ping(ctx); err != nil {
		t.Error(err)
	}
	if f, err := s.Fleet(ctx, store.FleetQuery{Limit: 10, Now: noon(), StaleBefore: noon()}); err != nil || !cmp.Equal(f, store.Fleet{}) {
		t.Errorf("fleet %+v, %v", f, err)
	}
	if w, opened, err := s.BeginSweep(ctx, time.Hour, noon()); err != nil || opened || w.ID != 0 {
		t.Errorf("a sweep over nobody: %+v %v %v", w, opened, err)
	}
	if d, err := s.Directory(ctx); err != nil || !d.ReadAt.IsZero() || d.Customers != 0 {
		t.Errorf("directory %+v, %v", d, err)
	}
	for name, err := range map[string]error{
		"standing": second(s.Standing(ctx, "nobody", noon())),
		"history":  second(s.History(ctx, "nobody", noon(), noon())),
		"watch":    s.Watch(ctx, "nobody", store.By{User: "U1"}),
		"unwatch":  s.Unwatch(ctx, "nobody", store.By{User: "U1", At: noon()}, time.Time{}),
		"forget":   s.Forget(ctx, "nobody", store.By{User: "U1"}),
	} {
		if !errors.Is(err, store.ErrUnknown) || store.Unavailable(err) {
			t.Errorf("%s: %v, want ErrUnknown", name, err)
		}
	}
	if _, _, err := s.Last(ctx, "nobody"); !errors.Is(err, store.ErrUnknown) {
		t.Errorf("last: %v, want ErrUnknown", err)
	}
	if _, err := s.Upkeep(ctx, store.Retention{Readings: time.Hour, Rollups: time.Hour}, noon()); err != nil {
		t.Error(err)
	}
}

func second[T any](_ T, err error) error { return err }

func directorySave(t *testing.T, s *store.Store) {
	ctx := t.Context()
	all := customers(1200)
	all[7].Tenants = []store.Tenant{{ID: "t1", Name: "Contoso"}, {ID: "t2", Name: "Contoso US"}}
	all = append(all, all[3], store.Customer{Name: "without id"}) // twice, and nobody
	all[len(all)-2].Name = "the second of two"
	change, err := s.SaveDirectory(ctx, all, noon())
	if want := (store.DirectoryChange{Added: 1200, Total: 1200}); err != nil || change != want {
		t.Fatalf("%+v %v, want %+v", change, err, want)
	}
	first, err := s.Directory(ctx)
	if err != nil || first.Customers != 1200 || !first.ReadAt.Equal(noon()) {
		t.Fatalf("%+v %v", first, err)
	}

	// The same again: nothing changes but the time.
	later := noon().Add(10 * time.Minute)
	change, err = s.SaveDirectory(ctx, all, later)
	if want := (store.DirectoryChange{Total: 1200}); err != nil || change != want {
		t.Fatalf("%+v %v, want %+v", change, err, want)
	}
	again, err := s.Directory(ctx)
	if err != nil || again.Version != first.Version || !again.ReadAt.Equal(later) {
		t.Errorf("the same directory again: %+v %v, want version %d", again, err, first.Version)
	}

	all[7].Tenants[1].Name = "Contoso America"
	all[8].Name = "Renamed"
	all = append(all, customer(5000))
	change, err = s.SaveDirectory(ctx, all, later.Add(time.Minute))
	if want := (store.DirectoryChange{Added: 1, Changed: 2, Total: 1201}); err != nil || change != want {
		t.Fatalf("%+v %v, want %+v", change, err, want)
	}
	if d, err := s.Directory(ctx); err != nil || d.Version == first.Version {
		t.Errorf("a changed directory has the same version: %+v %v", d, err)
	}
	want := all[7]
	want.FirstSeen, want.SeenAt = noon(), later.Add(time.Minute)
	if diff := cmp.Diff(want, standing(t, s, 7, noon()).Customer); diff != "" {
		t.Error(diff)
	}
	if got := standing(t, s, 3, noon()); got.Name != "Customer 3" {
		t.Errorf("of two with one id, %q counts", got.Name)
	}
}

// directoryShrink: a list that shrinks is believed after three readings.
func directoryShrink(t *testing.T, s *store.Store) {
	ctx := t.Context()
	save(t, s, 500, noon())
	at := noon()
	for round, want := range []store.DirectoryChange{
		{Missing: 497, Total: 3},
		{Missing: 497, Total: 3},
		{Gone: 497, Total: 3},
		{Total: 3},
	} {
		at = at.Add(10 * time.Minute)
		change, err := s.SaveDirectory(ctx, customers(3), at)
		if err != nil || change != want {
			t.Fatalf("round %d: %+v %v, want %+v", round, change, err, want)
		}
		w := standing(t, s, 200, at)
		if gone := round >= 2; w.GoneAt.IsZero() == gone || !w.SeenAt.Equal(noon()) {
			t.Errorf("round %d: gone %v, seen %v", round, w.GoneAt, w.SeenAt)
		}
	}
	sweep, _, err := s.BeginSweep(ctx, time.Hour, at)
	if err != nil || sweep.Customers != 3 {
		t.Fatalf("%+v %v, want 3 customers", sweep, err)
	}
	if claims := claim(t, s, "me", sweep.ID, 1000, at); len(claims) != 3 {
		t.Errorf("%d claimed, want the 3 that are listed", len(claims))
	}

	change, err := s.SaveDirectory(ctx, customers(500), at.Add(time.Hour))
	if want := (store.DirectoryChange{Returned: 497, Total: 500}); err != nil || change != want {
		t.Fatalf("%+v %v, want %+v", change, err, want)
	}
	if w := standing(t, s, 200, at); !w.GoneAt.IsZero() || !w.FirstSeen.Equal(noon()) || !w.SeenAt.Equal(at.Add(time.Hour)) {
		t.Errorf("back: %+v", w.Customer)
	}

	// Twice missing and back is not missing any more.
	for i, want := range []int{497, 497, 0, 497, 497} {
		n := 3
		if i == 2 {
			n = 500
		}
		change, err := s.SaveDirectory(ctx, customers(n), at.Add(2*time.Hour+time.Duration(i)*time.Minute))
		if err != nil || change.Missing != want || change.Gone != 0 {
			t.Errorf("%d: %+v %v, want %d missing", i, change, err, want)
		}
	}
}

func directoryClaim(t *testing.T, s *store.Store) {
	ctx := t.Context()
	try := func(owner string, now time.Time, want bool) {
		t.Helper()
		got, err := s.ClaimDirectory(ctx, owner, 10*time.Minute, time.Hour, now)
		if err != nil || got != want {
			t.Errorf("%s: %v %v, want %v", owner, got, err, want)
		}
	}
	try("a", noon(), true)
	try("b", noon(), false)
	try("a", noon(), false)
	if err := s.ReleaseDirectory(ctx, "b"); err != nil { // not b's to release
		t.Error(err)
	}
	try("b", noon(), false)
	save(t, s, 2, noon())
	if err := s.ReleaseDirectory(ctx, "a"); err != nil {
		t.Error(err)
	}
	try("b", noon().Add(9*time.Minute), false) // read a moment ago
	try("b", noon().Add(10*time.Minute), true)
}

func customersPages(t *testing.T, s *store.Store) {
	save(t, s, 1234, noon())
	seen := map[string]bool{}
	last := ""
	for c, err := range s.Customers(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if c.ID <= last || seen[c.ID] {
			t.Fatalf("%s after %s", c.ID, last)
		}
		last, seen[c.ID] = c.ID, true
	}
	if len(seen) != 1234 {
		t.Errorf("%d customers", len(seen))
	}
	for _, err := range s.Customers(t.Context()) {
		if err != nil {
			t.Error(err)
		}
		break // gives its connection back
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

func watching(t *testing.T, s *store.Store) {
	ctx := t.Context()
	save(t, s, 2, noon())
	if err := s.Unwatch(ctx, id(0), store.By{User: "U1", At: noon()}, time.Time{}); err != nil {
		t.Fatal(err)
	}
	c := standing(t, s, 0, noon().Add(1000*time.Hour)).Customer
	if !c.Unwatched || c.UnwatchedBy != "U1" || !c.UnwatchedUntil.IsZero() {
		t.Errorf("%+v", c)
	}
	sweep, _, err := s.BeginSweep(ctx, time.Hour, noon())
	if err != nil || sweep.Customers != 1 {
		t.Fatalf("%+v %v", sweep, err)
	}
	if claims := claim(t, s, "me", sweep.ID, 10, noon()); len(claims) != 1 || claims[0].CustomerID != id(1) {
		t.Errorf("%+v", claims)
	}
	if err := s.Watch(ctx, id(0), store.By{User: "U1"}); err != nil {
		t.Fatal(err)
	}
	if c := standing(t, s, 0, noon()).Customer; c.Unwatched || c.UnwatchedBy != "" {
		t.Errorf("%+v", c)
	}
	if claims := claim(t, s, "me", sweep.ID, 10, noon()); len(claims) != 1 || claims[0].CustomerID != id(0) {
		t.Errorf("%+v", claims)
	}
}

// pauses: a pause ends by itself, for whoever looks.
func pauses(t *testing.T, s *store.Store) {
	ctx := t.Context()
	save(t, s, 2, noon())
	until := noon().Add(24 * time.Hour)
	if err := s.Unwatch(ctx, id(0), store.By{User: "U1", At: noon()}, until); err != nil {
		t.Fatal(err)
	}
	if err := s.Unwatch(ctx, id(1), store.By{User: "U1", At: noon()}, noon()); err != nil { // over before it began
		t.Fatal(err)
	}
	fleetAt := func(now time.Time) store.Fleet {
		f, err := s.Fleet(ctx, store.FleetQuery{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	before := until.Add(-time.Millisecond)
	if c := standing(t, s, 0, before).Customer; !c.Unwatched || !c.UnwatchedUntil.Equal(until) {
		t.Errorf("%+v", c)
	}
	if f := fleetAt(before); f.Customers != 1 || f.Unwatched != 1 {
		t.Errorf("%+v", f)
	}
	if c := standing(t, s, 0, until).Customer; c.Unwatched || !c.UnwatchedUntil.IsZero() {
		t.Errorf("%+v", c)
	}
	if f := fleetAt(until); f.Customers != 2 || f.Unwatched != 0 {
		t.Errorf("%+v", f)
	}
	if sweep, _, err := s.BeginSweep(ctx, time.Hour, until); err != nil || sweep.Customers != 2 {
		t.Errorf("%+v %v", sweep, err)
	}
}

// forgotten: nothing answers for a customer that was forgotten, others are as
// they were, and one that comes back begins anew.
func forgotten(t *testing.T, s *store.Store) {
	ctx := t.Context()
	save(t, s, 3, noon())
	for hour := range 5 {
		at := noon().Add(time.Duration(hour) * time.Hour)
		record(t, s, good(0, at, 100, int64(90+hour)), good(1, at, 100, int64(90+hour)))
	}
	other := standing(t, s, 1, noon())
	before := history(t, s, 1, noon(), noon().Add(time.Hour*10))
	if err := s.Forget(ctx, id(0), store.By{User: "U1"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Standing(ctx, id(0), noon()); !errors.Is(err, store.ErrUnknown) {
		t.Errorf("%v, want ErrUnknown", err)
	}
	record(t, s, good(0, noon().Add(6*time.Hour), 100, 90)) // a call that was in flight
	if _, err := s.Standing(ctx, id(0), noon()); !errors.Is(err, store.ErrUnknown) {
		t.Errorf("a late reading brought it back: %v", err)
	}
	if diff := cmp.Diff(other, standing(t, s, 1, noon())); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(before, history(t, s, 1, noon(), noon().Add(time.Hour*10))); diff != "" {
		t.Error(diff)
	}
	save(t, s, 3, noon().Add(24*time.Hour))
	if st := standing(t, s, 0, noon()); !st.Tried.IsZero() || !st.FirstSeen.Equal(noon().Add(24*time.Hour)) {
		t.Errorf("back: %+v", st)
	}
	if h := history(t, s, 0, noon(), noon().Add(24*time.Hour)); !cmp.Equal(h, coverage.History{}) {
		t.Errorf("back with a history: %+v", h)
	}
}

// bodies: what was recorded comes back to the byte, packed or not.
func bodies(t *testing.T, s *store.Store) {
	ctx := t.Context()
	save(t, s, 120, noon())
	want := map[string]string{}
	for n := range 110 {
		r := good(n, noon(), 10, 10)
		for range n * 3 {
			r.Body = fmt.Appendf(r.Body, "module %d ", n)
		}
		want[id(n)] = string(r.Body)
		record(t, s, r)
	}
	record(t, s, failed(0, noon().Add(time.Hour), "busy"), store.Reading{CustomerID: id(1), At: noon().Add(time.Hour), Kind: store.Empty})
	for n := range 110 {
		body, at, err := s.Last(ctx, id(n))
		if err != nil || string(body) != want[id(n)] || !at.Equal(noon()) {
			t.Fatalf("%d: %q %v %v", n, body, at, err)
		}
	}
	if body, at, err := s.Last(ctx, id(115)); err != nil || body != nil || !at.IsZero() {
		t.Errorf("never read: %q %v %v", body, at, err)
	}
	seen, last := 0, ""
	for b, err := range s.Bodies(ctx, nil) {
		if err != nil {
			t.Fatal(err)
		}
		if b.ID <= last || string(b.Body) != want[b.ID] || b.At.IsZero() != (want[b.ID] == "") {
			t.Fatalf("%s after %s: %q at %v", b.ID, last, b.Body, b.At)
		}
		seen, last = seen+1, b.ID
	}
	if seen != 120 {
		t.Errorf("%d overviews", seen)
	}
	ids := []string{}
	for n := 119; n >= 0; n -= 2 {
		ids = append(ids, id(n), "nobody")
	}
	seen = 0
	for b, err := range s.Bodies(ctx, ids) {
		if err != nil || string(b.Body) != want[b.ID] {
			t.Fatalf("%s: %q %v", b.ID, b.Body, err)
		}
		seen++
	}
	if seen != 60 {
		t.Errorf("%d overviews of a list of 60", seen)
	}
	for b, err := range s.Bodies(ctx, []string{}) {
		t.Errorf("%s of an empty list, %v", b.ID, err)
	}
	// A new body takes the place of the old one.
	r := good(5, noon().Add(time.Hour), 10, 9)
	record(t, s, r)
	if body, at, err := s.Last(ctx, id(5)); err != nil || string(body) != string(r.Body) || !at.Equal(r.At) {
		t.Errorf("%q %v %v", body, at, err)
	}
}

func stats(t *testing.T, s *store.Store) {
	save(t, s, 3, noon())
	record(t, s, good(0, noon(), 10, 9), good(1, noon(), 10, 9))
	record(t, s, good(0, noon().Add(time.Hour), 10, 8))
	got, err := s.Stats(t.Context())
	if err != nil || got.Customers != 3 || got.Series != 2 || got.Points != 3 || got.Schema < 1 || got.Bytes <= 0 || !got.Backup.IsZero() {
		t.Errorf("%+v %v", got, err)
	}
	if want := map[bool]string{true: "SQLite", false: "PostgreSQL"}[s.Pool() == nil]; got.Kind != want {
		t.Errorf("kind %q, want %q", got.Kind, want)
	}
}
