package store

import (
	"context"
	"database/sql"
)

// moveDeliveries has the subscriptions of a channel, and what is to be sent
// there, go to another from now on, after what goes there already.
func (s *Store) moveDeliveries(ctx context.Context, tx *sql.Tx, old, channel string) error {
	if old == channel || old == "" || channel == "" {
		return nil
	}
	// Whoever decides for the old channel loses it.
	_, err := tx.ExecContext(ctx, `UPDATE subscriptions SET channel = $1, lease_owner = '', lease_until = 0 WHERE channel = $2`, channel, old)
	if err != nil {
		return err
	}
	numbered := map[string]int64{old: 0, channel: 0}
	if err := s.lockLanes(ctx, tx, numbered); err != nil {
		return err
	}
	for _, state := range []string{`state = 0`, `state = 1`} { // each has its index
		_, err := tx.ExecContext(ctx, `UPDATE deliveries SET channel = $1, seq = seq + $2 WHERE channel = $3 AND `+state, channel, numbered[channel], old)
		if err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `UPDATE lanes SET numbered = $1 WHERE channel = $2`, numbered[channel]+numbered[old], channel)
	if err == nil { // nothing is known of the new one, and nothing is left in the old one
		_, err = tx.ExecContext(ctx, `UPDATE lanes SET next_at = 0, parked = 0, since = 0, probe_at = 0, class = '', told = '' WHERE channel = $1`, old)
	}
	return err
}
