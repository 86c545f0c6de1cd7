package coverage

import "time"

// Explanation says how the rules see a series: what they compare with what, and
// what is still missing before anybody is told.
type Explanation struct {
	Key
	Known     bool // it was in a reading
	Learning  bool // there is no reference yet
	Read      time.Time
	Now       Count
	Reference Ratio // zero while learning
	Windows   int   // of which the reference is the best
	ScanRef   int64
	Missing   int64 // objects, against the reference
	Lost      int64 // of these, lost since LostSince
	LostSince time.Time
	Waited    int64 // of Missing, for longer than the time after which it is told

	Phase     Phase
	Condition Condition // of what is pending or open; 0: nothing
	Severity  Severity
	Since     time.Time // of what is pending or open
	Readings  int       // that showed it
	Due       time.Time // when a pending one is told at the earliest
	Scan      Phase
	Gone      bool // the newest answer does not name the module
	Next      time.Time
	Rules     Rules // that apply
}

// Explain says how the rules see a series.
func (s *State) Explain(k Key, r RuleSet) Explanation {
	rules := r.of(k)
	x := Explanation{Key: k, Rules: rules, Next: s.Next(r)}
	series := s.Series[k]
	if series == nil {
		return x
	}
	last, ok := series.Judged.last()
	x.Known, x.Learning, x.Read, x.Now = true, series.learning(), moment(last.Last), last.Count
	x.Reference, x.Windows, x.ScanRef = series.Ref, len(series.Judged.Windows), series.ScanRef
	x.Phase, x.Scan, x.Gone = series.Drop.Phase, series.Scan.Phase, series.Missing.Run.Count > 0
	if !ok || x.Learning {
		return x
	}
	return series.explain(x, rules, last)
}

func (s *Series) explain(x Explanation, r Rules, last held) Explanation {
	d := s.Drop
	from := last.Last
	if d.Phase != Normal {
		from = d.Since
	}
	since := from - r.LostWindow.Milliseconds()
	b := r.judge(&s.Judged, s.Ref, last.Count, since, last.Last)
	x.Missing, x.Lost, x.LostSince = b.missing, b.lost, moment(since)
	x.Waited = s.Judged.waited(b.missing, last.Last-r.Lag.Milliseconds(), s.Ref)
	x.Condition, x.Severity = b.worst()
	if d.Phase == Firing || d.Phase == Recovering {
		x.Condition, x.Severity = d.Condition, d.Severity
	}
	if d.Phase == Normal {
		return x
	}
	x.Since, x.Readings = moment(d.Since), int(d.Seen)
	if d.Phase == Pending {
		x.Due = d.due(b, r)
	}
	return x
}

// due is when what is pending is told at the earliest, if it stays so.
func (d *dropState) due(b breach, r Rules) time.Time {
	switch {
	case b.fast != 0 && d.Fast.Count > 0:
		return moment(max(d.Fast.Since+r.Confirm.Milliseconds(), d.Last+max(0, r.ConfirmReadings-d.Fast.Count)*r.Recheck.Milliseconds()))
	case b.slow == SmallGap:
		return moment(d.Since + r.SmallGap.Milliseconds())
	}
	return moment(d.Since + r.Lag.Milliseconds())
}
