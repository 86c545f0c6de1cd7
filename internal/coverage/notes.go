package coverage

import "time"

// Note is something about a series that no alert tells: it belongs into a digest.
type Note struct {
	Key
	Condition Condition // DataQuality or NeverBackedUp
	Since     time.Time // NeverBackedUp
}

// note sees whether the numbers of a reading can be right, and whether anything
// was ever protected.
func (s *Series) note(c Count, now int64) {
	s.Odd = c.Scanned >= 0 && 2*c.Protected > 3*c.Scanned && c.Protected > 0
	switch {
	case c.Protected > 0:
		s.Zero = -1
	case c.Scanned > 0 && s.Zero == 0:
		s.Zero = now
	}
}

// Notes are what digests say of the customer beside the alerts.
func (s *State) Notes(r RuleSet) []Note {
	var notes []Note
	for _, key := range s.keys() {
		series := s.Series[key]
		if series.Odd {
			notes = append(notes, Note{Key: key, Condition: DataQuality})
		}
		if series.Zero > 0 && s.Last-series.Zero >= r.of(key).NeverProtected.Milliseconds() {
			notes = append(notes, Note{Key: key, Condition: NeverBackedUp, Since: time.UnixMilli(series.Zero).UTC()})
		}
	}
	return notes
}
