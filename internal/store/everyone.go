package store

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"time"
)

// pageOfStandings is how many customers are in memory at a time.
const pageOfStandings = 1000

// Standings ranges over all watched customers, each once, in no order that
// means anything. It reads a page at a time, so that a customer who changes
// meanwhile is told as before or after, and stops at the first error, which it
// yields.
func (s *Store) Standings(ctx context.Context, now time.Time) iter.Seq2[Standing, error] {
	return func(yield func(Standing, error) bool) {
		var last int64
		err := s.read(ctx, func(tx *sql.Tx) error {
			return tx.QueryRowContext(ctx, `SELECT coalesce(max(num), 0) FROM customers`).Scan(&last)
		})
		for after := int64(0); err == nil && after < last; after += pageOfStandings {
			var page []Standing
			err = s.read(ctx, func(tx *sql.Tx) (err error) {
				page, err = standings(ctx, tx, now, `s.state = $1 AND s.customer > $2 AND s.customer <= $3`,
					stateWatched, after, after+pageOfStandings)
				return err
			})
			for _, standing := range page {
				if !yield(standing, nil) {
					return
				}
			}
		}
		if err != nil {
			yield(Standing{}, fmt.Errorf("standings: %w", err))
		}
	}
}
