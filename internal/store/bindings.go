package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Binding is what a channel may show: all customers, a list of them, or those
// whose names fit a pattern. One that says none of these shows nobody: a list
// becomes so when its last customer is forgotten.
type Binding struct {
	Channel   string // id
	All       bool
	Customers []string // ids, in order
	Pattern   string

	By        string    // the user who bound it; empty: the bot, from a file
	At        time.Time // when; it tells one binding of a channel from the next
	Confirmed bool      // bound while the channel was shared with another organisation

	Suspended time.Time // since when it shows nothing; zero: it holds
	Why       string    // it is suspended
}

// suspended reports whether it shows nothing.
func (b Binding) suspended() bool { return !b.Suspended.IsZero() }

// SetBinding binds a channel, in place of what it was bound to. The audit says
// so as an act of b.By at b.At.
func (s *Store) SetBinding(ctx context.Context, b Binding) error {
	b = b.stored()
	entry := Entry{At: b.At, Who: b.By, Action: ActionBind, Channel: b.Channel, Customer: b.only(), After: b.rule()}
	err := s.audited(ctx, entry, func(tx *sql.Tx, e *Entry, _ bool) (bool, error) {
		if err := s.alone(ctx, tx); err != nil {
			return false, err
		}
		old, ok, err := binding(ctx, tx, b.Channel)
		if err != nil {
			return false, err
		}
		if ok {
			e.Before = old.rule()
		}
		return true, writeBinding(ctx, tx, b)
	})
	if err != nil {
		return fmt.Errorf("bind channel: %w", err)
	}
	return nil
}

// Binding gives what a channel is bound to, and false where it is not.
func (s *Store) Binding(ctx context.Context, channel string) (Binding, bool, error) {
	var b Binding
	var ok bool
	err := s.read(ctx, func(tx *sql.Tx) (err error) {
		b, ok, err = binding(ctx, tx, text(channel))
		return err
	})
	if err != nil {
		return Binding{}, false, fmt.Errorf("binding: %w", err)
	}
	return b, ok, nil
}

// Bindings gives all bindings, in the order of the channels' ids.
func (s *Store) Bindings(ctx context.Context) ([]Binding, error) {
	var all []Binding
	err := s.read(ctx, func(tx *sql.Tx) (err error) {
		all, err = bindings(ctx, tx, ``)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("bindings: %w", err)
	}
	return all, nil
}

// DeleteBinding ends a channel's binding, as an act of by. False: there is
// none.
func (s *Store) DeleteBinding(ctx context.Context, channel, by string, now time.Time) (bool, error) {
	channel = text(channel)
	gone := false
	entry := Entry{At: now, Who: by, Action: ActionUnbind, Channel: channel}
	err := s.audited(ctx, entry, func(tx *sql.Tx, e *Entry, unsure bool) (bool, error) {
		if err := s.alone(ctx, tx); err != nil {
			return false, err
		}
		old, ok, err := binding(ctx, tx, channel)
		if gone = ok || unsure && gone; err != nil || !ok {
			return false, err
		}
		e.Customer, e.Before = old.only(), old.rule()
		return true, dropBinding(ctx, tx, channel)
	})
	if err != nil {
		return false, fmt.Errorf("unbind channel: %w", err)
	}
	return gone, nil
}

// KeepBinding binds a channel that is not bound, as [Store.SetBinding] does.
// False: it is bound, and stays so.
func (s *Store) KeepBinding(ctx context.Context, b Binding) (bool, error) {
	b = b.stored()
	did := false
	entry := Entry{At: b.At, Who: b.By, Action: ActionBind, Channel: b.Channel, Customer: b.only(), After: b.rule()}
	err := s.audited(ctx, entry, func(tx *sql.Tx, _ *Entry, unsure bool) (bool, error) {
		if err := s.alone(ctx, tx); err != nil {
			return false, err
		}
		_, ok, err := binding(ctx, tx, b.Channel)
		if err != nil {
			return false, err
		}
		if did = !ok || unsure && did; ok {
			return false, nil
		}
		return true, writeBinding(ctx, tx, b)
	})
	if err != nil {
		return false, fmt.Errorf("keep binding: %w", err)
	}
	return did, nil
}

// MoveBinding follows a channel to its new id: what it was bound to, whether
// that was confirmed and whether it is suspended stay. Where the new id is
// bound, that counts, and the old binding ends. False: the old id is not bound.
// Bound or not, its subscriptions follow too, and what is to be sent there.
func (s *Store) MoveBinding(ctx context.Context, old, channel string, now time.Time) (bool, error) {
	old, channel = text(old), text(channel)
	moved := false
	entry := Entry{At: now, Action: ActionMove, Channel: channel, Before: quotedJSON(old)}
	err := s.audited(ctx, entry, func(tx *sql.Tx, e *Entry, unsure bool) (bool, error) {
		if err := s.alone(ctx, tx); err != nil {
			return false, err
		}
		if err := s.moveDeliveries(ctx, tx, old, channel); err != nil {
			return false, err
		}
		b, ok, err := binding(ctx, tx, old)
		if moved = ok || unsure && moved; err != nil || !ok || old == channel {
			return false, err
		}
		_, taken, err := binding(ctx, tx, channel)
		if err != nil {
			return false, err
		}
		e.Customer = b.only()
		if taken {
			e.Action, e.Channel, e.Before = ActionUnbind, old, b.rule()
			return true, dropBinding(ctx, tx, old)
		}
		b.Channel, e.After = channel, b.rule()
		if err := writeBinding(ctx, tx, b); err != nil {
			return false, err
		}
		return true, dropBinding(ctx, tx, old)
	})
	if err != nil {
		return false, fmt.Errorf("move binding: %w", err)
	}
	return moved, nil
}

// SuspendBinding has a channel show nothing until it is bound anew. b is the
// binding as it was read, or that of a file where the store has none; if the
// channel was bound or unbound since, nothing happens. True: this call
// suspended it, which of all calls for one binding only one does.
func (s *Store) SuspendBinding(ctx context.Context, b Binding, why string, now time.Time) (bool, error) {
	b = b.stored()
	b.Suspended, b.Why = at(ms(now)), text(why)
	did := false
	entry := Entry{At: now, Action: ActionSuspend, Channel: b.Channel, Customer: b.only(), Before: b.rule(), After: quotedJSON(b.Why)}
	err := s.audited(ctx, entry, func(tx *sql.Tx, _ *Entry, unsure bool) (bool, error) {
		if err := s.alone(ctx, tx); err != nil {
			return false, err
		}
		old, ok, err := binding(ctx, tx, b.Channel)
		if err != nil {
			return false, err
		}
		same := ok && old.At.Equal(b.At) || !ok && b.At.IsZero()
		if ok && old.suspended() || !same {
			did = did && unsure
			return false, nil
		}
		did = true
		return true, writeBinding(ctx, tx, b)
	})
	if err != nil {
		return false, fmt.Errorf("suspend binding: %w", err)
	}
	return did, nil
}

// LapseBinding ends that a binding was confirmed for a shared channel, which is
// shared no longer. b is the binding as it was read; if the channel was bound or
// unbound since, nothing happens. True: this call ended it.
func (s *Store) LapseBinding(ctx context.Context, b Binding, now time.Time) (bool, error) {
	b = b.stored()
	did := false
	entry := Entry{At: now, Action: ActionLapse, Channel: b.Channel}
	err := s.audited(ctx, entry, func(tx *sql.Tx, e *Entry, unsure bool) (bool, error) {
		if err := s.alone(ctx, tx); err != nil {
			return false, err
		}
		old, ok, err := binding(ctx, tx, b.Channel)
		if err != nil {
			return false, err
		}
		if !ok || !old.Confirmed || !old.At.Equal(b.At) {
			did = did && unsure
			return false, nil
		}
		did, old.Confirmed = true, false
		e.Customer, e.Before, e.After = old.only(), old.rule(), old.rule()
		return true, writeBinding(ctx, tx, old)
	})
	if err != nil {
		return false, fmt.Errorf("lapse binding: %w", err)
	}
	return did, nil
}

// stored is a binding as it comes back.
func (b Binding) stored() Binding {
	b.Channel, b.Pattern, b.By, b.Why = text(b.Channel), text(b.Pattern), text(b.By), text(b.Why)
	b.At, b.Suspended = at(ms(b.At)), at(ms(b.Suspended))
	b.Customers = slices.Clone(b.Customers)
	for i := range b.Customers {
		b.Customers[i] = text(b.Customers[i])
	}
	sortIDs(b.Customers)
	b.Customers = slices.CompactFunc(b.Customers, sameID)
	b.Customers = slices.DeleteFunc(b.Customers, func(id string) bool { return fold(id) == "" })
	if len(b.Customers) == 0 {
		b.Customers = nil
	}
	return b
}

// sortIDs sorts ids as they are compared, and those that differ in case only
// among themselves.
func sortIDs(ids []string) {
	slices.SortFunc(ids, func(a, b string) int {
		return cmp.Or(cmp.Compare(fold(a), fold(b)), cmp.Compare(a, b))
	})
}

func sameID(a, b string) bool { return fold(a) == fold(b) }

// only is the customer of a list of one.
func (b Binding) only() string {
	if b.All || b.Pattern != "" || len(b.Customers) != 1 {
		return ""
	}
	return b.Customers[0]
}

func binding(ctx context.Context, tx *sql.Tx, channel string) (Binding, bool, error) {
	all, err := bindings(ctx, tx, ` WHERE channel = $1`, channel)
	if err != nil || len(all) == 0 {
		return Binding{}, false, err
	}
	return all[0], true, nil
}

// bindings reads bindings with their lists.
func bindings(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]Binding, error) {
	var all []Binding
	err := each(ctx, tx, `SELECT channel, everyone, pattern, bound_by, bound_at, confirmed, suspended, why FROM bindings`+where+` ORDER BY channel`,
		args, func(rows *sql.Rows) error {
			var b Binding
			var everyone, confirmed int
			var bound, suspended int64
			err := rows.Scan(&b.Channel, &everyone, &b.Pattern, &b.By, &bound, &confirmed, &suspended, &b.Why)
			b.All, b.Confirmed, b.At, b.Suspended = everyone == 1, confirmed == 1, at(bound), at(suspended)
			all = append(all, b)
			return err
		})
	if err != nil {
		return nil, err
	}
	places := make(map[string]int, len(all))
	for i, b := range all {
		places[b.Channel] = i
	}
	err = each(ctx, tx, `SELECT channel, customer FROM binding_customers`+where+` ORDER BY channel, customer_key`, args,
		func(rows *sql.Rows) error {
			var channel, customer string
			err := rows.Scan(&channel, &customer)
			if i, ok := places[channel]; ok {
				all[i].Customers = append(all[i].Customers, customer)
			}
			return err
		})
	for i := range all { // the databases sort as their locale does
		sortIDs(all[i].Customers)
	}
	slices.SortFunc(all, func(a, b Binding) int { return strings.Compare(a.Channel, b.Channel) })
	return all, err
}

func writeBinding(ctx context.Context, tx *sql.Tx, b Binding) error {
	if b.Channel == "" {
		return errors.New("no channel is named")
	}
	if err := dropBinding(ctx, tx, b.Channel); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO bindings (channel, everyone, pattern, bound_by, bound_at, confirmed, suspended, why)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		b.Channel, flag(b.All), b.Pattern, b.By, ms(b.At), flag(b.Confirmed), ms(b.Suspended), b.Why)
	if err != nil {
		return err
	}
	rows := make([][]any, len(b.Customers))
	for i, customer := range b.Customers {
		rows[i] = []any{b.Channel, customer, fold(customer)}
	}
	return insert(ctx, tx, `INSERT INTO binding_customers (channel, customer, customer_key) VALUES `, ``, rows)
}

func dropBinding(ctx context.Context, tx *sql.Tx, channel string) error {
	for _, statement := range []string{
		`DELETE FROM binding_customers WHERE channel = $1`,
		`DELETE FROM bindings WHERE channel = $1`,
	} {
		if _, err := tx.ExecContext(ctx, statement, channel); err != nil {
			return err
		}
	}
	return nil
}

func flag(is bool) int {
	if is {
		return 1
	}
	return 0
}
