package engine

import (
	"context"
	"sync"
	"time"

	"github.com/riverqueue/river"
)

const (
	// sendPause is the least time between two orders of a kind by one process,
	// so that a burst of commits does not become a burst of jobs.
	sendPause = 50 * time.Millisecond
	// sendLimit bounds one try to send: a database that takes longer is none
	// to work with.
	sendLimit = 5 * time.Second
)

// A lane is one kind of work in a process that takes orders: one run at a time,
// and the ticks and wakes that this process sends.
type lane struct {
	*runner
	wakes chan struct{} // holds at most one

	mu    sync.Mutex
	busy  bool
	again bool // a wake came meanwhile
}

// insert makes the job of an order.
type insert func(ctx context.Context, o order, opts *river.InsertOpts) error

func newLane(r *runner) *lane {
	return &lane{runner: r, wakes: make(chan struct{}, 1)}
}

// take makes the run that an order asks for, unless one is under way. Then a
// tick is left out, and a wake is sent anew when the run has ended, to
// whichever replica is free.
func (l *lane) take(ctx context.Context, wake bool) {
	if !l.enter(wake) {
		return
	}
	l.run(ctx)
	if l.leave() {
		l.wake()
	}
}

// enter tells whether no run is under way; then the caller's is.
func (l *lane) enter(wake bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.busy {
		l.again = l.again || wake
		return false
	}
	l.busy = true
	return true
}

// leave tells whether a wake came during the run.
func (l *lane) leave() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	again := l.again
	l.busy, l.again = false, false
	return again
}

// wake has send send a wake. It never waits.
func (l *lane) wake() {
	select {
	case l.wakes <- struct{}{}:
	default: // one is waiting already, and is still to be sent
	}
}

// send passes ticks and wakes on to insert until ctx ends. What fails is lost.
func (l *lane) send(ctx context.Context, insert insert) {
	var quiet quiet
	timer := time.NewTimer(time.Until(tickAfter(time.Now(), l.work.Every)))
	defer timer.Stop()
	for {
		o, opts := wakeUp(l.work.Kind)
		select {
		case <-ctx.Done():
			return
		case <-l.wakes:
		case <-timer.C:
			o, opts = tickOf(l.work)
			timer.Reset(time.Until(tickAfter(time.Now(), l.work.Every)))
		}
		l.sent(ctx, &quiet, insert.within(ctx, sendLimit, o, opts))
		select {
		case <-ctx.Done():
			return
		case <-time.After(sendPause):
		}
	}
}

// sent logs how sending went.
func (l *lane) sent(ctx context.Context, quiet *quiet, err error) {
	if err == nil {
		if failures, tell := quiet.succeeded(); tell {
			l.log.Info("ticks and wakes get through again", "kind", l.work.Kind, "failures", failures)
		}
		return
	}
	if ctx.Err() == nil && quiet.failed(time.Now()) {
		l.log.Warn("a tick or wake was lost", "kind", l.work.Kind, "failures", quiet.failures, "err", err)
	}
}

// within calls insert with a time limit.
func (f insert) within(ctx context.Context, limit time.Duration, o order, opts *river.InsertOpts) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return f(ctx, o, opts)
}
