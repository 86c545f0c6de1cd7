package formatting

import "time"

// ago says how long before now t was: "4 minutes ago", "1 h 20 min ago".
func ago(t, now time.Time) string {
	age := now.Sub(t)
	if age < time.Minute {
		return "just now" // a clock a little ahead of ours is no news either
	}
	return lasting(age) + " ago"
}

// old says how old t was at now, for a message that is read later and may have
// been edited by a Refresh: "4 minutes old when written".
func old(t, now time.Time) string {
	age := now.Sub(t)
	if age < time.Minute {
		return "just read when written"
	}
	return lasting(age) + " old when written"
}

// lasting says a duration in words, rounded down: "20 seconds", "4 minutes",
// "2 h 40 min", "26 h", "3 days".
func lasting(d time.Duration) string {
	hours, minutes := int64(d/time.Hour), int64(d%time.Hour/time.Minute)
	switch {
	case d < time.Minute:
		return counted(int64(d/time.Second), "second", "seconds")
	case d < time.Hour:
		return counted(minutes, "minute", "minutes")
	case d >= 48*time.Hour:
		return counted(hours/24, "day", "days")
	case d >= 10*time.Hour || minutes == 0:
		return number(hours) + " h"
	}
	return number(hours) + " h " + number(minutes) + " min"
}

// atLeast is lasting for a wait: rounded up, and never "0 seconds".
func atLeast(d time.Duration) string {
	unit := time.Second
	if d > time.Minute {
		unit = time.Minute
	}
	return lasting(max(time.Second, (d + unit - 1).Truncate(unit)))
}
