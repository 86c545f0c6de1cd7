package digest

import "time"

const (
	oneDay = 24 * time.Hour

	// lateAfter is how long after its time a digest is not called late, unless
	// its period is shorter than twice that.
	lateAfter = 5 * time.Minute
	// lateLeast is how late a tick of the program alone may make it.
	lateLeast = 2 * time.Second

	// alwaysBelow is the period below which the newest missed slot is always
	// said.
	alwaysBelow = time.Hour

	// monthPeriod is the shortest month.
	monthPeriod = 28 * oneDay

	// CountMost is how far [Schedule.Missed] counts.
	CountMost = 1000

	// JumpLeast is by how much a clock may be off before it has jumped.
	JumpLeast = 5 * time.Minute
)

// Missed decides what to do about the slots after the cursor that are due by
// now. The cursor is the planned time of the last slot that was said, or when
// the subscription was made, changed or resumed, whichever is later.
//
// The newest slot is to be said unless it is too late: by more than half its
// period (12 hours where it is daily or on weekdays, 3 days where weekly, 14
// where monthly); where the period is under an hour it is never too late. Late
// says that it is to be marked as late. All older ones, and the newest where
// it is too late, are skipped: their number, counted to [CountMost], is to be
// said in the next digest. The cursor stays where it is until then, so that
// they are counted with the next slot.
func (s Schedule) Missed(cursor, now time.Time, zone *time.Location) (newest Slot, late bool, skipped int) {
	newest = s.latest(now, zone)
	if newest.None() || !newest.Planned.After(cursor) {
		return Slot{}, false, 0
	}
	before := s.between(cursor, newest.Planned, zone)
	period, delay := s.period(newest, zone), now.Sub(newest.Planned)
	if delay > patience(period) {
		return Slot{}, false, min(before+1, CountMost)
	}
	return newest, delay > min(lateAfter, max(period/2, lateLeast)), before
}

// between counts the slots after one time and before another.
func (s Schedule) between(after, before time.Time, zone *time.Location) int {
	if s.kind == Every {
		seconds := int64(s.every / time.Second)
		return int(min(CountMost, (floor(before.Unix()-1, seconds)-floor(after.Unix(), seconds))/seconds))
	}
	count := 0
	for count < CountMost {
		slot := s.Next(after, zone)
		if slot.None() || !slot.Planned.Before(before) {
			break
		}
		after = slot.Planned
		count++
	}
	return count
}

// period is how far the slots of a schedule are from each other: the shortest
// of the distances that the words have. A rule of crontab that has no such
// words may have slots at all distances: of it, how far the next one is.
func (s Schedule) period(slot Slot, zone *time.Location) time.Duration {
	switch plain := s.Plain(); plain.kind {
	case Every:
		return s.every
	case Daily, Weekdays:
		return oneDay
	case Weekly:
		return plain.weekPeriod()
	case Monthly:
		return monthPeriod
	}
	return s.Next(slot.Planned, zone).Planned.Sub(slot.Planned)
}

// weekPeriod is the shortest distance between two days of a weekly schedule.
func (s Schedule) weekPeriod() time.Duration {
	days := s.Days()
	shortest := 7
	for i, weekday := range days {
		next := days[(i+1)%len(days)]
		if distance := int(next-weekday+7) % 7; distance > 0 {
			shortest = min(shortest, distance)
		}
	}
	return time.Duration(shortest) * oneDay
}

// patience is how late a slot may be said: half its period, of long ones in
// whole days.
func patience(period time.Duration) time.Duration {
	if period < alwaysBelow {
		return period // there is a newer one by then
	}
	half := min(period, monthPeriod) / 2
	if half > oneDay {
		half = half.Truncate(oneDay)
	}
	return half
}

// Plan is what is to be done about one subscription now.
type Plan struct {
	// Due is the slot to be said now, late or not, and Skipped how many are
	// left out, as [Schedule.Missed] decides.
	Due     Slot
	Late    bool
	Skipped int

	Next Slot // when to look again

	// Cursor is what was passed in, or now where that lay in the future by
	// more than [JumpLeast], by Ahead: somebody set the clock back. Then Cursor
	// has to be stored, or nothing would be due until the future has come. What
	// has been said already is not due again: its slot is decided.
	Cursor time.Time
	Ahead  time.Duration
}

// Plan decides what to do about a subscription: when its time has come, when
// the program starts, and when the clock has jumped, for times in the store
// that were made by a wrong clock may lie anywhere.
func (s Schedule) Plan(cursor, now time.Time, zone *time.Location) Plan {
	p := Plan{Cursor: cursor}
	if ahead := cursor.Sub(now); ahead > JumpLeast {
		p.Cursor, p.Ahead = now, ahead
	}
	p.Due, p.Late, p.Skipped = s.Missed(p.Cursor, now, zone)
	after := now
	if p.Cursor.After(now) {
		after = p.Cursor
	}
	p.Next = s.Next(after, zone)
	return p
}

// Jump says by how much a clock was set between two looks at it, from how much
// time passed between them by a clock that nobody sets. It is negative where it
// was set back, and 0 where it differs by no more than [JumpLeast]: clocks
// drift and are corrected. A machine that slept looks the same as a clock that
// was set forward.
func Jump(before, now time.Time, passed time.Duration) time.Duration {
	jump := now.Round(0).Sub(before.Round(0)) - passed
	if jump.Abs() <= JumpLeast {
		return 0
	}
	return jump
}
