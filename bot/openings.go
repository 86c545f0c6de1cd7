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
// connections of the process; how long one connection waits of itself is
// [backoff]'s.
const (
	openingsWindow = 62 * time.Second // a minute, and what one may come late
	openingsMost   = 10
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

// wait waits for d, then for the next free moment. The moment is taken only
// when d is over: one connection's long pause must hold up no other.
func (o *openings) wait(ctx context.Context, d time.Duration) error {
	if err := sleep(ctx, d); err != nil {
		return err
	}
	now := time.Now()
	return sleep(ctx, o.reserve(now).Sub(now))
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
