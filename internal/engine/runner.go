package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// errPanic is a fault in a work.
var errPanic = errors.New("panic")

// A runner runs one kind of work and remembers how that went. Its owner sees to
// it that no two runs overlap.
type runner struct {
	work Work
	log  *slog.Logger

	mu    sync.Mutex
	tick  Tick
	quiet quiet
}

// run makes one run. It returns when the work has returned, also by a panic.
func (r *runner) run(ctx context.Context) {
	r.begin(time.Now())
	err := r.once(ctx)
	if errors.Is(ctx.Err(), context.Canceled) && !errors.Is(err, errPanic) {
		err = nil // it did as it was told
	}
	r.end(err, time.Now())
}

// once calls the work within its time limit.
func (r *runner) once(ctx context.Context) (err error) {
	ctx, cancel := context.WithTimeout(ctx, r.work.Timeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v\n%s", errPanic, p, debug.Stack())
		}
	}()
	err = r.work.Run(ctx)
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("ended by its time limit of %v: %w", r.work.Timeout, err)
	}
	return err
}

func (r *runner) begin(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tick.Started, r.tick.Running = now, true
}

// end takes down how a run went.
func (r *runner) end(err error, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tick.Ended, r.tick.Running, r.tick.Err = now, false, err
	r.tick.Runs++
	if err == nil {
		if failures, tell := r.quiet.succeeded(); tell {
			r.log.Info("work succeeds again", "kind", r.work.Kind, "failures", failures)
		}
		return
	}
	r.tick.Failures++
	if !r.quiet.failed(now) {
		return
	}
	level := slog.LevelWarn
	if errors.Is(err, errPanic) {
		level = slog.LevelError
	}
	r.log.Log(context.Background(), level, "work failed", "kind", r.work.Kind, "failures", r.quiet.failures, "err", err)
}

func (r *runner) now() Tick {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tick
}
