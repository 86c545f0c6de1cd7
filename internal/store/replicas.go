package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

const (
	alive     = 30 * time.Second // a replica that was silent for longer counts as dead
	remembers = time.Hour        // and is forgotten after this
)

// Beat says that the replica owner lives, and returns how many lived in the
// last 30 s, this one included. It ends the leases of those that beat once and
// do so no longer, and the pauses that are over. An owner that never beat keeps
// its leases for their time.
func (s *Store) Beat(ctx context.Context, owner string, now time.Time) (live int, err error) {
	err = s.write(ctx, func(tx *sql.Tx, _ bool) error {
		clock, err := s.clock(ctx, tx, now)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO replicas (owner, beat) VALUES ($1, $2) ON CONFLICT (owner) DO UPDATE SET beat = excluded.beat`, owner, clock)
		if err == nil {
			err = bury(ctx, tx, clock)
		}
		if err == nil {
			_, err = tx.ExecContext(ctx, `DELETE FROM replicas WHERE beat < $1`, clock-remembers.Milliseconds())
		}
		if err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT count(*) FROM replicas WHERE beat > $1`, clock-alive.Milliseconds()).Scan(&live)
	})
	if err == nil {
		err = s.endPauses(ctx, now)
	}
	if err != nil {
		return 0, fmt.Errorf("beat: %w", err)
	}
	return live, nil
}

// bury ends the leases of replicas that are silent.
func bury(ctx context.Context, tx *sql.Tx, clock int64) error {
	for _, statement := range []string{
		`UPDATE directory SET reader = '', lease_until = 0 WHERE reader IN (SELECT owner FROM replicas WHERE beat <= $1)`,
		`UPDATE standings SET lease_owner = '', lease_until = 0 WHERE lease_until > 0
			AND lease_owner IN (SELECT owner FROM replicas WHERE beat <= $1)`,
		`UPDATE subscriptions SET lease_owner = '', lease_until = 0 WHERE lease_until > 0
			AND lease_owner IN (SELECT owner FROM replicas WHERE beat <= $1)`,
		`UPDATE deliveries SET lease_owner = '', lease_until = 0 WHERE lease_until > 0
			AND lease_owner IN (SELECT owner FROM replicas WHERE beat <= $1)`,
	} {
		if _, err := tx.ExecContext(ctx, statement, clock-alive.Milliseconds()); err != nil {
			return err
		}
	}
	return nil
}

// Leave says that the replica owner stops: all its leases end, and it counts as
// live no longer. What it was sending is looked up when its time has come.
func (s *Store) Leave(ctx context.Context, owner string) error {
	err := s.write(ctx, func(tx *sql.Tx, _ bool) error {
		if err := s.alone(ctx, tx); err != nil {
			return err
		}
		if err := release(ctx, tx, owner); err != nil {
			return err
		}
		for _, statement := range []string{
			`UPDATE directory SET reader = '', lease_until = 0 WHERE reader = $1`,
			`UPDATE subscriptions SET lease_owner = '', lease_until = 0 WHERE lease_until > 0 AND lease_owner = $1`,
			`UPDATE deliveries SET lease_owner = '', lease_until = 0 WHERE lease_until > 0 AND lease_owner = $1`,
			`DELETE FROM replicas WHERE owner = $1`,
		} {
			if _, err := tx.ExecContext(ctx, statement, owner); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("leave: %w", err)
	}
	return nil
}
