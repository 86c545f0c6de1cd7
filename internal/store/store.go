package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// Options say where the database is.
type Options struct {
	// URL is sqlite://path, sqlite:///absolute/path, postgres://… or
	// postgresql://….
	URL string
	Log *slog.Logger // nil: nothing is logged
	// Gap is how far two equal readings may lie apart and still be one span of
	// the history. Zero: 3 h.
	Gap time.Duration
	// Judge gives the rules by which the readings of a customer (its ID and Name)
	// are judged. nil: they are not.
	Judge func(Customer) coverage.RuleSet

	busy time.Duration // how long SQLite waits for a lock; zero: 5 s
}

// Store is the memory. Its methods may be called from many goroutines.
type Store struct {
	db    *sql.DB       // writes; on SQLite one connection
	reads *sql.DB       // the same on PostgreSQL; connections of their own on SQLite, so that no question waits for the sweep
	pool  *pgxpool.Pool // nil on SQLite
	path  string        // of the SQLite file
	lock  *os.File
	log   *slog.Logger
	gap   time.Duration
	pack  packer
	judge func(Customer) coverage.RuleSet // nil: readings are not judged

	doubtful atomic.Int64 // end of a lease on the directory that may have come about, and of which nobody was told

	closing sync.Once
	closed  error

	mu        sync.Mutex
	leaseEnds map[int64]struct{} // of claims of this process; no two are alike
	counted   counted
}

// Open opens the database and brings its schema up to date. An empty database,
// or a SQLite file that is not there, becomes a new memory. Its errors are
// those of this package where it refuses a database.
func Open(ctx context.Context, o Options) (*Store, error) {
	s, err := connect(ctx, o, false)
	if err != nil {
		return nil, err
	}
	err = s.prepare(ctx)
	if err == nil {
		err = s.takeOver(ctx)
	}
	if err != nil {
		return nil, errors.Join(s.explain(ctx, err), s.Close())
	}
	return s, nil
}

// takeOver ends what a process before this one had to itself and cannot have any
// more: a SQLite file belongs to one. What it was sending stays as it is, to be
// looked up.
func (s *Store) takeOver(ctx context.Context) error {
	if s.pool != nil {
		return nil
	}
	return s.write(ctx, func(tx *sql.Tx, _ bool) error {
		return run(ctx, tx,
			`UPDATE standings SET lease_owner = '', lease_until = 0 WHERE lease_until > 0`,
			`UPDATE directory SET reader = '', lease_until = 0 WHERE lease_until > 0`,
			`UPDATE subscriptions SET lease_owner = '', lease_until = 0 WHERE lease_until > 0`,
		)
	})
}

// connect opens the database as it is.
func connect(ctx context.Context, o Options, check bool) (*Store, error) {
	a, err := parseURL(o.URL)
	if err != nil {
		return nil, err
	}
	s := &Store{path: a.path, log: o.Log, gap: o.Gap, judge: o.Judge, leaseEnds: map[int64]struct{}{}}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.gap <= 0 {
		s.gap = 3 * time.Hour
	}
	if o.busy <= 0 {
		o.busy = 5 * time.Second
	}
	switch {
	case a.postgres != "":
		err = s.openPostgres(ctx, a.postgres)
	case check:
		err = s.openFile(ctx, o.busy)
	default:
		err = s.openSQLite(ctx, o.busy)
	}
	if err != nil {
		return nil, errors.Join(s.explain(ctx, err), s.Close())
	}
	return s, nil
}

// prepare migrates, and frees what an earlier process of this file held.
func (s *Store) prepare(ctx context.Context) error {
	if s.pool != nil {
		return s.migratePostgres(ctx)
	}
	if err := s.migrateSQLite(ctx); err != nil {
		return err
	}
	return s.write(ctx, func(tx *sql.Tx, _ bool) error {
		return run(ctx, tx,
			`UPDATE standings SET lease_owner = '', lease_until = 0 WHERE lease_until > 0`,
			`UPDATE directory SET reader = '', lease_until = 0`,
			`UPDATE subscriptions SET lease_owner = '', lease_until = 0 WHERE lease_until > 0`,
			// What was being sent is so still: nobody knows what became of it.
			`UPDATE deliveries SET lease_owner = '', lease_until = 0 WHERE lease_until > 0`,
			`DELETE FROM replicas`)
	})
}

// Close gives the connections and the lock back. Nothing is lost without it.
// A second one does nothing.
func (s *Store) Close() error {
	s.closing.Do(func() { s.closed = s.close() })
	return s.closed
}

func (s *Store) close() error {
	if s.pool != nil {
		return s.closePostgres()
	}
	var errs []error
	if s.reads != nil && s.reads != s.db {
		errs = append(errs, s.reads.Close())
	}
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	return errors.Join(errs...)
}

// Pool is the pool of connections to PostgreSQL, and nil on SQLite.
func (s *Store) Pool() *pgxpool.Pool { return s.pool }

// Ping sees whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	return s.read(ctx, func(tx *sql.Tx) error {
		var one int
		return tx.QueryRowContext(ctx, `SELECT 1 FROM directory`).Scan(&one)
	})
}

// Time is the time by which leases go: the database's on PostgreSQL, where
// the clocks of several machines may differ, and now on SQLite.
func (s *Store) Time(ctx context.Context, now time.Time) (time.Time, error) {
	if s.pool == nil {
		return at(ms(now)), nil
	}
	var t int64
	err := s.read(ctx, func(tx *sql.Tx) (err error) {
		t, err = s.clock(ctx, tx, now)
		return err
	})
	return at(t), err
}

func (s *Store) clock(ctx context.Context, q queryer, now time.Time) (int64, error) {
	if s.pool == nil {
		return ms(now), nil
	}
	var t int64
	err := q.QueryRowContext(ctx, `SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)`).Scan(&t)
	if err != nil {
		return 0, fmt.Errorf("time of the database: %w", err)
	}
	return t, nil
}
