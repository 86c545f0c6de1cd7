package bot

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// Slack allows apps.connections.open 50 times a minute. A client that dials
// again at once whenever a connection ends asked a Slack that answers each with
// "too many websockets" 3,000 times a second. So openings are counted over all
// connections of the process, and one connection that ends soon after it began
// waits longer each time.
const (
	openingsWindow = time.Minute
	openingsMost   = 10
	openingsFree   = 3                // of one connection, in a window, without a wait
	openingsWait   = 2 * time.Second  // before the next; doubles
	openingsLong   = 60 * time.Second // at most
)

// openings says when apps.connections.open may be called next.
type openings struct {
	mu  sync.Mutex
	all []time.Time // at most openingsMost, oldest first
}

func newOpenings() *openings { return &openings{} }

// reserve takes the next free moment for one opening, at or after earliest.
func (o *openings) reserve(earliest time.Time) time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	at := earliest
	if len(o.all) == openingsMost {
		if free := o.all[0].Add(openingsWindow); free.After(at) {
			at = free
		}
		o.all = o.all[1:]
	}
	if n := len(o.all); n > 0 && o.all[n-1].After(at) {
		at = o.all[n-1]
	}
	o.all = append(o.all, at)
	return at
}

// turns says when one connection may dial next.
type turns struct {
	openings *openings
	mine     []time.Time // openings of this connection within the window
}

// wait waits for at least d, and for this connection's turn.
func (t *turns) wait(ctx context.Context, d time.Duration) error {
	now := time.Now()
	t.mine = within(t.mine, now.Add(-openingsWindow))
	at := t.openings.reserve(now.Add(max(d, jitter(pause(len(t.mine))))))
	t.mine = append(t.mine, at)
	return sleep(ctx, at.Sub(now))
}

// pause is how long a connection waits that was opened n times within the
// window.
func pause(n int) time.Duration {
	if n < openingsFree {
		return 0
	}
	if n-openingsFree > 5 {
		return openingsLong
	}
	return min(openingsWait<<(n-openingsFree), openingsLong)
}

// within returns the times after since.
func within(times []time.Time, since time.Time) []time.Time {
	for len(times) > 0 && !times[0].After(since) {
		times = times[1:]
	}
	return times
}

// jitter spreads d over [d, 1.1 d].
func jitter(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return d + rand.N(d/10+1)
}

// sleep waits for d, or until ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
