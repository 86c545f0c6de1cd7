package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"time"
)

// Expired ends at most so many pending deliveries whose time is over, and gives
// them, each to one caller, in their new state: digests and what something newer
// replaced are superseded, and others dead. What depends on them shares their
// lot.
func (s *Store) Expired(ctx context.Context, limit int, now time.Time) ([]Delivery, error) {
	act := rand.Text()
	var ended []delivery
	err := s.write(ctx, func(tx *sql.Tx, unsure bool) error {
		if unsure && len(ended) > 0 {
			counted, err := s.endedBefore(ctx, tx, ended, act)
			if err != nil || counted {
				return err
			}
		}
		var err error
		ended, err = s.expired(ctx, tx, limit, ms(now), act)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("expired deliveries: %w", err)
	}
	return public(ended), nil
}

// endedBefore waits for a commit that may still be under way, and reports
// whether it counted.
func (s *Store) endedBefore(ctx context.Context, tx *sql.Tx, ended []delivery, act string) (bool, error) {
	d, err := s.lockDelivery(ctx, tx, ended[0].ID)
	return err == nil && d.act == act, err
}

func (s *Store) expired(ctx context.Context, tx *sql.Tx, limit int, now int64, act string) ([]delivery, error) {
	over, err := deliveriesOf(ctx, tx, `d.state = 0 AND d.expires > 0 AND d.expires <= $1 ORDER BY d.expires, d.id LIMIT $2`, now, limit)
	if err != nil || len(over) == 0 {
		return nil, err
	}
	channels := make([]string, len(over))
	ids := make([]string, len(over))
	for i, d := range over {
		channels[i], ids[i] = d.Channel, d.ID
	}
	if err := s.lockChannels(ctx, tx, channels); err != nil {
		return nil, err
	}
	var ended []delivery
	for _, chunk := range chunks(ids) {
		n := len(chunk)
		_, err := tx.ExecContext(ctx, `UPDATE deliveries SET state = CASE WHEN replaced = 1 OR `+isDigest+` THEN 3 ELSE 4 END,
			class = CASE WHEN class = '' THEN 'expired' ELSE class END, ended = `+marks(n+1, 1)+`, act = `+marks(n+2, 1)+`
			WHERE state = 0 AND expires > 0 AND expires <= `+marks(n+1, 1)+` AND id IN (`+marks(1, n)+`)`, append(chunk, now, act)...)
		if err != nil {
			return nil, err
		}
		part, err := deliveriesOf(ctx, tx, `d.act = `+marks(n+1, 1)+` AND d.id IN (`+marks(1, n)+`)`, append(chunk[:n:n], act)...)
		if err != nil {
			return nil, err
		}
		ended = append(ended, part...)
	}
	for _, d := range ended {
		if err := endDependents(ctx, tx, []string{d.ID}, d.State, d.Class, now); err != nil {
			return nil, err
		}
	}
	return ended, nil
}

// DeliveryStats gives the figures of all deliveries.
func (s *Store) DeliveryStats(ctx context.Context, now time.Time) (DeliveryStats, error) {
	var stats DeliveryStats
	err := s.read(ctx, func(tx *sql.Tx) error {
		var oldest int64
		err := tx.QueryRowContext(ctx, `SELECT
			(SELECT count(*) FROM deliveries WHERE state = 0), (SELECT count(*) FROM deliveries WHERE state = 1),
			(SELECT count(*) FROM lanes WHERE parked > 0),
			(SELECT count(*) FROM deliveries WHERE state = 4 AND ended > 0 AND ended > $1), (SELECT count(*) FROM deliveries WHERE state = 2 AND ended > 0 AND ended > $2),
			(SELECT coalesce(min(t), 0) FROM (SELECT min(created) AS t FROM deliveries WHERE state = 0
				UNION ALL SELECT min(created) FROM deliveries WHERE state = 1) AS open), coalesce((SELECT n FROM totals WHERE name = 'doubles'), 0)`,
			ms(now)-week, ms(now)-day).Scan(&stats.Pending, &stats.Sending, &stats.Parked, &stats.Dead, &stats.Sent24h, &oldest, &stats.PossibleDoubles)
		stats.Oldest = at(oldest)
		return err
	})
	if err != nil {
		return DeliveryStats{}, fmt.Errorf("figures of deliveries: %w", err)
	}
	return stats, nil
}
