package main

import (
	"context"
	"time"

	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/watch"
)

// remembered tells what stands in the database, and reports whether that
// answers. What takes longer than others is left out.
func (s sink) remembered(p *parts) bool {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	stats, err := p.store.Stats(ctx)
	if err != nil {
		return false
	}
	s.store(stats)
	if deliveries, err := p.store.DeliveryStats(ctx, time.Now()); err == nil {
		s.deliveries(deliveries)
	}
	if open, err := p.store.IncidentCounts(ctx, nil, time.Now()); err == nil {
		s.incidents(open)
	}
	if status, err := p.watch.Status(ctx); err == nil {
		s.sweep(status)
		s.data(status)
	}
	return true
}

func (s sink) store(stats store.Stats) {
	s.gauge("database_info", "What kind of database it is; always 1.", "kind")(1, stats.Kind)
	s.gauge("database_bytes", "Size of the database.")(float64(stats.Bytes))
	s.gauge("database_series", "Modules of tenants of customers in the database.")(float64(stats.Series))
	s.gauge("database_points", "Changes of these that are kept.")(float64(stats.Points))
	s.gauge("database_schema", "Number of the newest migration.")(float64(stats.Schema))
	s.at("database_copied_timestamp_seconds", "When the newest daily copy of a SQLite file was made.")(stats.Backup)
}

// sweep tells how far the reading of all customers is.
func (s sink) sweep(status watch.Status) {
	s.gauge("sweep_running", "1 while a sweep is open, in any process.")(truth(status.Current != nil))
	if status.Current != nil {
		s.gauge("sweep_customers", "Customers of the open sweep.")(float64(status.Total))
		s.gauge("sweep_customers_done", "Customers of the open sweep that were tried.")(float64(status.Done))
		s.at("sweep_began_timestamp_seconds", "When the open sweep began.")(status.Current.Began)
	}
	if last := status.Last; last != nil {
		s.at("last_sweep_ended_timestamp_seconds", "When the last sweep ended.")(last.Ended)
		s.gauge("last_sweep_duration_seconds", "How long the last sweep took.")(last.Ended.Sub(last.Began).Seconds())
		readings := s.gauge("last_sweep_readings", "Readings of the last sweep by what came of them.", "outcome")
		readings(float64(last.Good), "good")
		readings(float64(last.Empty), "empty")
		readings(float64(last.Failed), "failed")
		s.gauge("last_sweep_skipped_intervals", "Intervals without a sweep of their own, because the last one still ran.")(float64(last.Skipped))
	}
	s.gauge("sweep_interval_seconds", "SWEEP_INTERVAL.")(status.Interval.Seconds())
	s.gauge("sweep_estimate_seconds", "How long a sweep takes with this rate, latency and fleet.")(status.Estimate.Seconds())
	s.gauge("avepoint_breaker_open", "1 while this process's sweep holds back, because AvePoint is in trouble.")(truth(status.Breaker != watch.Closed))
	s.gauge("avepoint_credentials_refused", "1 while AvePoint refuses the credentials.")(truth(!status.CredentialsRefused.IsZero()))
	s.gauge("replicas", "Processes that lived in the last 30 seconds.")(float64(status.Replicas))
}

// data tells how old it is, and of how many customers.
func (s sink) data(status watch.Status) {
	customers := s.gauge("customers", "Customers by whether they are read; gone ones are no longer listed by AvePoint.", "state")
	customers(float64(status.Watched), "watched")
	customers(float64(status.Unwatched), "unwatched")
	customers(float64(status.Gone), "gone")
	s.gauge("customers_never_read", "Watched customers of which there is no answer yet.")(float64(status.Never))
	failing := s.gauge("customers_failing", "Customers whose last try failed, as far as this process made it, by class.", "class")
	for class, n := range status.Failures {
		failing(float64(n), class)
	}
	s.at("directory_read_timestamp_seconds", "When the list of customers was last read whole.")(status.DirectoryAt)
	s.at("oldest_reading_timestamp_seconds", "The oldest of the customers' last good readings.")(status.Oldest)
	s.gauge("stale_after_seconds", "The age from which data counts as stale.")(status.StaleAfter.Seconds())
}

// coverage tells the counts of each watched customer by name, or of none: a part
// would look like a fleet that has shrunk.
func (s sink) coverage(db *store.Store) {
	ctx, cancel := context.WithTimeout(context.Background(), coverageTimeout)
	defer cancel()
	all, err := readOnes(ctx, db)
	s.covered(err == nil)
	tell := s.standing()
	for _, c := range all {
		tell(c)
	}
}

func (s sink) covered(is bool) {
	s.gauge("coverage_told", "With METRICS_COVERAGE: 1 if the database gave the counts of all customers in time, else they are left out.")(truth(is))
}

// readOnes are the watched customers of whom something good was ever read.
func readOnes(ctx context.Context, db *store.Store) ([]store.Standing, error) {
	var all []store.Standing
	for c, err := range db.Standings(ctx, time.Now()) {
		if err != nil {
			return nil, err
		}
		if !c.Read.IsZero() {
			all = append(all, c)
		}
	}
	return all, nil
}

// standing tells of one customer.
func (s sink) standing() func(store.Standing) {
	labels := []string{"customer_id", "customer"}
	scanned := s.gauge("customer_scanned_objects", "With METRICS_COVERAGE: objects that AvePoint knows of the customer.", labels...)
	unprotected := s.gauge("customer_unprotected_objects", "With METRICS_COVERAGE: those of them without backup.", labels...)
	read := s.at("customer_read_timestamp_seconds", "With METRICS_COVERAGE: when these were read.", labels...)
	return func(c store.Standing) {
		scanned(float64(c.Scanned), c.ID, c.Name)
		unprotected(float64(c.Gap), c.ID, c.Name)
		read(c.Read, c.ID, c.Name)
	}
}
