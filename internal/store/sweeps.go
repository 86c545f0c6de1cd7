package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Sweep is one pass over all watched customers.
type Sweep struct {
	ID           int64
	Began, Ended time.Time // Ended zero: still open
	Interval     time.Duration
	Customers    int // watched when it began
	// Good, Empty and Failed count its readings by what came of them; Failed
	// holds the partial ones.
	Good, Empty, Failed int
	// Skipped is how many intervals passed without a sweep of their own before
	// this one, because the one before was still running.
	Skipped int
}

const sweepColumns = `id, began, ended, every_ms, customers, good, empty, failed, skipped`

func scanSweep(scan func(...any) error) (Sweep, error) {
	var w Sweep
	var began, ended, every int64
	err := scan(&w.ID, &began, &ended, &every, &w.Customers, &w.Good, &w.Empty, &w.Failed, &w.Skipped)
	w.Began, w.Ended, w.Interval = at(began), at(ended), time.Duration(every)*time.Millisecond
	return w, err
}

// newestSweep is the newest that a condition names, and zero where there is
// none.
func newestSweep(ctx context.Context, q queryer, where string, args ...any) (Sweep, error) {
	w, err := scanSweep(q.QueryRowContext(ctx, `SELECT `+sweepColumns+` FROM sweeps WHERE `+where+` ORDER BY id DESC LIMIT 1`, args...).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return Sweep{}, nil
	}
	return w, err
}

func openSweep(ctx context.Context, q queryer) (Sweep, error) {
	return newestSweep(ctx, q, `is_open = 1`)
}

// BeginSweep gives the open sweep. Where none is open it opens one if the last
// began at least interval ago, or by a clock that was ahead of now by more, and
// there is a customer to read, and then returns true. Where none is due it gives
// the last one, which has ended, and the zero Sweep where there was none. Never
// are two open, whoever asks.
func (s *Store) BeginSweep(ctx context.Context, interval time.Duration, now time.Time) (Sweep, bool, error) {
	if err := s.endPauses(ctx, now); err != nil {
		return Sweep{}, false, fmt.Errorf("begin sweep: %w", err)
	}
	var sweep Sweep
	opened := false
	err := s.write(ctx, func(tx *sql.Tx, unsure bool) (err error) {
		opened = false
		if err := s.alone(ctx, tx); err != nil {
			return err
		}
		if sweep, err = newestSweep(ctx, tx, `1 = 1`); err != nil {
			return err
		}
		if sweep.ID > 0 && sweep.Ended.IsZero() {
			opened = unsure && ms(sweep.Began) == ms(now)
			return nil
		}
		if since := now.Sub(sweep.Began); sweep.ID > 0 && since < interval && since >= -interval {
			return nil
		}
		next := Sweep{ID: sweep.ID + 1, Began: at(ms(now)), Interval: interval, Skipped: skipped(sweep, interval)}
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM standings WHERE state = 0`).Scan(&next.Customers); err != nil {
			return err
		}
		if next.Customers == 0 {
			return nil
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO sweeps (id, is_open, began, ended, every_ms, customers, good, empty, failed, skipped)
			VALUES ($1, 1, $2, 0, $3, $4, 0, 0, 0, $5)`, next.ID, ms(now), interval.Milliseconds(), next.Customers, next.Skipped)
		sweep, opened = next, true
		return err
	})
	if err != nil {
		return Sweep{}, false, fmt.Errorf("begin sweep: %w", err)
	}
	return sweep, opened, nil
}

// skipped counts the intervals that began while a sweep was still running.
func skipped(w Sweep, interval time.Duration) int {
	if w.ID == 0 || interval <= 0 || !w.Ended.After(w.Began) {
		return 0
	}
	return int((w.Ended.Sub(w.Began) - 1) / interval)
}

// EndSweep ends a sweep in which every watched customer was tried, and returns
// true to the one caller who ended it.
func (s *Store) EndSweep(ctx context.Context, id int64, now time.Time) (Sweep, bool, error) {
	var sweep Sweep
	ended := false
	err := s.write(ctx, func(tx *sql.Tx, unsure bool) error {
		result, err := tx.ExecContext(ctx, `UPDATE sweeps SET is_open = NULL, ended = $1 WHERE id = $2 AND is_open = 1
			AND NOT EXISTS (SELECT 1 FROM standings WHERE state = 0 AND swept < $2)`, ms(now), id)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		if err != nil {
			return err
		}
		sweep, err = newestSweep(ctx, tx, `id = $1`, id)
		ended = n > 0 || unsure && ms(sweep.Ended) == ms(now)
		return err
	})
	if err != nil {
		return Sweep{}, false, fmt.Errorf("end sweep: %w", err)
	}
	return sweep, ended, nil
}

// Sweeps are the newest n, newest first.
func (s *Store) Sweeps(ctx context.Context, n int) ([]Sweep, error) {
	var all []Sweep
	err := s.read(ctx, func(tx *sql.Tx) error {
		all = nil
		return each(ctx, tx, `SELECT `+sweepColumns+` FROM sweeps ORDER BY id DESC LIMIT $1`, []any{n}, func(rows *sql.Rows) error {
			w, err := scanSweep(rows.Scan)
			all = append(all, w)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("sweeps: %w", err)
	}
	return all, nil
}
