package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/pressly/goose/v3"
)

// Stats are figures of the database.
type Stats struct {
	Kind      string // "SQLite" or "PostgreSQL"
	Bytes     int64
	Customers int64
	Series    int64     // modules of tenants of customers
	Points    int64     // changes kept of them
	Schema    int64     // the number of the newest migration
	Backup    time.Time // the day of the newest daily copy; zero: none, or PostgreSQL
}

// counted remembers counts that took long.
type counted struct {
	stats Stats
	until time.Time
}

// Stats gives the figures. In a large database the counts may be some seconds
// old: counting takes a hundredth of the time at most.
func (s *Store) Stats(ctx context.Context) (Stats, error) {
	stats, err := s.stats(ctx)
	if err != nil {
		return Stats{}, fmt.Errorf("figures of the database: %w", err)
	}
	return stats, nil
}

func (s *Store) stats(ctx context.Context) (Stats, error) {
	s.mu.Lock()
	known := s.counted
	s.mu.Unlock()
	began := time.Now()
	stats := known.stats
	err := s.read(ctx, func(tx *sql.Tx) error {
		if began.After(known.until) {
			if err := tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM customers), (SELECT count(*) FROM series), (SELECT count(*) FROM points),
				(SELECT max(version_id) FROM goose_db_version)`).Scan(&stats.Customers, &stats.Series, &stats.Points, &stats.Schema); err != nil {
				return err
			}
		}
		return tx.QueryRowContext(ctx, s.sizeQuery()).Scan(&stats.Bytes)
	})
	if err != nil {
		return Stats{}, err
	}
	if took := time.Since(began); took > 50*time.Millisecond {
		s.mu.Lock()
		s.counted = counted{stats: stats, until: began.Add(100 * took)}
		s.mu.Unlock()
	}
	stats.Kind = s.kind()
	if s.pool != nil {
		return stats, nil
	}
	copies, err := backups(s.path)
	if err == nil && len(copies) > 0 {
		stats.Backup, _ = backupDay(s.path, copies[len(copies)-1])
	}
	return stats, err
}

func (s *Store) kind() string {
	if s.pool != nil {
		return "PostgreSQL"
	}
	return "SQLite"
}

func (s *Store) sizeQuery() string {
	if s.pool != nil {
		return `SELECT pg_database_size(current_database())`
	}
	return `SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()`
}

// Check looks at a database without changing it, also while a process works on
// it, and says what is wrong with it as [Open] would. An empty database, or a
// SQLite file that is not there yet, is right; its Schema is 0.
func Check(ctx context.Context, o Options) (Stats, error) {
	s, err := connect(ctx, o, true)
	if err != nil {
		return Stats{}, err
	}
	stats, err := s.check(ctx)
	return stats, errors.Join(s.explain(ctx, err), s.Close())
}

func (s *Store) check(ctx context.Context) (Stats, error) {
	if s.db == nil {
		return Stats{Kind: s.kind()}, nil
	}
	dialect := goose.DialectPostgres
	if s.pool == nil {
		dialect = goose.DialectSQLite3
	}
	p, err := schema(dialect, s.db)
	if err != nil {
		return Stats{}, err
	}
	current, newest, err := versions(ctx, s.db, p)
	if err == nil {
		err = fits(current, newest)
	}
	if err != nil || current == 0 {
		return Stats{Kind: s.kind()}, err
	}
	if current == newest {
		if err := complete(ctx, s.db); err != nil {
			return Stats{}, err
		}
	}
	return s.stats(ctx)
}
