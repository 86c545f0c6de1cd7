package watch

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/backup-overview/backup-overview/internal/store"
)

// Status says how the watching stands: over all replicas, unless a field says
// that it is this process's own knowledge.
type Status struct {
	// Watched, Unwatched and Gone count customers; those that AvePoint no longer
	// lists are in Gone alone.
	Watched, Unwatched, Gone int
	// Never counts the watched customers that were never read.
	Never int
	// DirectoryAt is when the list of customers was last read; zero: never.
	DirectoryAt time.Time
	// Oldest is the time of the oldest of the watched customers' last whole
	// answers, empty ones included; zero where there is none.
	Oldest time.Time

	// Current is the sweep that runs, nil where none does, and Last the one
	// that ended last, nil where none has.
	Current, Last *store.Sweep
	// Done of Total customers were tried in the current sweep.
	Done, Total int
	// Ends estimates the end of the current sweep; zero: not known yet.
	Ends time.Time

	// Rate is the requests a second of the whole installation, and InFlight how
	// many customers each process reads at once.
	Rate     float64
	InFlight int
	// Interval is what is wanted, and Estimate how long a sweep takes at least
	// with this rate, latency and fleet; TooSlow says that this is longer.
	Interval, Estimate time.Duration
	TooSlow            bool
	// StaleAfter is the age from which data counts as stale, see [StaleAfter].
	StaleAfter time.Duration
	// Latency is how long AvePoint takes for an overview, as this process
	// measured it; before its first call, what was seen elsewhere.
	Latency time.Duration

	// Breaker is whether this process holds its sweep back for AvePoint's own
	// trouble.
	Breaker Breaker
	// Down is since when this process's sweep has met AvePoint in trouble: the
	// breaker has been open, or probing without success. Zero: it is not.
	Down time.Time
	// CredentialsRefused is since when AvePoint has refused this process's
	// credentials; zero: it does not.
	CredentialsRefused time.Time
	// SignInFailures is how often in a row it did.
	SignInFailures int
	// Replicas that live, this one included, as of the last Beat.
	Replicas int
	// Failures counts the watched customers whose last try failed, by class.
	Failures map[string]int
}

// Status asks the store and this process's own memory. It makes no call.
func (w *Watch) Status(ctx context.Context) (Status, error) {
	s := w.own()
	if err := w.fill(ctx, &s); err != nil {
		return Status{}, fmt.Errorf("status of the watch: %w", err)
	}
	replicas := int(w.live.Load())
	s.Estimate = Estimate(s.Watched, w.rate, replicas*w.inFlight, s.Latency)
	s.TooSlow = s.Estimate > s.Interval
	s.StaleAfter = StaleAfter(s.achieved(), s.Interval)
	return s, nil
}

// own is what this process knows itself.
func (w *Watch) own() Status {
	return Status{
		Rate: w.rate, InFlight: w.inFlight,
		Interval: w.interval, Latency: cmp.Or(w.client.Stats().Overviews.Mean, usualLatency),
		Breaker: w.gate.state(), Down: w.gate.downSince(), CredentialsRefused: w.signIn.since(), SignInFailures: w.signIn.failures(),
		Replicas: int(w.live.Load()),
	}
}

// fill adds what the store knows.
func (w *Watch) fill(ctx context.Context, s *Status) error {
	directory, err := w.store.Directory(ctx)
	if err != nil {
		return err
	}
	s.DirectoryAt = directory.ReadAt
	fleet, err := w.store.Fleet(ctx, store.FleetQuery{Now: w.now()})
	if err != nil {
		return err
	}
	s.Watched, s.Unwatched, s.Gone = fleet.Customers, fleet.Unwatched, fleet.Gone
	s.Never, s.Oldest = fleet.Never, fleet.Oldest
	if s.Failures, err = w.store.Failing(ctx); err != nil {
		return err
	}
	sweeps, err := w.store.Sweeps(ctx, 2)
	if err != nil {
		return err
	}
	s.sweeps(sweeps, w.now())
	return nil
}

// sweeps takes the newest sweeps, newest first.
func (s *Status) sweeps(newest []store.Sweep, now time.Time) {
	for _, sweep := range newest {
		switch {
		case sweep.Ended.IsZero():
			s.Current = &sweep
		case s.Last == nil:
			s.Last = &sweep
		}
	}
	if c := s.Current; c != nil {
		s.Done, s.Total = tried(*c), c.Customers
		if s.Breaker == Closed && s.CredentialsRefused.IsZero() { // else it waits, nobody knows how long
			s.Ends = extrapolate(c.Began, s.Done, s.Total, now)
		}
	}
}

// achieved is how long a sweep takes: as long as the last one, and no less than
// it takes at least. A sweep that runs says nothing yet, and one that met with
// failures for the most part has told how long AvePoint was in trouble: neither
// may keep data from growing stale.
func (s *Status) achieved() time.Duration {
	took := s.Estimate
	if last := s.Last; last != nil && 2*last.Failed < max(1, tried(*last)) {
		took = max(took, last.Ended.Sub(last.Began))
	}
	return took
}
