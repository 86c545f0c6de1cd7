package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// States of standings.state.
const (
	stateWatched = iota
	stateUnwatched
	stateGone
)

// Unwatch has the sweep leave a customer out until until, or without end where
// that is zero. It may be said again with another end. [ErrUnknown]: there is
// no such customer.
func (s *Store) Unwatch(ctx context.Context, id string, by By, until time.Time) error {
	if !until.IsZero() && !until.After(by.At) {
		return s.Watch(ctx, id, by)
	}
	after := map[string]any{"watched": false}
	if !until.IsZero() {
		after["until"] = until.UTC().Format(time.RFC3339)
	}
	e := by.entry(ActionUnwatch)
	e.Customer, e.After = id, asJSON(after)
	err := s.audited(ctx, e, func(tx *sql.Tx, _ *Entry, _ bool) (bool, error) {
		return true, s.setWatched(ctx, tx, id, 1, ms(until), text(by.User))
	})
	if err != nil {
		return fmt.Errorf("unwatch customer: %w", err)
	}
	return nil
}

// Watch has the sweep read a customer again.
func (s *Store) Watch(ctx context.Context, id string, by By) error {
	e := by.entry(ActionWatch)
	e.Customer = id
	err := s.audited(ctx, e, func(tx *sql.Tx, _ *Entry, _ bool) (bool, error) {
		return true, s.setWatched(ctx, tx, id, 0, 0, "")
	})
	if err != nil {
		return fmt.Errorf("watch customer: %w", err)
	}
	return nil
}

func (s *Store) setWatched(ctx context.Context, tx *sql.Tx, id string, unwatched int, until int64, by string) error {
	num, err := number(ctx, tx, id)
	if err == nil {
		err = newVersion(ctx, tx)
	}
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE customers SET unwatched = $1, unwatched_until = $2, unwatched_by = $3 WHERE num = $4`,
		unwatched, until, by, num); err != nil {
		return err
	}
	return s.settle(ctx, tx, []int64{num})
}

// settle sets the state of standings by what is said of the customers.
func (s *Store) settle(ctx context.Context, tx *sql.Tx, nums []int64) error {
	slices.Sort(nums)
	for _, chunk := range chunks(nums) {
		// In the order in which readings lock them.
		err := each(ctx, tx, `SELECT customer FROM standings s WHERE customer IN (`+marks(1, len(chunk))+`) ORDER BY customer`+s.forUpdate("s"),
			chunk, func(*sql.Rows) error { return nil })
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE standings SET state =
			(SELECT CASE WHEN c.gone_at > 0 THEN 2 WHEN c.unwatched = 1 THEN 1 ELSE 0 END FROM customers c WHERE c.num = standings.customer)
			WHERE customer IN (`+marks(1, len(chunk))+`)`, chunk...)
		if err == nil {
			err = s.abandon(ctx, tx, chunk)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// endPauses watches customers again whose pause is over. It writes only where
// there are any.
func (s *Store) endPauses(ctx context.Context, now time.Time) error {
	const over = ` unwatched_until > 0 AND unwatched_until <= $1`
	found := false
	err := s.read(ctx, func(tx *sql.Tx) error {
		var one int
		err := tx.QueryRowContext(ctx, `SELECT 1 FROM customers WHERE`+over+` LIMIT 1`, ms(now)).Scan(&one)
		if found = err == nil; errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil || !found {
		return err
	}
	return s.write(ctx, func(tx *sql.Tx, _ bool) error {
		if err := newVersion(ctx, tx); err != nil {
			return err
		}
		var nums []int64
		err := each(ctx, tx, `UPDATE customers SET unwatched = 0, unwatched_until = 0, unwatched_by = '' WHERE`+over+` RETURNING num`,
			[]any{ms(now)}, func(rows *sql.Rows) error {
				var num int64
				err := rows.Scan(&num)
				nums = append(nums, num)
				return err
			})
		if err == nil {
			err = s.settle(ctx, tx, nums)
		}
		return err
	})
}

// Forget erases everything of one customer, and takes it out of what channels
// are bound to, out of the audit, and out of what digests have said and are to
// say. Its own subscriptions end. A channel that was bound to it alone stays
// bound, to nobody. Daily copies made before keep it until they are deleted in
// their turn. A customer that AvePoint still lists
// comes back, as new, with the next reading of the directory. [ErrUnknown]:
// there is no such customer.
func (s *Store) Forget(ctx context.Context, id string, by By) error {
	// The audit says that a customer was forgotten, and not which.
	err := s.audited(ctx, by.entry(ActionForget), func(tx *sql.Tx, _ *Entry, unsure bool) (bool, error) {
		err := s.forget(ctx, tx, id)
		if unsure && errors.Is(err, ErrUnknown) {
			return false, nil // the commit counted
		}
		return true, err
	})
	if err != nil {
		return fmt.Errorf("forget customer: %w", err)
	}
	if err := s.emptyLog(ctx); err != nil {
		return fmt.Errorf("forget customer: %w", err)
	}
	return nil
}

// forget erases a customer in a transaction.
func (s *Store) forget(ctx context.Context, tx *sql.Tx, id string) error {
	num, err := number(ctx, tx, id)
	if err == nil {
		err = newVersion(ctx, tx)
	}
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE directory SET listed = listed - (SELECT count(*) FROM customers WHERE num = $1 AND gone_at = 0)`, num); err != nil {
		return err
	}
	// standings first: readings of this customer wait for its row there.
	for _, statement := range []string{
		`DELETE FROM standings WHERE customer = $1`,
		`DELETE FROM overviews WHERE customer = $1`,
		`DELETE FROM points WHERE customer = $1`,
		`DELETE FROM series WHERE customer = $1`,
		`DELETE FROM spans WHERE customer = $1`,
		`DELETE FROM judgements WHERE customer = $1`,
		`DELETE FROM incident_lines WHERE incident IN (SELECT id FROM incidents WHERE customer = $1)`,
		`DELETE FROM tellings WHERE incident IN (SELECT id FROM incidents WHERE customer = $1)`,
		`DELETE FROM incidents WHERE customer = $1`,
		`DELETE FROM customers WHERE num = $1`,
	} {
		if _, err := tx.ExecContext(ctx, statement, num); err != nil {
			return err
		}
	}
	if err := unbindCustomer(ctx, tx, id); err != nil {
		return err
	}
	return s.unsay(ctx, tx, id, time.Now())
}

// emptyLog takes out of SQLite's log what was erased from the tables. Another
// program that reads the file prevents it: [Store.Upkeep] does it again.
func (s *Store) emptyLog(ctx context.Context) error {
	if s.pool != nil {
		return nil
	}
	var busy, log, done int
	err := s.db.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &log, &done)
	if err != nil {
		return fmt.Errorf("empty the log: %w", s.explain(ctx, err))
	}
	if busy != 0 {
		s.log.Warn("the log of the database cannot be emptied while another program reads it; the daily upkeep tries again", "file", s.path+"-wal")
	}
	return nil
}

// chunks cuts values into lists of arguments.
func chunks[T any](all []T) [][]any { return chunksOf(pageOf, all) }

func chunksOf[T any](most int, all []T) [][]any {
	var cut [][]any
	for part := range slices.Chunk(all, most) {
		chunk := make([]any, len(part))
		for i, v := range part {
			chunk[i] = v
		}
		cut = append(cut, chunk)
	}
	return cut
}
