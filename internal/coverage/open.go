package coverage

import (
	"cmp"
	"slices"
	"time"
)

// Open says what is open of a family as of now, the worst first.
func (s *State) Open(f Family, r RuleSet, now time.Time) []Open {
	var all []Open
	switch f {
	case EmptyFamily:
		all = s.Empty.open(Open{Condition: EmptyAnswer})
	case StaleFamily:
		all = s.Stale.open()
	case AccessFamily:
		all = s.Access.open()
	default:
		for _, key := range s.keys() {
			all = append(all, s.Series[key].open(f, Open{Key: key}, r.of(key), now)...)
		}
	}
	slices.SortStableFunc(all, Open.compare)
	return all
}

// compare puts the worse first.
func (o Open) compare(p Open) int {
	return cmp.Or(-cmp.Compare(o.Severity, p.Severity), -cmp.Compare(o.Condition, p.Condition), -cmp.Compare(o.Lost, p.Lost),
		-cmp.Compare(o.Missing, p.Missing), o.Key.compare(p.Key))
}

func moment(t int64) time.Time {
	if t == 0 {
		return time.Time{}
	}
	return time.UnixMilli(t).UTC()
}

// open is what is open of a family of one series.
func (s *Series) open(f Family, o Open, r Rules, now time.Time) []Open {
	last, _ := s.Judged.last()
	o.Was, o.Now, o.Reference = last.Count, last.Count, s.Ref
	switch f {
	case CoverageFamily:
		if s.Drop.Phase != Firing && s.Drop.Phase != Recovering {
			return nil
		}
		o = s.dropped(o, r)
	case FloorFamily:
		if !s.Floor.Open {
			return nil
		}
		o.Condition, o.Severity, o.Since, o.Flapping = CoverageFloor, Warn, moment(s.Floor.Run.Since), s.Floor.Told.Flapping
		o.Missing, o.Worst, o.WorstNow, o.Readings = last.Gap(), last.Gap(), last.Count, int(s.Floor.Run.Count)
	case ScanFamily:
		if s.Scan.Phase != Firing {
			return nil
		}
		scan, _ := s.Scans.last()
		o.Condition, o.Severity, o.Since, o.Until = ScanCollapse, s.Scan.Severity, moment(s.Scan.Since), moment(s.Scan.Before)
		o.Was, o.Now, o.Readings, o.Flapping = Count{Scanned: s.ScanRef}, Count{Scanned: scan.Scanned}, int(s.Scan.Seen), s.Scan.Told.Flapping
		o.Missing = max(0, s.ScanRef-scan.Scanned)
		o.Worst, o.WorstNow = o.Missing, o.Now
	case MissingFamily:
		all := s.Missing.open(Open{Key: o.Key, Condition: ModuleMissing, Was: last.Count, Reference: s.Ref})
		return all
	default:
		return nil
	}
	if last.Last != 0 && now.Sub(moment(last.Last)) >= r.DataStale {
		o.NoData = moment(last.Last)
	}
	return []Open{o}
}

// dropped fills in the facts of a drop.
func (s *Series) dropped(o Open, r Rules) Open {
	d, now := s.Drop, o.Now
	o.Condition, o.Severity, o.Since, o.Flapping = d.Condition, d.Severity, moment(d.Since), d.Told.Flapping
	o.Recovering, o.Readings = d.Phase == Recovering, int(d.Seen)
	o.Missing = missing(s.Ref, now)
	o.Lost = min(o.Missing, s.Judged.lost(d.Since-r.LostWindow.Milliseconds()))
	if before, ok := s.Judged.before(d.Since); ok {
		o.Was, o.Until = before.Count, moment(before.Last)
	}
	for _, span := range s.Judged.Spans {
		if n := missing(s.Ref, span.Count); span.First >= d.Since && n >= o.Worst {
			o.Worst, o.WorstNow = n, span.Count
		}
	}
	o.Slowly = s.Judged.waited(o.Missing, d.Last-r.Lag.Milliseconds(), s.Ref) > 0
	return o
}

// before is the newest span that ended before a time.
func (o *observed) before(t int64) (held, bool) {
	for i := len(o.Spans) - 1; i >= 0; i-- {
		if o.Spans[i].Last < t {
			return o.Spans[i], true
		}
	}
	return held{}, false
}

func (a *absence) open(o Open) []Open {
	if !a.Open {
		return nil
	}
	o.Severity, o.Since, o.Until, o.Readings, o.Flapping = Warn, moment(a.Run.Since), moment(a.Seen), int(a.Run.Count), a.Told.Flapping
	return []Open{o}
}

func (s *stale) open() []Open {
	if s.Severity == 0 {
		return nil
	}
	since := moment(s.Since)
	return []Open{{Condition: DataStale, Severity: s.Severity, Since: since, Until: since, Class: s.Class, Flapping: s.Told.Flapping}}
}

func (a *refusal) open() []Open {
	if !a.Open {
		return nil
	}
	return []Open{{
		Condition: AccessLost, Severity: Warn, Since: moment(a.Run.Since), Until: moment(a.Seen), Class: a.Class,
		Readings: int(a.Run.Count), Flapping: a.Told.Flapping,
	}}
}
