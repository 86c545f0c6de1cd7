package digest

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// rule is a rule in the form of crontab, as bits that github.com/robfig/cron
// reads: bit n of minute is the n-th minute. Only its parser is used; its own
// search for the next time leaves out local times that the clock skips and
// takes those twice that it shows twice.
type rule struct {
	text                          string
	minute, hour, dom, month, dow uint64
	everyDayOfMonth, everyWeekday bool // written as *: the other one alone decides
}

// star is the bit by which the parser marks a field written as *.
const star = 1 << 63

// leapYears are days enough to meet each date, and each date on a weekday that
// a rule may ask for.
const leapYears = 8 * 366

func parseCron(fields []string) (Schedule, error) {
	text := strings.Join(fields, " ")
	if strings.HasPrefix(text, "TZ=") || strings.HasPrefix(text, "CRON_TZ=") {
		return Schedule{}, errors.New("the zone does not stand in the schedule but beside it")
	}
	parsed, err := cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor).Parse(text)
	if err != nil {
		return Schedule{}, fmt.Errorf("%q is no schedule: %w", text, err)
	}
	spec, ok := parsed.(*cron.SpecSchedule)
	if !ok {
		return Schedule{}, fmt.Errorf("%q is no schedule", text)
	}
	r := rule{
		text:   text,
		minute: spec.Minute &^ star, hour: spec.Hour &^ star,
		dom: spec.Dom &^ star, month: spec.Month &^ star, dow: spec.Dow &^ star,
		everyDayOfMonth: spec.Dom&star != 0, everyWeekday: spec.Dow&star != 0,
	}
	if !r.everDue() {
		return Schedule{}, fmt.Errorf("%q is never due", text)
	}
	return Schedule{kind: Cron, rule: r}, nil
}

// everDue says whether there is any day and time that the rule means: there is
// none on the 30th of February.
func (r rule) everDue() bool {
	if r.minute == 0 || r.hour == 0 {
		return false
	}
	first := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range leapYears {
		if r.on(first.AddDate(0, 0, i)) {
			return true
		}
	}
	return false
}

// on says whether the rule is due on a date. Where day of the month and day of
// the week are both given, either will do, as crontab has it.
func (r rule) on(date time.Time) bool {
	if r.month&(1<<date.Month()) == 0 {
		return false
	}
	dom, dow := r.dom&(1<<date.Day()) != 0, r.dow&(1<<date.Weekday()) != 0
	if r.everyDayOfMonth || r.everyWeekday {
		return dom && dow
	}
	return dom || dow
}

func (r rule) times() []int {
	var times []int
	for hour := range 24 {
		for minute := range 60 {
			if r.hour&(1<<hour) != 0 && r.minute&(1<<minute) != 0 {
				times = append(times, hour*60+minute)
			}
		}
	}
	return times
}

// Plain is the schedule in the words that people order, where a rule of
// crontab says the same as such words: 30 8 * * 1-5 is weekdays 08:30. All
// other schedules stay as they are.
func (s Schedule) Plain() Schedule {
	const (
		allMonths   = 1<<13 - 1<<1
		allDays     = 1<<32 - 1<<1
		allWeekdays = 1<<7 - 1
		workingDays = 1<<6 - 1<<1
	)
	if s.kind != Cron {
		return s
	}
	r, times := s.rule, s.times()
	if len(times) != 1 || r.month != allMonths || !r.everyDayOfMonth && !r.everyWeekday {
		return s
	}
	plain := Schedule{at: times[0]}
	switch {
	case r.dom == allDays && r.dow == allWeekdays:
		plain.kind = Daily
	case r.dom == allDays && r.dow == workingDays:
		plain.kind = Weekdays
	case r.dom == allDays:
		plain.kind, plain.days = Weekly, uint8(r.dow)
	case r.dow == allWeekdays && onlyDay(r.dom) > 0:
		plain.kind, plain.day = Monthly, onlyDay(r.dom)
	default:
		return s
	}
	return plain
}

// onlyDay is the day of the month that every month has and that is the only
// one in dom, or 0.
func onlyDay(dom uint64) int {
	for day := 1; day <= lastSure; day++ {
		if dom == 1<<day {
			return day
		}
	}
	return 0
}
