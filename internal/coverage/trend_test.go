package coverage

import (
	"cmp"
	"fmt"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var midnight = time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)

// at is midnight and so many hours.
func at(hours int) time.Time { return midnight.Add(time.Duration(hours) * time.Hour) }

func span(first, last int, scanned, kept int64) Span {
	return Span{First: at(first), Last: at(last), Count: Count{scanned, kept}}
}

// The worst day is never averaged away: one bad reading among a hundred good
// ones is the whole part.
func TestLowest_worstReadingIsThePart(t *testing.T) {
	t.Parallel()
	h := History{Spans: []Span{span(0, 99, 1000, 1000), span(100, 100, 1000, 1), span(101, 200, 1000, 1000)}}
	got := Lowest(h, at(0), at(200), 1)
	want := Sample{At: at(100), Count: Count{1000, 1}}
	if diff := gocmp.Diff(want, got.Parts[0].Sample); diff != "" || got.Lowest != want {
		t.Error(diff, got.Lowest)
	}
}

// Nothing is carried into a time without readings.
func TestLowest_holes(t *testing.T) {
	t.Parallel()
	h := History{
		Series: []SeriesHistory{{Module: "OneDrive", Points: []Point{{At: at(-50), Count: Count{10, 9}}}}},
		Spans:  []Span{span(-50, 15, 10, 9), span(35, 35, 10, 9)},
	}
	got := Lowest(h, at(0), at(50), 5)
	for name, c := range map[string]Course{"customer": got.Course, "module": got.Modules[0].Course} {
		var read []bool
		for _, p := range c.Parts {
			read = append(read, p.Read())
		}
		if diff := gocmp.Diff([]bool{true, true, false, true, false}, read); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if !c.First.At.Equal(at(0)) || !c.Last.At.Equal(at(35)) || !c.Lowest.At.Equal(at(0)) {
			t.Errorf("%s: first %v, last %v, lowest %v", name, c.First.At, c.Last.At, c.Lowest.At)
		}
	}
}

// A module of two tenants is judged tenant by tenant: a surplus of one fills
// no gap of the other.
func TestLowest_tenantsAreNotNetted(t *testing.T) {
	t.Parallel()
	h := History{
		Series: []SeriesHistory{
			{Tenant: "a", Module: "OneDrive", Points: []Point{{At: at(0), Count: Count{100, 150}}}},
			{Tenant: "b", Module: "OneDrive", Points: []Point{{At: at(0), Count: Count{100, 60}}, {At: at(4), Absent: true}}},
		},
		Spans: []Span{span(0, 3, 200, 160), span(4, 8, 100, 100)},
	}
	got := Lowest(h, at(0), at(8), 2)
	want := []Count{{200, 160}, {100, 100}}
	if len(got.Modules) != 1 {
		t.Fatalf("%d modules", len(got.Modules))
	}
	for i, p := range got.Modules[0].Parts {
		if p.Count != want[i] {
			t.Errorf("part %d: %+v, want %+v", i, p.Count, want[i])
		}
	}
}

// A module that AvePoint names no longer ends before the customer, and what
// was never named in the time is left out.
func TestLowest_modulesComeAndGo(t *testing.T) {
	t.Parallel()
	h := History{
		Series: []SeriesHistory{
			{Module: "gone", Points: []Point{{At: at(-9), Count: Count{5, 5}}, {At: at(3), Absent: true}}},
			{Module: "new", Points: []Point{{At: at(3), Count: Count{5, 4}}}},
			{Module: "long gone", Points: []Point{{At: at(-9), Count: Count{5, 5}}, {At: at(-3), Absent: true}}},
			{Module: "later", Points: []Point{{At: at(20), Count: Count{5, 5}}}},
			{Module: "never"},
		},
		Spans: []Span{span(0, 2, 5, 5), span(3, 8, 5, 4)},
	}
	got := Lowest(h, at(0), at(10), 10)
	var names []string
	for _, m := range got.Modules {
		names = append(names, m.Name)
	}
	if diff := gocmp.Diff([]string{"new", "gone"}, names); diff != "" {
		t.Fatal(diff)
	}
	if gone := got.Modules[1]; gone.Last.At.After(at(2)) || !gone.Parts[2].Read() || gone.Parts[3].Read() {
		t.Errorf("gone: %+v", gone.Last)
	}
	if !got.Modules[0].First.At.Equal(at(3)) || !got.Last.At.Equal(at(8)) {
		t.Errorf("new: %+v, customer %+v", got.Modules[0].First, got.Last)
	}
}

func TestLowest_order(t *testing.T) {
	t.Parallel()
	h := History{Spans: []Span{span(0, 9, 1, 1)}}
	for name, c := range map[string]Count{
		"b, most missing": {1000, 900}, "c, few of many": {1000, 991}, "d, few of few": {9, 0}, "e, none": {7, 7}, "a, none": {7, 7}, "f, nothing": {},
	} {
		h.Series = append(h.Series, SeriesHistory{Module: name, Points: []Point{{At: at(0), Count: c}}})
	}
	var names []string
	for _, m := range Lowest(h, at(0), at(9), 3).Modules {
		names = append(names, m.Name[:1])
	}
	if got := fmt.Sprint(names); got != "[b d c a e f]" {
		t.Error(got)
	}
}

func TestLowest_noTime(t *testing.T) {
	t.Parallel()
	h := History{Spans: []Span{span(0, 9, 1, 0)}}
	for name, got := range map[string]Trend{
		"no points": Lowest(h, at(0), at(9), 0), "no time": Lowest(h, at(3), at(3), 5), "backwards": Lowest(h, at(9), at(0), 5),
	} {
		if got.Parts != nil || got.Last.Read() {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if got := Lowest(History{}, at(0), at(10), 20); len(got.Parts) != 20 || got.Lowest.Read() || got.Modules != nil {
		t.Errorf("no history: %+v", got)
	}
}

// The parts are equal, follow each other, and fill the time.
func TestLowest_parts(t *testing.T) {
	t.Parallel()
	to := at(24).Add(7 * time.Nanosecond)
	parts := Lowest(History{}, at(0), to, 9).Parts
	for i, p := range parts {
		if i > 0 && !p.From.Equal(parts[i-1].To) {
			t.Errorf("part %d begins at %v, not %v", i, p.From, parts[i-1].To)
		}
		if d := p.To.Sub(p.From) - 24*time.Hour/9; d < 0 || d > 9 {
			t.Errorf("part %d is %v longer", i, d)
		}
	}
	if !parts[0].From.Equal(at(0)) || !parts[8].To.Equal(to) {
		t.Error("the parts do not fill the time")
	}
}

// TestLowest_model holds Lowest against a model that looks at each hour.
func TestLowest_model(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := histories(t)
		points := rapid.IntRange(1, 6).Draw(t, "points")
		step := rapid.IntRange(1, 9).Draw(t, "step")
		start := rapid.IntRange(-10, 40).Draw(t, "start")
		got := Lowest(h, at(start), at(start+points*step), points)
		same(t, "customer", got.Course, model(start, step, points, func(i int) (Count, bool) { return said(h.Spans, i) }))
		modules := map[string]Course{}
		for _, m := range got.Modules {
			modules[m.Name] = m.Course
		}
		for _, name := range []string{"Exchange Online", "OneDrive"} {
			want := model(start, step, points, func(i int) (Count, bool) {
				if _, ok := said(h.Spans, i); !ok {
					return Count{}, false
				}
				return inForce(h.Series, name, i)
			})
			if _, listed := modules[name]; listed != want.Lowest.Read() {
				t.Fatalf("%s: listed %v, read %v", name, listed, want.Lowest.Read())
			}
			if want.Lowest.Read() {
				same(t, name, modules[name], want)
			}
		}
	})
}

// histories draws a history with holes, and changes at any hour.
func histories(t *rapid.T) History {
	var h History
	count := rapid.Custom(func(t *rapid.T) Count {
		return Count{rapid.Int64Range(0, 4).Draw(t, "scanned"), rapid.Int64Range(0, 6).Draw(t, "protected")}
	})
	hour := 0
	for range rapid.IntRange(0, 8).Draw(t, "spans") {
		first := hour + rapid.IntRange(0, 6).Draw(t, "hole")
		last := first + rapid.IntRange(0, 6).Draw(t, "length")
		c := count.Draw(t, "said")
		h.Spans = append(h.Spans, span(first, last, c.Scanned, c.Kept()))
		hour = last + 1
	}
	for _, tenant := range []string{"", "b"} {
		for _, module := range []string{"Exchange Online", "OneDrive"} {
			s := SeriesHistory{Tenant: tenant, Module: module}
			hour := rapid.IntRange(-20, 30).Draw(t, "begin")
			for range rapid.IntRange(0, 6).Draw(t, "changes") {
				s.Points = append(s.Points, Point{At: at(hour), Count: count.Draw(t, "point"), Absent: rapid.IntRange(0, 3).Draw(t, "absent") == 0})
				hour += rapid.IntRange(1, 9).Draw(t, "until")
			}
			h.Series = append(h.Series, s)
		}
	}
	return h
}

// said is what the customer's readings say at an hour.
func said(spans []Span, hour int) (Count, bool) {
	for _, s := range spans {
		if !s.First.After(at(hour)) && !s.Last.Before(at(hour)) {
			return s.Count, true
		}
	}
	return Count{}, false
}

// inForce is what a module says at an hour, over all tenants.
func inForce(series []SeriesHistory, name string, hour int) (Count, bool) {
	var sum Count
	named := false
	for _, s := range series {
		if s.Module != name {
			continue
		}
		current := Point{Absent: true}
		for _, p := range s.Points {
			if !p.At.After(at(hour)) {
				current = p
			}
		}
		if !current.Absent {
			named = true
			sum.Scanned += current.Scanned
			sum.Protected += current.Kept()
		}
	}
	return sum, named
}

// model walks hour by hour.
func model(start, step, points int, look func(hour int) (Count, bool)) Course {
	c := Course{Parts: make([]Part, points)}
	for hour := start; hour <= start+points*step; hour++ {
		count, ok := look(hour)
		if !ok {
			continue
		}
		s := Sample{At: at(hour), Count: count}
		if !c.First.Read() {
			c.First = s
		}
		c.Last = s
		part := &c.Parts[min((hour-start)/step, points-1)]
		for _, low := range []*Sample{&c.Lowest, &part.Sample} {
			if !low.Read() || naive(s.Count, low.Count) < 0 {
				*low = s
			}
		}
	}
	return c
}

// naive orders counts by coverage in plain fractions, then by gap.
func naive(a, b Count) int {
	share := func(c Count) float64 {
		if c.Scanned == 0 {
			return 2 // no coverage is told only where there is nothing else
		}
		return float64(c.Kept()) / float64(c.Scanned)
	}
	return cmp.Or(cmp.Compare(share(a), share(b)), cmp.Compare(b.Gap(), a.Gap()))
}

func same(t *rapid.T, name string, got, want Course) {
	for i, p := range got.Parts {
		if diff := gocmp.Diff(want.Parts[i].Sample, p.Sample); diff != "" {
			t.Fatalf("%s, part %d: %s", name, i, diff)
		}
	}
	// A value holds until just before the hour in which it changes.
	end := got.Last
	end.At = end.At.Truncate(time.Hour)
	if got.First != want.First || got.Lowest != want.Lowest || end != want.Last {
		t.Fatalf("%s: first %v, lowest %v, last %v; want %v, %v, %v", name, got.First, got.Lowest, end, want.First, want.Lowest, want.Last)
	}
}

func BenchmarkLowest(b *testing.B) {
	var h History
	for m := range 30 {
		h.Series = append(h.Series, SeriesHistory{Module: fmt.Sprint(m)})
	}
	for hour := range 365 * 24 {
		h.Spans = append(h.Spans, span(hour, hour, 1000, int64(990+hour%10)))
		for m := range h.Series {
			h.Series[m].Points = append(h.Series[m].Points, Point{At: at(hour), Count: Count{100, int64(90 + (hour+m)%10)}})
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		Lowest(h, at(0), at(365*24), 20)
	}
}
