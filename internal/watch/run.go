package watch

import (
	"context"
	"sync"
	"time"

	"github.com/backup-overview/backup-overview/internal/store"
)

const (
	// askEvery is how often a run that has found nobody to claim asks again
	// while readings are under way.
	askEvery = time.Second
	// claiming is the time for which customers are claimed ahead. So long a claim
	// may take without a free slot waiting for it, and about twice in this time
	// there is one, however many readings end.
	claiming = 2 * time.Second
	// longestReading is what the client gives one customer.
	longestReading = 90 * time.Second
)

// run is one call of Sweep: a claimer, InFlight workers, and a recorder. The
// channels between them are bounded, so where the store is slow everything
// waits and nothing piles up.
type run struct {
	*Watch
	sweep int64 // 0: none is open, and only what is suspected is read
	pace  func() float64

	claims   chan store.Claim
	readings chan store.Reading
	ended    chan struct{} // one for each reading that is over

	outstanding int // claimed and not over; the claimer's own
	dry         bool
	turn        bool // of what is suspected to be claimed first
}

func (w *Watch) newRun(s store.Sweep) *run {
	return &run{
		Watch: w, sweep: s.ID,
		pace: func() float64 {
			if w.burst {
				return 1
			}
			return pace(s.Began, s.Interval, w.now())
		},
		claims:   make(chan store.Claim, 2*w.inFlight),
		readings: make(chan store.Reading, 4*w.inFlight), // a commit may take its time
		ended:    make(chan struct{}, 2*w.inFlight),
	}
}

// all reads whatever is due until nothing is. It reports whether it left before
// that, so that claims may be open; where it fails, it did.
func (r *run) all(ctx context.Context) (early bool, err error) {
	calls, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var workers, recorder sync.WaitGroup
	for range r.inFlight {
		workers.Go(func() { r.work(calls) })
	}
	recorder.Go(func() { r.record(ctx, cancel) })
	early = !r.claimAll(calls, cancel)
	close(r.claims)
	workers.Wait()
	close(r.readings)
	recorder.Wait()
	if cause := context.Cause(calls); cause != nil {
		return true, cause
	}
	return early, nil
}

// claimAll claims for the slots that are free until nothing is due and
// everything claimed is over, which it reports. A store that fails cancels the
// calls.
func (r *run) claimAll(ctx context.Context, cancel context.CancelCauseFunc) bool {
	tick := time.NewTicker(askEvery)
	defer tick.Stop()
	lastClaim := stopClaiming(ctx, time.Now())
	for {
		if err := r.claim(ctx, lastClaim); err != nil {
			cancel(err)
		}
		if r.outstanding == 0 && ctx.Err() == nil {
			return r.dry
		}
		select {
		case <-ctx.Done():
			return false
		case <-r.ended:
			r.outstanding--
		case <-tick.C:
			r.dry = false
			if r.sweep != 0 && r.progress.due(r.sweep, time.Now()) {
				r.say(ctx, r.sweep)
			}
		}
	}
}

// stopClaiming is when to claim no more so that what is under way can end by
// itself before ctx's deadline; zero: never.
func stopClaiming(ctx context.Context, now time.Time) time.Time {
	deadline, ok := ctx.Deadline()
	if !ok {
		return time.Time{}
	}
	left := deadline.Sub(now)
	return deadline.Add(-min(longestReading+goodbye, left/2))
}

// claim claims as many as are wanted now, if it is worth a transaction.
func (r *run) claim(ctx context.Context, last time.Time) error {
	now := time.Now()
	if ctx.Err() != nil || !last.IsZero() && now.After(last) {
		return nil
	}
	n := r.wanted(now)
	if n == 0 {
		return nil
	}
	claims, err := r.take(ctx, n)
	if err != nil {
		return err
	}
	r.dry = len(claims) < n
	if len(claims) > 0 && !r.signIn.since().IsZero() {
		r.signIn.trying(now)
	}
	for _, c := range claims {
		r.outstanding++
		r.claims <- c // has room: see wanted
	}
	return nil
}

// take claims what is suspected and what the sweep has left. They come first by
// turns, so that a platform event, of which half the fleet is suspected, does not
// keep the other half from being read.
func (r *run) take(ctx context.Context, n int) ([]store.Claim, error) {
	if r.sweep == 0 {
		return r.suspected(ctx, n)
	}
	r.turn = !r.turn
	first, then := r.suspected, r.scheduled
	if !r.turn {
		first, then = then, first
	}
	claims, err := first(ctx, n)
	if err != nil || len(claims) == n {
		return claims, err
	}
	more, err := then(ctx, n-len(claims))
	return append(claims, more...), err
}

// suspected claims what the rules want to be read out of turn.
func (r *run) suspected(ctx context.Context, n int) ([]store.Claim, error) {
	return r.store.ClaimRechecks(ctx, r.owner, n, r.lease, r.now())
}

// scheduled claims what the sweep has left.
func (r *run) scheduled(ctx context.Context, n int) ([]store.Claim, error) {
	return r.store.Claim(ctx, store.ClaimQuery{Owner: r.owner, Max: n, Lease: r.lease, Now: r.now(), Sweep: r.sweep, Pace: r.pace()})
}

// wanted is how many customers to claim now.
func (r *run) wanted(now time.Time) int {
	if r.dry {
		return 0
	}
	refused, breaker := !r.signIn.since().IsZero(), r.gate.state()
	stats := r.client.Stats()
	switch {
	case r.signIn.held(now), r.storing.held(now), breaker == Open, now.Before(stats.PausedUntil):
		return 0
	case refused, breaker == Probing:
		return max(0, 1-r.outstanding)
	}
	free := slots(r.inFlight, stats.SweepRate)
	spare := ahead(free, stats.Overviews.Mean)
	n := free + spare - r.outstanding
	if n < max(1, (spare+1)/2) {
		return 0
	}
	return n
}

// work reads customers until there are none.
func (r *run) work(ctx context.Context) {
	for c := range r.claims {
		if reading, ok := r.read(ctx, c); ok {
			r.readings <- reading // the recorder takes all, also when it cannot record
		}
		r.ended <- struct{}{}
	}
}
