package main

import "testing"

// history is one that is right: two messages, one with two replies and two
// edits, and a superseded one that is not there.
func history() ([]want, []found) {
	wants := []want{
		{ID: "a", Channel: "C1"},
		{ID: "b", Channel: "C2"},
		{ID: "b1", Channel: "C2", Kind: reply, Root: "b", Step: 1},
		{ID: "b2", Channel: "C2", Kind: reply, Root: "b", Step: 2},
		{ID: "be1", Channel: "C2", Kind: edit, Root: "b", Step: 1, Optional: true},
		{ID: "be2", Channel: "C2", Kind: edit, Root: "b", Step: 2},
		{ID: "c", Channel: "C1", Optional: true},
	}
	return wants, []found{
		{Channel: "C1", TS: "1.000001", ID: "a"},
		{Channel: "C2", TS: "9.999999", ID: "b", Step: 2},
		{Channel: "C2", TS: "10.000002", Thread: "9.999999", ID: "b1"}, // text alone would order it before its root
		{Channel: "C2", TS: "10.000003", Thread: "9.999999", ID: "b2"},
	}
}

// TestCount: a right history is found right, and each kind of wrong one wrong.
func TestCount(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil                          func(all []found) []found
		lost, doubled, broken, strange int
	}{
		"right":                 {func(all []found) []found { return all }, 0, 0, 0, 0},
		"superseded, but there": {func(all []found) []found { return append(all, found{Channel: "C1", TS: "2.1", ID: "c"}) }, 0, 0, 0, 0},
		"lost":                  {func(all []found) []found { return all[1:] }, 1, 0, 0, 0},
		"lost reply":            {func(all []found) []found { return all[:3] }, 1, 0, 0, 0},
		"all lost":              {func([]found) []found { return nil }, 4, 0, 0, 0},
		"doubled":               {func(all []found) []found { return append(all, found{Channel: "C1", TS: "2.1", ID: "a"}) }, 0, 1, 0, 0},
		"superseded, there twice": {func(all []found) []found {
			return append(all, found{Channel: "C1", TS: "2.1", ID: "c"}, found{Channel: "C1", TS: "2.2", ID: "c"})
		}, 0, 1, 0, 0},
		"doubled elsewhere":        {func(all []found) []found { return append(all, found{Channel: "C2", TS: "2.1", ID: "a"}) }, 0, 1, 1, 0},
		"tripled reply":            {func(all []found) []found { return append(all, all[3], all[3]) }, 0, 2, 0, 0},
		"swapped replies":          {func(all []found) []found { all[2].ID, all[3].ID = "b2", "b1"; return all }, 0, 0, 1, 0},
		"reply in no thread":       {func(all []found) []found { all[2].Thread = ""; return all }, 0, 0, 1, 0},
		"reply in a wrong thread":  {func(all []found) []found { all[2].Thread = "1.000001"; return all }, 0, 0, 1, 0},
		"message in a thread":      {func(all []found) []found { all[0].Thread = "9.999999"; return all }, 0, 0, 1, 0},
		"older edit on top":        {func(all []found) []found { all[1].Step = 1; return all }, 0, 0, 1, 0},
		"no edit":                  {func(all []found) []found { all[1].Step = 0; return all }, 1, 0, 0, 0},
		"nobody's":                 {func(all []found) []found { return append(all, found{Channel: "C1", TS: "2.1", ID: "x"}) }, 0, 0, 0, 1},
		"without a name":           {func(all []found) []found { return append(all, found{Channel: "C1", TS: "2.1"}) }, 0, 0, 0, 1},
		"doubled root, one edited": {func(all []found) []found { return append(all, found{Channel: "C2", TS: "11.1", ID: "b"}) }, 0, 1, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wants, all := history()
			got := count(wants, c.spoil(all))
			if len(got.Lost) != c.lost || len(got.Doubled) != c.doubled || len(got.Broken) != c.broken || len(got.Strange) != c.strange {
				t.Errorf("%+v, want %d lost, %d doubled, %d broken, %d strange", got, c.lost, c.doubled, c.broken, c.strange)
			}
		})
	}
}
