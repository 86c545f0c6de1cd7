package watch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/backup-overview/backup-overview/internal/store"
)

const (
	// claimLease is how long a claim keeps a customer from other replicas: the 90 s
	// that a reading may take, as long again for those claimed ahead, and time
	// to record.
	claimLease = 4 * time.Minute
	// goodbye bounds what is still written when the work has to end.
	goodbye = 5 * time.Second
)

// Sweep is the engine's work "sweep". It reads the customers that the rules want to
// be read out of turn, begins a sweep if one is due, reads what may be taken by now, and ends the sweep when nobody is left. It returns
// when nothing is due at the moment, when AvePoint is in trouble, or when ctx
// ends: then calls are cancelled, the readings that are in are recorded, and all
// claims are released at once. Where ctx has a deadline it stops claiming
// early enough for the readings under way to end before.
//
// In one process it runs once at a time; a second call returns at once. An
// error means that the store could not be used.
func (w *Watch) Sweep(ctx context.Context) error {
	if !w.sweeping.TryLock() {
		return nil
	}
	defer w.sweeping.Unlock()
	sweep, open, err := w.openSweep(ctx)
	switch {
	case err != nil:
	case open:
		err = w.goOn(ctx, sweep)
	default:
		err = w.recheck(ctx)
	}
	if err == nil || errors.Is(ctx.Err(), context.Canceled) {
		return nil // whoever cancelled knows
	}
	return fmt.Errorf("sweep: %w", err)
}

// openSweep is the sweep that runs, or the one that is due now.
func (w *Watch) openSweep(ctx context.Context) (store.Sweep, bool, error) {
	if err := w.release(ctx); err != nil {
		return store.Sweep{}, false, err
	}
	directory, err := w.store.Directory(ctx)
	if err != nil || directory.ReadAt.IsZero() {
		return store.Sweep{}, false, err // nobody is known, so a sweep would end before it began
	}
	sweep, _, err := w.store.BeginSweep(ctx, w.interval, w.now())
	return sweep, sweep.ID != 0 && sweep.Ended.IsZero(), err
}

// goOn reads what is due of a sweep, and ends it if that was all.
func (w *Watch) goOn(ctx context.Context, sweep store.Sweep) error {
	if w.progress.due(sweep.ID, time.Now()) {
		w.say(ctx, sweep.ID)
	}
	early, err := w.newRun(sweep).all(ctx)
	if early {
		w.unreleased = true
		return cmp.Or(err, w.release(ctx))
	}
	ended, last, err := w.store.EndSweep(ctx, sweep.ID, w.now())
	if err != nil || !last {
		return err
	}
	w.tell(ctx, ended)
	return nil
}

// recheck reads what the rules want to be read out of turn, while no sweep runs.
func (w *Watch) recheck(ctx context.Context) error {
	early, err := w.newRun(store.Sweep{}).all(ctx)
	if early {
		w.unreleased = true
		return cmp.Or(err, w.release(ctx))
	}
	return err
}

// release gives back the claims that a run left open. Where it fails, the next
// Sweep tries again.
func (w *Watch) release(ctx context.Context) error {
	if !w.unreleased {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
	defer cancel()
	err := w.store.Release(ctx, w.owner)
	w.unreleased = err != nil
	return err
}

// tell says that a sweep has ended, in the log and to whoever waits for the
// ping. It is called by one replica.
func (w *Watch) tell(ctx context.Context, s store.Sweep) {
	w.log.Info("sweep ended", "sweep", s.ID, "took", s.Ended.Sub(s.Began), "customers", s.Customers,
		"good", s.Good, "empty", s.Empty, "failed", s.Failed, "skipped", s.Skipped)
	if !goodSweep(s) {
		return
	}
	if err := w.ping.send(ctx); err != nil {
		w.log.Warn("the ping after a good sweep failed", "err", err)
	}
}
