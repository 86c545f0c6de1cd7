package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"slices"
	"time"
)

// DeliveryKind is what is done with a message.
type DeliveryKind int

// Kinds of deliveries.
const (
	NewMessage     DeliveryKind = iota
	EditMessage                 // of the message that Root posted
	ThreadReply                 // to the message that Root posted
	ThreadFile                  // a file in the thread of the message that Root posted
	BroadcastReply              // a ThreadReply that the channel sees, too
)

// IsReply reports whether a message is one in a thread.
func (k DeliveryKind) IsReply() bool { return k == ThreadReply || k == BroadcastReply }

// DeliveryState is how far a delivery has come.
type DeliveryState int

// States of deliveries. Statements and indexes name them by number.
const (
	Pending    DeliveryState = iota
	Sending                  // an attempt was begun, and nobody knows yet what came of it
	Sent                     // in the channel
	Superseded               // something newer took its place
	Dead                     // it cannot be delivered
)

// Delivery is one message, or one change of a message, on its way to a channel.
type Delivery struct {
	ID      string // of [NewDeliveryID]; it goes into the message's metadata
	Key     string // unique: a second delivery with it does nothing; empty: ID
	Kind    DeliveryKind
	Channel string // id; of a user, for a notice to one admin
	Root    string // ID of the delivery that posted the message that is edited, or whose thread it is
	Step    int64  // where two are of the same Root or the same Topic, the higher is the newer
	// Topic is what a NewMessage is about. A newer one supersedes those of its
	// topic in its channel that are not sent.
	Topic   string
	What    string    // how it is rendered
	Body    []byte    // what it says: JSON of ids and numbers
	Created time.Time // zero: when it was enqueued
	Expires time.Time // it is not sent after this; zero: never

	State     DeliveryState
	AttemptAt time.Time // the last attempt, by the database's clock on PostgreSQL; zero: none
	NextAt    time.Time // not before this
	Attempts  int
	Class     string // what came of the last attempt, where it is not sent
	TS        string // of the message, once it is sent
	RootTS    string // of the message of Root
	File      string // id of a file that is uploaded
}

// NewDeliveryID makes up an ID: 26 letters and digits that say nothing.
func NewDeliveryID() string { return rand.Text() }

// DigestTopic is the topic of the digests of a subscription.
func DigestTopic(subscription string) string { return "digest/" + subscription }

// isDigest is the condition for what need not be said once the next digest is.
const isDigest = `(what LIKE 'digest%' OR what = 'summary')`

// storedRows are new deliveries as they come back.
func storedRows(rows []Delivery, now time.Time) []Delivery {
	rows = slices.Clone(rows)
	for i := range rows {
		d := &rows[i]
		for _, field := range []*string{&d.ID, &d.Key, &d.Channel, &d.Root, &d.Topic, &d.What, &d.File} {
			*field = text(*field)
		}
		if d.ID == "" {
			d.ID = NewDeliveryID()
		}
		d.Key = cmp.Or(d.Key, d.ID)
		if d.Created.IsZero() {
			d.Created = now
		}
		if d.Body == nil {
			d.Body = []byte{}
		}
	}
	return rows
}

// delivery is a row of deliveries, as far as it changes.
type delivery struct {
	Delivery
	heir       string
	replaced   int
	ended      int64
	act        string
	leaseOwner string
	leaseUntil int64
	leaseMS    int64
}

const deliveryColumns = `d.id, d.dedup_key, d.kind, d.channel, d.root, d.step, d.topic, d.what, d.body, d.created, d.expires,
	d.state, d.attempt_at, d.next_at, d.attempts, d.class, d.ts, d.file,
	d.heir, d.replaced, d.ended, d.act, d.lease_owner, d.lease_until, d.lease_ms,
	coalesce((SELECT r.ts FROM deliveries r WHERE r.id = d.root), '')`

// deliveriesOf reads those that a condition (and order) names.
func deliveriesOf(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]delivery, error) {
	var all []delivery
	err := each(ctx, tx, `SELECT `+deliveryColumns+` FROM deliveries d WHERE `+where, args, func(rows *sql.Rows) error {
		var d delivery
		var created, expires, attempt, next int64
		err := rows.Scan(&d.ID, &d.Key, &d.Kind, &d.Channel, &d.Root, &d.Step, &d.Topic, &d.What, &d.Body, &created, &expires,
			&d.State, &attempt, &next, &d.Attempts, &d.Class, &d.TS, &d.File,
			&d.heir, &d.replaced, &d.ended, &d.act, &d.leaseOwner, &d.leaseUntil, &d.leaseMS, &d.RootTS)
		d.Created, d.Expires, d.AttemptAt, d.NextAt = at(created), at(expires), at(attempt), at(next)
		if len(d.Body) == 0 {
			d.Body = nil
		}
		all = append(all, d)
		return err
	})
	return all, err
}

// save writes what of a delivery changes.
func (d *delivery) save(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `UPDATE deliveries SET root = $1, expires = $2, state = $3, attempt_at = $4, next_at = $5, attempts = $6,
		class = $7, ts = $8, file = $9, ended = $10, act = $11, lease_owner = $12, lease_until = $13 WHERE id = $14`,
		d.Root, ms(d.Expires), int(d.State), ms(d.AttemptAt), ms(d.NextAt), d.Attempts,
		d.Class, d.TS, d.File, d.ended, d.act, d.leaseOwner, d.leaseUntil, d.ID)
	return err
}

// public are deliveries as callers see them, the oldest first.
func public(rows []delivery) []Delivery {
	all := make([]Delivery, len(rows))
	for i := range rows {
		all[i] = rows[i].Delivery
	}
	slices.SortStableFunc(all, func(a, b Delivery) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.Channel, b.Channel))
	})
	if len(all) == 0 {
		return nil
	}
	return all
}
