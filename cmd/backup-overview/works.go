package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/backup-overview/backup-overview/internal/alert"
	"github.com/backup-overview/backup-overview/internal/digest"
	"github.com/backup-overview/backup-overview/internal/engine"
	"github.com/backup-overview/backup-overview/internal/outbox"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/watch"
)

// upkeepWork is a kind of work, beside those of the watch.
const upkeepWork = "upkeep"

const (
	// sweepTick bounds the time between two looks at who is due. A look that
	// finds nobody costs one small query.
	sweepTick = 5 * time.Second
	// directoryTick is how soon the list of customers is tried again after a
	// failure; whether it is due stands in the store.
	directoryTick = 15 * time.Second
	upkeepTick    = time.Hour
	// digestTick and deliveryTick let a digest that is due at a second come in
	// that second or the next. Each is one small query while nothing is due.
	digestTick, deliveryTick = time.Second, time.Second
	// alertTick is far below the time in which new incidents are waited for.
	alertTick = time.Second
	// longWork is far above what a look, a list of 100,000 customers and a day's
	// upkeep take. A sweep may run on for hours; its next tick takes it up again.
	longWork = 30 * time.Minute
	// shortWork is above what the digests and the messages take that are due
	// together; the next tick goes on where a run was ended.
	shortWork = 5 * time.Minute
)

// works says what is to be done again and again. Whether anything is due
// stands in the store; see [engine.Work].
func works(w *watch.Watch, d *digest.Digests, o *outbox.Outbox, a *alert.Alerts, db *store.Store, interval time.Duration, keep store.Retention, log *slog.Logger) []engine.Work {
	return []engine.Work{
		{Kind: watch.SweepWork, Every: min(sweepTick, max(time.Second, interval/20)), Timeout: longWork, Run: w.Sweep},
		{Kind: watch.DirectoryWork, Every: directoryTick, Timeout: longWork, Run: w.Directory},
		{Kind: digest.DigestWork, Every: digestTick, Timeout: shortWork, Run: d.Run},
		{Kind: alert.AlertWork, Every: alertTick, Timeout: shortWork, Run: a.Run},
		{Kind: outbox.DeliveryWork, Every: deliveryTick, Timeout: shortWork, Run: o.Run},
		{Kind: upkeepWork, Every: upkeepTick, Timeout: longWork, Run: func(ctx context.Context) error {
			return upkeep(ctx, db, keep, time.Now(), log)
		}},
	}
}

// upkeep copies a SQLite file once a day and then shortens the history: what is
// taken away wrongly is in the copy. Neither waits for the other's success.
func upkeep(ctx context.Context, db *store.Store, keep store.Retention, now time.Time, log *slog.Logger) error {
	copied := backup(ctx, db, now, log)
	report, err := db.Upkeep(ctx, keep, now)
	if err == nil && report.Days+report.Removed > 0 {
		log.InfoContext(ctx, "history shortened", "days", report.Days, "removed", report.Removed, "freed", report.Freed)
	}
	return errors.Join(copied, err)
}

// backup makes the day's copy unless it is there, and says so if it was made now.
func backup(ctx context.Context, db *store.Store, now time.Time, log *slog.Logger) error {
	before, err := db.Stats(ctx)
	path, copied := db.Backup(ctx, now, store.DailyCopies)
	today := now.UTC().Truncate(24 * time.Hour)
	if copied == nil && err == nil && path != "" && !before.Backup.Equal(today) {
		log.InfoContext(ctx, "database copied", "path", path)
	}
	return errors.Join(err, copied)
}
