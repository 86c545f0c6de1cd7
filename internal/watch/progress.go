package watch

import (
	"context"
	"maps"
	"sync"
	"time"

	"github.com/backup-overview/backup-overview/internal/store"
)

// progressEvery is how often a running sweep is told of.
const progressEvery = time.Minute

// progress is what this process remembers of its sweeps, for people: nothing
// depends on it.
type progress struct {
	mu     sync.Mutex
	sweep  int64
	told   time.Time
	failed map[string]int // by class, in the sweep
	before map[string]int // in the sweep before
}

// follow turns to a sweep; the caller holds the lock.
func (p *progress) follow(sweep int64, now time.Time) {
	if p.sweep == sweep {
		return
	}
	p.sweep, p.told = sweep, now
	p.before, p.failed = p.failed, map[string]int{}
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

// count counts a reading that failed in the sweep.
func (p *progress) count(class string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failed == nil {
		p.failed = map[string]int{}
	}
	p.failed[class]++
}

// failures are the classes of the sweep; while it is young, those of the one
// before.
func (p *progress) failures() map[string]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := maps.Clone(p.before)
	if all == nil {
		all = map[string]int{}
	}
	for class, n := range p.failed {
		all[class] = max(all[class], n)
	}
	return all
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
