package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

// replayNote says what the store does not know any more.
const replayNote = "From the store: a reading that repeated the one before counts as read every SWEEP_INTERVAL; failed and empty readings are not kept, so nothing is told of them."

// store replays what is remembered of each customer.
func (r *replay) store(ctx context.Context, cfg Config, stderr io.Writer) error {
	p := newProblems(&cfg)
	if cfg.validateDatabase(p); len(p.errs) > 0 {
		return errors.Join(p.errs...)
	}
	if stats, err := store.Check(ctx, store.Options{URL: cfg.Database.URL.Reveal()}); err != nil {
		return fmt.Errorf("%w\nOr replay a file. %s", err, replayUsage)
	} else if stats.Schema == 0 {
		return fmt.Errorf("nothing is remembered yet: the database of DATABASE_URL is still empty. Let the bot run first, or replay a file. %s", replayUsage)
	}
	db, err := store.Open(ctx, storeOptions(cfg, slog.New(slog.DiscardHandler)))
	if err != nil {
		return fmt.Errorf("%w\nOr replay a file. %s", err, replayUsage)
	}
	defer db.Close()
	fmt.Fprintln(stderr, replayNote)
	every := cfg.Sweep.Interval.V
	for c, err := range db.Customers(ctx) {
		if err != nil {
			return err
		}
		if r.flags.customer != "" && !strings.EqualFold(r.flags.customer, c.ID) && !strings.EqualFold(r.flags.customer, c.Name) {
			continue
		}
		now := time.Now()
		history, err := db.History(ctx, c.ID, now.Add(-10*365*24*time.Hour), now)
		if err != nil {
			return err
		}
		for n := range snapshots(history, every) {
			if err := r.step(c, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// snapshots are the readings that a history stands for: one every interval from the
// first to the last of each span.
func snapshots(h coverage.History, every time.Duration) func(yield func(coverage.Snapshot) bool) {
	return func(yield func(coverage.Snapshot) bool) {
		for _, span := range h.Spans {
			for at := span.First; ; at = at.Add(every) {
				if at.After(span.Last) {
					at = span.Last
				}
				if n := snapshotAt(h, at); len(n.Modules) > 0 && !yield(n) {
					return
				}
				if !at.Before(span.Last) {
					break
				}
			}
		}
	}
}

// snapshotAt is what the modules said at a time.
func snapshotAt(h coverage.History, at time.Time) coverage.Snapshot {
	n := coverage.Snapshot{At: at, Modules: map[coverage.Key]coverage.Count{}}
	for _, s := range h.Series {
		i, found := slices.BinarySearchFunc(s.Points, at, func(p coverage.Point, t time.Time) int { return p.At.Compare(t) })
		if !found {
			i--
		}
		if i < 0 || s.Points[i].Absent {
			continue
		}
		n.Modules[coverage.Key{Tenant: s.Tenant, Module: s.Module}] = s.Points[i].Count
	}
	return n
}
