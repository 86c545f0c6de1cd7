package digest

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind is how a schedule repeats. The zero Kind is of the zero [Schedule].
type Kind int

// The kinds. People order the first four; Cron and Every are for configuration.
const (
	Daily    Kind = iota + 1
	Weekdays      // Monday to Friday
	Weekly        // on some days of the week
	Monthly       // on a day of the month, or the last
	Cron          // by a rule in the form of crontab
	Every         // at each multiple of a duration since 1970-01-01 00:00 UTC
)

// String is the word that [ParseSchedule] reads; of Cron and Every, what they
// are called.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kinds()) {
		return fmt.Sprintf("Kind(%d)", int(k))
	}
	return kinds()[k]
}

func kinds() []string {
	return []string{"unknown", "daily", "weekdays", "weekly", "monthly", "cron", "every"}
}

// LastDay is the day of the month that is its last.
const LastDay = -1

const (
	// Shortest and Longest bound the duration of a schedule of kind [Every].
	Shortest = time.Second
	Longest  = 366 * 24 * time.Hour

	lastSure  = 28 // the last day that every month has
	everyWord = "@every"
)

// Schedule says when a digest is due, in a zone that is kept apart. Schedules
// are values that can be compared; the zero one is never due.
type Schedule struct {
	kind  Kind
	days  uint8         // of Weekly: bit n is [time.Weekday] n
	day   int           // of Monthly: 1 to 28, or LastDay
	at    int           // of Daily to Monthly: minutes since midnight
	rule  rule          // of Cron
	every time.Duration // of Every: whole seconds
}

// Kind is how the schedule repeats.
func (s Schedule) Kind() Kind { return s.kind }

// Days are the days of a weekly schedule, from Monday on; empty for others.
func (s Schedule) Days() []time.Weekday {
	var days []time.Weekday
	for i := range 7 {
		if day := time.Weekday((i + 1) % 7); s.days&(1<<day) != 0 {
			days = append(days, day)
		}
	}
	return days
}

// Day is the day of a monthly schedule, or [LastDay]; 0 for others.
func (s Schedule) Day() int { return s.day }

// Clock is the local time of a daily to monthly schedule as 08:30, the form of
// Slack's time picker; empty for others.
func (s Schedule) Clock() string {
	if s.kind < Daily || s.kind > Monthly {
		return ""
	}
	return fmt.Sprintf("%02d:%02d", s.at/60, s.at%60)
}

// ParseSchedule reads a schedule. The forms:
//
//	daily 08:30
//	weekdays 08:30
//	weekly mon,thu 08:30
//	monthly 1 08:30         1 to 28
//	monthly last 08:30
//	30 8 * * 1-5            minute, hour, day of the month, month, day of the week
//	@hourly @daily @midnight @weekly @monthly @yearly @annually
//	@every 1h30m            whole seconds
//
// The errors are sentences for people.
func ParseSchedule(text string) (Schedule, error) {
	fields := strings.Fields(text)
	if len(fields) == 0 {
		return Schedule{}, errors.New("no schedule is given: write one like weekdays 08:30")
	}
	switch first := strings.ToLower(fields[0]); {
	case first == everyWord:
		return parseEvery(strings.Join(fields[1:], ""))
	case isFrequency(first):
		return parseWords(fields)
	}
	return parseCron(fields)
}

// parseWords reads the forms that people order.
func parseWords(fields []string) (Schedule, error) {
	a, err := readArguments(fields)
	switch {
	case err != nil:
		return Schedule{}, err
	case len(a.rest) > 0 || a.zone != nil:
		return Schedule{}, fmt.Errorf("%q is no schedule: write one like weekdays 08:30", strings.Join(fields, " "))
	case !a.hasTime:
		return Schedule{}, fmt.Errorf("%q has no time of day: write one like 08:30", strings.Join(fields, " "))
	}
	return a.schedule, nil
}

func parseEvery(text string) (Schedule, error) {
	d, err := time.ParseDuration(text)
	switch {
	case err != nil:
		return Schedule{}, fmt.Errorf("%q is no duration: write one like %s 1h", text, everyWord)
	case d < Shortest || d > Longest || d%time.Second != 0:
		return Schedule{}, fmt.Errorf("%q is no whole number of seconds from %v to %d days", text, Shortest, int(Longest/(24*time.Hour)))
	}
	return Schedule{kind: Every, every: d}, nil
}

// String is the schedule in the form that [ParseSchedule] reads; empty for the
// zero schedule.
func (s Schedule) String() string {
	switch s.kind {
	case Daily, Weekdays:
		return s.kind.String() + " " + s.Clock()
	case Weekly:
		var days []string
		for _, day := range s.Days() {
			days = append(days, strings.ToLower(day.String()[:3]))
		}
		return "weekly " + strings.Join(days, ",") + " " + s.Clock()
	case Monthly:
		if s.day == LastDay {
			return "monthly last " + s.Clock()
		}
		return fmt.Sprintf("monthly %d %s", s.day, s.Clock())
	case Cron:
		return s.rule.text
	case Every:
		return everyWord + " " + s.every.String()
	}
	return ""
}

// on says whether the schedule is due on a day, in days since 1970-01-01.
func (s Schedule) on(day int64) bool {
	date := time.Unix(day*daySeconds, 0).UTC()
	switch s.kind {
	case Daily:
		return true
	case Weekdays:
		return date.Weekday() != time.Saturday && date.Weekday() != time.Sunday
	case Weekly:
		return s.days&(1<<date.Weekday()) != 0
	case Monthly:
		if s.day == LastDay {
			return date.AddDate(0, 0, 1).Day() == 1
		}
		return date.Day() == s.day
	case Cron:
		return s.rule.on(date)
	}
	return false
}

// times are the minutes since midnight at which the schedule is due on its
// days, earliest first.
func (s Schedule) times() []int {
	if s.kind != Cron {
		return []int{s.at}
	}
	return s.rule.times()
}
