package coverage

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Sample is what one reading said of a customer or a module.
type Sample struct {
	At    time.Time // zero where nothing was read
	Count           // counted row by row, so Protected is never above Scanned
}

// Read is whether there was such a reading at all.
func (s Sample) Read() bool { return !s.At.IsZero() }

// Part is an equal part of the time of a [Trend], with the reading of the
// lowest coverage in it. Where nothing was read there is a hole: no value is
// carried into it.
type Part struct {
	From, To time.Time // From belongs to it, and To only where the part is the last
	Sample             // At is when the coverage was first that low in this part
}

// Course is how coverage went over a time, of a customer or of a module.
type Course struct {
	Parts       []Part // oldest first
	First, Last Sample // the oldest and the newest reading
	Lowest      Sample // the reading of the lowest coverage
}

// Trend is how the coverage of a customer went between From and To.
type Trend struct {
	From, To time.Time
	Course
	// Modules are those that were read in the time, worst first: by how many
	// objects had no backup at the lowest coverage, then by that coverage, then
	// by name.
	Modules []ModuleTrend
}

// ModuleTrend is the course of one module over all tenants. It may end before
// the customer's: then AvePoint named the module no longer.
type ModuleTrend struct {
	Name string
	Course
}

// Lowest parts the time from from to to into equal parts, as many as points
// says, and tells the reading of the lowest coverage in each: the worst day is
// never averaged away. A tie is won by the more objects without backup, then by
// the earlier. A reading of 0 of 0, which is no coverage, tells a part only
// where there is no other. Without time or without points there are no parts.
func Lowest(h History, from, to time.Time, points int) Trend {
	t := Trend{From: from, To: to}
	if points < 1 || to.Sub(from) < time.Duration(points) {
		return t
	}
	empty := parts(from, to, points)
	t.Course = course(h.Spans, empty)
	for name, changes := range byModule(h.Series) {
		m := ModuleTrend{Name: name, Course: course(during(changes, h.Spans), empty)}
		if m.Lowest.Read() {
			t.Modules = append(t.Modules, m)
		}
	}
	slices.SortFunc(t.Modules, func(a, b ModuleTrend) int {
		return cmp.Or(
			cmp.Compare(b.Lowest.Gap(), a.Lowest.Gap()),
			a.Lowest.Coverage().compare(b.Lowest.Coverage()),
			strings.Compare(a.Name, b.Name))
	})
	return t
}

// parts are the parts of a time, with nothing read.
func parts(from, to time.Time, n int) []Part {
	all := make([]Part, n)
	step, rest := to.Sub(from)/time.Duration(n), to.Sub(from)%time.Duration(n)
	for i := range all {
		// The rest of a few nanoseconds goes to the last.
		all[i] = Part{From: from.Add(time.Duration(i) * step), To: from.Add(time.Duration(i+1) * step)}
	}
	all[n-1].To = all[n-1].To.Add(rest)
	return all
}

// course tells spans of readings by the parts that they lie in.
func course(spans []Span, empty []Part) Course {
	c := Course{Parts: slices.Clone(empty)}
	from, to := empty[0].From, empty[len(empty)-1].To
	at := 0
	for _, s := range spans {
		if s.Last.Before(from) || s.First.After(to) {
			continue
		}
		first := Sample{At: later(s.First, from), Count: s.Count}
		if !c.First.Read() {
			c.First = first
		}
		c.Last = Sample{At: earlier(s.Last, to), Count: s.Count}
		c.Lowest = lower(c.Lowest, first)
		for at < len(empty)-1 && !empty[at+1].From.After(s.First) {
			at++
		}
		for i := at; i < len(empty) && !empty[i].From.After(s.Last); i++ {
			part := &c.Parts[i]
			part.Sample = lower(part.Sample, Sample{At: later(s.First, part.From), Count: s.Count})
		}
	}
	return c
}

// lower is the sample of the lower coverage; a is the earlier one.
func lower(a, b Sample) Sample {
	switch {
	case !a.Read():
		return b
	case cmp.Or(b.Coverage().compare(a.Coverage()), cmp.Compare(a.Gap(), b.Gap())) < 0:
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
