package coverage

import (
	"cmp"
	"slices"
	"time"
)

// Change is what a step did to an incident.
type Change struct {
	Incident *Incident
	New      bool
	Lines    []Line
	Quiet    bool // the numbers moved, and there is no line about it
}

// Follow brings the open incidents of a customer up to what a step said. open
// holds those that are open, by family; new ones are put in, and closed ones taken
// out. generation is the one of the next incident of a family.
func (s *State) Follow(open map[Family]*Incident, events []Event, generation func(Family) int, r RuleSet, now time.Time) []Change {
	return follow(open, events, generation, func(f Family) []Open { return s.Open(f, r, now) }, s.counted, now)
}

// counted is what a series says by its newest reading.
func (s *State) counted(k Key) Count {
	series := s.Series[k]
	if series == nil {
		return Count{}
	}
	last, _ := series.Judged.last()
	return last.Count
}

func follow(open map[Family]*Incident, events []Event, generation func(Family) int, look func(Family) []Open, counted func(Key) Count, now time.Time) []Change {
	changes := map[Family]*Change{}
	change := func(f Family) *Change {
		c := changes[f]
		if c == nil {
			c = &Change{Incident: open[f]}
			changes[f] = c
		}
		return c
	}
	for _, e := range events {
		f := e.Condition.Family()
		c := change(f)
		if c.Incident == nil {
			if e.Kind != Fires {
				continue // it was open before anybody followed
			}
			c.Incident, c.New = &Incident{Family: f, Generation: generation(f), Opened: e.At}, true
			open[f] = c.Incident
		}
		c.Lines = append(c.Lines, c.Incident.take(e, look(f), counted))
	}
	for f := range open {
		change(f)
	}
	var all []Change
	for f, c := range changes {
		if c.Incident == nil {
			continue
		}
		c.Lines = append(c.Lines, c.Incident.renew(look(f), now)...)
		if !c.Incident.Closed.IsZero() {
			delete(open, f)
		}
		c.Quiet = len(c.Lines) == 0 && c.Incident.moved
		if c.New || c.Quiet || len(c.Lines) > 0 {
			all = append(all, *c)
		}
	}
	slices.SortFunc(all, func(a, b Change) int { return cmp.Compare(a.Incident.Family, b.Incident.Family) })
	return all
}

// take takes an event, and gives the line of it.
func (i *Incident) take(e Event, open []Open, counted func(Key) Count) Line {
	line := Line{At: e.At, Key: e.Key, Condition: e.Condition, Severity: e.Severity, Posted: e.Posted}
	m := i.member(e.Key)
	if n := slices.IndexFunc(open, func(o Open) bool { return o.Key == e.Key }); n >= 0 {
		line.From, line.To, line.Missing, line.Lost = open[n].Was, open[n].Now, open[n].Missing, open[n].Lost
		if m == nil {
			i.Members = append(i.Members, Member{Open: open[n]})
			m = &i.Members[len(i.Members)-1]
		}
	}
	switch e.Kind {
	case Fires:
		line.Kind = LineFired
		if m != nil {
			m.Ended, m.How, m.Said = time.Time{}, 0, line.Missing
		}
	case Escalates:
		line.Kind = LineEscalated
		if m != nil { // from what was said before
			line.From, m.Said = m.Now, line.Missing
		}
	case Flapping:
		line.Kind, i.Flapping = LineFlapping, true
	case Resolved:
		line.Kind = LineResolved
		if m != nil {
			line.To = counted(e.Key)
			m.end(e.At, line.To)
			line.From, line.Missing, line.How, line.For = m.WorstNow, m.Worst, m.How, e.At.Sub(m.Since)
		}
	}
	return line
}

func (i *Incident) member(k Key) *Member {
	for n := range i.Members {
		if i.Members[n].Key == k {
			return &i.Members[n]
		}
	}
	return nil
}

// end says that a member is over, and by which of two ways: what had no backup
// has one, or is scanned no more.
func (m *Member) end(at time.Time, c Count) {
	back, off := max(0, c.Kept()-m.WorstNow.Kept()), max(0, m.WorstNow.Scanned-c.Scanned)
	m.Ended, m.How, m.Recovering, m.NoData = at, RecoveredBack, false, time.Time{}
	if m.Condition.Family() == CoverageFamily && off > back {
		m.How = RecoveredOffScan
	}
	m.Now = c
	m.Missing, m.Lost = missing(m.Reference, c), 0
}

// renew takes over how the open members stand, and closes the incident when none
// is open any more.
func (i *Incident) renew(open []Open, now time.Time) []Line {
	before := *i
	before.Members = slices.Clone(i.Members)
	var lines []Line
	for n := range i.Members {
		m := &i.Members[n]
		if !m.Ended.IsZero() {
			continue
		}
		k := slices.IndexFunc(open, func(o Open) bool { return o.Key == m.Key })
		if k < 0 {
			continue // its end comes with an event
		}
		if m.NoData.IsZero() && !open[k].NoData.IsZero() {
			lines = append(lines, Line{At: now, Kind: LineNoData, Key: m.Key, Condition: m.Condition, Severity: m.Severity})
		}
		worst, worstNow := m.Worst, m.WorstNow
		if m.grows(open[k]) {
			lines = append(lines, Line{
				At: now, Kind: LineWorse, Key: m.Key, Condition: m.Condition, Severity: m.Severity,
				From: m.Now, To: open[k].Now, Missing: open[k].Missing, Lost: open[k].Lost,
			})
			m.Said = open[k].Missing
		}
		m.Open = open[k]
		if worst > m.Worst {
			m.Worst, m.WorstNow = worst, worstNow
		}
	}
	lines = append(lines, i.settle(now)...)
	i.moved = !alike(before, *i)
	return lines
}

// grows reports whether so many more objects are missing than the log says that it
// ought to say so: five at least, and a tenth.
func (m *Member) grows(o Open) bool {
	return o.Condition.Family() == CoverageFamily && o.Missing >= m.Said+max(5, m.Said/10)
}

// settle orders the members and says how bad it is, or that it is over.
func (i *Incident) settle(now time.Time) []Line {
	slices.SortStableFunc(i.Members, func(a, b Member) int {
		return cmp.Or(cmp.Compare(boolInt(!a.Ended.IsZero()), boolInt(!b.Ended.IsZero())), a.compare(b.Open))
	})
	severity, running := Severity(0), false
	for _, m := range i.Members {
		if m.Ended.IsZero() {
			running = true
			severity = max(severity, m.Severity)
		}
	}
	if running {
		i.Severity = severity
		return nil
	}
	if len(i.Members) == 0 || !i.Closed.IsZero() {
		return nil
	}
	i.Closed = now
	return []Line{{At: now, Kind: LineClosed, Severity: i.Severity, For: now.Sub(i.began()), How: i.Members[0].How}}
}

// began is when the trouble was first seen.
func (i *Incident) began() time.Time {
	first := i.Opened
	for _, m := range i.Members {
		if !m.Since.IsZero() && m.Since.Before(first) {
			first = m.Since
		}
	}
	return first
}

// Began is when the trouble was first seen, before it was sure enough to be told.
func (i *Incident) Began() time.Time { return i.began() }

// Stop ends an incident by an act of a person, with all its members, and gives the
// line of it.
func (i *Incident) Stop(how Recovery, kind LineKind, by string, now time.Time) Line {
	for n := range i.Members {
		if i.Members[n].Ended.IsZero() {
			i.Members[n].Ended, i.Members[n].How, i.Members[n].Recovering = now, how, false
		}
	}
	i.settle(now)
	return Line{At: now, Kind: kind, By: by, Severity: i.Severity, How: how, For: now.Sub(i.began())}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// alike reports whether people would read the same of both.
func alike(a, b Incident) bool {
	if a.Severity != b.Severity || a.Closed != b.Closed || a.Flapping != b.Flapping || len(a.Members) != len(b.Members) {
		return false
	}
	for n := range a.Members {
		x, y := a.Members[n], b.Members[n]
		x.Readings, y.Readings = 0, 0
		if x != y {
			return false
		}
	}
	return true
}
