package coverage

import "slices"

// told is what people have heard of one family of conditions: how it flaps.
type told struct {
	Fired    []int64  `json:"f,omitempty"` // the last firings
	Moved    int64    `json:"m,omitempty"` // the last firing or end
	Flapping bool     `json:"x,omitempty"`
	Highest  Severity `json:"h,omitempty"` // told since it began
}

// fires returns the events of a firing.
func (t *told) fires(e Event, r Rules) []Event {
	now, within := e.At.UnixMilli(), r.Flap.Milliseconds()
	if t.Flapping && now-t.Moved >= within {
		*t = told{}
	}
	t.Moved = now
	t.Fired = slices.DeleteFunc(append(t.Fired, now), func(at int64) bool { return now-at > within })
	e.Kind = Fires
	if t.Flapping {
		return []Event{t.heard(e)}
	}
	if int64(len(t.Fired)) < r.FlapFirings {
		e.Posted = true
		return []Event{e}
	}
	t.Flapping, t.Highest, t.Fired = true, e.Severity, nil
	notice := e
	notice.Kind, notice.Posted = Flapping, true
	return []Event{e, notice}
}

// escalates returns the event of an incident that got worse.
func (t *told) escalates(e Event) Event {
	e.Kind = Escalates
	return t.heard(e)
}

// heard posts an event unless it says nothing new of what flaps.
func (t *told) heard(e Event) Event {
	e.Posted = !t.Flapping || e.Severity > t.Highest
	t.Highest = max(t.Highest, e.Severity)
	return e
}

// resolved returns the event of an end, which is an edit only.
func (t *told) resolved(e Event) Event {
	t.Moved = e.At.UnixMilli()
	e.Kind = Resolved
	return e
}
