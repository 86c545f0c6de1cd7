package digest

import (
	"context"
	"sync"
	"time"
)

// look is the last look at the clock that people set, and when it was by the
// one that nobody does.
type look struct {
	mu    sync.Mutex
	shown time.Time // as Options.Now said; zero: nobody has looked
	at    time.Time // with the monotonic clock
	owed  bool      // planning anew failed
}

// lookAtClock has all subscriptions planned anew when the program starts and
// when the clock was set: the times in the store may be of another clock.
func (d *Digests) lookAtClock(ctx context.Context) error {
	l, now := &d.look, d.options.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	first, jump := l.shown.IsZero(), time.Duration(0)
	if !first {
		jump = Jump(l.shown, now, time.Since(l.at))
	}
	l.shown, l.at = now, time.Now()
	if jump != 0 {
		d.options.Log.WarnContext(ctx, "the clock was set; all digests are planned anew", "by", jump)
	}
	if !first && jump == 0 && !l.owed {
		return nil
	}
	err := d.options.Store.Hasten(ctx, now)
	l.owed = err != nil
	return err
}
