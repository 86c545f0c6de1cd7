package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Failing counts the watched customers whose last try gave no whole answer, by
// the class of that failure.
func (s *Store) Failing(ctx context.Context) (map[string]int, error) {
	counts := map[string]int{}
	err := s.read(ctx, func(tx *sql.Tx) error {
		clear(counts)
		return each(ctx, tx, `SELECT class, count(*) FROM standings WHERE failures > 0 AND state = $1 GROUP BY class`, []any{stateWatched},
			func(rows *sql.Rows) error {
				var class string
				var n int
				err := rows.Scan(&class, &n)
				counts[class] = n
				return err
			})
	})
	if err != nil {
		return nil, fmt.Errorf("failing customers: %w", err)
	}
	return counts, nil
}
