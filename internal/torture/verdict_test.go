package main

import (
	"errors"
	"io"
	"testing"
	"time"
)

// TestVerdict: with a look-up no double is right; without, as many as there are
// outcomes left open, which the outbox has counted too.
func TestVerdict(t *testing.T) {
	t.Parallel()
	three := []string{"a", "b", "c"}
	for name, c := range map[string]struct {
		history bool
		tally   tally
		figures figures
		right   bool
	}{
		"nothing wrong":                   {true, tally{}, figures{ambiguous: 9, possible: 9}, true},
		"doubled with look-up":            {true, tally{Doubled: three[:1]}, figures{ambiguous: 9, possible: 9}, false},
		"doubled without":                 {false, tally{Doubled: three}, figures{ambiguous: 3, possible: 3}, true},
		"doubled beyond the ambiguous":    {false, tally{Doubled: three}, figures{ambiguous: 2, possible: 9}, false},
		"doubled beyond what was counted": {false, tally{Doubled: three}, figures{ambiguous: 9, possible: 2}, false},
		"lost without look-up":            {false, tally{Lost: three[:1]}, figures{ambiguous: 9, possible: 9}, false},
		"order broken":                    {false, tally{Broken: three[:1]}, figures{ambiguous: 9, possible: 9}, false},
		"what nobody asked for":           {true, tally{Strange: three[:1]}, figures{}, false},
	} {
		s := settings{history: c.history, stdout: io.Discard}
		if err := s.verdict(c.tally, c.figures); (err == nil) != c.right || err != nil && !errors.Is(err, errWrong) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]struct {
		tally   slotTally
		history bool
		right   bool
	}{
		"all":            {slotTally{Slots: 9, Whole: 3, Said: 7}, true, true},
		"missing":        {slotTally{Missing: three[:1]}, true, false},
		"doubled":        {slotTally{Doubled: three[:1]}, true, false},
		"doubled, blind": {slotTally{Doubled: three[:1]}, false, true},
		"no slot":        {slotTally{Strange: three[:1]}, true, false},
		"missing, blind": {slotTally{Missing: three[:1]}, false, false},
	} {
		s := settings{history: c.history, stdout: io.Discard}
		if err := s.judge(c.tally, figures{ambiguous: 1, possible: 1}); (err == nil) != c.right {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	s, err := parse([]string{"outbox", "-seed", "7"}, io.Discard)
	if err != nil || s.mode != "outbox" || s.seed != 7 || s.deliveries != 2500 || s.channels != 60 || !s.history || s.wait != 1500*time.Millisecond || s.latest != 600*time.Millisecond {
		t.Errorf("%+v, %v", s, err)
	}
	if s, err := parse(nil, io.Discard); err != nil || s.mode != "program" || s.seed == 0 || s.deliveries != 300 {
		t.Errorf("%+v, %v", s, err)
	}
	for name, args := range map[string][]string{
		"replicas on SQLite": {"outbox", "-replicas", "2"},
		"later than waiting": {"outbox", "-wait", "1s", "-latest", "1s"},
		"none":               {"outbox", "-deliveries", "-1"},
		"unknown flag":       {"-x"},
		"left over":          {"outbox", "-seed", "7", "more"},
	} {
		if _, err := parse(args, io.Discard); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if code := run(t.Context(), []string{"dance"}, io.Discard, io.Discard); code != 2 {
		t.Errorf("an unknown mode ends with %d", code)
	}
}
