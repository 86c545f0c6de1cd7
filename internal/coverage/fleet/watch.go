package fleet

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// Result is how well a rule did.
type Result struct {
	Name            string
	Incidents       int
	Found           int
	False           int
	SeriesDays      float64
	Delays          []time.Duration // of the found incidents that are to be told fast
	Missed, FalseOf []string        // of which kind, and by which condition
}

// FalseRate is how many false alerts come in 10,000 series-days.
func (r Result) FalseRate() float64 { return float64(r.False) * 10_000 / r.SeriesDays }

// Delay is the time to post that a share of the found incidents does not exceed.
func (r Result) Delay(share float64) time.Duration {
	if len(r.Delays) == 0 {
		return 0
	}
	slices.Sort(r.Delays)
	return r.Delays[min(len(r.Delays)-1, int(share*float64(len(r.Delays))))]
}

// Plus adds the result of another seed.
func (r Result) Plus(o Result) Result {
	r.Incidents, r.Found, r.False = r.Incidents+o.Incidents, r.Found+o.Found, r.False+o.False
	r.SeriesDays += o.SeriesDays
	r.Delays = append(r.Delays, o.Delays...)
	r.Missed, r.FalseOf = append(r.Missed, o.Missed...), append(r.FalseOf, o.FalseOf...)
	return r
}

// String is a line of a report.
func (r Result) String() string {
	return fmt.Sprintf("%-34s found %4d of %4d (%.1f %%), false %6.2f per 10,000 series-days, time to post %s median, %s p95",
		r.Name, r.Found, r.Incidents, 100*float64(r.Found)/float64(max(1, r.Incidents)), r.FalseRate(),
		r.Delay(0.5).Round(time.Minute), r.Delay(0.95).Round(time.Minute))
}

// epoch is when a play begins.
func epoch() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }

// A judge looks at the snapshots of one customer, and says of what it tells people.
type judge interface {
	look(n coverage.Snapshot) (told []coverage.Event, next time.Time)
}

// Rules plays a world and watches it with rules.
func Rules(w World, rules coverage.RuleSet) Result {
	return w.watch("the rules", func() judge { return &ruled{rules: rules} })
}

// Previous watches with a naive rule: so many points below the reading before.
func Previous(w World, points int64) Result {
	return w.watch(fmt.Sprintf("%d points below the reading before", points), func() judge { return &previous{points: points, last: map[coverage.Key]coverage.Count{}} })
}

// Below watches with a naive rule: coverage below so many percent.
func Below(w World, percent int64) Result {
	return w.watch(fmt.Sprintf("below %d %%", percent), func() judge { return &below{percent: percent, open: map[coverage.Key]bool{}} })
}

// watch plays a world and reads each customer when its judge wants to.
func (w World) watch(name string, judges func() judge) Result {
	customers, incidents := w.play()
	r := Result{Name: name, Incidents: len(incidents), SeriesDays: w.SeriesDays()}
	for n, c := range customers {
		random := rand.New(rand.NewPCG(w.Seed, uint64(n)))
		j := judges()
		t := time.Duration(random.Int64N(int64(hour)))
		for t < w.Length {
			told, next := j.look(c.snapshot(t, w, random))
			for _, e := range told {
				r.told(incidents, n, e, t)
			}
			t = next.Sub(epoch())
		}
	}
	for _, i := range incidents {
		if i.told == 0 {
			r.Missed = append(r.Missed, i.Kind.String())
			continue
		}
		r.Found++
		if i.Kind.fast() {
			r.Delays = append(r.Delays, i.told-i.from)
		}
	}
	return r
}

// grace is how long after an incident what is told still belongs to it.
const grace = 3 * hour

// told counts what was told of a customer: of an incident, or of nothing.
func (r *Result) told(incidents []*Incident, customer int, e coverage.Event, t time.Duration) {
	for _, i := range incidents {
		if i.customer != customer || t < i.from || t > i.to+grace {
			continue
		}
		if i.module >= 0 && e.Module != "" && e.Module != moduleName(i.module) {
			continue
		}
		if i.told == 0 {
			i.told = t
		}
		return
	}
	r.False++
	r.FalseOf = append(r.FalseOf, e.Condition.String())
}

func moduleName(n int) string { return fmt.Sprintf("Module %d", n+1) }

// snapshot is what a reading of a customer at a time says.
func (c *customer) snapshot(t time.Duration, w World, random *rand.Rand) coverage.Snapshot {
	n := coverage.Snapshot{At: epoch().Add(t)}
	silent := c.incident != nil && c.incident.holds(t)
	switch draw := random.Float64(); {
	case silent && c.incident.Kind == Silent, draw < w.Errors:
		n.Failed, n.Class = true, "unavailable"
		return n
	case silent, draw < w.Errors+w.Empty:
		return n
	}
	n.Modules = map[coverage.Key]coverage.Count{}
	for m, s := range c.modules {
		count, there := s.at(t), true
		if i := s.incident; i != nil && i.Kind == Missing && i.holds(t) {
			continue
		}
		for _, g := range c.glitches {
			if g.holds(t) && (g.module < 0 || g.module == m) {
				count, there = g.wrong(count)
			}
		}
		if there {
			n.Modules[coverage.Key{Module: moduleName(m)}] = count
		}
	}
	return n
}

// ruled judges by rules.
type ruled struct {
	state coverage.State
	rules coverage.RuleSet
}

func (j *ruled) look(n coverage.Snapshot) ([]coverage.Event, time.Time) {
	var told []coverage.Event
	for _, e := range j.state.Step(n, j.rules) {
		if e.Kind == coverage.Fires && e.Posted {
			told = append(told, e)
		}
	}
	return told, j.state.Next(j.rules)
}

// previous tells of what is far below the reading before.
type previous struct {
	points int64
	last   map[coverage.Key]coverage.Count
}

func (j *previous) look(n coverage.Snapshot) ([]coverage.Event, time.Time) {
	var told []coverage.Event
	for key, c := range n.Modules {
		last, known := j.last[key]
		if known && last.Scanned > 0 && c.Scanned > 0 && 100*(last.Kept()*c.Scanned-c.Kept()*last.Scanned) >= j.points*last.Scanned*c.Scanned {
			told = append(told, coverage.Event{At: n.At, Key: key, Condition: coverage.CoverageDrop})
		}
		j.last[key] = c
	}
	return told, n.At.Add(hour)
}

// below tells of what falls below a share.
type below struct {
	percent int64
	open    map[coverage.Key]bool
}

func (j *below) look(n coverage.Snapshot) ([]coverage.Event, time.Time) {
	var told []coverage.Event
	for key, c := range n.Modules {
		bad := c.Scanned > 0 && 100*c.Kept() < j.percent*c.Scanned
		if bad && !j.open[key] {
			told = append(told, coverage.Event{At: n.At, Key: key, Condition: coverage.CoverageFloor})
		}
		j.open[key] = bad
	}
	return told, n.At.Add(hour)
}
