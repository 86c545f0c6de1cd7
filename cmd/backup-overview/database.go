package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/backup-overview/backup-overview/internal/engine"
	"github.com/backup-overview/backup-overview/internal/store"
)

// The pauses between two tries to open a database that may come back.
const (
	openPause     = time.Second
	openPauseMost = 30 * time.Second
	// openMost bounds a try, far above what a change of the tables takes. The
	// store itself gives a server that says nothing up in seconds.
	openMost = 5 * time.Minute
)

// openStore opens the database and brings its tables up to date. While it can
// only be waited for it tries again, with a line in the log and a call of
// waiting each time; every other trouble is a startError. If ctx
// ends first, there is no store and no error.
func openStore(ctx context.Context, o store.Options, waiting func(error), log *slog.Logger) (*store.Store, error) {
	for pause := openPause; ; pause = min(2*pause, openPauseMost) {
		db, err := tryStore(ctx, o)
		switch {
		case err == nil:
			return db, nil
		case ctx.Err() != nil:
			return nil, nil //nolint:nilnil // stopped before there was one, as asked
		case !passing(o.URL, err):
			return nil, &startError{err}
		}
		waiting(err)
		log.WarnContext(ctx, "database not opened", "wait", pause, "err", err)
		if !sleep(ctx, pause) {
			return nil, nil //nolint:nilnil // as above
		}
	}
}

// sleep waits, and reports false where ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// tryStore opens the store and migrates the engine's tables after its own.
func tryStore(ctx context.Context, o store.Options) (*store.Store, error) {
	if isPostgres(o.URL) {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, openMost, fmt.Errorf("it has not been opened within %v: %w", openMost, store.ErrUnreachable))
		defer cancel()
	}
	db, err := store.Open(ctx, o)
	if err != nil || db.Pool() == nil {
		return db, err
	}
	if err := engine.Migrate(ctx, db.Pool()); err != nil {
		// A database lost meanwhile says so itself, in the store's words.
		err = errors.Join(db.Ping(ctx), err)
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// storeOptions are what the environment says of the database.
func storeOptions(cfg Config, log *slog.Logger) store.Options {
	// A sweep or two that fail make no hole in the history.
	gap := max(3*time.Hour, 3*cfg.Sweep.Interval.V)
	return store.Options{URL: cfg.Database.URL.Reveal(), Gap: gap, Judge: cfg.rules.of, Log: log}
}

// passing reports whether a database that could not be opened may come back
// without a change of settings or a hand on its files. A PostgreSQL that takes no
// writes does when another server becomes the primary.
func passing(url string, err error) bool {
	return errors.Is(err, store.ErrUnreachable) || errors.Is(err, store.ErrBusy) || errors.Is(err, store.ErrFull) ||
		errors.Is(err, store.ErrReadOnly) && isPostgres(url)
}

func isPostgres(url string) bool { return strings.HasPrefix(url, "postgres") }
