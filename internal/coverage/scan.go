package coverage

// scanState is C6 of one series.
type scanState struct {
	Phase    Phase    `json:"p,omitempty"`
	Since    int64    `json:"s,omitempty"` // the first breach
	Before   int64    `json:"b,omitempty"` // the reading before that
	Seen     int64    `json:"n,omitempty"` // readings that showed it
	Last     int64    `json:"l,omitempty"`
	Run      run      `json:"r,omitzero"`
	Zero     run      `json:"z,omitzero"` // pending: since nothing is scanned of a few
	Severity Severity `json:"v,omitempty"`
	Worse    int64    `json:"w,omitempty"`
	Told     told     `json:"t,omitzero"`
}

// collapse says how a scan compares with its reference.
func (r Rules) collapse(ref, scanned int64) (breach bool, small bool, severity Severity) {
	if ref <= 0 {
		return false, false, 0
	}
	fewer := ref - scanned
	large := 100*scanned <= r.ScanPercent*ref && fewer >= r.ScanObjects
	small = !large && scanned == 0
	return large || small, small, r.severe(scanned == 0 && ref >= r.ScanCrit)
}

func (s *scanState) step(ref, scanned int64, e Event, r Rules) []Event {
	now := e.At.UnixMilli()
	e.Condition = ScanCollapse
	gap := s.Last != 0 && now-s.Last > r.GapRestarts.Milliseconds()
	before := s.Last
	s.Last = now
	breach, small, severity := r.collapse(ref, scanned)
	if s.Phase == Firing {
		return s.open(ref, scanned, severity, e, r)
	}
	if !breach {
		*s = scanState{Last: now, Told: s.Told}
		return nil
	}
	if s.Phase == Normal {
		s.Phase, s.Zero.Since, s.Since, s.Before = Pending, now, now, before
	}
	s.Seen++
	if gap {
		s.Run, s.Zero.Count = run{}, 0
	}
	s.Zero.Count++
	if small {
		s.Run = run{}
	} else {
		s.Run.add(now)
	}
	due := s.Run.over(now, r.ConfirmReadings, r.Confirm.Milliseconds())
	if small {
		due = s.Zero.over(now, r.ConfirmReadings, r.ScanSmallZero.Milliseconds())
	}
	if !due {
		return nil
	}
	s.Phase, s.Severity, s.Worse, e.Severity = Firing, severity, 0, severity
	return s.Told.fires(e, r)
}

func (s *scanState) open(ref, scanned int64, severity Severity, e Event, r Rules) []Event {
	if 100*scanned >= r.ScanBackPercent*ref {
		e.Severity = s.Severity
		told := s.Told
		resolved := told.resolved(e)
		*s = scanState{Last: s.Last, Told: told}
		return []Event{resolved}
	}
	s.Seen++
	s.Worse = next(s.Worse, severity > s.Severity)
	if s.Worse < r.RiseReadings {
		return nil
	}
	s.Severity, s.Worse, e.Severity = severity, 0, severity
	return []Event{s.Told.escalates(e)}
}
