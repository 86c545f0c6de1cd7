package digest

import (
	"fmt"
	"strings"
	"time"
)

// Order is what somebody wrote after the command's word subscribe.
type Order struct {
	Customer string // what is left when the rest is read; "" where nobody is named
	Quoted   bool   // the customer stood in quotes
	All      bool   // the word all, not in quotes, in the customer's place

	// Schedule is what was asked for: weekdays where no days were said, at
	// 08:30 where no time was.
	Schedule Schedule
	HasDays  bool
	HasTime  bool

	Zone *time.Location // nil where none was said
}

const defaultTime = 8*60 + 30

// ParseOrder reads
//
//	[customer or all] [daily|weekdays|weekly mon|monthly 1|monthly last] [08:30] [Europe/Berlin]
//
// from the right: words that are a zone, a time or days are taken, in any
// order, and what is left is the customer. Quotes force a customer. The errors
// are sentences for people; they come only where a word can hardly be anything
// but a mistake, for every other may be of a customer's name.
func ParseOrder(text string) (Order, error) {
	var o Order
	text = strings.TrimSpace(text)
	arguments := text
	if inner, ok := strings.CutPrefix(text, `"`); ok {
		o.Customer, arguments, _ = strings.Cut(inner, `"`)
		o.Customer, o.Quoted = strings.Join(strings.Fields(o.Customer), " "), true
	}
	a, err := readArguments(strings.Fields(arguments))
	if err != nil {
		return Order{}, err
	}
	left := strings.Join(a.rest, " ")
	switch {
	case o.Quoted && left != "":
		return Order{}, fmt.Errorf("%q behind the customer is neither days nor a time nor a zone: write weekdays 08:30 Europe/Berlin", left)
	case !o.Quoted && strings.EqualFold(left, "all"):
		o.All = true
	case !o.Quoted:
		o.Customer = left
	}
	o.Schedule, o.HasDays, o.HasTime, o.Zone = a.schedule, a.hasDays, a.hasTime, a.zone
	if !o.HasDays {
		o.Schedule.kind = Weekdays
	}
	if !o.HasTime {
		o.Schedule.at = defaultTime
	}
	return o, nil
}
