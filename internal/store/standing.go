package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Standing is how a customer stands, by its last readings.
type Standing struct {
	Customer
	Read               time.Time // the last good reading; zero: never
	Tried              time.Time // the last try, whatever came of it; zero: never
	Answered           time.Time // what the age of the data counts from: Read, or the last empty answer of one that never had rows; zero: never
	Scanned, Kept, Gap int64     // objects, at Read
	DayGap, WeekGap    *int64    // Gap 24 hours and 7 days before Read; nil: unknown
	Since              time.Time // totals and all modules unchanged since
	Failures           int       // tries in a row without a whole answer
	Class              string    // of the last of these
	FailingSince       time.Time // the first of these; zero: the last try gave an answer
	EmptySince         time.Time // the first empty answer in a row; zero: the last whole answer had rows
}

// Standing says how one customer stands. [ErrUnknown]: there is no such
// customer.
func (s *Store) Standing(ctx context.Context, id string, now time.Time) (Standing, error) {
	var found []Standing
	err := s.read(ctx, func(tx *sql.Tx) (err error) {
		found, err = standings(ctx, tx, now, `c.id_key = $1`, fold(id))
		return err
	})
	if err == nil && len(found) == 0 {
		err = ErrUnknown
	}
	if err != nil {
		return Standing{}, fmt.Errorf("standing of customer: %w", err)
	}
	return found[0], nil
}

// standings reads those that a condition (and order) names.
func standings(ctx context.Context, q queryer, now time.Time, where string, args ...any) ([]Standing, error) {
	var all []Standing
	err := each(ctx, q, `SELECT `+customerColumns+`, `+rowColumns+`
		FROM standings s JOIN customers c ON c.num = s.customer WHERE `+where, args,
		func(rows *sql.Rows) error {
			var c customerRow
			var r row
			if err := rows.Scan(append(c.fields(), r.fields()...)...); err != nil {
				return err
			}
			if err := r.sum().check(r.written); err != nil {
				return err
			}
			customer, err := c.customer(now)
			all = append(all, r.standing(customer))
			return err
		})
	return all, err
}

// Last gives the body of the last good reading as it was recorded, and when it
// was read. The body is nil where there was none. [ErrUnknown]: there is no
// such customer.
func (s *Store) Last(ctx context.Context, id string) (body []byte, readAt time.Time, err error) {
	err = s.read(ctx, func(tx *sql.Tx) error {
		var num, read, sum int64
		err := tx.QueryRowContext(ctx, `SELECT s.customer, s.read_at, s.body_sum FROM customers c JOIN standings s ON s.customer = c.num
			WHERE c.id_key = $1`, fold(id)).Scan(&num, &read, &sum)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrUnknown
		}
		if err != nil || sum == 0 {
			return err
		}
		var packed int
		var stored []byte
		err = tx.QueryRowContext(ctx, `SELECT packed, body FROM overviews WHERE customer = $1`, num).Scan(&packed, &stored)
		if errors.Is(err, sql.ErrNoRows) {
			return s.lostBody(err)
		}
		if err != nil {
			return err
		}
		body, err = s.unpacked(packed, stored, sum)
		readAt = at(read)
		return err
	})
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("last reading of customer: %w", err)
	}
	return body, readAt, nil
}
