package coverage

// Series is the state of one module of a customer, or of one of its tenants.
type Series struct {
	Judged  observed   `json:"j"`
	Scans   observed   `json:"a"`
	Ref     Ratio      `json:"r,omitzero"`
	ScanRef int64      `json:"q,omitempty"`
	Drop    dropState  `json:"d,omitzero"`
	Scan    scanState  `json:"c,omitzero"`
	Missing absence    `json:"m,omitzero"`
	Floor   floorState `json:"f,omitzero"`
	Zero    int64      `json:"z,omitempty"` // C15: since when nothing was ever protected; -1: it was
	Odd     bool       `json:"o,omitempty"` // C12: the newest numbers cannot be right
}

// learning reports whether there is no reference yet.
func (s *Series) learning() bool { return s.Ref.Scanned == 0 }

// frozen reports whether the references stay as they are.
func (s *Series) frozen() bool { return s.Drop.Phase != Normal || s.Scan.Phase != Normal }

// read takes a complete reading in which the module is there.
func (s *Series) read(c Count, e Event, r Rules) []Event {
	now := e.At.UnixMilli()
	s.note(c, now)
	c = Count{Scanned: c.Scanned, Protected: c.Kept()}
	e.Condition = ModuleMissing
	events := s.Missing.present(e)
	s.Scans.see(now, Count{Scanned: c.Scanned}, r.ReferenceReadings)
	s.Scans.form(now, r.ReferenceWindow, r.ReferenceReadings, func(c Count) Ratio { return Ratio{c.Scanned, 1} })
	events = append(events, s.Scan.step(s.ScanRef, c.Scanned, e, r)...)
	if c.Scanned > 0 && s.Scan.Phase == Normal {
		events = append(events, s.judged(c, e, r)...)
	}
	s.renew(now, r)
	return events
}

func (s *Series) judged(c Count, e Event, r Rules) []Event {
	now := e.At.UnixMilli()
	floor := s.Floor.step(c, e, r)
	s.Judged.see(now, c, r.ReferenceReadings)
	s.Judged.form(now, r.ReferenceWindow, r.ReferenceReadings, Count.Coverage)
	if s.learning() {
		return floor
	}
	since := now
	if s.Drop.Phase != Normal {
		since = s.Drop.Since
	}
	b := r.judge(&s.Judged, s.Ref, c, since-r.LostWindow.Milliseconds(), now)
	return append(floor, s.Drop.step(b, e, r)...)
}

// renew takes the best windows as references, unless something is wrong.
func (s *Series) renew(now int64, r Rules) {
	oldest := now - r.ReferenceHistory.Milliseconds()
	ref, ok := s.Judged.best(oldest, r.ReferenceWindow)
	scan, scanOK := s.Scans.best(oldest, r.ReferenceWindow)
	back := now
	if s.Drop.Phase != Normal {
		back = s.Drop.Since
	}
	keep := max(r.ReferenceWindow, r.LostWindow, r.Lag, r.SmallGap)
	s.Judged.forget(back - keep.Milliseconds())
	s.Scans.forget(now - r.ReferenceWindow.Milliseconds())
	if s.frozen() {
		return
	}
	if ok {
		s.Ref = ref
	}
	if scanOK {
		s.ScanRef = scan.Kept
	}
}

// absent takes a complete reading without the module.
func (s *Series) absent(e Event, r Rules) []Event {
	if s.learning() {
		return nil
	}
	e.Condition = ModuleMissing
	return s.Missing.absent(e, r.ModuleMissing, r)
}
