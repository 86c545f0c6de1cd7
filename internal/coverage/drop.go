package coverage

// Phase is where a family of conditions stands.
type Phase int

// The phases.
const (
	Normal Phase = iota
	Pending
	Firing
	Recovering
)

// dropState is the family C1 to C4 of one series.
type dropState struct {
	Phase     Phase     `json:"p,omitempty"`
	Seen      int64     `json:"n,omitempty"` // readings that showed it in a row
	Since     int64     `json:"s,omitempty"` // the first breach
	Last      int64     `json:"l,omitempty"` // the last judged reading
	Fast      run       `json:"f,omitzero"`  // readings in a row of a fast class
	Slow      int64     `json:"c,omitempty"` // readings since the last gap
	Condition Condition `json:"k,omitempty"` // as told
	Severity  Severity  `json:"v,omitempty"`
	Worse     int64     `json:"w,omitempty"` // readings in a row that are worse than told
	Lag       run       `json:"g,omitzero"`  // readings in a row with a lag on top
	Better    run       `json:"b,omitzero"`  // readings in a row that recover
	Told      told      `json:"t,omitzero"`
}

// step takes a judged reading.
func (d *dropState) step(b breach, e Event, r Rules) []Event {
	now := e.At.UnixMilli()
	gap := d.Last != 0 && now-d.Last > r.GapRestarts.Milliseconds()
	d.Last = now
	switch d.Phase {
	case Normal, Pending:
		return d.pending(b, gap, e, r)
	}
	d.Seen = next(d.Seen, !b.none())
	if events := d.rise(b, gap, e, r); events != nil {
		return events
	}
	return d.recover(b, e, r)
}

func (d *dropState) pending(b breach, gap bool, e Event, r Rules) []Event {
	now := e.At.UnixMilli()
	if b.none() {
		*d = dropState{Last: d.Last, Told: d.Told}
		return nil
	}
	if d.Phase == Normal {
		d.Phase, d.Since = Pending, now
	}
	d.Seen++
	if gap {
		d.Fast, d.Slow = run{}, 0
	}
	d.Slow++
	if b.fast == 0 {
		d.Fast = run{}
	} else {
		d.Fast.add(now)
	}
	switch {
	case b.fast != 0 && d.Fast.over(now, r.ConfirmReadings, r.Confirm.Milliseconds()):
		d.Condition, d.Severity = b.fast, b.fastSev
	case d.slowDue(b, now, r):
		d.Condition, d.Severity = b.slow, b.slowSev
		if b.fast != 0 {
			d.Condition, d.Severity = b.fast, b.fastSev
		}
	default:
		return nil
	}
	d.Phase, d.Worse, d.Lag, d.Better = Firing, 0, run{}, run{}
	e.Condition, e.Severity = d.Condition, d.Severity
	return d.Told.fires(e, r)
}

func (d *dropState) slowDue(b breach, now int64, r Rules) bool {
	wait := r.Lag
	if b.slow == SmallGap {
		wait = r.SmallGap
	}
	return b.slow != 0 && b.waited && d.Slow >= r.ConfirmReadings && now-d.Since >= wait.Milliseconds()
}

// rise escalates what got worse for long enough.
func (d *dropState) rise(b breach, gap bool, e Event, r Rules) []Event {
	now := e.At.UnixMilli()
	if gap {
		d.Worse, d.Lag = 0, run{}
	}
	condition, severity := max(d.Condition, b.fast), max(d.Severity, b.fastSev)
	slowCondition, slowSeverity := max(d.Condition, b.slow), max(d.Severity, b.slowSev)
	own := d.Condition == Lag
	if own {
		condition, severity = max(condition, slowCondition), max(severity, slowSeverity)
	}
	worse := condition > d.Condition || severity > d.Severity
	lag := !own && b.slow == Lag && (slowCondition > d.Condition || slowSeverity > d.Severity)
	d.Worse = next(d.Worse, worse)
	if lag {
		d.Lag.add(now)
	} else {
		d.Lag = run{}
	}
	switch {
	case d.Worse >= r.RiseReadings:
		d.Condition, d.Severity = condition, severity
	case d.Lag.over(now, r.ConfirmReadings, r.Lag.Milliseconds()):
		d.Condition, d.Severity = slowCondition, slowSeverity
	default:
		return nil
	}
	d.Worse, d.Lag, d.Better, d.Phase = 0, run{}, run{}, Firing
	e.Condition, e.Severity = d.Condition, d.Severity
	return []Event{d.Told.escalates(e)}
}

func next(count int64, more bool) int64 {
	if more {
		return count + 1
	}
	return 0
}

// recover ends what is over for long enough.
func (d *dropState) recover(b breach, e Event, r Rules) []Event {
	now := e.At.UnixMilli()
	if !b.recovers {
		d.Phase, d.Better = Firing, run{}
		return nil
	}
	d.Phase = Recovering
	d.Better.add(now)
	if !d.Better.over(now, r.RecoverReadings, r.Recover.Milliseconds()) {
		return nil
	}
	e.Condition, e.Severity = d.Condition, d.Severity
	told := d.Told
	resolved := told.resolved(e)
	*d = dropState{Last: d.Last, Told: told}
	return []Event{resolved}
}
