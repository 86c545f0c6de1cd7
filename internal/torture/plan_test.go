package main

import (
	"slices"
	"testing"

	"github.com/backup-overview/backup-overview/internal/store"
)

// TestNewPlan: the same for the same seed; ids once; what belongs to a root comes
// after it, in its channel, in the order of its steps.
func TestNewPlan(t *testing.T) {
	t.Parallel()
	plan := newPlan(7, 2000, 20)
	if !slices.Equal(plan, newPlan(7, 2000, 20)) || len(plan) != 2000 {
		t.Errorf("%d steps, or others another time", len(plan))
	}
	if slices.Equal(plan, newPlan(8, 2000, 20)) {
		t.Error("another seed makes no difference")
	}
	kinds, files, channels := map[kind]int{}, 0, map[string]bool{}
	roots, last := map[string]step{}, map[string]int{}
	for _, s := range plan {
		kinds[s.Kind]++
		channels[s.Channel] = true
		if s.File {
			files++
		}
		if len(s.ID) != 26 {
			t.Errorf("id %q", s.ID)
		}
		if s.Kind == message {
			if _, ok := roots[s.ID]; ok || s.Root != "" {
				t.Errorf("%+v", s)
			}
			roots[s.ID] = s
			continue
		}
		of := s.Root + string(rune('0'+s.Kind))
		if root, ok := roots[s.Root]; !ok || root.Channel != s.Channel || s.Step != last[of]+1 {
			t.Errorf("%+v after step %d of %+v", s, last[of], root)
		}
		last[of] = s.Step
	}
	if kinds[message] < 300 || kinds[reply] < 300 || kinds[edit] < 300 || files < 30 || len(channels) != 20 {
		t.Errorf("%v, %d files, %d channels", kinds, files, len(channels))
	}
}

// TestPartOf: the parts are all of the plan, each root with all that belongs to
// it in one.
func TestPartOf(t *testing.T) {
	t.Parallel()
	plan := newPlan(7, 500, 5)
	if !slices.Equal(plan, partOf(plan, 0, 1)) {
		t.Error("the only part is not all")
	}
	parts := [][]step{partOf(plan, 0, 2), partOf(plan, 1, 2)}
	if len(parts[0])+len(parts[1]) != len(plan) || len(parts[1]) < 100 {
		t.Errorf("%d and %d of %d", len(parts[0]), len(parts[1]), len(plan))
	}
	for i, part := range parts {
		for _, s := range part {
			if s.Root != "" && slices.ContainsFunc(parts[1-i], func(o step) bool { return o.ID == s.Root }) {
				t.Errorf("%s is apart from %s", s.ID, s.Root)
			}
		}
	}
}

// TestPlanned: an edit that a newer one took the place of may be missing, the
// newest not, whatever the store says.
func TestPlanned(t *testing.T) {
	t.Parallel()
	of := func(id string, k kind, n int) step { return step{want: want{ID: id, Root: "r", Kind: k, Step: n}} }
	plan := []step{{want: want{ID: "r"}}, of("e1", edit, 1), of("r1", reply, 1), of("e2", edit, 2), of("e3", edit, 3)}
	states := map[string]store.DeliveryState{
		"r": store.Sent, "e1": store.Superseded, "r1": store.Superseded, "e2": store.Sent, "e3": store.Superseded,
	}
	var optional []string
	for _, w := range planned(plan, states) {
		if w.Optional {
			optional = append(optional, w.ID)
		}
	}
	if !slices.Equal(optional, []string{"e1"}) {
		t.Errorf("optional are %v", optional)
	}
}
