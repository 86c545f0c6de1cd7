package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Hasten has all subscriptions that run looked at now, whatever NextAt says:
// the clock that said it may have been wrong.
func (s *Store) Hasten(ctx context.Context, now time.Time) error {
	err := s.write(ctx, func(tx *sql.Tx, _ bool) error {
		_, err := tx.ExecContext(ctx, `UPDATE subscriptions SET next_at = $1 WHERE paused = 0 AND next_at > $1`, ms(now))
		return err
	})
	if err != nil {
		return fmt.Errorf("plan all subscriptions anew: %w", err)
	}
	return nil
}
