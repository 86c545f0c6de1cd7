package coverage

import "time"

// absence is C7 of a series, or C8 of a customer: not there in answer after
// answer.
type absence struct {
	Seen int64 `json:"s,omitempty"` // when it was there last
	Run  run   `json:"r,omitzero"`
	Open bool  `json:"o,omitempty"`
	Told told  `json:"t,omitzero"`
}

func (a *absence) absent(e Event, length time.Duration, r Rules) []Event {
	now := e.At.UnixMilli()
	a.Run.add(now)
	if a.Open || !a.Run.over(now, r.AbsentReadings, length.Milliseconds()) {
		return nil
	}
	a.Open = true
	e.Severity = Warn
	return a.Told.fires(e, r)
}

func (a *absence) present(e Event) []Event {
	open := a.Open
	a.Run, a.Open, a.Seen = run{}, false, e.At.UnixMilli()
	if !open {
		return nil
	}
	e.Severity = Warn
	return []Event{a.Told.resolved(e)}
}

// stale is C9 of a customer.
type stale struct {
	Since    int64    `json:"s,omitempty"` // the last answer, at first the first reading
	Severity Severity `json:"v,omitempty"` // 0: not open
	Class    string   `json:"c,omitempty"`
	Told     told     `json:"t,omitzero"`
}

func (s *stale) failed(e Event, r Rules) []Event {
	now := e.At.UnixMilli()
	if s.Since == 0 {
		s.Since = now
	}
	severity := Severity(0)
	switch age := now - s.Since; {
	case age >= r.DataStaleCrit.Milliseconds():
		severity = Crit
	case age >= r.DataStale.Milliseconds():
		severity = Warn
	}
	if severity <= s.Severity {
		return nil
	}
	open := s.Severity != 0
	s.Severity, e.Severity = severity, severity
	if open {
		return []Event{s.Told.escalates(e)}
	}
	return s.Told.fires(e, r)
}

// answered takes an answer; only a good one ends what is open.
func (s *stale) answered(good bool, e Event) []Event {
	s.Since, s.Class = e.At.UnixMilli(), ""
	if !good || s.Severity == 0 {
		return nil
	}
	e.Severity, s.Severity = s.Severity, 0
	return []Event{s.Told.resolved(e)}
}
