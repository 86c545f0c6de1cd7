package watch

import (
	"context"
	"sync"
	"time"

	"github.com/backup-overview/backup-overview/internal/store"
)

// progressEvery is how often a running sweep is told of.
const progressEvery = time.Minute

// progress is what this process remembers of its sweeps, for people: nothing
// depends on it.
type progress struct {
	mu    sync.Mutex
	sweep int64
	told  time.Time
}

// follow turns to a sweep; the caller holds the lock.
func (p *progress) follow(sweep int64, now time.Time) {
	if p.sweep == sweep {
		return
	}
	p.sweep, p.told = sweep, now
}

// due reports whether it is time to tell how far the sweep is.
func (p *progress) due(sweep int64, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.follow(sweep, now)
	if now.Sub(p.told) < progressEvery {
		return false
	}
	p.told = now
	return true
}

// say logs how far the sweep of all replicas is.
func (w *Watch) say(ctx context.Context, id int64) {
	sweeps, err := w.store.Sweeps(ctx, 1)
	if err != nil || len(sweeps) == 0 || sweeps[0].ID != id {
		return // the claimer hears of the store's trouble first
	}
	s := sweeps[0]
	done := tried(s)
	w.log.Info("sweep runs", "sweep", id, "done", done, "customers", s.Customers, "failed", s.Failed,
		"ends", extrapolate(s.Began, done, s.Customers, w.now()))
}

// tried is how many customers were read or tried in a sweep.
func tried(s store.Sweep) int { return s.Good + s.Empty + s.Failed }
