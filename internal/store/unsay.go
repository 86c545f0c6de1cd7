package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// unsay takes a customer out of what digests have said, of what is to be sent or
// was, and of what Slack sent. Its own subscriptions end.
func (s *Store) unsay(ctx context.Context, tx *sql.Tx, id string, now time.Time) error {
	own, err := idsOf(ctx, tx, `SELECT id FROM subscriptions WHERE customer_key = $1 ORDER BY id`, fold(id))
	if err != nil {
		return err
	}
	for _, subscription := range own {
		if err := s.dropSubscription(ctx, tx, subscription, "forgotten", ms(now)); err != nil {
			return err
		}
	}
	if err := s.unsaySubscriptions(ctx, tx, id); err != nil {
		return err
	}
	if err := unsayDeliveries(ctx, tx, id, ms(now)); err != nil {
		return err
	}
	return unsayInbox(ctx, tx, id, ms(now))
}

func (s *Store) unsaySubscriptions(ctx context.Context, tx *sql.Tx, id string) error {
	type said struct {
		subscription string
		when         int64
		body         []byte
	}
	var all []said
	err := each(ctx, tx, `SELECT id, said_at, packed, said, said_sum FROM subscriptions WHERE said_sum <> 0`, nil, func(rows *sql.Rows) error {
		var one said
		var packed int
		var sum int64
		if err := rows.Scan(&one.subscription, &one.when, &packed, &one.body, &sum); err != nil {
			return err
		}
		body, err := s.unpacked(packed, one.body, sum)
		if kept, named := unnamed(body, id); err == nil && named {
			one.body = kept
			all = append(all, one)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, one := range all {
		packed, stored, err := s.pack.packed(one.body)
		if err != nil {
			return err
		}
		sum := bodySum(one.body)
		if len(one.body) == 0 {
			sum, one.when = 0, 0
		}
		if err := say(ctx, tx, one.subscription, packed, stored, sum, one.when); err != nil {
			return err
		}
	}
	return nil
}

// unsayDeliveries goes through all deliveries. One that said nothing but of the
// customer is not sent any more.
func unsayDeliveries(ctx context.Context, tx *sql.Tx, id string, now int64) error {
	type delivery struct {
		id, key, topic string
		body           []byte
	}
	var all []delivery
	err := each(ctx, tx, `SELECT id, dedup_key, topic, body FROM deliveries`, nil, func(rows *sql.Rows) error {
		var d delivery
		if err := rows.Scan(&d.id, &d.key, &d.topic, &d.body); err != nil {
			return err
		}
		body, named := unnamed(d.body, id)
		if pathNames(d.key, id) {
			d.key, named = d.id, true
		}
		if pathNames(d.topic, id) {
			d.topic, named = "", true
		}
		if named {
			d.body = body
			all = append(all, d)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, d := range all {
		_, err := tx.ExecContext(ctx, `UPDATE deliveries SET dedup_key = $1, topic = $2, body = $3 WHERE id = $4`, d.key, d.topic, d.body, d.id)
		if err == nil && len(d.body) == 0 {
			err = supersede(ctx, tx, "forgotten", now, `id = $1`, d.id)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// pathNames reports whether a part of a key names the customer.
func pathNames(key, id string) bool {
	return slices.ContainsFunc(strings.Split(key, "/"), func(part string) bool { return sameID(part, id) })
}

// unsayInbox erases what Slack sent about the customer: there is nothing to do
// with it any more.
func unsayInbox(ctx context.Context, tx *sql.Tx, id string, now int64) error {
	var items []string
	err := each(ctx, tx, `SELECT id, payload FROM inbox WHERE finished = 0`, nil, func(rows *sql.Rows) error {
		var item string
		var payload []byte
		err := rows.Scan(&item, &payload)
		if names(payload, id) {
			items = append(items, item)
		}
		return err
	})
	for _, item := range items {
		if err == nil {
			_, err = tx.ExecContext(ctx, `UPDATE inbox SET finished = $1, payload = $2 WHERE id = $3`, now, []byte{}, item)
		}
	}
	return err
}

// names reports whether text may name the customer.
func names(b []byte, id string) bool {
	lower := strings.ToLower(string(b))
	quoted := asJSON(fold(id))
	return fold(id) != "" && (strings.Contains(lower, fold(id)) || strings.Contains(lower, quoted[1:len(quoted)-1]))
}

// unnamed takes a customer out of JSON, and with it whatever is said in one
// breath: the object that has the id as a value, the list that has it beside
// other things than texts, the value that has it as its key. It reports whether
// the customer was named. Of what it cannot read, and where nothing is left,
// it keeps nothing.
func unnamed(b []byte, id string) (kept []byte, named bool) {
	plain := !strings.ContainsFunc(fold(id), func(r rune) bool { return r < ' ' || r > '~' || strings.ContainsRune(`"\<>&`, r) })
	if plain && !names(b, id) || len(b) == 0 {
		return b, false
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return []byte{}, true
	}
	c := cut{id: id}
	value, stays := c.from(value)
	switch {
	case !c.did:
		return b, false
	case !stays:
		return []byte{}, true
	}
	return []byte(asJSON(value)), true
}

// cut takes a customer out of values.
type cut struct {
	id  string
	did bool
}

func (c *cut) is(value any) bool {
	s, ok := value.(string)
	return ok && sameID(s, c.id)
}

// from gives a value without the customer, and reports whether it stays.
func (c *cut) from(value any) (any, bool) {
	switch v := value.(type) {
	case map[string]any:
		return v, c.fromObject(v)
	case []any:
		return c.fromList(v)
	}
	if c.is(value) {
		c.did = true
		return nil, false
	}
	return value, true
}

func (c *cut) fromObject(object map[string]any) (stays bool) {
	for key, value := range object {
		if c.is(value) {
			c.did = true
			return false
		}
		kept, stays := c.from(value)
		if !stays || sameID(key, c.id) {
			c.did = true
			delete(object, key)
			continue
		}
		object[key] = kept
	}
	return true
}

func (c *cut) fromList(list []any) (any, bool) {
	texts := !slices.ContainsFunc(list, func(value any) bool {
		_, is := value.(string)
		return !is
	})
	if !texts && slices.ContainsFunc(list, c.is) {
		c.did = true
		return nil, false
	}
	kept := []any{} // not nil, which JSON has another word for
	for _, value := range list {
		if value, stays := c.from(value); stays {
			kept = append(kept, value)
		}
	}
	return kept, true
}
