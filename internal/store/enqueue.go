package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// classNewer is the class of what something newer took the place of.
const classNewer = "newer"

// Enqueue puts deliveries in, all or none, in the order in which they are to
// go. One whose Key was put in before does nothing. A new message of a topic,
// and an edit of a message, supersede the older ones that are not sent; where
// one of those is being sent, it expires, so that it is not sent again. What
// belongs to a message that was superseded, or cannot be delivered, shares its
// lot.
func (s *Store) Enqueue(ctx context.Context, now time.Time, rows ...Delivery) error {
	if len(rows) == 0 {
		return nil
	}
	rows = storedRows(rows, now)
	err := s.write(ctx, func(tx *sql.Tx, _ bool) error { return s.enqueue(ctx, tx, rows, ms(now)) })
	if err != nil {
		return fmt.Errorf("enqueue deliveries: %w", err)
	}
	return nil
}

func (s *Store) enqueue(ctx context.Context, tx *sql.Tx, rows []Delivery, now int64) error {
	numbered := map[string]int64{}
	for _, row := range rows {
		if row.Channel == "" {
			return errors.New("no channel is named")
		}
		numbered[row.Channel] = 0
	}
	if err := s.lockLanes(ctx, tx, numbered); err != nil {
		return err
	}
	for _, row := range rows {
		put, err := enqueueOne(ctx, tx, row, numbered[row.Channel]+1, now)
		if err != nil {
			return err
		}
		if put {
			numbered[row.Channel]++
		}
	}
	for channel, n := range numbered {
		if _, err := tx.ExecContext(ctx, `UPDATE lanes SET numbered = $1 WHERE channel = $2`, n, channel); err != nil {
			return err
		}
	}
	return nil
}

// lockLanes locks the rows of channels, which it makes where there are none,
// and fills in the numbers they gave out.
func (s *Store) lockLanes(ctx context.Context, tx *sql.Tx, numbered map[string]int64) error {
	channels := slices.Sorted(maps.Keys(numbered))
	for _, chunk := range chunks(channels) {
		found := 0
		lock := func() error {
			found = 0
			return each(ctx, tx, `SELECT channel, numbered FROM lanes l WHERE channel IN (`+marks(1, len(chunk))+`) ORDER BY channel`+s.forUpdate("l"),
				chunk, func(rows *sql.Rows) error {
					var channel string
					var n int64
					err := rows.Scan(&channel, &n)
					numbered[channel] = n
					found++
					return err
				})
		}
		if err := lock(); err != nil {
			return err
		}
		if found == len(chunk) {
			continue
		}
		rows := make([][]any, len(chunk))
		for i, channel := range chunk {
			rows[i] = []any{channel, 0, 0, 0, 0, 0, "", ""}
		}
		err := insert(ctx, tx, `INSERT INTO lanes (channel, numbered, next_at, parked, since, probe_at, class, told) VALUES `, `ON CONFLICT DO NOTHING`, rows)
		if err == nil {
			err = lock()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// enqueueOne puts one delivery in, and reports whether it was not there.
func enqueueOne(ctx context.Context, tx *sql.Tx, d Delivery, seq, now int64) (bool, error) {
	state, class, ended := Pending, "", int64(0)
	root, err := rootOf(ctx, tx, d.Root)
	if err != nil {
		return false, err
	}
	if root.State > Sent { // nothing can be done any more with a message that never was
		state, class, ended = root.State, root.Class, now
	}
	n, err := changed(ctx, tx, `INSERT INTO deliveries (id, dedup_key, kind, channel, seq, root, heir, step, topic, what, body, created, expires,
		state, replaced, attempt_at, next_at, attempts, class, ts, file, ended, act, lease_owner, lease_until, lease_ms)
		VALUES ($1, $2, $3, $4, $5, $6, '', $7, $8, $9, $10, $11, $12, $13, 0, 0, $14, 0, $15, '', $16, $17, '', '', 0, 0) ON CONFLICT DO NOTHING`,
		d.ID, d.Key, int(d.Kind), d.Channel, seq, root.ID, d.Step, d.Topic, d.What, d.Body, ms(d.Created), ms(d.Expires),
		int(state), ms(d.NextAt), class, d.File, ended)
	if err != nil || n == 0 || state != Pending {
		return n > 0, err
	}
	switch {
	case d.Kind == NewMessage && d.Topic != "":
		err = newest(ctx, tx, d, now, `kind = 0 AND topic = $1 AND topic <> '' AND channel = $2`, d.Topic, d.Channel)
	case d.Kind == EditMessage && root.ID != "":
		err = newest(ctx, tx, d, now, `kind = 1 AND root = $1 AND root <> ''`, root.ID)
	}
	return true, err
}

// rootOf finds the delivery that a message is of now: one that is gone may have
// been posted anew.
func rootOf(ctx context.Context, tx *sql.Tx, id string) (Delivery, error) {
	root := Delivery{ID: id}
	for id != "" {
		var heir string
		err := tx.QueryRowContext(ctx, `SELECT heir, state, class FROM deliveries WHERE id = $1`, id).Scan(&heir, &root.State, &root.Class)
		if errors.Is(err, sql.ErrNoRows) {
			return root, nil
		}
		if err != nil {
			return root, err
		}
		root.ID, id = id, heir
	}
	return root, nil
}

// newest leaves one of those that a condition names unsent: d, or one that has
// a higher step.
func newest(ctx context.Context, tx *sql.Tx, d Delivery, now int64, same string, args ...any) error {
	step := marks(len(args)+1, 1)
	args = append(args, d.Step)
	var newer int
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM deliveries WHERE state < 2 AND `+same+` AND step > `+step, args...).Scan(&newer)
	if err != nil {
		return err
	}
	if newer > 0 {
		return supersede(ctx, tx, classNewer, now, `id = $1`, d.ID)
	}
	return supersede(ctx, tx, classNewer, now, same+` AND step <= `+step+` AND id <> `+marks(len(args)+1, 1), append(args, d.ID)...)
}

// supersedeTopic supersedes the messages of a topic, in all channels, that are
// not sent.
func (s *Store) supersedeTopic(ctx context.Context, tx *sql.Tx, topic, class string, now int64) error {
	channels, err := idsOf(ctx, tx, `SELECT DISTINCT channel FROM deliveries WHERE state < 2 AND topic = $1 AND topic <> ''`, topic)
	if err == nil {
		err = s.lockChannels(ctx, tx, channels)
	}
	if err != nil {
		return err
	}
	return supersede(ctx, tx, class, now, `kind = 0 AND topic = $1 AND topic <> ''`, topic)
}

// supersede ends those that a condition names and that are pending, with what
// depends on them. Those that are being sent it marks.
func supersede(ctx context.Context, tx *sql.Tx, class string, now int64, where string, args ...any) error {
	n := len(args)
	ids, err := idsOf(ctx, tx, `UPDATE deliveries SET state = 3, class = `+marks(n+1, 1)+`, ended = `+marks(n+2, 1)+`
		WHERE state < 2 AND state = 0 AND `+where+` RETURNING id`, append(slices.Clone(args), class, now)...)
	if err != nil {
		return err
	}
	if err := endDependents(ctx, tx, ids, Superseded, class, now); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE deliveries SET replaced = 1, expires = CASE WHEN expires = 0 OR expires > `+marks(n+1, 1)+`
		THEN `+marks(n+1, 1)+` ELSE expires END WHERE state < 2 AND state = 1 AND `+where, append(slices.Clone(args), now)...)
	return err
}

// endDependents ends what waits for messages that will not be.
func endDependents(ctx context.Context, tx *sql.Tx, roots []string, state DeliveryState, class string, now int64) error {
	for len(roots) > 0 {
		var next []string
		for _, chunk := range chunks(roots) {
			n := len(chunk)
			ids, err := idsOf(ctx, tx, `UPDATE deliveries SET state = `+marks(n+1, 1)+`, class = `+marks(n+2, 1)+`, ended = `+marks(n+3, 1)+`
				WHERE state < 2 AND state = 0 AND root <> '' AND root IN (`+marks(1, n)+`) RETURNING id`, append(chunk, int(state), class, now)...)
			if err != nil {
				return err
			}
			next = append(next, ids...)
		}
		roots = next
	}
	return nil
}

// idsOf gives the ids that a query gives.
func idsOf(ctx context.Context, tx *sql.Tx, query string, args ...any) ([]string, error) {
	var ids []string
	err := each(ctx, tx, query, args, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, err
}
