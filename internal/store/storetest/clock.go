package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

// clockAhead: after a clock that was a year ahead, all goes on by the right
// one.
func clockAhead(t *testing.T, s *store.Store) {
	ctx := t.Context()
	ahead := time.Now().Add(365 * 24 * time.Hour).UTC().Truncate(time.Second)
	save(t, s, 3, ahead)
	w := begin(t, s, ahead, true)
	finish(t, s, "me", claim(t, s, "me", w.ID, 9, ahead), ahead.Add(time.Second))
	end(t, s, w.ID, ahead.Add(time.Minute), true)

	if ok, err := s.ClaimDirectory(ctx, "me", 10*time.Minute, time.Hour, noon()); err != nil || !ok {
		t.Errorf("the directory is not read: %v %v", ok, err)
	}
	f, err := s.Fleet(ctx, store.FleetQuery{Now: noon(), StaleBefore: noon().Add(-time.Hour)})
	if err != nil || f.Stale != 3 || f.WithGaps != 0 || f.Customers != 3 || f.Gap != 0 {
		t.Errorf("answers from the future are fresh: %+v %v", f, err)
	}
	part, err := s.Fleet(ctx, store.FleetQuery{Now: noon(), StaleBefore: noon().Add(-time.Hour), IDs: []string{id(0)}})
	if err != nil || part.Stale != 1 {
		t.Errorf("%+v %v", part, err)
	}
	w = begin(t, s, noon(), true)
	finish(t, s, "me", claim(t, s, "me", w.ID, 9, noon()), noon().Add(time.Second))
	end(t, s, w.ID, noon().Add(time.Minute), true)
	if st := standing(t, s, 0, noon()); !st.Read.Equal(noon().Add(time.Second)) || !st.Tried.Equal(st.Read) {
		t.Errorf("the reading was not taken: %+v", st)
	}
	f, err = s.Fleet(ctx, store.FleetQuery{Now: noon(), StaleBefore: noon().Add(-time.Hour)})
	if err != nil || f.Stale != 0 || f.WithGaps != 3 {
		t.Errorf("%+v %v", f, err)
	}
	begin(t, s, noon().Add(59*time.Minute), false) // not due again
}

// rewound: what was dated ahead counts as said just before, and nothing of the
// history lies ahead.
func rewound(t *testing.T, s *store.Store) {
	save(t, s, 2, noon())
	ahead := time.Now().Add(365 * 24 * time.Hour).UTC().Truncate(time.Second)
	record(t, s, good(0, noon(), 100, 97))
	record(t, s, good(0, ahead, 100, 97))                  // the same span
	record(t, s, good(0, ahead.Add(time.Hour), 100, 50))   // another
	record(t, s, good(0, ahead.Add(2*time.Hour), 100, 40)) // and another
	record(t, s, failed(1, ahead, "busy"))

	hour := func(n int) time.Time { return noon().Add(time.Duration(n) * time.Hour) }
	record(t, s, failed(0, hour(1), "busy"), failed(1, hour(1), "busy"))
	if st := standing(t, s, 1, noon()); st.Failures != 2 || st.FailingSince.After(hour(1)) || !st.Read.IsZero() {
		t.Errorf("%+v", st)
	}
	record(t, s, good(0, hour(2), 100, 40))
	record(t, s, good(0, hour(3), 100, 30))
	h := history(t, s, 0, hour(0), ahead.Add(1000*time.Hour))
	count := func(protected int64) coverage.Count { return coverage.Count{Scanned: 100, Protected: protected} }
	before := hour(1).Add(-time.Millisecond)
	want := []coverage.Span{
		{First: hour(0), Last: hour(0), Count: count(97)},
		{First: before, Last: hour(2), Count: count(40)},
		{First: hour(3), Last: hour(3), Count: count(30)},
	}
	if diff := cmp.Diff(want, h.Spans); diff != "" {
		t.Error(diff)
	}
	points := []coverage.Point{{At: hour(0), Count: count(97)}, {At: before, Count: count(40)}, {At: hour(3), Count: count(30)}}
	if len(h.Series) != 1 || !cmp.Equal(points, h.Series[0].Points) {
		t.Errorf("%+v", h.Series)
	}
	// Less than a day is no fault of a clock.
	record(t, s, good(0, hour(2), 100, 1))
	if st := standing(t, s, 0, noon()); st.Gap != 70 {
		t.Errorf("a reading that is behind was taken: %+v", st)
	}
}

// slowSweeps: where a sweep takes 7 h, readings 7 h apart are one span, and the
// gap of a day ago is known.
func slowSweeps(t *testing.T, s *store.Store) {
	save(t, s, 1, noon())
	for i := range 12 {
		now := noon().Add(time.Duration(i) * 7 * time.Hour)
		w := begin(t, s, now, true)
		finish(t, s, "me", claim(t, s, "me", w.ID, 1, now), now.Add(time.Second))
		end(t, s, w.ID, now.Add(7*time.Hour-time.Second), true)
	}
	now := noon().Add(100 * time.Hour)
	if h := history(t, s, 0, noon(), now); len(h.Spans) != 1 {
		t.Errorf("%d spans: %+v", len(h.Spans), h.Spans)
	}
	if st := standing(t, s, 0, now); st.DayGap == nil || *st.DayGap != 1 {
		t.Errorf("%+v", st.DayGap)
	}
}

// upkeepAhead: a clock that is ahead deletes nothing.
func upkeepAhead(t *testing.T, s *store.Store) {
	save(t, s, 1, noon())
	for n := range 10 {
		record(t, s, good(0, noon().Add(time.Duration(n)*24*time.Hour), 100, int64(n)))
	}
	last := noon().Add(9 * 24 * time.Hour)
	want := history(t, s, 0, noon(), last)
	keep := store.Retention{Readings: 24 * time.Hour, Rollups: 48 * time.Hour}
	report, err := s.Upkeep(t.Context(), keep, last.Add(365*24*time.Hour))
	if err != nil || report.Removed != 0 {
		t.Errorf("%+v %v", report, err)
	}
	if diff := cmp.Diff(want, history(t, s, 0, noon(), last)); diff != "" {
		t.Error(diff)
	}
	if report, err = s.Upkeep(t.Context(), keep, last.Add(24*time.Hour)); err != nil || report.Removed == 0 {
		t.Errorf("%+v %v", report, err)
	}
}
