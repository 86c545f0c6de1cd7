package bot

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// longestPause is how many days a pause may be said to last.
const longestPause = 3660

// pauseEnd reads the end of a pause as a person types it: tomorrow, a day of
// the week, a date with or without its year, also as 31.12. or 31.12.2026, or a
// number of days or weeks. It is read as of now and in now's zone. A pause until
// a day ends when that day begins there, so that the day itself is watched; one
// until 3d ends three days from now, at the same time of day. A day that is
// named without its date is the next such day after today.
//
// It returns false for what it cannot read. A date that is over is returned:
// the caller says so.
func pauseEnd(text string, now time.Time) (time.Time, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	if days, ok := pauseDays(text); ok {
		return now.AddDate(0, 0, days), true
	}
	if text == "tomorrow" {
		return dayAfter(now, 1), true
	}
	text = strings.TrimPrefix(text, "next ") // of a day of the week: the answer tells its date
	for day := time.Sunday; day <= time.Saturday; day++ {
		if names(text, day.String()) {
			return dayAfter(now, (int(day-now.Weekday())+6)%7+1), true
		}
	}
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return dayBegins(t.Year(), t.Month(), t.Day(), now.Location()), true
	}
	if day, month, year, ok := dotted(text); ok {
		return onDay(day, month, year, now)
	}
	return dated(strings.Fields(text), now)
}

// dotted reads 31.12., 31.12 and 31.12.2026; year is 0 where it is not said.
func dotted(text string) (day int, month time.Month, year int, ok bool) {
	parts := strings.Split(strings.TrimSuffix(text, "."), ".")
	if len(parts) != 2 && len(parts) != 3 {
		return 0, 0, 0, false
	}
	var numbers [3]int
	for i, part := range parts {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < 1 {
			return 0, 0, 0, false
		}
		numbers[i] = n
	}
	return numbers[0], time.Month(numbers[1]), numbers[2], numbers[1] <= 12
}

// pauseDays reads 3d and 2w.
func pauseDays(text string) (int, bool) {
	unit := map[bool]int{strings.HasSuffix(text, "d"): 1, strings.HasSuffix(text, "w"): 7}[true]
	if unit == 0 || !spanShaped(text) {
		return 0, false
	}
	n, err := strconv.Atoi(text[:len(text)-1])
	if err != nil || n < 1 || n > longestPause/unit {
		return 0, false
	}
	return n * unit, true
}

// names reports whether text is a day's or month's name, whole or by its first
// letters, at least three: thu, thurs.
func names(text, name string) bool {
	return len(text) >= 3 && strings.HasPrefix(strings.ToLower(name), text)
}

// dated reads "1 december", "december 1" and both with a year.
func dated(words []string, now time.Time) (time.Time, bool) {
	if len(words) != 2 && len(words) != 3 {
		return time.Time{}, false
	}
	isMonth := func(word string) bool { return monthOf(word) != 0 }
	at := slices.IndexFunc(words[:2], isMonth)
	if at < 0 {
		return time.Time{}, false
	}
	month := monthOf(words[at])
	day, err := strconv.Atoi(cardinal(words[1-at]))
	if err != nil {
		return time.Time{}, false
	}
	year := 0
	if len(words) == 3 {
		if year, err = strconv.Atoi(words[2]); err != nil || year == 0 {
			return time.Time{}, false
		}
	}
	return onDay(day, month, year, now)
}

// onDay is when a day of a year begins, or where the year is 0, when such a day
// next does.
func onDay(day int, month time.Month, year int, now time.Time) (time.Time, bool) {
	if day < 1 || day > 31 {
		return time.Time{}, false
	}
	if year != 0 {
		if year < 2000 || year > 9999 || !exists(year, month, day) {
			return time.Time{}, false
		}
		return dayBegins(year, month, day, now.Location()), true
	}
	// 29 February may be years away.
	for year := now.Year(); year <= now.Year()+8; year++ {
		if !exists(year, month, day) {
			continue
		}
		if begin := dayBegins(year, month, day, now.Location()); begin.After(now) {
			return begin, true
		}
	}
	return time.Time{}, false
}

// cardinal is 1 for 1st, and any other word as it is.
func cardinal(word string) string {
	number := strings.TrimRight(word, letters)
	switch word[len(number):] {
	case "st", "nd", "rd", "th":
		return number
	}
	return word
}

func monthOf(word string) time.Month {
	for month := time.January; month <= time.December; month++ {
		if names(word, month.String()) {
			return month
		}
	}
	return 0
}

// exists reports whether there is such a date.
func exists(year int, month time.Month, day int) bool {
	return time.Date(year, month, day, 12, 0, 0, 0, time.UTC).Day() == day
}

// dayAfter is the beginning of the day that comes so many days after now's.
func dayAfter(now time.Time, days int) time.Time {
	return dayBegins(now.Year(), now.Month(), now.Day()+days, now.Location())
}

// dayBegins is the first moment of a day. Where clocks are put forward at
// midnight, a day has no midnight, and time.Date may give the evening before.
func dayBegins(year int, month time.Month, day int, zone *time.Location) time.Time {
	noon := time.Date(year, month, day, 12, 0, 0, 0, zone)
	begin := time.Date(year, month, day, 0, 0, 0, 0, zone)
	for begin.Day() != noon.Day() {
		begin = begin.Add(30 * time.Minute)
	}
	return begin
}
