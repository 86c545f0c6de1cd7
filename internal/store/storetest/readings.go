package storetest

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

func recordGood(t *testing.T, s *store.Store) {
	save(t, s, 2, noon())
	at := noon().Add(1234 * time.Millisecond)
	record(t, s, good(0, at, 100, 97))
	want := store.Standing{
		Customer: customer(0), Read: at, Tried: at, Answered: at,
		Scanned: 100, Kept: 97, Gap: 3, Since: at,
	}
	want.FirstSeen, want.SeenAt = noon(), noon()
	if diff := cmp.Diff(want, standing(t, s, 0, at)); diff != "" {
		t.Error(diff)
	}
	untouched := store.Standing{Customer: customer(1)}
	untouched.FirstSeen, untouched.SeenAt = noon(), noon()
	if diff := cmp.Diff(untouched, standing(t, s, 1, at)); diff != "" {
		t.Error(diff)
	}
	// The same again is no change; another is.
	record(t, s, good(0, at.Add(time.Hour), 100, 97))
	if st := standing(t, s, 0, at); !st.Since.Equal(at) || !st.Read.Equal(at.Add(time.Hour)) {
		t.Errorf("%+v", st)
	}
	record(t, s, good(0, at.Add(2*time.Hour), 100, 98))
	if st := standing(t, s, 0, at); !st.Since.Equal(at.Add(2*time.Hour)) || st.Gap != 2 {
		t.Errorf("%+v", st)
	}
	// One that says the same in sum, in other modules, is a change too.
	r := good(0, at.Add(3*time.Hour), 100, 98)
	r.Rows[0].Module = "OneDrive"
	record(t, s, r)
	if st := standing(t, s, 0, at); !st.Since.Equal(r.At) {
		t.Errorf("%+v", st)
	}
}

func recordFailures(t *testing.T, s *store.Store) {
	save(t, s, 1, noon())
	hour := func(n int) time.Time { return noon().Add(time.Duration(n) * time.Hour) }
	record(t, s, good(0, hour(0), 100, 97))
	type state struct {
		Failures            int
		Class               string
		Failing, EmptySince time.Time
		Read, Answered      time.Time
		Gap                 int64
	}
	for _, step := range []struct {
		reading store.Reading
		want    state
	}{
		{failed(0, hour(1), "busy"), state{1, "busy", hour(1), time.Time{}, hour(0), hour(0), 3}},
		{
			store.Reading{CustomerID: id(0), At: hour(2), Kind: store.Partial, Class: "partial"},
			state{2, "partial", hour(1), time.Time{}, hour(0), hour(0), 3},
		},
		{store.Reading{CustomerID: id(0), At: hour(3), Kind: store.Empty}, state{0, "", time.Time{}, hour(3), hour(0), hour(0), 3}},
		{failed(0, hour(4), "forbidden"), state{1, "forbidden", hour(4), hour(3), hour(0), hour(0), 3}},
		{store.Reading{CustomerID: id(0), At: hour(5), Kind: store.Empty}, state{0, "", time.Time{}, hour(3), hour(0), hour(0), 3}},
		{store.Reading{CustomerID: id(0), At: hour(6), Kind: store.Good}, state{0, "", time.Time{}, hour(3), hour(0), hour(0), 3}}, // good without rows is empty
		{good(0, hour(7), 100, 96), state{0, "", time.Time{}, time.Time{}, hour(7), hour(7), 4}},
	} {
		record(t, s, step.reading)
		st := standing(t, s, 0, noon())
		got := state{st.Failures, st.Class, st.FailingSince, st.EmptySince, st.Read, st.Answered, st.Gap}
		if diff := cmp.Diff(step.want, got); diff != "" {
			t.Errorf("after %v: %s", step.reading.At, diff)
		}
		if !st.Tried.Equal(step.reading.At) {
			t.Errorf("tried %v, want %v", st.Tried, step.reading.At)
		}
	}
	if h := history(t, s, 0, hour(0), hour(9)); len(h.Spans) != 2 || len(h.Series) != 1 || len(h.Series[0].Points) != 2 {
		t.Errorf("what is not good became history: %+v", h)
	}
}

// recordBehind: a reading that is not newer changes nothing.
func recordBehind(t *testing.T, s *store.Store) {
	save(t, s, 1, noon())
	record(t, s, good(0, noon(), 100, 97))
	want := standing(t, s, 0, noon())
	record(t, s, good(0, noon(), 100, 50), good(0, noon().Add(-time.Hour), 100, 40), failed(0, noon().Add(-time.Minute), "busy"))
	if diff := cmp.Diff(want, standing(t, s, 0, noon())); diff != "" {
		t.Error(diff)
	}
	if h := history(t, s, 0, noon().Add(-24*time.Hour), noon()); len(h.Spans) != 1 {
		t.Errorf("%+v", h.Spans)
	}
}

// recordTwice: several readings of a customer in one group, out of order, and
// the whole group again, are as one by one.
func recordTwice(t *testing.T, s *store.Store) {
	save(t, s, 2, noon())
	var group []store.Reading
	for _, n := range []int{3, 1, 2, 0} {
		at := noon().Add(time.Duration(n) * time.Hour)
		group = append(group, good(0, at, 100, int64(90+n)), failed(1, at, "busy"))
	}
	record(t, s, group...)
	want, h := standing(t, s, 0, noon()), history(t, s, 0, noon(), noon().Add(5*time.Hour))
	if len(h.Spans) != 4 || len(h.Series[0].Points) != 4 || want.Gap != 7 || standing(t, s, 1, noon()).Failures != 4 {
		t.Errorf("%+v %+v", want, h)
	}
	record(t, s, group...)
	if diff := cmp.Diff(want, standing(t, s, 0, noon())); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(h, history(t, s, 0, noon(), noon().Add(5*time.Hour))); diff != "" {
		t.Error(diff)
	}
	if got := standing(t, s, 1, noon()); got.Failures != 4 {
		t.Errorf("%d failures, want 4", got.Failures)
	}
}

func recordUnknown(t *testing.T, s *store.Store) {
	save(t, s, 1, noon())
	record(t, s, good(9, noon(), 10, 10), good(0, noon(), 100, 97))
	if st := standing(t, s, 0, noon()); st.Gap != 3 {
		t.Errorf("an unknown customer beside it: %+v", st)
	}
	record(t, s)
}

// recordAddUp: rows of one series add up without netting, and a surplus is
// kept only where a series has one row.
func recordAddUp(t *testing.T, s *store.Store) {
	save(t, s, 2, noon())
	r := good(0, noon(), 0, 0)
	r.Rows = []coverage.Row{
		module("t1", "Exchange", 300, 312), module("t2", "Exchange", 50, 60),
		module("t1", "Exchange", 100, 88), module("t1", "Exchange", -5, 3),
	}
	record(t, s, r)
	st := standing(t, s, 0, noon())
	if st.Scanned != 450 || st.Kept != 438 || st.Gap != 12 {
		t.Errorf("%+v", st)
	}
	want := []coverage.SeriesHistory{
		{Tenant: "t1", Module: "Exchange", Points: []coverage.Point{{At: noon(), Count: coverage.Count{Scanned: 400, Protected: 388}}}},
		{Tenant: "t2", Module: "Exchange", Points: []coverage.Point{{At: noon(), Count: coverage.Count{Scanned: 50, Protected: 60}}}},
	}
	if diff := cmp.Diff(want, history(t, s, 0, noon(), noon()).Series); diff != "" {
		t.Error(diff)
	}

	huge := good(1, noon(), math.MaxInt64, 0)
	huge.Rows = append(huge.Rows, module("", "OneDrive", math.MaxInt64, math.MaxInt64))
	record(t, s, huge, good(1, noon().Add(time.Hour), math.MaxInt64, 0))
	if f, err := s.Fleet(t.Context(), store.FleetQuery{Limit: 1, Now: noon()}); err != nil || f.WithGaps != 2 || f.Gap <= 0 || f.Page[0].ID != id(1) {
		t.Errorf("the largest numbers: %+v %v", f, err)
	}
}

// recordSpans: equal readings are one span while they lie near each other.
func recordSpans(t *testing.T, s *store.Store) {
	save(t, s, 1, noon())
	minute := func(n int) time.Time { return noon().Add(time.Duration(n) * time.Minute) }
	for _, n := range []int{0, 60, 239, 240, 420, 600, 601} { // 239 is 179 after 60, and 420 is 180 after 240
		protected := int64(97)
		if n >= 600 {
			protected = 98
		}
		record(t, s, good(0, minute(n), 100, protected))
	}
	span := func(first, last int, protected int64) coverage.Span {
		return coverage.Span{First: minute(first), Last: minute(last), Count: coverage.Count{Scanned: 100, Protected: protected}}
	}
	want := []coverage.Span{span(0, 240, 97), span(420, 420, 97), span(600, 601, 98)}
	if diff := cmp.Diff(want, history(t, s, 0, minute(0), minute(700)).Spans); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want[1:], history(t, s, 0, minute(241), minute(700)).Spans); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want[:1], history(t, s, 0, minute(100), minute(200)).Spans); diff != "" {
		t.Error(diff)
	}
	if st := standing(t, s, 0, noon()); !st.Since.Equal(minute(600)) {
		t.Errorf("since %v", st.Since)
	}
}

// recordAbsent: a module that a good reading names no longer is absent, and
// its return is a point.
func recordAbsent(t *testing.T, s *store.Store) {
	save(t, s, 1, noon())
	hour := func(n int) time.Time { return noon().Add(time.Duration(n) * time.Hour) }
	for n, teams := range []bool{true, false, false, true} {
		r := good(0, hour(n), 100, 97)
		if teams {
			r.Rows = append(r.Rows, module("", "Teams", 10, 4))
		}
		record(t, s, r)
	}
	record(t, s, store.Reading{CustomerID: id(0), At: hour(4), Kind: store.Empty}) // takes nothing away
	count := coverage.Count{Scanned: 10, Protected: 4}
	teams := coverage.SeriesHistory{Module: "Teams", Points: []coverage.Point{
		{At: hour(0), Count: count}, {At: hour(1), Absent: true}, {At: hour(3), Count: count},
	}}
	h := history(t, s, 0, hour(0), hour(9))
	if len(h.Series) != 2 || !cmp.Equal(h.Series[1], teams) {
		t.Errorf("%+v", h.Series)
	}
	teams.Points = teams.Points[1:]
	if h := history(t, s, 0, hour(2), hour(9)); len(h.Series) != 2 || !cmp.Equal(h.Series[1], teams) {
		t.Errorf("in force at the beginning: %+v", h.Series)
	}
	if h := history(t, s, 0, hour(2), hour(2)); len(h.Series) != 1 {
		t.Errorf("absent all the time: %+v", h.Series)
	}
}

// recordOddText: no text from outside makes a statement fail, or another one.
func recordOddText(t *testing.T, s *store.Store) {
	c := customer(0)
	c.Name, c.Owner = "a\x00b\xff'; DROP TABLE customers; --", "\"\\ä\U0001F600"
	c.Tenants = []store.Tenant{{ID: "\x00", Name: "\xfe\"]"}}
	if _, err := s.SaveDirectory(t.Context(), []store.Customer{c}, noon()); err != nil {
		t.Fatal(err)
	}
	if change, err := s.SaveDirectory(t.Context(), []store.Customer{c}, noon().Add(time.Hour)); err != nil || change.Changed != 0 {
		t.Errorf("the same again: %+v %v", change, err)
	}
	r := good(0, noon(), 10, 9)
	r.Rows = append(r.Rows, module("t\x00", "m'\xff", 5, 5))
	r.Body = []byte("\x00\xff'\x01")
	record(t, s, r, store.Reading{CustomerID: id(0), At: noon().Add(time.Hour), Kind: store.Failed, Class: "\x00x"})
	st := standing(t, s, 0, noon())
	if st.Name != "ab\uFFFD'; DROP TABLE customers; --" || st.Owner != c.Owner || st.Gap != 1 || st.Class != "x" {
		t.Errorf("%+v", st)
	}
	if body, _, err := s.Last(t.Context(), id(0)); err != nil || string(body) != string(r.Body) {
		t.Errorf("%q %v", body, err)
	}
	if _, err := s.Standing(t.Context(), "' OR 1=1 --\x00", noon()); err == nil {
		t.Error("found somebody")
	}
}

// failing counts who could not be read, of those that are to be.
func failing(t *testing.T, s *store.Store) {
	save(t, s, 6, noon())
	record(t, s, failed(0, noon(), "busy"), failed(1, noon(), "busy"), failed(2, noon(), "forbidden"), failed(3, noon(), "busy"), failed(4, noon(), "busy"))
	record(t, s, good(3, noon().Add(time.Hour), 1, 1)) // well again
	if err := s.Unwatch(t.Context(), id(4), store.By{User: "U1", At: noon()}, time.Time{}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Failing(t.Context())
	if diff := cmp.Diff(map[string]int{"busy": 2, "forbidden": 1}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
}
