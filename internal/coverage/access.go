package coverage

// The classes of failure that say that the bot may not read a customer, or not
// any more.
const (
	classForbidden = "forbidden"
	classNotFound  = "not_found"
)

// refusal is C11 of a customer: refused in answer after answer. Other failures
// between neither count nor reset.
type refusal struct {
	Run   run    `json:"r,omitzero"`
	Class string `json:"c,omitempty"`
	Seen  int64  `json:"s,omitempty"` // the last answer
	Open  bool   `json:"o,omitempty"`
	Told  told   `json:"t,omitzero"`
}

func (a *refusal) failed(class string, e Event, r Rules) []Event {
	if class != classForbidden && class != classNotFound {
		return nil
	}
	a.Run.add(e.At.UnixMilli())
	a.Class = class
	if a.Open || a.Run.Count < r.AccessReadings {
		return nil
	}
	a.Open = true
	e.Severity = Warn
	return a.Told.fires(e, r)
}

func (a *refusal) answered(e Event) []Event {
	open := a.Open
	*a = refusal{Seen: e.At.UnixMilli(), Told: a.Told}
	if !open {
		return nil
	}
	e.Severity = Warn
	return []Event{a.Told.resolved(e)}
}
