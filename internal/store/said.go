package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Said gives what a subscription said last, and when: nothing where it has said
// nothing yet, or there is none.
func (s *Store) Said(ctx context.Context, id string) (said []byte, when time.Time, err error) {
	err = s.read(ctx, func(tx *sql.Tx) error {
		var packed int
		var stored []byte
		var sum, millis int64
		err := tx.QueryRowContext(ctx, `SELECT packed, said, said_sum, said_at FROM subscriptions WHERE id = $1`, text(id)).
			Scan(&packed, &stored, &sum, &millis)
		said, when = nil, at(millis)
		if err == nil && sum != 0 {
			said, err = s.unpacked(packed, stored, sum)
		}
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("what a subscription said: %w", err)
	}
	return said, when, nil
}

// StateOf says how far a delivery has come. False: there is none, or no longer.
func (s *Store) StateOf(ctx context.Context, delivery string) (state DeliveryState, ok bool, err error) {
	err = s.read(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `SELECT state FROM deliveries WHERE id = $1`, text(delivery)).Scan(&state)
		if ok = err == nil; errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return 0, false, fmt.Errorf("state of delivery: %w", err)
	}
	return state, ok, nil
}
