package digest

import (
	"sort"
	"time"
)

const (
	daySeconds = 24 * 60 * 60

	// farthest is more than any zone has ever been away from UTC, in seconds.
	farthest = 16 * 60 * 60
	// calm is less than ever lay between two changes of a clock, in seconds.
	calm = 6 * 60 * 60
)

// wall is what the clock on the wall shows at t, in seconds since 1970-01-01
// 00:00 on that clock.
func wall(t time.Time) int64 {
	_, offset := t.Zone()
	return t.Unix() + int64(offset)
}

// instant returns when the clock on the wall of a zone first shows a whole
// minute, or the first whole minute after it where it is skipped. Never is a
// later minute before an earlier one.
//
// It looks at the clock from when it cannot have shown the minute yet. Neither
// of the library's ways would do: [time.Date] does not say which of two times
// it means, and [time.Time.ZoneBounds] ends before it begins on the last day of
// a leap year (Go 1.26).
func instant(shows int64, zone *time.Location) time.Time {
	offset := func(at int64) int64 { return wall(time.Unix(at, 0).In(zone)) - at }
	for at := shows - farthest; ; {
		before := offset(at)
		due := shows - before
		change := at + calm
		after := offset(change)
		if after != before {
			change = at + int64(sort.Search(calm, func(n int) bool { return offset(at+int64(n)) != before }))
			after = offset(change)
		}
		switch {
		case due < change:
			return time.Unix(due, 0).In(zone)
		case shows-after < change: // skipped
			return time.Unix(change+upToMinute(change+after), 0).In(zone)
		}
		at = change
	}
}

// upToMinute is how many seconds are left to a whole minute: before 1972 there
// were clocks that differed from UTC by 44 minutes and 30 seconds.
func upToMinute(shows int64) int64 { return -floor(-shows, 60) - shows }

// floor is the greatest multiple of d, which is positive, that is not above n.
func floor(n, d int64) int64 {
	rest := n % d
	if rest < 0 {
		rest += d
	}
	return n - rest
}
