package digest

import (
	"context"
	"time"

	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/store"
)

// testPatience is how long a test may wait to be sent: who wanted it looks at
// the channel now.
const testPatience = time.Hour

// SendNow enqueues a test of a subscription: what it would say now. It is no
// slot, and the next digest compares with the last one all the same. The nonce
// tells one wish from another: the same one twice is one test. By is the user
// who wants it. [ErrNoSubscription], [ErrClosed].
func (d *Digests) SendNow(ctx context.Context, id, nonce, by string) error {
	sub, ok, err := d.options.Store.Subscription(ctx, id)
	if err != nil {
		return err
	}
	if !ok {
		return ErrNoSubscription
	}
	ids, _, reason, err := d.seen(ctx, sub.Channel, sub.Customer)
	if err != nil {
		return err
	}
	if reason != access.ReasonNone {
		return &ClosedError{Reason: reason}
	}
	now := d.options.Now()
	b, err := d.sinceHeard(ctx, sub, ids, now)
	if err != nil {
		return err
	}
	b.By = by
	err = d.options.Store.Enqueue(ctx, now, store.Delivery{
		ID: store.NewDeliveryID(), Key: "test/" + sub.ID + "/" + nonce, Kind: store.NewMessage, Channel: sub.Channel,
		What: WhatTest, Body: b.encode(), Expires: now.Add(testPatience),
	})
	if err == nil {
		d.options.Wake(delivery)
	}
	return err
}

// sinceHeard is what a subscription would say now of some customers, nil for
// all.
func (d *Digests) sinceHeard(ctx context.Context, sub store.Subscription, ids []string, now time.Time) (body, error) {
	remembered, _, err := d.options.Store.Said(ctx, sub.ID)
	if err != nil {
		return body{}, err
	}
	before, at, err := d.heard(ctx, remembered)
	if err != nil {
		return body{}, err
	}
	gaps, err := d.options.Store.Gaps(ctx, ids)
	if err != nil {
		return body{}, err
	}
	return d.news(ctx, bodyOf(sub), before, snapshotOf(gaps, ids), at, now)
}
