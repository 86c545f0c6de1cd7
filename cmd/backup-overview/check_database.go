package main

import (
	"context"
	"errors"
	"fmt"
	"math"
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

// checkSweep says how long one process takes to read every customer with these
// settings. Nothing is said where no overview could be timed: that is told
// already.
func checkSweep(cfg Config, measured probed, stored int) []finding {
	if measured.latency == 0 {
		return nil
	}
	customers, latency := max(measured.customers, stored), max(measured.latency, time.Millisecond)
	rate, inFlight, interval := cfg.AvePoint.Rate.V, sweepInFlight(cfg.AvePoint.Concurrency.V), cfg.Sweep.Interval.V
	takes := watch.Estimate(customers, rate, inFlight, latency)
	f := finding{Verdict: passed, What: "sweep", Detail: fmt.Sprintf(
		"reading %s takes %s with AVEPOINT_RATE %v, AVEPOINT_CONCURRENCY %d and %.1f s a customer; SWEEP_INTERVAL is %v",
		counted(customers, "customer"), length(takes), rate, cfg.AvePoint.Concurrency.V, latency.Seconds(), interval,
	)}
	if measured.more && customers == measured.customers {
		f.Detail = "not all customers were counted: " + f.Detail
	}
	if takes <= interval {
		return []finding{f}
	}
	processes := math.Ceil(takes.Seconds() / interval.Seconds())
	if isPostgres(cfg.Database.URL.Reveal()) && watch.Estimate(customers, rate, unbounded, latency) <= interval {
		// Several share the rate, and each has its own calls in flight.
		f.Detail += fmt.Sprintf("; that is one process alone, %.0f of them keep up", processes)
		return []finding{f}
	}
	f.Verdict, f.Mend = warned, slower(customers, rate, inFlight, latency, interval)
	return []finding{f}
}

// counted is so many of what is named.
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// length is a duration as coarse as an estimate is.
func length(d time.Duration) string {
	switch {
	case d < time.Second:
		return "less than a second"
	case d < 10*time.Minute:
		return d.Round(time.Second).String()
	}
	return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
}

// unbounded is a rate, or a number of calls in flight, that holds nothing back.
const unbounded = 1_000_000

// slower says which settings make a sweep longer than its interval.
func slower(customers int, rate float64, inFlight int, latency, interval time.Duration) string {
	const after = "; with these each customer is read less often than wanted"
	byRate := watch.Estimate(customers, rate, unbounded, latency) > interval
	byCalls := watch.Estimate(customers, unbounded, inFlight, latency) > interval
	switch {
	case byRate && byCalls:
		return "raise AVEPOINT_RATE, as far as AvePoint allows, and AVEPOINT_CONCURRENCY, or raise SWEEP_INTERVAL" + after
	case byRate:
		return "raise AVEPOINT_RATE, as far as AvePoint allows, or SWEEP_INTERVAL" + after
	}
	return "raise AVEPOINT_CONCURRENCY or SWEEP_INTERVAL" + after
}
