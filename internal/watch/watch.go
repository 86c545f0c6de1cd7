package watch

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/internal/store"
)

// Defaults of [Options].
const (
	DefaultInterval = time.Hour
	DefaultInFlight = 16
	DefaultRate     = 4.0
)

// The kinds of work that an engine does for a [Watch]: [Watch.Sweep] and
// [Watch.Directory].
const (
	SweepWork     = "sweep"
	DirectoryWork = "directory"
)

// Options of a [Watch]. Client, Store and Owner are required.
type Options struct {
	// Client reads for the sweep; people's calls are its ForPerson view. Its
	// Concurrency should leave room for InFlight beside people.
	Client *avepoint.Client
	Store  *store.Store
	// Interval in which each customer is read once; DefaultInterval if 0.
	Interval time.Duration
	// InFlight is how many customers this process reads at once;
	// DefaultInFlight if 0.
	InFlight int
	// Rate is the requests a second of the whole installation, which its
	// replicas share; DefaultRate if 0.
	Rate float64
	// Owner names this process in leases. It must be unique, over restarts too.
	Owner string
	// Now is the clock of readings and sweeps; nil means time.Now. The past may
	// be passed in. Time limits go by the real time.
	Now func() time.Time
	// Burst reads as fast as it can, instead of spread over the interval.
	Burst bool
	// Ping, if not empty, is a URL that is called (GET) after each good sweep:
	// one that ended with less than a fifth of its readings failed.
	Ping string
	// HTTP calls Ping; nil means a client of the package's own.
	HTTP *http.Client
	// Log, if not nil, gets a line a minute while a sweep runs, one at its end,
	// and troubles.
	Log *slog.Logger
}

// Watch reads the customers. It is safe for concurrent use.
type Watch struct {
	client *avepoint.Client
	store  *store.Store
	log    *slog.Logger
	now    func() time.Time

	interval time.Duration
	inFlight int
	rate     float64 // of all replicas
	owner    string
	burst    bool
	lease    time.Duration
	ping     ping

	sweeping sync.Mutex // one Sweep at a time
	// unreleased is whether a Sweep may have left claims; guarded by sweeping.
	unreleased bool
	reading    chan struct{} // one reading of the directory at a time
	gate       *gate
	signIn     signIn
	listing    listing
	storing    backoff // recording
	progress   progress
	live       atomic.Int64 // replicas at the last Beat
}

// New checks the options and reports everything that is wrong with them. It
// makes no call and starts nothing.
func New(o Options) (*Watch, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	log := o.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	now := o.Now
	if now == nil {
		now = time.Now
	}
	w := &Watch{
		client: o.Client, store: o.Store, log: log, now: now,
		interval: cmp.Or(o.Interval, DefaultInterval),
		inFlight: cmp.Or(o.InFlight, DefaultInFlight),
		rate:     cmp.Or(o.Rate, DefaultRate),
		owner:    o.Owner, burst: o.Burst, lease: claimLease,
		ping:    newPing(o.Ping, o.HTTP),
		reading: make(chan struct{}, 1),
		gate:    newGate(log, probeEvery),
	}
	w.live.Store(1)
	return w, nil
}

func (o Options) validate() error {
	var errs []error
	if o.Client == nil {
		errs = append(errs, errors.New("Client is missing"))
	}
	if o.Store == nil {
		errs = append(errs, errors.New("Store is missing"))
	}
	if strings.TrimSpace(o.Owner) == "" {
		errs = append(errs, errors.New("Owner is empty"))
	}
	if o.Interval < 0 {
		errs = append(errs, errors.New("Interval must be positive"))
	}
	if o.InFlight < 0 {
		errs = append(errs, errors.New("InFlight must be positive"))
	}
	if o.Rate < 0 || math.IsNaN(o.Rate) || math.IsInf(o.Rate, 0) {
		errs = append(errs, errors.New("Rate must be a positive number of requests a second"))
	}
	if u, err := url.Parse(o.Ping); o.Ping != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		errs = append(errs, errors.New("Ping must be an http or https URL")) // which may hold a secret
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("watch: %w", err)
	}
	return nil
}
