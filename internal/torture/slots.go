package main

import (
	"fmt"
	"slices"
	"time"
)

// A span is a time in which something held, To excluded.
type span struct{ From, To time.Time }

// A said is a message that says the slot with this planned time.
type said struct {
	Planned time.Time
	TS      string
}

// A course is what happened to a digest that is due every so often.
type course struct {
	Every    time.Duration
	From, To time.Time   // the slots to look at
	Up       []span      // when a process was up
	Cut      []time.Time // when an answer was lost or withheld
	Said     []said
}

// slotTally is what became of the slots. Each list has a line for each case.
type slotTally struct {
	Slots, Whole, Said        int
	Missing, Doubled, Strange []string
}

// countSlots wants at most one message for each slot, and exactly one for each
// whole slot: one that a process saw begin and end, and in which no answer was
// lost.
func countSlots(c course) slotTally {
	t := slotTally{Said: len(c.Said)}
	bySlot := map[int64][]said{}
	for _, s := range c.Said {
		bySlot[s.Planned.UnixNano()] = append(bySlot[s.Planned.UnixNano()], s)
		if !s.Planned.Equal(s.Planned.Truncate(c.Every)) {
			t.Strange = append(t.Strange, fmt.Sprintf("%s says %s, which is no slot", s.TS, clock(s.Planned)))
		}
	}
	for _, list := range bySlot {
		for _, s := range list[1:] {
			t.Doubled = append(t.Doubled, fmt.Sprintf("%s says %s, as %s does", s.TS, clock(s.Planned), list[0].TS))
		}
	}
	for slot := c.From.Truncate(c.Every); !slot.Add(c.Every).After(c.To); slot = slot.Add(c.Every) {
		if slot.Before(c.From) {
			continue
		}
		t.Slots++
		if !c.whole(slot) {
			continue
		}
		t.Whole++
		if len(bySlot[slot.UnixNano()]) == 0 {
			t.Missing = append(t.Missing, clock(slot)+" was not said")
		}
	}
	return t
}

// whole reports whether a process was up through the slot, and Slack answered.
func (c course) whole(slot time.Time) bool {
	end := slot.Add(c.Every)
	through := func(s span) bool { return !s.From.After(slot) && !s.To.Before(end) }
	within := func(at time.Time) bool { return !at.Before(slot) && at.Before(end) }
	return slices.ContainsFunc(c.Up, through) && !slices.ContainsFunc(c.Cut, within)
}

func clock(at time.Time) string { return at.UTC().Format("15:04:05") }
