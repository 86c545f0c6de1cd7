package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// outcome has do change a delivery that owner has under way, once. [ErrLost]:
// owner has it no more.
func (s *Store) outcome(ctx context.Context, id, owner string, do func(tx *sql.Tx, d *delivery) error) error {
	id, owner = text(id), text(owner)
	act := rand.Text()
	return s.write(ctx, func(tx *sql.Tx, unsure bool) error {
		d, err := s.lockDelivery(ctx, tx, id)
		if err != nil {
			return err
		}
		if unsure && d.act == act {
			return nil // the commit counted
		}
		if d.State != Sending || d.leaseOwner != owner || d.leaseUntil == 0 {
			return ErrLost
		}
		d.act = act
		if err := do(tx, d); err != nil {
			return err
		}
		return d.save(ctx, tx)
	})
}

// lockDelivery reads a delivery whose channel nobody else takes from until the
// transaction ends.
func (s *Store) lockDelivery(ctx context.Context, tx *sql.Tx, id string) (*delivery, error) {
	for channel := ""; ; {
		found, err := deliveriesOf(ctx, tx, `d.id = $1`+s.forUpdateIf(channel != "", "d"), id)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, ErrLost
		}
		if found[0].Channel == channel {
			return &found[0], nil
		}
		channel = found[0].Channel
		if err := s.lockChannels(ctx, tx, []string{channel}); err != nil {
			return nil, err
		}
	}
}

func (s *Store) forUpdateIf(is bool, table string) string {
	if !is {
		return ""
	}
	return s.forUpdate(table)
}

// free ends the lease.
func (d *delivery) free() { d.leaseOwner, d.leaseUntil = "", 0 }

// end brings a delivery to its end, and with it what depends on it.
func (d *delivery) end(ctx context.Context, tx *sql.Tx, state DeliveryState, class string, now time.Time) error {
	d.State, d.Class, d.ended = state, text(class), ms(now)
	d.free()
	if state == Sent {
		return nil
	}
	return endDependents(ctx, tx, []string{d.ID}, state, d.Class, d.ended)
}

// again makes a delivery pending once more, unless something newer came
// meanwhile.
func (d *delivery) again(ctx context.Context, tx *sql.Tx, class string, next, now time.Time) error {
	if d.replaced != 0 {
		return d.end(ctx, tx, Superseded, classNewer, now)
	}
	d.State, d.Class, d.NextAt = Pending, text(class), next
	d.free()
	return nil
}

// Attempt says that a delivery is sent again after a look-up that did not find
// it, and renews the lease. [ErrLost]: owner has it no more, or its lease has
// ended, or it has expired, also because something newer came meanwhile.
func (s *Store) Attempt(ctx context.Context, id, owner string, now time.Time) error {
	expired := false
	err := s.outcome(ctx, id, owner, func(tx *sql.Tx, d *delivery) error {
		clock, err := s.clock(ctx, tx, now)
		if err != nil {
			return err
		}
		if d.leaseUntil <= clock {
			return ErrLost
		}
		if expired = !d.Expires.IsZero() && !d.Expires.After(now); expired {
			d.free() // for the next look-up, which ends it
			return nil
		}
		d.AttemptAt, d.leaseUntil = at(clock), s.leaseEnd(clock, clock+d.leaseMS)
		d.Attempts++
		return nil
	})
	if err == nil && expired {
		err = ErrLost
	}
	if err != nil {
		return fmt.Errorf("attempt delivery: %w", err)
	}
	return nil
}

// Sent says that a delivery is in the channel, as the message ts. [ErrLost]:
// owner has it no more.
func (s *Store) Sent(ctx context.Context, id, owner, ts string, now time.Time) error {
	err := s.outcome(ctx, id, owner, func(tx *sql.Tx, d *delivery) error {
		d.TS = text(ts)
		if _, err := tx.ExecContext(ctx, `UPDATE lanes SET told = '', since = 0 WHERE channel = $1 AND since > 0 AND parked = 0`, d.Channel); err != nil {
			return err
		}
		return d.end(ctx, tx, Sent, "", now)
	})
	if err != nil {
		return fmt.Errorf("delivery sent: %w", err)
	}
	return nil
}

// Again says that Slack surely did not take a delivery: it goes again from next
// on, and with lane the whole channel waits until then. [ErrLost]: owner has it
// no more.
func (s *Store) Again(ctx context.Context, id, owner, class string, next time.Time, lane bool, now time.Time) error {
	err := s.outcome(ctx, id, owner, func(tx *sql.Tx, d *delivery) error {
		if lane {
			if _, err := tx.ExecContext(ctx, `UPDATE lanes SET next_at = $1 WHERE channel = $2 AND next_at < $1`, ms(next), d.Channel); err != nil {
				return err
			}
		}
		return d.again(ctx, tx, class, next, now)
	})
	if err != nil {
		return fmt.Errorf("delivery again: %w", err)
	}
	return nil
}

// longestUnsure bounds how long a look-up that failed waits for the next.
const longestUnsure = time.Minute

// Unsure says that nobody knows what became of a delivery. [Store.ClaimUnsure]
// gives it when its time has come; after a look-up that failed, that is later
// each time. [ErrLost]: owner has it no more.
func (s *Store) Unsure(ctx context.Context, id, owner, class string, now time.Time) error {
	err := s.outcome(ctx, id, owner, func(tx *sql.Tx, d *delivery) error {
		clock, err := s.clock(ctx, tx, now)
		if err != nil {
			return err
		}
		wait := min(max(0, at(clock).Sub(d.AttemptAt)/4), longestUnsure)
		d.Class, d.NextAt = text(class), now.Add(wait)
		d.free()
		return nil
	})
	if err != nil {
		return fmt.Errorf("delivery unsure: %w", err)
	}
	return nil
}

// SetFile keeps the id of the file that was uploaded for a delivery, which goes
// on. [ErrLost]: owner has it no more.
func (s *Store) SetFile(ctx context.Context, id, owner, file string) error {
	err := s.outcome(ctx, id, owner, func(_ *sql.Tx, d *delivery) error {
		d.File = text(file)
		return nil
	})
	if err != nil {
		return fmt.Errorf("file of delivery: %w", err)
	}
	return nil
}

// Supersede says that a delivery need not be sent any more. [ErrLost]: owner has
// it no more.
func (s *Store) Supersede(ctx context.Context, id, owner, class string, now time.Time) error {
	err := s.outcome(ctx, id, owner, func(tx *sql.Tx, d *delivery) error { return d.end(ctx, tx, Superseded, class, now) })
	if err != nil {
		return fmt.Errorf("supersede delivery: %w", err)
	}
	return nil
}

// Die says that a delivery cannot be delivered, and what depends on it neither.
// [ErrLost]: owner has it no more.
func (s *Store) Die(ctx context.Context, id, owner, class string, now time.Time) error {
	err := s.outcome(ctx, id, owner, func(tx *sql.Tx, d *delivery) error { return d.end(ctx, tx, Dead, class, now) })
	if err != nil {
		return fmt.Errorf("dead delivery: %w", err)
	}
	return nil
}

// Replace says that the message which a delivery is about is gone: with posts it
// anew, in the same channel, and what was about the old message is about that
// one, also what is put in later. An edit is superseded by it. Where the message
// was posted anew already, with is not needed. [ErrLost]: owner has the delivery
// no more.
func (s *Store) Replace(ctx context.Context, id, owner string, with Delivery, now time.Time) error {
	err := s.outcome(ctx, id, owner, func(tx *sql.Tx, d *delivery) error {
		if d.Root == "" {
			return errors.New("it is about no message")
		}
		heir, err := s.heirOf(ctx, tx, d, with, now)
		if err != nil {
			return err
		}
		if d.Kind == EditMessage {
			return d.end(ctx, tx, Superseded, classNewer, now)
		}
		d.Root = heir
		return d.again(ctx, tx, classNewer, now, now)
	})
	if err != nil {
		return fmt.Errorf("replace message: %w", err)
	}
	return nil
}

// heirOf gives the delivery that posts the message of d anew, which with becomes
// where there is none.
func (s *Store) heirOf(ctx context.Context, tx *sql.Tx, d *delivery, with Delivery, now time.Time) (string, error) {
	old := d.Root
	root, err := rootOf(ctx, tx, old)
	if err != nil || root.ID != old {
		return root.ID, err
	}
	with.Kind, with.Channel, with.Root = NewMessage, d.Channel, ""
	rows := storedRows([]Delivery{with}, now)
	if err := s.enqueue(ctx, tx, rows, ms(now)); err != nil {
		return "", err
	}
	heirs, err := idsOf(ctx, tx, `SELECT id FROM deliveries WHERE dedup_key = $1`, rows[0].Key)
	if err != nil {
		return "", err
	}
	if len(heirs) == 0 {
		return "", errors.New("the new message has the id of another")
	}
	if _, err := tx.ExecContext(ctx, `UPDATE deliveries SET heir = $1 WHERE id = $2`, heirs[0], old); err != nil {
		return "", err
	}
	_, err = tx.ExecContext(ctx, `UPDATE deliveries SET root = $1 WHERE root = $2 AND root <> '' AND state < 2 AND state = 0`, heirs[0], old)
	return heirs[0], err
}

// CountDouble counts that a delivery is sent again though the first may have
// arrived. [ErrLost]: owner has it no more.
func (s *Store) CountDouble(ctx context.Context, id, owner string) error {
	err := s.outcome(ctx, id, owner, func(tx *sql.Tx, _ *delivery) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO totals (name, n) VALUES ('doubles', 1) ON CONFLICT (name) DO UPDATE SET n = totals.n + 1`)
		return err
	})
	if err != nil {
		return fmt.Errorf("count possible double: %w", err)
	}
	return nil
}
