package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/watch"
)

const (
	// demoSeed makes both stand-ins tell the same story.
	demoSeed = 1
	// demoHistory is how many days the demo's bot remembers.
	demoHistory = 90
	// pastGap lets two equal readings a day apart be one span.
	pastGap = 30 * time.Hour
	// pastHold bounds how long a live look-up waits for the past, far below
	// what AvePoint itself may take.
	pastHold = 12 * time.Second
	// pastOwner holds the leases of the past's sweeps.
	pastOwner = "demo/past"
)

// A past is the history that the demo's bot would have if it had run for so
// many days: the sweeps of production, over a second stand-in that tells the
// same story at the same start and whose clock goes through these days.
type past struct {
	start  time.Time
	days   int
	store  *store.Store
	client *avepoint.Client
	log    *slog.Logger
	clock  atomic.Int64  // in ns since 1970
	filled chan struct{} // closed once the present is reached
}

// newPast reads the list of customers as it was at the beginning, which takes a
// moment: nobody can be answered before.
func newPast(ctx context.Context, db *store.Store, start time.Time, days int, log *slog.Logger) (*past, error) {
	p := &past{start: start, days: days, store: db, log: log, filled: make(chan struct{})}
	p.clock.Store(p.moments()[0].at.UnixNano())
	platform := fakeavepoint.New(fakeavepoint.Options{Seed: demoSeed, Start: start, Now: p.now})
	var err error
	p.client, err = avepoint.New(avepoint.Options{
		GraphURL: "http://127.0.0.1", TokenURL: "http://127.0.0.1/connect/token", // never dialled
		HTTPClient:  &http.Client{Transport: decided(direct{platform.Handler()})},
		Credentials: avepoint.Credentials{ClientID: fakeavepoint.DefaultClientID, ClientSecret: fakeavepoint.DefaultClientSecret},
		Rate:        pastRate, Concurrency: pastInFlight,
	})
	if err != nil {
		return nil, err
	}
	w, err := p.watch(24 * time.Hour)
	if err != nil {
		return nil, err
	}
	return p, w.Directory(ctx)
}

// decided tells the client that a failure will last. In the past a try follows
// the other at the same moment, so it ends the same way, and waiting in between
// would take the seconds of the present.
func decided(transport http.RoundTripper) http.RoundTripper {
	return roundTripper(func(req *http.Request) (*http.Response, error) {
		res, err := transport.RoundTrip(req)
		if err == nil && res.StatusCode >= http.StatusInternalServerError {
			res.Header.Set("Retry-After", "86400")
		}
		return res, err
	})
}

// Nothing holds the past back but this machine.
const (
	pastRate     = 100_000
	pastInFlight = 32
)

func (p *past) now() time.Time { return time.Unix(0, p.clock.Load()).UTC() }

// watch is that of production, at another time and as fast as it can.
func (p *past) watch(interval time.Duration) (*watch.Watch, error) {
	return watch.New(watch.Options{
		Client: p.client, Store: p.store, Interval: interval, InFlight: pastInFlight, Rate: pastRate,
		Owner: pastOwner, Now: p.now, Burst: true,
	})
}

// A moment is when a sweep of the past began, and how far the next was.
type moment struct {
	at    time.Time
	every time.Duration
}

// moments are a sweep a day, and one each three hours in the last two days.
func (p *past) moments() []moment {
	const day, often = 24 * time.Hour, 3 * time.Hour
	var all []moment
	for back := time.Duration(p.days) * day; back > 2*day; back -= day {
		all = append(all, moment{p.start.Add(-back), day})
	}
	for back := 2 * day; back > 0; back -= often {
		all = append(all, moment{p.start.Add(-back), often})
	}
	return all
}

// fill sweeps from moment to moment and says so at the end.
func (p *past) fill(ctx context.Context, stdout io.Writer) error {
	began := time.Now()
	defer close(p.filled)
	var w *watch.Watch
	var every time.Duration
	for _, m := range p.moments() {
		if m.every != every {
			var err error
			if w, err = p.watch(m.every); err != nil {
				return err
			}
			every = m.every
		}
		p.clock.Store(m.at.UnixNano())
		if err := w.Sweep(ctx); err != nil && ctx.Err() == nil {
			return fmt.Errorf("sweep of %v: %w", m.at.Format(time.DateTime), err)
		}
		if ctx.Err() != nil {
			return nil
		}
	}
	if err := p.store.Leave(ctx, pastOwner); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "The last %d days are there (in %.0f s): try %s trend contoso retail 90d.\n", p.days, time.Since(began).Seconds(), demoCommand)
	return nil
}

// first makes overviews wait until the past is filled: a reading of now would
// end the history of its customer where it is.
func (p *past) first(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/overview") {
			timer := time.NewTimer(pastHold)
			defer timer.Stop()
			select {
			case <-p.filled:
			case <-timer.C:
			case <-r.Context().Done():
			}
		}
		next.ServeHTTP(w, r)
	})
}
