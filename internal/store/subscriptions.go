package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// ConfigSubscription is the id of the one subscription that the configuration
// makes.
const ConfigSubscription = "config"

// Subscription is a digest that a channel gets by a schedule.
type Subscription struct {
	ID, Channel string
	Customer    string // id; empty: all customers that the channel may see
	Schedule    string // in words, as the schedule writes itself
	Zone        string // IANA name
	OnlyChanges bool   // post only when something changed

	By      string // the user who made it; empty: by configuration
	Created time.Time
	Config  bool // made by configuration; its id is [ConfigSubscription]

	Paused   time.Time // since when it says nothing; zero: it runs
	PausedBy string

	Cursor time.Time // planned time of the last slot that was said, or when it was made, changed or resumed
	NextAt time.Time // when to look again

	SaidAt time.Time // when the last digest was made; zero: none was
	Said   []byte    // what it said, as the digests wrote it
}

// SaveSubscription makes a subscription, or changes the one that has its id. A
// change keeps who made it and when, whether it is paused, and what was said
// last. Without a change nothing happens, so that the configuration may be saved
// at every start. Where Cursor or NextAt are zero they are now. What another
// channel or another customer was about to be told is superseded.
func (s *Store) SaveSubscription(ctx context.Context, sub Subscription, by string, now time.Time) error {
	sub = sub.stored(now)
	entry := Entry{At: now, Who: by, Action: ActionSubscribe, Channel: sub.Channel, Customer: sub.Customer, After: sub.rule()}
	err := s.audited(ctx, entry, func(tx *sql.Tx, e *Entry, _ bool) (bool, error) {
		if sub.ID == "" || sub.Channel == "" {
			return false, errors.New("no id or no channel is named")
		}
		old, ok, err := s.lockSubscription(ctx, tx, sub.ID)
		if err != nil {
			return false, err
		}
		if !ok {
			return true, insertSubscription(ctx, tx, sub)
		}
		if old.Channel == sub.Channel && old.rule() == sub.rule() {
			return false, nil
		}
		e.Before = old.rule()
		if old.Channel != sub.Channel || !sameID(old.Customer, sub.Customer) {
			if err := s.supersedeTopic(ctx, tx, DigestTopic(sub.ID), "changed", ms(now)); err != nil {
				return false, err
			}
		}
		// Whoever decides by the old rule loses it.
		_, err = tx.ExecContext(ctx, `UPDATE subscriptions SET channel = $1, customer = $2, customer_key = $3, schedule = $4, zone = $5,
			only_changes = $6, cursor_at = $7, next_at = $8, lease_owner = '', lease_until = 0 WHERE id = $9`,
			sub.Channel, sub.Customer, fold(sub.Customer), sub.Schedule, sub.Zone, flag(sub.OnlyChanges), ms(sub.Cursor), ms(sub.NextAt), sub.ID)
		return true, err
	})
	if err != nil {
		return fmt.Errorf("save subscription: %w", err)
	}
	return nil
}

// DeleteSubscription ends a subscription and gives it as it was, without what it
// said. What it was about to say is superseded. False: there is none.
func (s *Store) DeleteSubscription(ctx context.Context, id, by string, now time.Time) (Subscription, bool, error) {
	id = text(id)
	var old Subscription
	did := false
	err := s.audited(ctx, Entry{At: now, Who: by, Action: ActionUnsubscribe}, func(tx *sql.Tx, e *Entry, unsure bool) (bool, error) {
		sub, ok, err := s.lockSubscription(ctx, tx, id)
		if did = ok || unsure && did; err != nil || !ok {
			return false, err
		}
		old = sub
		e.Channel, e.Customer, e.Before = sub.Channel, sub.Customer, sub.rule()
		return true, s.dropSubscription(ctx, tx, id, "unsubscribed", ms(now))
	})
	if err != nil {
		return Subscription{}, false, fmt.Errorf("delete subscription: %w", err)
	}
	if !did {
		return Subscription{}, false, nil
	}
	return old, true, nil
}

// PauseSubscription has a subscription say nothing, or go on. One that goes on
// is looked at next, and says nothing of the time before now. False: it was so
// already, or there is none.
func (s *Store) PauseSubscription(ctx context.Context, id, by string, pause bool, next, now time.Time) (bool, error) {
	id = text(id)
	did := false
	entry := Entry{At: now, Who: by, Action: ActionResume}
	if pause {
		entry.Action = ActionPause
	}
	err := s.audited(ctx, entry, func(tx *sql.Tx, e *Entry, unsure bool) (bool, error) {
		sub, ok, err := s.lockSubscription(ctx, tx, id)
		if err != nil {
			return false, err
		}
		if !ok || sub.Paused.IsZero() != pause {
			did = did && unsure
			return false, nil
		}
		did = true
		e.Channel, e.Customer, e.After = sub.Channel, sub.Customer, sub.rule()
		if pause {
			_, err = tx.ExecContext(ctx, `UPDATE subscriptions SET paused = $1, paused_by = $2, lease_owner = '', lease_until = 0 WHERE id = $3`,
				ms(now), text(by), id)
			return true, err
		}
		_, err = tx.ExecContext(ctx, `UPDATE subscriptions SET paused = 0, paused_by = '', cursor_at = $1, next_at = $2 WHERE id = $3`,
			ms(now), ms(next), id)
		return true, err
	})
	if err != nil {
		return false, fmt.Errorf("pause subscription: %w", err)
	}
	return did, nil
}

// Subscription gives one, without what it said. False: there is none.
func (s *Store) Subscription(ctx context.Context, id string) (Subscription, bool, error) {
	all, err := s.subscriptions(ctx, `WHERE id = $1`, text(id))
	if err != nil || len(all) == 0 {
		return Subscription{}, false, err
	}
	return all[0], true, nil
}

// Subscriptions gives those of a channel, or of all channels where it is empty,
// without what they said, the oldest first.
func (s *Store) Subscriptions(ctx context.Context, channel string) ([]Subscription, error) {
	if channel == "" {
		return s.subscriptions(ctx, ``)
	}
	return s.subscriptions(ctx, `WHERE channel = $1`, text(channel))
}

func (s *Store) subscriptions(ctx context.Context, where string, args ...any) ([]Subscription, error) {
	var all []Subscription
	err := s.read(ctx, func(tx *sql.Tx) (err error) {
		all, err = subscriptionsOf(ctx, tx, where+` ORDER BY created, id`, args...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("subscriptions: %w", err)
	}
	return all, nil
}

// stored is a subscription as it comes back.
func (sub Subscription) stored(now time.Time) Subscription {
	if sub.Config {
		sub.ID = ConfigSubscription
	}
	for _, field := range []*string{&sub.ID, &sub.Channel, &sub.Customer, &sub.Schedule, &sub.Zone, &sub.By, &sub.PausedBy} {
		*field = text(*field)
	}
	for _, field := range []*time.Time{&sub.Created, &sub.Cursor, &sub.NextAt} {
		if field.IsZero() {
			*field = now
		}
	}
	return sub
}

// rule is what the audit says of a subscription.
func (sub Subscription) rule() string {
	r := ruleJSON{Schedule: sub.Schedule, Zone: sub.Zone, OnlyChanges: sub.OnlyChanges}
	if sub.Customer != "" {
		r.Customers = []string{sub.Customer}
	}
	return asJSON(r)
}

const subscriptionColumns = `id, channel, customer, schedule, zone, only_changes, made_by, created, paused, paused_by, cursor_at, next_at, said_at`

func subscriptionsOf(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]Subscription, error) {
	var all []Subscription
	err := each(ctx, tx, `SELECT `+subscriptionColumns+` FROM subscriptions s `+where, args, func(rows *sql.Rows) error {
		sub, err := scanSubscription(rows)
		all = append(all, sub)
		return err
	})
	return all, err
}

func scanSubscription(rows *sql.Rows, more ...any) (Subscription, error) {
	var sub Subscription
	var only int
	var created, paused, cursor, next, said int64
	err := rows.Scan(append([]any{
		&sub.ID, &sub.Channel, &sub.Customer, &sub.Schedule, &sub.Zone, &only, &sub.By, &created,
		&paused, &sub.PausedBy, &cursor, &next, &said,
	}, more...)...)
	sub.OnlyChanges, sub.Config = only == 1, sub.ID == ConfigSubscription
	sub.Created, sub.Paused, sub.Cursor, sub.NextAt, sub.SaidAt = at(created), at(paused), at(cursor), at(next), at(said)
	return sub, err
}

// lockSubscription reads one that nobody else changes until the transaction
// ends.
func (s *Store) lockSubscription(ctx context.Context, tx *sql.Tx, id string) (Subscription, bool, error) {
	all, err := subscriptionsOf(ctx, tx, `WHERE id = $1`+s.forUpdate("s"), id)
	if err != nil || len(all) == 0 {
		return Subscription{}, false, err
	}
	return all[0], true, nil
}

func insertSubscription(ctx context.Context, tx *sql.Tx, sub Subscription) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO subscriptions (`+subscriptionColumns+`, customer_key, packed, said, said_sum, lease_owner, lease_until)
		VALUES (`+marks(1, 13)+`, $14, 0, $15, 0, '', 0)`,
		sub.ID, sub.Channel, sub.Customer, sub.Schedule, sub.Zone, flag(sub.OnlyChanges), sub.By, ms(sub.Created),
		ms(sub.Paused), sub.PausedBy, ms(sub.Cursor), ms(sub.NextAt), 0, fold(sub.Customer), []byte{})
	return err
}

// dropSubscription deletes one, and what it was about to say.
func (s *Store) dropSubscription(ctx context.Context, tx *sql.Tx, id, class string, now int64) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM subscriptions WHERE id = $1`, id); err != nil {
		return err
	}
	return s.supersedeTopic(ctx, tx, DigestTopic(id), class, now)
}
