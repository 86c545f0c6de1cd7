package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/watch"
)

// databaseTimeout bounds the try of the database.
const databaseTimeout = 30 * time.Second

// checkDatabase opens the database without changing it. It returns how many
// customers it knows.
func checkDatabase(ctx context.Context, cfg Config) (finding, int64) {
	const what = "database"
	ctx, cancel := context.WithTimeout(ctx, databaseTimeout)
	defer cancel()
	stats, err := store.Check(ctx, store.Options{URL: cfg.Database.URL.Reveal()})
	if err != nil {
		f := finding{Verdict: failed, What: what}
		f.Detail, f.Mend = causeAndMend(err)
		return f, 0
	}
	detail := fmt.Sprintf("%s, customers: %d, size: %.1f MiB", stats.Kind, stats.Customers, float64(stats.Bytes)/(1<<20))
	if stats.Schema == 0 {
		detail = stats.Kind + ", still empty: the bot makes its tables at the start"
	}
	return finding{Verdict: passed, What: what, Detail: detail}, stats.Customers
}

// causeAndMend takes the two sentences of a store's error apart.
func causeAndMend(err error) (cause, mend string) {
	cause, mend, _ = strings.Cut(err.Error(), ". ")
	if mend == "" {
		mend = "check DATABASE_URL"
		if errors.Is(err, context.DeadlineExceeded) {
			mend = "check DATABASE_URL, the network and the server's load"
		}
	}
	return cause, strings.TrimSuffix(mend, ".")
}

// checkSweep says how long it takes to read every customer with these settings.
// Nothing is said where no overview could be timed: that is told already.
func checkSweep(cfg Config, measured probed, stored int) []finding {
	if measured.latency == 0 {
		return nil
	}
	customers, latency := max(measured.customers, stored), max(measured.latency, time.Millisecond)
	rate, inFlight, interval := cfg.AvePoint.Rate.V, sweepInFlight(cfg.AvePoint.Concurrency.V), cfg.Sweep.Interval.V
	takes := watch.Estimate(customers, rate, inFlight, latency)
	f := finding{Verdict: passed, What: "sweep", Detail: fmt.Sprintf(
		"reading %d customers takes %v with AVEPOINT_RATE %v, AVEPOINT_CONCURRENCY %d and %.1f s a customer; SWEEP_INTERVAL is %v",
		customers, takes.Round(time.Second), rate, cfg.AvePoint.Concurrency.V, latency.Seconds(), interval,
	)}
	if measured.more && customers == measured.customers {
		f.Detail = "not all customers were counted: " + f.Detail
	}
	if takes > interval {
		f.Verdict = warned
		f.Mend = slower(customers, rate, inFlight, latency)
	}
	return []finding{f}
}

// slower says which setting makes a sweep longer than its interval.
func slower(customers int, rate float64, inFlight int, latency time.Duration) string {
	const unbounded = 1_000_000
	byRate := watch.Estimate(customers, rate, unbounded, latency)
	if byRate < watch.Estimate(customers, unbounded, inFlight, latency) {
		return "raise AVEPOINT_CONCURRENCY or SWEEP_INTERVAL; with these each customer is read less often than wanted"
	}
	return "raise AVEPOINT_RATE, as far as AvePoint allows, or SWEEP_INTERVAL; with these each customer is read less often than wanted"
}
