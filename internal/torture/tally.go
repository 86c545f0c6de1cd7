package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// What a want asks for.
type kind int

const (
	message kind = iota // a message of its own
	reply               // a message in the thread of its root
	edit                // a new state of its root
)

// A want is one delivery that was asked for.
type want struct {
	ID       string
	Channel  string
	Kind     kind
	Root     string // the ID of the message that a reply or an edit belongs to
	Step     int    // of the replies, and of the edits, of one root: in this order
	Optional bool   // superseded before its outcome was known: there once, or not at all
}

// A found is one message that stands in a channel.
type found struct {
	Channel, TS, Thread string
	ID                  string // of the delivery that it came by; "" for none
	Step                int    // of the newest edit that it shows; 0: none
}

// A tally is what became of the wants. Each list has a line for each case.
type tally struct {
	Wanted, Found                  int
	Lost, Doubled, Broken, Strange []string
}

// count compares what was asked for with what stands in the channels. Lost is
// what is not there, Doubled each copy too many, Broken what is there in the
// wrong order or place, Strange what nobody asked for.
func count(wants []want, all []found) tally {
	t := tally{Wanted: len(wants), Found: len(all)}
	copies := map[string][]found{}
	for _, f := range all {
		copies[f.ID] = append(copies[f.ID], f)
	}
	for _, list := range copies {
		slices.SortFunc(list, byTime)
	}
	asked := map[string]bool{}
	for _, w := range wants {
		asked[w.ID] = true
		if w.Kind != edit {
			t.one(w, copies[w.ID], copies[w.Root])
		}
	}
	for id, list := range copies {
		if !asked[id] {
			t.Strange = append(t.Strange, fmt.Sprintf("%d of %q, which nobody asked for", len(list), id))
		}
	}
	t.edits(wants, copies)
	t.replies(wants, copies)
	return t
}

// one looks at one message or reply.
func (t *tally) one(w want, copies, root []found) {
	if len(copies) == 0 && !w.Optional {
		t.Lost = append(t.Lost, fmt.Sprintf("%s for %s", w.ID, w.Channel))
	}
	for i, f := range copies {
		if i > 0 {
			t.Doubled = append(t.Doubled, fmt.Sprintf("%s in %s at %s, first at %s", w.ID, f.Channel, f.TS, copies[0].TS))
		}
		switch {
		case f.Channel != w.Channel:
			t.Broken = append(t.Broken, fmt.Sprintf("%s is in %s instead of %s", w.ID, f.Channel, w.Channel))
		case w.Kind == message && f.Thread != "":
			t.Broken = append(t.Broken, fmt.Sprintf("%s is in the thread %s", w.ID, f.Thread))
		case w.Kind == reply && !slices.ContainsFunc(root, func(r found) bool { return r.TS == f.Thread }):
			t.Broken = append(t.Broken, fmt.Sprintf("%s is in the thread %q, which is not that of %s", w.ID, f.Thread, w.Root))
		}
	}
}

// edits looks whether each root shows its newest state. Only the first copy of a
// root is known to the sender, so that only this is edited.
func (t *tally) edits(wants []want, copies map[string][]found) {
	newest := map[string]want{}
	for _, w := range wants {
		if w.Kind == edit && !w.Optional && w.Step > newest[w.Root].Step {
			newest[w.Root] = w
		}
	}
	for root, w := range newest {
		shown := 0
		for _, f := range copies[root] {
			shown = max(shown, f.Step)
		}
		switch {
		case len(copies[root]) == 0 || shown >= w.Step:
		case shown == 0:
			t.Lost = append(t.Lost, fmt.Sprintf("%s: %s shows no edit, the newest is %d", w.ID, root, w.Step))
		default:
			t.Broken = append(t.Broken, fmt.Sprintf("%s: %s shows the edit %d instead of %d", w.ID, root, shown, w.Step))
		}
	}
}

// replies looks whether the replies of each root stand in their order.
func (t *tally) replies(wants []want, copies map[string][]found) {
	threads := map[string][]want{}
	for _, w := range wants {
		if w.Kind == reply && len(copies[w.ID]) > 0 {
			threads[w.Root] = append(threads[w.Root], w)
		}
	}
	for _, list := range threads {
		slices.SortFunc(list, func(a, b want) int { return cmp.Compare(a.Step, b.Step) })
		for i := 1; i < len(list); i++ {
			before, after := copies[list[i-1].ID][0], copies[list[i].ID][0]
			if list[i-1].Step < list[i].Step && byTime(before, after) > 0 {
				t.Broken = append(t.Broken, fmt.Sprintf("%s at %s comes before %s at %s", list[i].ID, after.TS, list[i-1].ID, before.TS))
			}
		}
	}
}

// byTime orders Slack's time stamps, whose seconds have no leading zero.
func byTime(a, b found) int {
	return cmp.Or(cmp.Compare(len(a.TS), len(b.TS)), strings.Compare(a.TS, b.TS))
}
