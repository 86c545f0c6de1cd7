package coverage

// floorState is C5 of one series: coverage below a set floor for long.
type floorState struct {
	Run  run  `json:"r,omitzero"`
	Open bool `json:"o,omitempty"`
	Told told `json:"t,omitzero"`
}

func (f *floorState) step(c Count, e Event, r Rules) []Event {
	e.Condition, e.Severity = CoverageFloor, Warn
	below := r.FloorPercent > 0 && 100*c.Kept() < r.FloorPercent*c.Scanned
	if !below {
		open := f.Open
		f.Run, f.Open = run{}, false
		if !open {
			return nil
		}
		return []Event{f.Told.resolved(e)}
	}
	f.Run.add(e.At.UnixMilli())
	if f.Open || !f.Run.over(e.At.UnixMilli(), r.ConfirmReadings, r.FloorFor.Milliseconds()) {
		return nil
	}
	f.Open = true
	return f.Told.fires(e, r)
}
