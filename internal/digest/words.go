package digest

import (
	"fmt"
	"strings"
	"time"
)

// Words says a schedule in words for people: "weekdays at 08:30 Europe/Berlin".
// The name of the zone is left out where there is none, and for [Every], which
// knows no zone. The zero schedule is "never".
func (s Schedule) Words(zone string) string {
	plain := s.Plain()
	var text string
	switch plain.kind {
	case Daily, Weekdays:
		text = plain.kind.String()
	case Weekly:
		text = plain.weekWords()
	case Monthly:
		text = "monthly on the " + ordinal(plain.day)
	case Cron:
		return strings.TrimSpace(fmt.Sprintf("by the rule %q %s", s.rule.text, zone))
	case Every:
		return "every " + durationWords(s.every)
	default:
		return "never"
	}
	return strings.TrimSpace(text + " at " + plain.Clock() + " " + zone)
}

// weekWords are "Mondays", "Mondays and Thursdays", "Mondays, Tuesdays and
// Thursdays".
func (s Schedule) weekWords() string {
	var days []string
	for _, weekday := range s.Days() {
		days = append(days, weekday.String()+"s")
	}
	last := len(days) - 1
	if last <= 0 {
		return strings.Join(days, "")
	}
	return strings.Join(days[:last], ", ") + " and " + days[last]
}

func ordinal(dayOfMonth int) string {
	switch dayOfMonth {
	case LastDay:
		return "last day"
	case 1, 21:
		return fmt.Sprintf("%dst", dayOfMonth)
	case 2, 22:
		return fmt.Sprintf("%dnd", dayOfMonth)
	case 3, 23:
		return fmt.Sprintf("%drd", dayOfMonth)
	}
	return fmt.Sprintf("%dth", dayOfMonth)
}

// durationWords are whole hours, minutes or seconds, in the largest of these
// that fits: "hour", "90 minutes".
func durationWords(d time.Duration) string {
	unit, name := time.Second, "second"
	switch {
	case d%time.Hour == 0:
		unit, name = time.Hour, "hour"
	case d%time.Minute == 0:
		unit, name = time.Minute, "minute"
	}
	if d == unit {
		return name
	}
	return fmt.Sprintf("%d %ss", d/unit, name)
}
