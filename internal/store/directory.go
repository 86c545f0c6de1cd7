package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// DirectoryState is what the store knows of the directory as a whole.
type DirectoryState struct {
	Version    int64     // another number when names, members, tenants or what is watched changed; not for a job status
	ReadAt     time.Time // the last whole reading; zero: never
	Customers  int       // listed by AvePoint
	Reader     string    // who reads it at the moment, or did when its lease ended
	LeaseUntil time.Time // until when Reader has it for itself
}

// Directory says how the store's copy of the directory stands.
func (s *Store) Directory(ctx context.Context) (DirectoryState, error) {
	var d DirectoryState
	var readAt, lease int64
	err := s.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT version, read_at, reader, lease_until, listed FROM directory`).
			Scan(&d.Version, &readAt, &d.Reader, &lease, &d.Customers)
	})
	if err != nil {
		return DirectoryState{}, fmt.Errorf("directory: %w", err)
	}
	d.ReadAt, d.LeaseUntil = at(readAt), at(lease)
	return d, nil
}

// ClaimDirectory reports whether owner shall read the directory now: the last
// reading is older than every, or dated by a clock that was ahead, and nobody else is at it. The lease ends by
// itself, or with [Store.ReleaseDirectory].
func (s *Store) ClaimDirectory(ctx context.Context, owner string, every, lease time.Duration, now time.Time) (bool, error) {
	claimed := false
	var until int64
	err := s.write(ctx, func(tx *sql.Tx, unsure bool) error {
		if err := s.alone(ctx, tx); err != nil {
			return err
		}
		clock, err := s.clock(ctx, tx, now)
		if err != nil {
			return err
		}
		if unsure {
			var mine int
			err := tx.QueryRowContext(ctx, `SELECT count(*) FROM directory WHERE reader = $1 AND lease_until = $2`, owner, until).Scan(&mine)
			if claimed = mine > 0; err != nil || claimed {
				return err
			}
		}
		until = clock + lease.Milliseconds()
		result, err := tx.ExecContext(ctx, `UPDATE directory SET reader = $1, lease_until = $2
			WHERE (reader = '' OR lease_until <= $3 OR reader = $1 AND lease_until = $5)
			AND (read_at = 0 OR read_at <= $4 OR read_at > $6)`,
			owner, until, clock, ms(now.Add(-every)), s.doubtful.Load(), ms(now.Add(every)))
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		claimed = n > 0
		return err
	})
	if err != nil {
		s.disclaim(ctx, owner, until)
		return false, fmt.Errorf("claim the directory: %w", err)
	}
	return claimed, nil
}

// disclaim gives a lease back of which nobody knows whether it came about. If
// that fails too, its owner may claim over it.
func (s *Store) disclaim(ctx context.Context, owner string, until int64) {
	if until == 0 {
		return
	}
	s.doubtful.Store(until)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	err := s.write(ctx, func(tx *sql.Tx, _ bool) error {
		_, err := tx.ExecContext(ctx, `UPDATE directory SET reader = '', lease_until = 0 WHERE reader = $1 AND lease_until = $2`, owner, until)
		return err
	})
	if err != nil {
		s.log.Debug("a lease on the directory may be left", "error", err)
	}
}

// ReleaseDirectory ends owner's lease on the directory, if it has one.
func (s *Store) ReleaseDirectory(ctx context.Context, owner string) error {
	err := s.write(ctx, func(tx *sql.Tx, _ bool) error {
		_, err := tx.ExecContext(ctx, `UPDATE directory SET reader = '', lease_until = 0 WHERE reader = $1`, owner)
		return err
	})
	if err != nil {
		return fmt.Errorf("release the directory: %w", err)
	}
	return nil
}
