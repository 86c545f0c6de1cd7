package watch

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/internal/store"
)

const (
	// The list is read again ten minutes after the last time, or ten times as
	// long after as the reading took.
	directoryEvery  = 10 * time.Minute
	directoryFactor = 10

	// Bounds of a lease on the directory, and what a page is taken to need.
	shortestListing  = 5 * time.Minute
	longestListing   = 6 * time.Hour
	customersPerPage = 100
	mostPages        = 2_000
	pagesAtOnce      = 8
	pageLatency      = 2 * time.Second
)

// Directory is the engine's work "directory". It reads the list of customers
// if it is due: whole, or not at all. Over all replicas one reads it at a time.
func (w *Watch) Directory(ctx context.Context) error {
	now := time.Now()
	if w.signIn.held(now) || w.gate.state() == Open || w.listing.held(now) {
		return nil
	}
	select {
	case w.reading <- struct{}{}:
		defer func() { <-w.reading }()
	default:
		return nil // a person's reading is under way
	}
	if err := w.listIfDue(ctx, now); err != nil {
		if ctx.Err() == nil {
			w.listing.failed(time.Now())
		}
		return fmt.Errorf("directory: %w", err)
	}
	return nil
}

func (w *Watch) listIfDue(ctx context.Context, now time.Time) (err error) {
	known, err := w.store.Directory(ctx)
	if err != nil {
		return err
	}
	bound := listingBound(known.Customers, w.share())
	mine, err := w.store.ClaimDirectory(ctx, w.owner, w.listing.every(), bound, w.now())
	if err != nil || !mine {
		return err
	}
	defer func() {
		release, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
		defer cancel()
		err = errors.Join(err, w.store.ReleaseDirectory(release, w.owner))
	}()
	if !w.signIn.since().IsZero() {
		w.signIn.trying(now)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, bound, fmt.Errorf("not read within %s", bound))
	defer cancel()
	return w.list(ctx, w.client)
}

// Load reads the list of customers now, as for a person: where nobody is known
// yet, no question can be answered. In one process it runs once at a time, and
// those who waited for another's reading take its result.
func (w *Watch) Load(ctx context.Context) error {
	began := w.listing.finished()
	select {
	case w.reading <- struct{}{}:
		defer func() { <-w.reading }()
	case <-ctx.Done():
		return fmt.Errorf("directory: %w", context.Cause(ctx))
	}
	if w.listing.finished() != began {
		return nil
	}
	if err := w.list(ctx, w.client.ForPerson()); err != nil {
		return fmt.Errorf("directory: %w", err)
	}
	return nil
}

// list reads the list and saves it.
func (w *Watch) list(ctx context.Context, client *avepoint.Client) error {
	began := time.Now()
	var customers []store.Customer
	for c, err := range client.Customers(ctx) {
		if err != nil {
			if ctx.Err() == nil && errors.Is(err, avepoint.ErrCredentials) {
				w.credentials(classCredentials, err)
			}
			return err
		}
		customers = append(customers, customerOf(c))
	}
	w.credentials("", nil)
	change, err := w.store.SaveDirectory(ctx, customers, w.now())
	if err != nil {
		return err
	}
	w.listing.succeeded(time.Since(began))
	log := w.log.Debug
	if change.Added+change.Missing+change.Gone+change.Returned > 0 {
		log = w.log.Info
	}
	log("directory read", "took", time.Since(began), "customers", change.Total, "added", change.Added,
		"changed", change.Changed, "missing", change.Missing, "gone", change.Gone, "returned", change.Returned)
	return nil
}

func customerOf(c avepoint.Customer) store.Customer {
	customer := store.Customer{ID: c.ID, Name: c.Organization, Owner: c.OwnerEmail, JobStatus: int(c.JobStatus)}
	for _, t := range c.Tenants {
		customer.Tenants = append(customer.Tenants, store.Tenant(t))
	}
	return customer
}

// listingBound is how long a reading of the list may take, which is also its
// lease: three times what it should take, if it has twice as many customers as
// are known. Where none are known it may be as long as can be.
func listingBound(customers int, rate float64) time.Duration {
	pages := mostPages
	if customers > 0 {
		pages = min(mostPages, 2*customers/customersPerPage+pagesAtOnce)
	}
	return min(max(3*Estimate(pages, rate, pagesAtOnce, pageLatency), shortestListing), longestListing)
}

// listing is what this process remembers of its readings of the list.
type listing struct {
	backoff // readings that failed

	mu    sync.Mutex
	took  time.Duration // the last whole reading
	whole int           // readings
}

// every is how old the list may get.
func (l *listing) every() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return max(directoryEvery, directoryFactor*l.took)
}

// finished counts whole readings.
func (l *listing) finished() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.whole
}

func (l *listing) succeeded(took time.Duration) {
	l.backoff.succeeded()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.took, l.whole = took, l.whole+1
}
