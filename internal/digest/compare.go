package digest

import (
	"cmp"
	"slices"
	"time"
)

// change is a module whose gap changed.
type change struct {
	series
	Was   amount        `json:"was"`
	Now   amount        `json:"now"`
	Known bool          `json:"known,omitempty"` // what it was is known
	For   time.Duration `json:"for,omitempty"`   // of a closed gap, how long it was open; 0 is unknown

	unheard bool // of a customer that the channel did not hear of before
}

// changes are what two snapshots differ in, the largest change first.
type changes struct {
	New    []change `json:"new,omitempty"`
	Worse  []change `json:"worse,omitempty"`
	Better []change `json:"better,omitempty"`
	Closed []change `json:"closed,omitempty"`
}

// lists are the four, to treat all alike.
func (c *changes) lists() []*[]change { return []*[]change{&c.New, &c.Worse, &c.Better, &c.Closed} }

// compare says what changed from one snapshot to another. Of a customer that
// the channel hears of no more nothing has changed, and all gaps of one that it
// did not hear of before are new.
func compare(before, now snapshot) changes {
	var c changes
	heard, hears := before.scope(), now.scope()
	was := make(map[series]open, len(before.Open))
	for _, o := range before.Open {
		if hears.Includes(o.Customer) {
			was[o.same()] = o
		}
	}
	for _, o := range now.Open {
		old, known := was[o.same()]
		delete(was, o.same())
		ch := change{series: o.series, Was: old.amount, Now: o.amount, Known: known, unheard: !heard.Includes(o.Customer)}
		switch {
		case !known:
			c.New = append(c.New, ch)
		case o.Gap > old.Gap:
			c.Worse = append(c.Worse, ch)
		case o.Gap < old.Gap:
			c.Better = append(c.Better, ch)
		}
	}
	for _, old := range was {
		c.Closed = append(c.Closed, change{series: old.series, Was: old.amount, Known: true})
	}
	for _, list := range c.lists() {
		slices.SortFunc(*list, func(a, b change) int {
			return cmp.Or(cmp.Compare(b.size(), a.size()), a.compare(b.series))
		})
	}
	return c
}

// size is by how many objects a gap changed.
func (c change) size() int64 { return max(c.Now.Gap-c.Was.Gap, c.Was.Gap-c.Now.Gap) }
