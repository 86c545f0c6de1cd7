package digest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// arguments are what was read from the right of some words.
type arguments struct {
	rest             []string // what is left
	schedule         Schedule
	hasDays, hasTime bool
	zone             *time.Location
}

// readArguments takes words from the right for as long as the last ones are a
// zone, a time or days.
func readArguments(fields []string) (arguments, error) {
	a := arguments{rest: slices.Clone(fields)}
	for {
		left := len(a.rest)
		for _, read := range []func() error{a.readZone, a.readTime, a.readDays} {
			if err := read(); err != nil {
				return arguments{}, err
			}
		}
		if len(a.rest) == left {
			return a, nil
		}
	}
}

// last is the n-th word from the right in lower case, 1 the last; "" where
// there is none.
func (a *arguments) last(n int) string {
	if n > len(a.rest) {
		return ""
	}
	return strings.ToLower(a.rest[len(a.rest)-n])
}

func (a *arguments) drop(n int) { a.rest = a.rest[:len(a.rest)-n] }

// readZone takes a zone: a word that is made like one, or whatever stands right
// of a time, where nothing else may stand.
func (a *arguments) readZone() error {
	word := a.last(1)
	area, _, slash := strings.Cut(word, "/")
	behindTime := timeShaped(a.last(2)) && !timeShaped(word) && !isFrequency(word)
	if !behindTime && word != "utc" && (!slash || !slices.Contains(areas(), area)) {
		return nil
	}
	zone, err := Zone(a.rest[len(a.rest)-1])
	switch {
	case err != nil && behindTime && !slash:
		return fmt.Errorf("%w; a customer stands first", err)
	case err != nil:
		return err
	case a.zone != nil:
		return fmt.Errorf("%s and %s are two time zones: write one", zone, a.zone)
	}
	a.zone = zone
	a.drop(1)
	return nil
}

// readTime takes a time of day, and the word at before it.
func (a *arguments) readTime() error {
	word := a.last(1)
	if !timeShaped(word) {
		return nil
	}
	hours, minutes, _ := strings.Cut(word, ":")
	hour, err := strconv.Atoi(hours)
	minute, err2 := strconv.Atoi(minutes)
	switch {
	case err != nil || err2 != nil || hour > 23 || minute > 59:
		return fmt.Errorf("%q is no time of day: write one like 08:30", word)
	case a.hasTime:
		return fmt.Errorf("%q is a second time of day: write one", word)
	}
	a.schedule.at, a.hasTime = hour*60+minute, true
	a.drop(1)
	if a.last(1) == "at" {
		a.drop(1)
	}
	return nil
}

// timeShaped says whether a word consists of one or two digits, a colon and
// two digits.
func timeShaped(word string) bool {
	hours, minutes, colon := strings.Cut(word, ":")
	return colon && digits(hours) && digits(minutes) && len(hours) <= 2 && len(minutes) == 2
}

func digits(word string) bool { return word != "" && strings.Trim(word, "0123456789") == "" }

// isFrequency says whether a word, in lower case, begins the days of an order.
func isFrequency(word string) bool {
	return word != "" && slices.Contains(kinds()[Daily:Cron], word)
}

// readDays takes the days, once; a second such word is of the customer's name.
func (a *arguments) readDays() error {
	if a.hasDays {
		return nil
	}
	switch a.last(1) {
	case "daily":
		a.take(1, Schedule{kind: Daily})
	case "weekdays":
		a.take(1, Schedule{kind: Weekdays})
	case "weekly":
		a.take(1, Schedule{kind: Weekly, days: 1 << time.Monday})
	case "monthly":
		a.take(1, Schedule{kind: Monthly, day: 1})
	default:
		if a.last(2) == "monthly" {
			return a.readMonthly()
		}
		return a.readWeekly()
	}
	return nil
}

// readMonthly takes monthly with the word behind it, if that says a day.
func (a *arguments) readMonthly() error {
	word := a.last(1)
	if word == "last" {
		a.take(2, Schedule{kind: Monthly, day: LastDay})
		return nil
	}
	if !digits(word) && !a.hasTime {
		return nil // of a customer's name
	}
	n, err := strconv.Atoi(word)
	if err != nil || n < 1 || n > lastSure {
		return fmt.Errorf("%q is no day that every month has: write 1 to %d, or last", word, lastSure)
	}
	a.take(2, Schedule{kind: Monthly, day: n})
	return nil
}

// readWeekly takes weekly with the days of the week behind it.
func (a *arguments) readWeekly() error {
	var days uint8
	n := 1
	for ; a.last(n) != "weekly"; n++ {
		more, ok := weekdays(a.last(n))
		if !ok && n == 1 && a.hasTime && a.last(2) == "weekly" {
			return fmt.Errorf("%q is no day of the week: write one like mon", a.last(1))
		}
		if !ok {
			return nil
		}
		days |= more
	}
	if days != 0 {
		a.take(n, Schedule{kind: Weekly, days: days})
	}
	return nil
}

// take takes the last n words for days.
func (a *arguments) take(n int, days Schedule) {
	days.at = a.schedule.at
	a.schedule, a.hasDays = days, true
	a.drop(n)
}

// weekdays reads days of the week: mon, Mondays, "mon,thu". The word and
// between two of them says none.
func weekdays(word string) (days uint8, ok bool) {
	if word == "and" {
		return 0, true
	}
	for part := range strings.SplitSeq(word, ",") {
		if part == "" {
			continue
		}
		weekday, ok := weekday(part)
		if !ok {
			return 0, false
		}
		days |= 1 << weekday
	}
	return days, days != 0
}

// weekday reads a day of the week by at least three letters.
func weekday(word string) (time.Weekday, bool) {
	if len(word) < 3 {
		return 0, false
	}
	for day := time.Sunday; day <= time.Saturday; day++ {
		if strings.HasPrefix(strings.ToLower(day.String())+"s", word) {
			return day, true
		}
	}
	return 0, false
}
