package bot

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	// deskSize is how many requests are worked on at once. Most wait for
	// AvePoint and cost memory only; the client bounds the calls.
	deskSize = 1024
	// lobbySize is how many refusals ("busy", "restarting") are sent at once.
	lobbySize = 64
	// lastWords is how long a request that was cut off has to say so.
	lastWords = time.Second
)

// errStopping is the cause that ends requests under way when the bot stops.
var errStopping = errors.New("the bot is stopping")

// verdict says what became of a piece of work handed to a desk.
type verdict int

// What became of it.
const (
	accepted verdict = iota
	full
	closed
)

// desk works on a bounded number of requests.
type desk struct {
	mu     sync.RWMutex
	shut   bool
	group  errgroup.Group
	ctx    context.Context //nolint:containedctx // the life of all work, not of a call
	cancel context.CancelCauseFunc
}

func newDesk(size int) *desk {
	d := &desk{}
	d.ctx, d.cancel = context.WithCancelCause(context.Background())
	d.group.SetLimit(size)
	return d
}

// submit starts work, unless the desk is full or closed. It never waits.
func (d *desk) submit(work func(context.Context)) verdict {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if d.shut {
		return closed
	}
	if !d.group.TryGo(func() error { work(d.ctx); return nil }) {
		return full
	}
	return accepted
}

// finish takes no more work, waits for what is under way, and cuts it off
// after grace with [errStopping].
func (d *desk) finish(grace time.Duration) {
	d.mu.Lock()
	d.shut = true
	d.mu.Unlock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = d.group.Wait() // work returns no errors
	}()
	if !waited(done, grace) {
		d.cancel(errStopping)
		waited(done, lastWords)
	}
	d.cancel(errStopping)
}

// stopping reports whether the desk has closed.
func (d *desk) stopping() bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.shut
}

// waited waits for done, at most d, and reports whether it came.
func waited(done <-chan struct{}, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}
