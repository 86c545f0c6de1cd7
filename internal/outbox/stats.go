package outbox

import (
	"maps"
	"sync"
	"sync/atomic"
	"time"
)

// Stats are counters of this process, since it started, for the metrics; what
// stands in the table tells [store.Store.DeliveryStats].
type Stats struct {
	Sent       int64            // messages that Slack took, looked-up ones too
	Refused    map[string]int64 // calls that Slack surely did not take, by class
	Ambiguous  int64            // calls whose outcome was unknown
	Found      int64            // of those, looked up and found
	Absent     int64            // looked up and not found, so sent again
	Doubles    int64            // sent again without a look-up
	Parked     int64            // times that a lane was parked
	Superseded int64            // ended because something newer says it
	Dead       int64            // given up
	Lost       int64            // outcomes not written down, because another process had the delivery

	// Halted is why nothing can be sent to anybody; "": it can.
	Halted string
	// HaltedSince is when that began, HaltedUntil when it is tried again.
	HaltedSince, HaltedUntil time.Time
}

// counts are the counters behind Stats.
type counts struct {
	sent, ambiguous, found, absent, doubles, parked, superseded, dead, lost atomic.Int64

	mu      sync.Mutex
	refused map[string]int64
}

// mostClasses bounds the metrics' labels, whatever Slack answers.
const mostClasses = 100

func (c *counts) refuse(class string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refused == nil {
		c.refused = map[string]int64{}
	}
	if _, ok := c.refused[class]; !ok && len(c.refused) >= mostClasses {
		class = "other"
	}
	c.refused[class]++
}

// Stats returns the counters as they stand.
func (o *Outbox) Stats() Stats {
	c := &o.counts
	gate := o.gate.look("", o.now())
	c.mu.Lock()
	defer c.mu.Unlock()
	return Stats{
		Sent: c.sent.Load(), Refused: maps.Clone(c.refused), Ambiguous: c.ambiguous.Load(),
		Found: c.found.Load(), Absent: c.absent.Load(), Doubles: c.doubles.Load(),
		Parked: c.parked.Load(), Superseded: c.superseded.Load(), Dead: c.dead.Load(), Lost: c.lost.Load(),
		Halted: gate.class, HaltedSince: gate.since, HaltedUntil: gate.until,
	}
}
