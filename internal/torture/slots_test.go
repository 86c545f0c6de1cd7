package main

import (
	"slices"
	"testing"
	"time"
)

// at is so many seconds after a slot that all tests begin with.
func at(seconds float64) time.Time {
	return time.Unix(1_800_000_000, 0).Add(time.Duration(seconds * float64(time.Second)))
}

// slots are messages that say the slots at these seconds.
func slots(seconds ...float64) []said {
	list := make([]said, 0, len(seconds))
	for _, s := range seconds {
		list = append(list, said{Planned: at(s), TS: "1"})
	}
	return list
}

// TestCountSlots: 40 s with a slot every 5 s; the process was up from the
// beginning to 12 s and from 14 s to 31 s, and an answer was lost at 21 s. So
// the slots at 0, 5, 15 and 25 are whole.
func TestCountSlots(t *testing.T) {
	t.Parallel()
	right := []float64{0, 5, 15, 25}
	for name, c := range map[string]struct {
		said                      []said
		missing, doubled, strange int
	}{
		"exactly those":        {slots(right...), 0, 0, 0},
		"the cut ones too":     {slots(0, 5, 10, 15, 20, 25, 30, 35), 0, 0, 0},
		"one missing":          {slots(0, 5, 25), 1, 0, 0},
		"none":                 {nil, 4, 0, 0},
		"one twice":            {slots(append(right, 5)...), 0, 1, 0},
		"a cut one twice":      {slots(append(right, 20, 20)...), 0, 1, 0},
		"a cut one thrice":     {slots(append(right, 10, 10, 10)...), 0, 2, 0},
		"one twice, one never": {slots(0, 0, 15, 25), 1, 1, 0},
		"between two":          {slots(append(right, 17)...), 0, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := countSlots(course{
				Every: 5 * time.Second, From: at(0), To: at(40), Said: slices.Clone(c.said),
				Up: []span{{at(-3), at(12)}, {at(14), at(31)}}, Cut: []time.Time{at(21), at(12.5)},
			})
			if got.Slots != 8 || got.Whole != 4 {
				t.Errorf("%d slots, %d whole", got.Slots, got.Whole)
			}
			if len(got.Missing) != c.missing || len(got.Doubled) != c.doubled || len(got.Strange) != c.strange {
				t.Errorf("%+v, want %d missing, %d doubled, %d strange", got, c.missing, c.doubled, c.strange)
			}
		})
	}
}

// TestWhole has the edges of a slot.
func TestWhole(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		up   span
		cut  []time.Time
		want bool
	}{
		"exactly":                 {span{at(0), at(5)}, nil, true},
		"begun too late":          {span{at(0.001), at(9)}, nil, false},
		"ended too early":         {span{at(-9), at(4.999)}, nil, false},
		"cut at its begin":        {span{at(-9), at(9)}, []time.Time{at(0)}, false},
		"cut at the next's begin": {span{at(-9), at(9)}, []time.Time{at(5)}, true},
		"cut just before":         {span{at(-9), at(9)}, []time.Time{at(-0.001)}, true},
	} {
		if got := (course{Every: 5 * time.Second, Up: []span{c.up}, Cut: c.cut}).whole(at(0)); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
