package storetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

func isUnknown(err error) bool { return errors.Is(err, store.ErrUnknown) }

// said is one reading as the naive model remembers it: all of it, for ever.
type said struct {
	at   time.Time
	rows map[string]coverage.Count
}

func (r said) total() coverage.Total {
	var total coverage.Total
	for _, c := range r.rows {
		total = total.Plus(c)
	}
	return total
}

// story makes up readings: mostly the same as before, one of so many another,
// with holes.
func story(random *rand.Rand, from time.Time, days, changes int) []said {
	rows := map[string]coverage.Count{"Exchange": {Scanned: 100, Protected: 95}, "Teams": {Scanned: 10, Protected: 10}}
	var all []said
	end := from.Add(time.Duration(days) * 24 * time.Hour)
	for at := from; at.Before(end); {
		if random.IntN(changes) == 0 {
			name := []string{"Exchange", "Teams", "OneDrive"}[random.IntN(3)]
			next := map[string]coverage.Count{}
			for k, v := range rows {
				next[k] = v
			}
			scanned := random.Int64N(20)
			next[name] = coverage.Count{Scanned: scanned, Protected: random.Int64N(scanned + 3)}
			if random.IntN(4) == 0 && len(next) > 1 {
				delete(next, name)
			}
			rows = next
		}
		all = append(all, said{at, rows})
		at = at.Add(time.Duration(20+random.IntN(100)) * time.Minute)
		if random.IntN(5*changes) == 0 {
			at = at.Add(time.Duration(random.IntN(60)) * time.Hour)
		}
	}
	return all
}

func (r said) reading(n int) store.Reading {
	reading := store.Reading{CustomerID: id(n), At: r.at, Kind: store.Good, Body: fmt.Append(nil, r.rows)}
	for name, c := range r.rows {
		reading.Rows = append(reading.Rows, coverage.Row{Module: name, Count: c})
	}
	return reading
}

// pastGaps: the gap of a day and of a week ago, against a search in all
// readings.
func pastGaps(t *testing.T, s *store.Store) {
	save(t, s, 3, noon())
	for n := range 3 {
		told := story(rand.New(rand.NewPCG(5, uint64(n))), noon(), 20, 5)
		for i, r := range told {
			record(t, s, r.reading(n))
			if i%7 != 0 {
				continue
			}
			got := standing(t, s, n, r.at)
			day, week := gapBefore(told[:i+1], 24*time.Hour), gapBefore(told[:i+1], 7*24*time.Hour)
			if diff := cmp.Diff([]*int64{day, week}, []*int64{got.DayGap, got.WeekGap}); diff != "" {
				t.Fatalf("customer %d, reading %d at %v: %s", n, i, r.at, diff)
			}
		}
	}
}

// gapBefore is the gap a while before the last reading: of the reading in
// force then, if it was less than 3 h old.
func gapBefore(told []said, ago time.Duration) *int64 {
	t := told[len(told)-1].at.Add(-ago)
	for _, r := range slices.Backward(told) {
		if !r.at.After(t) {
			if t.Sub(r.at) < 3*time.Hour {
				gap := r.total().Gap
				return &gap
			}
			// In the middle of a span whose readings say the same, a hole of
			// less than 3 h does not occur; a longer one ends the span.
			return nil
		}
	}
	return nil
}

// historyModel: what comes out is what every reading said.
func historyModel(t *testing.T, s *store.Store) {
	save(t, s, 2, noon())
	told := story(rand.New(rand.NewPCG(6, 7)), noon(), 15, 5)
	for group := range slices.Chunk(told, 9) {
		var readings []store.Reading
		for _, r := range group {
			readings = append(readings, r.reading(0), r.reading(1))
		}
		record(t, s, readings...)
	}
	from, to := noon().Add(4*24*time.Hour), noon().Add(11*24*time.Hour)
	for _, window := range [][2]time.Time{{noon(), noon().Add(20 * 24 * time.Hour)}, {from, to}} {
		h := history(t, s, 0, window[0], window[1])
		for i := 1; i < len(h.Spans); i++ {
			if !h.Spans[i-1].Last.Before(h.Spans[i].First) {
				t.Errorf("%v reaches into %v", h.Spans[i-1], h.Spans[i])
			}
		}
		for _, r := range told {
			if r.at.Before(window[0]) || r.at.After(window[1]) {
				continue
			}
			at := slices.IndexFunc(h.Spans, func(s coverage.Span) bool { return !r.at.Before(s.First) && !r.at.After(s.Last) })
			if at < 0 || h.Spans[at].Scanned != r.total().Scanned || h.Spans[at].Gap() != r.total().Gap {
				t.Fatalf("%v: span %d of %v, want %+v", r.at, at, h.Spans, r.total())
			}
			if diff := cmp.Diff(r.rows, inForce(h, r.at)); diff != "" {
				t.Fatalf("%v: %s", r.at, diff)
			}
		}
	}
}

// inForce is what the modules said at a time.
func inForce(h coverage.History, at time.Time) map[string]coverage.Count {
	says := map[string]coverage.Count{}
	for _, s := range h.Series {
		for _, p := range s.Points {
			if p.At.After(at) {
				break
			}
			says[s.Module] = p.Count
			if p.Absent {
				delete(says, s.Module)
			}
		}
	}
	return says
}

// upkeepModel: of every day that is rolled up the worst is kept, and every
// reading after it is as it was, however often the upkeep runs.
func upkeepModel(t *testing.T, s *store.Store) {
	const n, days = 4, 60
	save(t, s, n, noon())
	keep := store.Retention{Readings: 10 * 24 * time.Hour, Rollups: 1000 * 24 * time.Hour}
	var told [n][]said
	for c := range n {
		told[c] = story(rand.New(rand.NewPCG(8, uint64(c))), noon(), days, []int{5, 1, 500, 5}[c])
		if c == 3 { // one that was never heard of again
			told[c] = told[c][:len(told[c])/4]
		}
	}
	next := [n]int{}
	for day := range days + 1 {
		now := noon().Add(time.Duration(day) * 24 * time.Hour)
		for c := range n {
			var readings []store.Reading
			for next[c] < len(told[c]) && told[c][next[c]].at.Before(now) {
				readings = append(readings, told[c][next[c]].reading(c))
				next[c]++
			}
			record(t, s, readings...)
		}
		if day%3 != 0 {
			continue
		}
		for range 1 + day%2 {
			if _, err := s.Upkeep(t.Context(), keep, now); err != nil {
				t.Fatal(err)
			}
		}
		until := now.Add(-keep.Readings).Truncate(24 * time.Hour)
		for c := range n {
			compareDays(t, history(t, s, c, noon().Add(-24*time.Hour), now), told[c][:next[c]], until)
		}
		if t.Failed() {
			t.Fatalf("on day %d", day)
		}
	}
}

// compareDays compares a history with what was told: days before until by
// their worst, and readings after it one by one.
func compareDays(t *testing.T, h coverage.History, told []said, until time.Time) {
	t.Helper()
	if !h.DailyUntil.Equal(until) {
		t.Errorf("daily until %v, want %v", h.DailyUntil, until)
	}
	for i := 1; i < len(h.Spans); i++ {
		if !h.Spans[i-1].Last.Before(h.Spans[i].First) {
			t.Errorf("%v reaches into %v", h.Spans[i-1], h.Spans[i])
		}
	}
	byDay := map[time.Time][]said{}
	for _, r := range told {
		if r.at.Before(until) {
			d := r.at.Truncate(24 * time.Hour)
			byDay[d] = append(byDay[d], r)
			continue
		}
		if diff := cmp.Diff(r.rows, inForce(h, r.at)); diff != "" {
			t.Errorf("reading of %v: %s", r.at, diff)
		}
		at := slices.IndexFunc(h.Spans, func(s coverage.Span) bool { return !r.at.Before(s.First) && !r.at.After(s.Last) })
		if at < 0 || h.Spans[at].Scanned != r.total().Scanned || h.Spans[at].Gap() != r.total().Gap {
			t.Errorf("reading of %v: span %d", r.at, at)
		}
	}
	if len(h.Spans) == 0 {
		return // compared above, and nothing was told
	}
	for d := h.Spans[0].First.Truncate(24 * time.Hour); d.Before(until); d = d.Add(24 * time.Hour) {
		compareDay(t, h, d, byDay[d])
	}
}

// compareDay compares one day's worst, of the customer and of each module,
// with all its readings. lowest is the judge of it.
func compareDay(t *testing.T, h coverage.History, d time.Time, told []said) {
	t.Helper()
	trend := coverage.Lowest(h, d, d.Add(24*time.Hour-time.Millisecond), 1)
	var total *coverage.Count
	modules := map[string]*coverage.Count{}
	for _, r := range told {
		total = lowest(total, coverage.Count{Scanned: r.total().Scanned, Protected: r.total().Kept()})
		for name, c := range r.rows {
			modules[name] = lowest(modules[name], coverage.Count{Scanned: c.Scanned, Protected: c.Kept()})
		}
	}
	if trend.Lowest.Read() != (total != nil) || total != nil && trend.Lowest.Count != *total {
		t.Errorf("%s: the worst is %+v, want %+v", d.Format(time.DateOnly), trend.Lowest, total)
	}
	got := map[string]*coverage.Count{}
	for _, m := range trend.Modules {
		got[m.Name] = &m.Lowest.Count
	}
	if diff := cmp.Diff(modules, got); diff != "" {
		t.Errorf("%s: %s", d.Format(time.DateOnly), diff)
	}
}

// lowest is the count of the lower coverage, then of the larger gap.
func lowest(a *coverage.Count, b coverage.Count) *coverage.Count {
	if a == nil || a.Scanned == 0 && b.Scanned > 0 {
		return &b
	}
	if b.Scanned == 0 {
		return a
	}
	left, right := b.Kept()*a.Scanned, a.Kept()*b.Scanned
	if left < right || left == right && b.Gap() > a.Gap() {
		return &b
	}
	return a
}

// upkeepExpire: what is too old goes, what was in force stays.
func upkeepExpire(t *testing.T, s *store.Store) {
	ctx := t.Context()
	save(t, s, 2, noon())
	day := func(n int) time.Time { return noon().Add(time.Duration(n) * 24 * time.Hour) }
	for n := range 100 {
		r := good(0, day(n), 100, int64(n))
		if n < 20 {
			r.Rows = append(r.Rows, module("", "Gone", 5, 5))
		}
		record(t, s, r)
		record(t, s, good(1, day(n), 10, 9))
	}
	keep := store.Retention{Readings: 10 * 24 * time.Hour, Rollups: 50 * 24 * time.Hour}
	report, err := s.Upkeep(ctx, keep, day(99))
	if err != nil || report.Days == 0 || report.Removed == 0 {
		t.Errorf("%+v %v", report, err)
	}
	h := history(t, s, 0, day(0), day(100))
	if len(h.Spans) != 51 || h.Spans[0].First.Before(day(49).Truncate(24*time.Hour)) {
		t.Errorf("%d spans from %v", len(h.Spans), h.Spans[0].First)
	}
	if len(h.Series) != 1 || len(h.Series[0].Points) != 51 {
		t.Errorf("%+v", h.Series)
	}
	if st, err := s.Stats(ctx); err != nil || st.Series != 2 {
		t.Errorf("%+v %v: a module that is gone for longer than anything is kept", st, err)
	}
	if h := history(t, s, 1, day(0), day(100)); len(h.Series) != 1 || len(h.Series[0].Points) != 1 {
		t.Errorf("what is still in force: %+v", h.Series)
	}
	again, err := s.Upkeep(ctx, keep, day(99))
	if err != nil || again.Days+again.Removed != 0 {
		t.Errorf("again: %+v %v", again, err)
	}
	// The module comes back as a new one.
	r := good(0, day(100), 100, 99)
	r.Rows = append(r.Rows, module("", "Gone", 5, 4), module("", "New", 1, 1))
	record(t, s, r)
	if h := history(t, s, 0, day(100), day(100)); len(h.Series) != 3 {
		t.Errorf("%+v", h.Series)
	}
}
