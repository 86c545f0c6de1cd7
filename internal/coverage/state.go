package coverage

import (
	"maps"
	"slices"
	"time"
)

// State is what the rules remember of a customer. It is kept as JSON: whoever
// goes on with it after a restart decides what would have been decided without.
type State struct {
	Series seriesByKey `json:"series,omitempty"`
	Empty  absence     `json:"empty,omitzero"`
	Stale  stale       `json:"stale,omitzero"`
	Access refusal     `json:"access,omitzero"`
	Last   int64       `json:"last,omitempty"` // the newest reading, ms
}

// Snapshot is one look at a customer.
type Snapshot struct {
	At     time.Time
	Failed bool   // no answer
	Class  string // why it failed: forbidden, not_found, unavailable …
	// Modules are what a whole answer says of each module. None: it was empty.
	// Several rows of one module have been added up, of each no more protected
	// than scanned.
	Modules map[Key]Count
}

// Step takes a snapshot and says what it means. A snapshot that is not newer than
// the last one means nothing.
func (s *State) Step(n Snapshot, r RuleSet) []Event {
	now := n.At.UnixMilli()
	if s.Last != 0 && now <= s.Last {
		return nil
	}
	s.Last = now
	e := Event{At: n.At}
	switch {
	case n.Failed:
		return s.failed(n, e, r.Customer)
	case len(n.Modules) == 0:
		return s.empty(e, r.Customer)
	}
	events := append(s.Stale.answered(true, as(e, DataStale)), s.Access.answered(as(e, AccessLost))...)
	events = append(events, s.Empty.present(as(e, EmptyAnswer))...)
	return append(events, s.modules(n, r)...)
}

func as(e Event, c Condition) Event {
	e.Condition = c
	return e
}

// failed takes a failure. A customer that the bot may not read is told as that,
// not as stale too.
func (s *State) failed(n Snapshot, e Event, r Rules) []Event {
	events := s.Access.failed(n.Class, as(e, AccessLost), r)
	if s.Access.Open {
		return events
	}
	return append(events, s.Stale.failed(as(e, DataStale), r)...)
}

func (s *State) empty(e Event, r Rules) []Event {
	events := append(s.Stale.answered(false, as(e, DataStale)), s.Access.answered(as(e, AccessLost))...)
	if len(s.Series) > 0 {
		events = append(events, s.Empty.absent(as(e, EmptyAnswer), r.EmptyAnswer, r)...)
	}
	return events
}

func (s *State) modules(n Snapshot, r RuleSet) []Event {
	var events []Event
	if s.Series == nil {
		s.Series = seriesByKey{}
	}
	for key := range n.Modules {
		if s.Series[key] == nil {
			s.Series[key] = &Series{}
		}
	}
	for _, key := range s.keys() {
		e := Event{At: n.At, Key: key}
		if c, ok := n.Modules[key]; ok {
			events = append(events, s.Series[key].read(c, e, r.of(key))...)
		} else {
			events = append(events, s.Series[key].absent(e, r.of(key))...)
		}
	}
	return events
}

func (s *State) keys() []Key { return slices.SortedFunc(maps.Keys(s.Series), Key.compare) }

// Reset forgets everything: the customer is learned anew, as one that is watched
// again after a planned change.
func (s *State) Reset() { *s = State{} }

// Next is when the customer is to be read next: soon where something is suspected,
// or is on its way back, else after the ordinary time.
func (s *State) Next(r RuleSet) time.Time {
	last := time.UnixMilli(s.Last).UTC()
	for key, series := range s.Series {
		if series.Drop.hasty() || series.Scan.hasty() {
			return last.Add(r.of(key).Recheck)
		}
	}
	return last.Add(r.Customer.Poll)
}

// Hasty is when the customer is to be read out of turn. False: as the sweep comes.
func (s *State) Hasty(r RuleSet) (time.Time, bool) {
	if !s.hasty() {
		return time.Time{}, false
	}
	return s.Next(r), true
}

func (s *State) hasty() bool {
	for _, series := range s.Series {
		if series.Drop.hasty() || series.Scan.hasty() {
			return true
		}
	}
	return false
}

// hasty reports whether the family is to be looked at again soon.
func (d *dropState) hasty() bool {
	return d.Phase == Recovering || d.Phase == Pending && (d.Fast.Count > 0 || d.Seen <= 1)
}

func (s *scanState) hasty() bool {
	return s.Phase == Pending && (s.Run.Count > 0 || s.Zero.Count <= 1)
}

// Suspected is since when something of the customer's coverage or scan has been
// wrong, told or not yet; of several the newest. False: nothing is.
func (s *State) Suspected() (since time.Time, ok bool) {
	newest := int64(0)
	for _, series := range s.Series {
		if series.Drop.Phase != Normal {
			newest = max(newest, series.Drop.Since)
		}
		if series.Scan.Phase != Normal {
			newest = max(newest, series.Scan.Since)
		}
	}
	return moment(newest), newest != 0
}

// Accept takes what a family's series say now as normal: the reference becomes the
// newest reading, and what was open ends. It is for the families of coverage, scan,
// missing modules and empty answers; others do nothing.
func (s *State) Accept(f Family, keys []Key) {
	switch f {
	case EmptyFamily:
		s.Series, s.Empty = nil, absence{Told: s.Empty.Told}
	case MissingFamily:
		for _, key := range keys {
			delete(s.Series, key)
		}
	case CoverageFamily, ScanFamily:
		for _, key := range keys {
			if series := s.Series[key]; series != nil {
				series.accept(f)
			}
		}
	}
}

// accept makes the newest reading the reference, and starts to look for a better
// one anew.
func (s *Series) accept(f Family) {
	if last, ok := s.Judged.last(); ok && f == CoverageFamily {
		s.Ref = last.Coverage()
		s.Judged = observed{Began: last.Last, Recent: []int64{last.Last}, Spans: []held{{First: last.Last, Last: last.Last, Count: last.Count}}}
		s.Drop = dropState{Last: s.Drop.Last, Told: s.Drop.Told}
	}
	if last, ok := s.Scans.last(); ok && f == ScanFamily {
		s.ScanRef = last.Scanned
		s.Scans = observed{Began: last.Last, Recent: []int64{last.Last}, Spans: []held{{First: last.Last, Last: last.Last, Count: last.Count}}}
		s.Scan = scanState{Last: s.Scan.Last, Told: s.Scan.Told}
	}
}
