package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

var (
	// ErrLost means that somebody else has, or may have, the delivery or the
	// subscription that the caller had a lease on, or that it was changed since.
	ErrLost = errors.New("the lease is lost")
	// ErrDecided means that the slot was decided before.
	ErrDecided = errors.New("the slot was decided before")
)

// Slot is one planned time of a subscription.
type Slot struct {
	Subscription string
	Local        string // local date and time; a subscription has each once
	Planned      time.Time
	Late         bool // it is caught up
	Skipped      int  // slots before it that are said no more
}

// ClaimSubscriptions gives at most so many subscriptions whose time has come,
// with what they said last. Nobody else gets them until the lease ends.
func (s *Store) ClaimSubscriptions(ctx context.Context, owner string, limit int, lease time.Duration, now time.Time) ([]Subscription, error) {
	var claimed []Subscription
	var until int64
	err := s.write(ctx, func(tx *sql.Tx, unsure bool) error {
		if unsure && len(claimed) > 0 {
			ids := make([]string, len(claimed))
			for i, sub := range claimed {
				ids[i] = sub.ID
			}
			counted, err := s.claimedBefore(ctx, tx, ids, owner, until)
			if err != nil || len(counted) > 0 {
				claimed = counted
				return err
			}
		}
		clock, err := s.clock(ctx, tx, now)
		if err != nil {
			return err
		}
		until = s.leaseEnd(clock, clock+lease.Milliseconds())
		_, err = tx.ExecContext(ctx, `UPDATE subscriptions SET lease_owner = $1, lease_until = $2
			WHERE id IN (SELECT id FROM subscriptions WHERE paused = 0 AND next_at <= $3 AND lease_until <= $4 ORDER BY next_at, id LIMIT $5)
			AND paused = 0 AND next_at <= $3 AND lease_until <= $4`, owner, until, ms(now), clock, limit)
		if err != nil {
			return err
		}
		claimed, err = s.claimedSubscriptions(ctx, tx, owner, until)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim subscriptions: %w", err)
	}
	return claimed, nil
}

// claimedBefore waits for a commit that may still be under way, and gives what
// it claimed.
func (s *Store) claimedBefore(ctx context.Context, tx *sql.Tx, ids []string, owner string, until int64) ([]Subscription, error) {
	for _, chunk := range chunks(ids) {
		err := each(ctx, tx, `SELECT id FROM subscriptions s WHERE id IN (`+marks(1, len(chunk))+`) ORDER BY id`+s.forUpdate("s"),
			chunk, func(*sql.Rows) error { return nil })
		if err != nil {
			return nil, err
		}
	}
	return s.claimedSubscriptions(ctx, tx, owner, until)
}

func (s *Store) claimedSubscriptions(ctx context.Context, tx *sql.Tx, owner string, until int64) ([]Subscription, error) {
	var all []Subscription
	err := each(ctx, tx, `SELECT `+subscriptionColumns+`, packed, said, said_sum FROM subscriptions
		WHERE lease_until = $1 AND lease_owner = $2 ORDER BY next_at, id`, []any{until, owner}, func(rows *sql.Rows) error {
		var packed int
		var said []byte
		var sum int64
		sub, err := scanSubscription(rows, &packed, &said, &sum)
		if err == nil && sum != 0 {
			if sub.Said, err = s.unpacked(packed, said, sum); err != nil {
				// The others must not wait for it, nor it for what it cannot compare.
				s.log.Error("what a digest said last is damaged; its next one compares with nothing", "subscription", sub.ID, "err", err)
				sub.Said, err = nil, nil
			}
		}
		all = append(all, sub)
		return err
	})
	return all, err
}

// Reschedule says that a subscription which owner has a lease on has nothing to
// say now, and ends the lease. [ErrLost]: owner has it no more.
func (s *Store) Reschedule(ctx context.Context, id, owner string, cursor, next time.Time) error {
	id = text(id)
	err := s.write(ctx, func(tx *sql.Tx, unsure bool) error {
		sub, ok, err := s.lockSubscription(ctx, tx, id)
		if err != nil {
			return err
		}
		n, err := changed(ctx, tx, `UPDATE subscriptions SET cursor_at = $1, next_at = $2, lease_owner = '', lease_until = 0
			WHERE id = $3 AND lease_owner = $4 AND lease_until > 0`, ms(cursor), ms(next), id, text(owner))
		counted := unsure && ok && ms(sub.Cursor) == ms(cursor) && ms(sub.NextAt) == ms(next)
		if err == nil && n == 0 && !counted {
			err = ErrLost
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("reschedule subscription: %w", err)
	}
	return nil
}

// Decide writes down what a slot says, all or nothing: the slot itself, its
// deliveries, which may be none, and what was said, which stays as it was where
// said is nil. It moves the subscription on to next and ends owner's lease. What
// the subscription was about to say before is superseded by the deliveries.
//
// [ErrDecided]: the slot was decided before; nothing is written but that the
// subscription moves on. [ErrLost]: owner has the subscription no more.
func (s *Store) Decide(ctx context.Context, owner string, slot Slot, next time.Time, said []byte, saidAt time.Time, rows []Delivery, now time.Time) error {
	slot.Subscription, slot.Local = text(slot.Subscription), text(slot.Local)
	d := &decision{owner: text(owner), slot: slot, next: next, said: said, saidAt: saidAt, rows: storedRows(rows, now), now: now, act: rand.Text()}
	err := s.write(ctx, func(tx *sql.Tx, unsure bool) error { return s.decide(ctx, tx, d, unsure) })
	if err == nil && d.before {
		err = ErrDecided
	}
	if err != nil {
		return fmt.Errorf("decide slot: %w", err)
	}
	return nil
}

// decision is a slot on its way into the tables.
type decision struct {
	owner  string
	slot   Slot
	next   time.Time
	said   []byte
	saidAt time.Time
	rows   []Delivery
	now    time.Time
	act    string
	before bool // the slot was decided before
}

func (s *Store) decide(ctx context.Context, tx *sql.Tx, d *decision, unsure bool) error {
	leased, err := s.leasedBy(ctx, tx, d.slot.Subscription, d.owner)
	if err != nil {
		return err
	}
	if unsure {
		counted, err := d.counted(ctx, tx)
		if err != nil || counted || d.before && !leased {
			return err
		}
	}
	if !leased {
		return ErrLost
	}
	n, err := changed(ctx, tx, `INSERT INTO slots (subscription, local_at, planned, late, skipped, decided, act)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		d.slot.Subscription, d.slot.Local, ms(d.slot.Planned), flag(d.slot.Late), d.slot.Skipped, ms(d.now), d.act)
	if err != nil {
		return err
	}
	if d.before = n == 0; d.before {
		return d.moveOn(ctx, tx)
	}
	if d.said != nil {
		packed, stored, err := s.pack.packed(d.said)
		if err != nil {
			return err
		}
		if err := say(ctx, tx, d.slot.Subscription, packed, stored, bodySum(d.said), ms(d.saidAt)); err != nil {
			return err
		}
	}
	if err := d.moveOn(ctx, tx); err != nil {
		return err
	}
	for _, row := range d.rows { // also in a channel that it was in before
		if row.Kind == NewMessage && row.Topic != "" {
			if err := s.supersedeTopic(ctx, tx, row.Topic, classNewer, ms(d.now)); err != nil {
				return err
			}
		}
	}
	return s.enqueue(ctx, tx, d.rows, ms(d.now))
}

// leasedBy reports whether owner has a lease on a subscription, whose row is
// then locked.
func (s *Store) leasedBy(ctx context.Context, tx *sql.Tx, id, owner string) (bool, error) {
	var holder string
	var until int64
	err := tx.QueryRowContext(ctx, `SELECT lease_owner, lease_until FROM subscriptions s WHERE id = $1`+s.forUpdate("s"), id).Scan(&holder, &until)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return until > 0 && holder == owner, err
}

// counted reports whether a commit of this decision counted.
func (d *decision) counted(ctx context.Context, tx *sql.Tx) (bool, error) {
	var act string
	err := tx.QueryRowContext(ctx, `SELECT act FROM slots WHERE subscription = $1 AND local_at = $2`, d.slot.Subscription, d.slot.Local).Scan(&act)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return act == d.act, err
}

// moveOn has the subscription look for the slot after this one.
func (d *decision) moveOn(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `UPDATE subscriptions SET cursor_at = $1, next_at = $2, lease_owner = '', lease_until = 0 WHERE id = $3`,
		ms(d.slot.Planned), ms(d.next), d.slot.Subscription)
	return err
}

func say(ctx context.Context, tx *sql.Tx, id string, packed int, said []byte, sum, when int64) error {
	_, err := tx.ExecContext(ctx, `UPDATE subscriptions SET packed = $1, said = $2, said_sum = $3, said_at = $4 WHERE id = $5`,
		packed, said, sum, when, id)
	return err
}
