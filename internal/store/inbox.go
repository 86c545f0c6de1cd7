package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"time"
)

// InboxItem is what Slack sent and is told that we have, before it is done.
type InboxItem struct {
	ID      string // the same each time Slack sends it
	At      time.Time
	Payload []byte
}

// Take keeps what Slack sent. True: it was not there yet, so the caller does it.
// Ids are remembered for 48 hours.
func (s *Store) Take(ctx context.Context, item InboxItem) (first bool, err error) {
	act := rand.Text()
	payload := item.Payload
	if payload == nil {
		payload = []byte{}
	}
	err = s.write(ctx, func(tx *sql.Tx, unsure bool) error {
		n, err := changed(ctx, tx, `INSERT INTO inbox (id, at, payload, finished, act) VALUES ($1, $2, $3, 0, $4) ON CONFLICT DO NOTHING`,
			text(item.ID), ms(item.At), payload, act)
		if first = n > 0; err != nil || first || !unsure {
			return err
		}
		var taker string
		err = tx.QueryRowContext(ctx, `SELECT act FROM inbox WHERE id = $1`, text(item.ID)).Scan(&taker)
		first = taker == act
		return err
	})
	if err != nil {
		return false, fmt.Errorf("take from Slack: %w", err)
	}
	return first, nil
}

// Finish says that an item is done, and erases what it said.
func (s *Store) Finish(ctx context.Context, id string, now time.Time) error {
	err := s.write(ctx, func(tx *sql.Tx, _ bool) error {
		_, err := tx.ExecContext(ctx, `UPDATE inbox SET finished = $1, payload = $2 WHERE id = $3 AND finished = 0`, ms(now), []byte{}, text(id))
		return err
	})
	if err != nil {
		return fmt.Errorf("finish what Slack sent: %w", err)
	}
	return nil
}

// Unfinished gives at most so many items that were taken at olderThan or before
// and are not done, the oldest first. Whoever does them bears that another does
// so too.
func (s *Store) Unfinished(ctx context.Context, olderThan time.Time, limit int) ([]InboxItem, error) {
	var items []InboxItem
	err := s.read(ctx, func(tx *sql.Tx) error {
		items = nil
		return each(ctx, tx, `SELECT id, at, payload FROM inbox WHERE finished = 0 AND at <= $1 ORDER BY at, id LIMIT $2`,
			[]any{ms(olderThan), limit}, func(rows *sql.Rows) error {
				var item InboxItem
				var t int64
				err := rows.Scan(&item.ID, &t, &item.Payload)
				item.At = at(t)
				items = append(items, item)
				return err
			})
	})
	if err != nil {
		return nil, fmt.Errorf("what Slack sent: %w", err)
	}
	return items, nil
}
