package coverage

import (
	"maps"
	"slices"
)

// State is what the rules remember of a customer. It can be stored as JSON.
type State struct {
	Series map[string]*Series `json:"series,omitempty"`
	Empty  absence            `json:"empty,omitzero"`
	Stale  stale              `json:"stale,omitzero"`
}

// Step takes a snapshot and says what it means.
func (s *State) Step(n Snapshot, r Rules) []Event {
	e := Event{At: n.At}
	stale, empty := e, e
	stale.Condition, empty.Condition = DataStale, EmptyAnswer
	switch {
	case n.Failed:
		return s.Stale.failed(stale, r)
	case len(n.Modules) == 0:
		events := s.Stale.answered(false, stale)
		if len(s.Series) > 0 {
			events = append(events, s.Empty.absent(empty, r.EmptyAnswer, r)...)
		}
		return events
	}
	events := append(s.Stale.answered(true, stale), s.Empty.present(empty)...)
	return append(events, s.modules(n, r)...)
}

func (s *State) modules(n Snapshot, r Rules) []Event {
	var events []Event
	if s.Series == nil {
		s.Series = map[string]*Series{}
	}
	for name := range n.Modules {
		if s.Series[name] == nil {
			s.Series[name] = &Series{}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Series)) {
		e := Event{At: n.At, Module: name}
		if c, ok := n.Modules[name]; ok {
			events = append(events, s.Series[name].read(c, e, r)...)
		} else {
			events = append(events, s.Series[name].absent(e, r)...)
		}
	}
	return events
}
