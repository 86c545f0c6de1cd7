package engine

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Local is an [Engine] of one goroutine for each kind of work. There is nothing
// outside this process that it could lose, or that could outlive it.
type Local struct {
	works []Work
	log   *slog.Logger
	lines map[string]*line
	life  context.Context // of the runs
	end   context.CancelCauseFunc
	group sync.WaitGroup

	mu      sync.Mutex
	started bool
}

// A line is one kind of work in its goroutine.
type line struct {
	*runner
	wakes chan struct{} // holds at most one
}

var _ Engine = (*Local)(nil)

// NewLocal is an engine for works. Start says what is wrong with them.
func NewLocal(works []Work, options Options) *Local {
	l := &Local{works: works, log: options.log(), lines: map[string]*line{}}
	l.life, l.end = context.WithCancelCause(context.Background())
	for _, w := range works {
		l.lines[w.Kind] = &line{runner: &runner{work: w, log: l.log}, wakes: make(chan struct{}, 1)}
	}
	return l
}

// Start implements [Engine].
func (l *Local) Start(ctx context.Context) error {
	if err := validate(l.works); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.started || l.life.Err() != nil {
		return errStarted
	}
	l.started = true
	for _, line := range l.lines {
		l.group.Go(func() { line.loop(l.life) })
	}
	return nil
}

// loop runs the work at once, then with each tick and wake.
func (l *line) loop(ctx context.Context) {
	next := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.wakes:
		case <-timer.C:
			next = next.Add(l.work.Every)
		}
		if ctx.Err() != nil {
			return // and not one of the others that were ready too
		}
		l.run(ctx)
		next = following(next, l.work.Every, time.Now())
		timer.Reset(time.Until(next))
	}
}

// following is next, or the first tick after now: those that went by during a
// run, or while the process stood still, are not made up for.
func following(next time.Time, every time.Duration, now time.Time) time.Time {
	if late := now.Sub(next); late >= 0 {
		return next.Add(every * (1 + late/every))
	}
	return next
}

// Stop implements [Engine].
func (l *Local) Stop(ctx context.Context) error {
	l.mu.Lock()
	l.end(errStopping) // under the lock: no goroutine joins the group from here on
	l.mu.Unlock()
	done := make(chan struct{})
	go func() {
		l.group.Wait()
		close(done)
	}()
	ctx, cancel := context.WithTimeout(ctx, stopGrace)
	defer cancel()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%v did not end: %w", running(l.Ticks()), ctx.Err())
	}
}

// Wake implements [Engine].
func (l *Local) Wake(kind string) {
	line, ok := l.lines[kind]
	if !ok {
		l.log.Error("a wake for an unknown kind of work", "kind", kind)
		return
	}
	select {
	case line.wakes <- struct{}{}:
	default: // one is waiting already, and its run is still to start
	}
}

// Ticks implements [Engine].
func (l *Local) Ticks() map[string]Tick {
	ticks := map[string]Tick{}
	for kind, line := range l.lines {
		ticks[kind] = line.now()
	}
	return ticks
}

// Ticked implements [Engine].
func (l *Local) Ticked(context.Context) (map[string]time.Time, error) {
	times := map[string]time.Time{}
	for kind, tick := range l.Ticks() {
		if !tick.Started.IsZero() {
			times[kind] = tick.Started
		}
	}
	return times, nil
}
