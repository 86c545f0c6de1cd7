package coverage

import (
	"slices"
	"time"
)

// step is what a module says over all its tenants from a time on.
type step struct {
	at    time.Time
	named int   // how many tenants have the module
	total Total // of those
}

// byModule adds the series of each module, whatever the tenant: never netted.
func byModule(series []SeriesHistory) map[string][]step {
	grouped := map[string][]SeriesHistory{}
	for _, s := range series {
		grouped[s.Module] = append(grouped[s.Module], s)
	}
	modules := make(map[string][]step, len(grouped))
	for name, tenants := range grouped {
		modules[name] = together(tenants)
	}
	return modules
}

// together adds the series of one module.
func together(tenants []SeriesHistory) []step {
	type change struct {
		tenant int
		Point
	}
	points := 0
	for _, t := range tenants {
		points += len(t.Points)
	}
	changes := make([]change, 0, points)
	for i, t := range tenants {
		for _, p := range t.Points {
			changes = append(changes, change{tenant: i, Point: p})
		}
	}
	slices.SortStableFunc(changes, func(a, b change) int { return a.At.Compare(b.At) })
	says := make([]Point, len(tenants))
	for i := range says {
		says[i].Absent = true
	}
	steps := make([]step, 0, points)
	for i, c := range changes {
		says[c.tenant] = c.Point
		if i+1 < len(changes) && changes[i+1].At.Equal(c.At) {
			continue // the same reading says more
		}
		steps = append(steps, sum(c.At, says))
	}
	return steps
}

func sum(at time.Time, says []Point) step {
	s := step{at: at}
	for _, p := range says {
		if !p.Absent {
			s.named++
			s.total = s.total.Plus(p.Count)
		}
	}
	return s
}

// during are the spans of readings in which the module was named, with what
// was said of it: a value holds from its change to the next, and only while
// there were readings.
func during(steps []step, readings []Span) []Span {
	spans := make([]Span, 0, max(len(steps), len(readings)))
	at := 0
	for _, r := range readings {
		for at+1 < len(steps) && !steps[at+1].at.After(r.First) {
			at++
		}
		for i := at; i < len(steps) && !steps[i].at.After(r.Last); i++ {
			if steps[i].named == 0 {
				continue
			}
			last := r.Last
			if i+1 < len(steps) && !steps[i+1].at.After(last) {
				last = steps[i+1].at.Add(-1) // just before it says something else
			}
			total := steps[i].total
			spans = append(spans, Span{
				First: later(steps[i].at, r.First), Last: last,
				Count: Count{Scanned: total.Scanned, Protected: total.Kept()},
			})
		}
	}
	return spans
}
