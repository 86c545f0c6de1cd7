package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"
)

// Claim is a customer that the claimer alone may read until its lease ends.
type Claim struct {
	CustomerID, Name string
	Tried            time.Time // the last try before; zero: never
}

// ClaimQuery says who wants how many customers to read.
type ClaimQuery struct {
	Owner string        // unique per process
	Max   int           // at most so many
	Lease time.Duration // for how long nobody else gets them
	Now   time.Time
	Sweep int64 // the open sweep
	// Pace is the share, 0 to 1, of the sweep's customers that may have been
	// taken by now. Customers never tried, or not since before the previous
	// sweep began, are due in any case.
	Pace float64
}

// Claim gives customers to read for a sweep: watched and listed ones that were
// not tried in it and that nobody has a lease on, those not tried for the
// longest first. No two callers get the same customer while its lease lasts.
func (s *Store) Claim(ctx context.Context, q ClaimQuery) ([]Claim, error) {
	if err := s.endPauses(ctx, q.Now); err != nil {
		return nil, fmt.Errorf("claim customers: %w", err)
	}
	var claims []Claim
	var until int64
	err := s.write(ctx, func(tx *sql.Tx, unsure bool) error {
		// First of all: a commit whose answer was lost may still be under way.
		if err := s.alone(ctx, tx); err != nil {
			return err
		}
		clock, err := s.clock(ctx, tx, q.Now)
		if err != nil {
			return err
		}
		if unsure {
			claims, err = leased(ctx, tx, q, until)
			if err != nil || len(claims) > 0 {
				return err // the commit counted
			}
		}
		until = s.leaseEnd(clock, clock+q.Lease.Milliseconds())
		allowed, previous, err := allowance(ctx, tx, q, clock)
		if err != nil {
			return err
		}
		// Those that are late are due whatever the pace.
		late, err := lease(ctx, tx, q, clock, until, previous, q.Max)
		if err != nil {
			return err
		}
		if _, err := lease(ctx, tx, q, clock, until, q.Sweep, min(q.Max, allowed)-late); err != nil {
			return err
		}
		claims, err = leased(ctx, tx, q, until)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim customers: %w", err)
	}
	return claims, nil
}

// leaseEnd gives every claim of this process an end of its own, by which it
// knows its customers.
func (s *Store) leaseEnd(clock, end int64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.leaseEnds, func(t int64, _ struct{}) bool { return t < clock })
	for {
		if _, taken := s.leaseEnds[end]; !taken {
			s.leaseEnds[end] = struct{}{}
			return end
		}
		end++
	}
}

// allowance is how many customers may be taken now, by the pace, and the sweep
// before this one.
func allowance(ctx context.Context, tx *sql.Tx, q ClaimQuery, clock int64) (allowed int, previous int64, err error) {
	w, err := newestSweep(ctx, tx, `id = $1 AND is_open = 1`, q.Sweep)
	if err != nil || w.ID == 0 {
		return 0, 0, err
	}
	var under int
	err = tx.QueryRowContext(ctx, `SELECT count(*) FROM standings WHERE lease_until > 0 AND lease_until > $1 AND lease_sweep = $2`,
		clock, q.Sweep).Scan(&under)
	if err != nil {
		return 0, 0, err
	}
	may := int(math.Ceil(min(max(q.Pace, 0), 1) * float64(w.Customers)))
	if q.Pace >= 1 {
		may = math.MaxInt32 // also those that came during the sweep
	}
	return may - (w.Good + w.Empty + w.Failed + under), max(1, q.Sweep-1), nil
}

// leaseStatement takes customers to read. The plus signs keep SQLite from
// looking through all that are due for those few that the inner question found.
const leaseStatement = `UPDATE standings SET lease_owner = $1, lease_until = $2, lease_sweep = $3
	WHERE customer IN (SELECT customer FROM standings WHERE state = 0 AND swept < $4 AND lease_until <= $5 ORDER BY swept, tried, customer LIMIT $6)
	AND +state = 0 AND +swept < $4 AND lease_until <= $5`

// lease takes at most n customers that were not tried since the sweep before.
func lease(ctx context.Context, tx *sql.Tx, q ClaimQuery, clock, until, before int64, n int) (int, error) {
	if n <= 0 {
		return 0, nil
	}
	result, err := tx.ExecContext(ctx, leaseStatement, q.Owner, until, q.Sweep, before, clock, n)
	if err != nil {
		return 0, err
	}
	taken, err := result.RowsAffected()
	return int(taken), err
}

// leased are the customers of one claim, in the order in which they are due.
func leased(ctx context.Context, tx *sql.Tx, q ClaimQuery, until int64) ([]Claim, error) {
	var claims []Claim
	err := each(ctx, tx, `SELECT c.id, c.name, s.tried FROM standings s JOIN customers c ON c.num = s.customer
		WHERE s.lease_until > 0 AND s.lease_until = $1 AND s.lease_owner = $2`, []any{until, q.Owner}, func(rows *sql.Rows) error {
		var c Claim
		var tried int64
		err := rows.Scan(&c.CustomerID, &c.Name, &tried)
		c.Tried = at(tried)
		claims = append(claims, c)
		return err
	})
	slices.SortFunc(claims, func(a, b Claim) int {
		return cmp.Or(a.Tried.Compare(b.Tried), cmp.Compare(a.CustomerID, b.CustomerID))
	})
	return claims, err
}

// Release ends all leases of owner on customers, so that others may read them.
func (s *Store) Release(ctx context.Context, owner string) error {
	err := s.write(ctx, func(tx *sql.Tx, _ bool) error { return release(ctx, tx, owner) })
	if err != nil {
		return fmt.Errorf("release customers: %w", err)
	}
	return nil
}

func release(ctx context.Context, tx *sql.Tx, owner string) error {
	_, err := tx.ExecContext(ctx, `UPDATE standings SET lease_owner = '', lease_until = 0 WHERE lease_until > 0 AND lease_owner = $1`, owner)
	return err
}
