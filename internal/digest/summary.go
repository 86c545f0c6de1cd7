package digest

import (
	"context"
	"time"

	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/store"
)

// Summary is the one message that a channel gets when it can be reached again,
// instead of all that it would have heard since. Class is why it could not be
// reached.
func (d *Digests) Summary(channel string, since time.Time, class string, now time.Time) store.Delivery {
	return store.Delivery{
		ID: store.NewDeliveryID(), Kind: store.NewMessage, Channel: channel, Topic: "summary/" + channel, Step: now.UnixMilli(),
		What: WhatSummary, Body: body{Since: since, Class: class}.encode(), Expires: now.Add(7 * oneDay),
	}
}

// summed gives a summary what the digests of its channel would say now.
func (d *Digests) summed(ctx context.Context, b body, channel string, scope access.Scope, now time.Time) (body, error) {
	subs, err := d.options.Store.Subscriptions(ctx, channel)
	if err != nil {
		return b, err
	}
	for _, sub := range spoken(subs) {
		ids, reason := chosen(scope, access.ReasonNone, sub.Customer)
		if reason != access.ReasonNone {
			continue
		}
		one, err := d.sinceHeard(ctx, sub, ids, now)
		if err != nil {
			return b, err
		}
		b = b.and(one)
	}
	return b, nil
}

// spoken are the subscriptions that say all that a channel hears: that of all
// customers, or one for each. One that is paused says nothing.
func spoken(subs []store.Subscription) []store.Subscription {
	var each []store.Subscription
	seen := map[string]bool{}
	for _, sub := range subs {
		switch {
		case !sub.Paused.IsZero():
		case sub.Customer == "":
			return []store.Subscription{sub}
		case !seen[sub.Customer]:
			seen[sub.Customer] = true
			each = append(each, sub)
		}
	}
	return each
}

// and adds what another digest says to a summary.
func (b body) and(o body) body {
	if b.Zone == "" {
		b.Schedule, b.Zone, b.Subscription, b.Customer, b.Scope = o.Schedule, o.Zone, o.Subscription, o.Customer, o.Scope
	} else { // of several customers
		b.Schedule, b.Subscription, b.Customer, b.Scope = "", "", "", ""
	}
	if o.Customer != "" {
		b.Several = append(b.Several, o.Customer)
	}
	if b.Before.IsZero() || !o.Before.IsZero() && o.Before.Before(b.Before) {
		b.Before = o.Before
	}
	into := b.Changes.lists()
	for i, list := range o.Changes.lists() {
		*into[i] = append(*into[i], *list...)
		b.Counts[i] += o.Counts[i]
	}
	return b
}
