package digest

import (
	"sort"
	"time"
)

// Slot is one time for which a schedule asks.
type Slot struct {
	Planned time.Time // when it is due, in the schedule's zone; zero: there is no slot

	// Local is the local date and time that the schedule names, 2026-11-24
	// 08:30, also where the clock skips it; for [Every], which knows no zone,
	// the date and time in UTC with its seconds.
	Local string
}

// None says that there is no slot.
func (s Slot) None() bool { return s.Planned.IsZero() }

const (
	// searchDays is how far a slot may be away: the 29th of February may be
	// missing for eight years.
	searchDays = 9 * 366

	localForm = "2006-01-02 15:04"
	everyForm = "2006-01-02 15:04:05"
)

// Next returns the first slot after a time. There is none only for the zero
// schedule.
func (s Schedule) Next(after time.Time, zone *time.Location) Slot {
	if s.kind == Every {
		return s.multiple(after.Unix()+int64(s.every/time.Second), zone)
	}
	var found Slot
	times, first := s.times(), dayOf(after, zone)
	for day := first; day <= first+searchDays; day++ {
		if !s.on(day) {
			continue
		}
		for _, minute := range times[passed(day, times, after, zone):] {
			slot := slotAt(day, minute, zone)
			if !found.None() && !slot.Planned.Equal(found.Planned) {
				return found
			}
			found = slot // of those that fall on one moment, the last gives the name
		}
	}
	return found
}

// latest returns the last slot that is not after now.
func (s Schedule) latest(now time.Time, zone *time.Location) Slot {
	if s.kind == Every {
		return s.multiple(now.Unix(), zone)
	}
	times, first := s.times(), dayOf(now, zone)+1
	for day := first; day >= first-searchDays; day-- {
		if !s.on(day) {
			continue
		}
		if n := passed(day, times, now, zone); n > 0 {
			return slotAt(day, times[n-1], zone)
		}
	}
	return Slot{}
}

// dayOf is the local day, in days since 1970-01-01. What is due after t is of
// that day or later: the days before have been shown. What has been due may be
// of the day after, where the clock was set back over midnight.
func dayOf(t time.Time, zone *time.Location) int64 {
	return floor(wall(t.In(zone)), daySeconds) / daySeconds
}

// passed is how many of a day's times are not due after now. Later ones are
// never due earlier.
func passed(day int64, times []int, now time.Time, zone *time.Location) int {
	return sort.Search(len(times), func(i int) bool { return slotAt(day, times[i], zone).Planned.After(now) })
}

// slotAt is the slot of a local day and minute.
func slotAt(day int64, minute int, zone *time.Location) Slot {
	shows := day*daySeconds + int64(minute)*60
	return Slot{Planned: instant(shows, zone), Local: time.Unix(shows, 0).UTC().Format(localForm)}
}

// multiple is the last slot of [Every] that is not after a Unix time.
func (s Schedule) multiple(unix int64, zone *time.Location) Slot {
	planned := time.Unix(floor(unix, int64(s.every/time.Second)), 0)
	return Slot{Planned: planned.In(zone), Local: planned.UTC().Format(everyForm)}
}

// Preview are the next n times at which a schedule is due after now.
func Preview(s Schedule, zone *time.Location, now time.Time, n int) []time.Time {
	var times []time.Time
	for range n {
		slot := s.Next(now, zone)
		if slot.None() {
			break
		}
		now = slot.Planned
		times = append(times, slot.Planned)
	}
	return times
}
