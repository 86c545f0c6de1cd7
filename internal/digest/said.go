package digest

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/store"
)

// said is what one slot says: nothing, or a digest, and what to compare the
// next one with.
type said struct {
	rows   []store.Delivery
	memory []byte // nil: as before
}

// said works out what a slot says.
func (d *Digests) said(ctx context.Context, sub store.Subscription, p Plan, ask *asking, now time.Time) (said, error) {
	ids, reason, err := ask.ids(ctx, sub.Channel, sub.Customer)
	if err != nil {
		return said{}, err
	}
	if d.shut.changed(sub.ID, reason) {
		d.options.Log.WarnContext(ctx, "nothing may be posted in the channel of a digest; it is left out until that is mended",
			"subscription_id", sub.ID, "channel_id", sub.Channel, "reason", reason.String())
	}
	if reason != access.ReasonNone {
		return said{}, nil
	}
	current, err := d.current(ctx, ids, ask.stale(ctx), now)
	if err != nil {
		return said{}, err
	}
	before, at, err := d.heard(ctx, sub.Said)
	if err != nil {
		return said{}, err
	}
	b := bodyOf(sub)
	b.Planned, b.Late, b.Skipped = p.Due.Planned, p.Late, p.Skipped
	if b, err = d.news(ctx, b, before, current, at, now); err != nil {
		return said{}, err
	}
	if sub.OnlyChanges && before != nil && b.Counts == [4]int{} && before.Troubles == current.Troubles {
		return said{}, nil
	}
	b.CSV = sub.Customer == "" && len(current.gaps()) > tableRows
	rows := deliveries(sub, b, until(p, now))
	encoded, err := json.Marshal(memory{Heard: before, HeardAt: at, Last: &current, LastAt: now, Delivery: rows[0].ID})
	return said{rows: rows, memory: encoded}, err
}

// bodyOf is what is said of a subscription itself.
func bodyOf(sub store.Subscription) body {
	return body{Subscription: sub.ID, Customer: sub.Customer, Schedule: sub.Schedule, Zone: sub.Zone}
}

// current is how things are now for some customers, nil for all.
func (d *Digests) current(ctx context.Context, ids []string, staleBefore, now time.Time) (snapshot, error) {
	gaps, err := d.options.Store.Gaps(ctx, ids)
	if err != nil {
		return snapshot{}, err
	}
	s := snapshotOf(gaps, ids)
	s.Troubles, err = d.troubled(ctx, ids, staleBefore, now)
	return s, err
}

// mostTroubled is how many customers without fresh data stand for themselves;
// the others are counted.
const mostTroubled = 500

// troubled stands for the customers without fresh data, and those whose last
// backup job failed.
func (d *Digests) troubled(ctx context.Context, ids []string, staleBefore, now time.Time) (string, error) {
	stale, total, err := d.options.Store.Stale(ctx, ids, staleBefore, now, mostTroubled)
	if err != nil {
		return "", err
	}
	failed, err := d.options.Store.Jobs(ctx, ids)
	if err != nil {
		return "", err
	}
	parts := make([]string, 0, 1+len(stale)+len(failed))
	for _, s := range stale {
		parts = append(parts, "stale "+s.ID)
	}
	for _, c := range failed {
		parts = append(parts, "failed "+c.ID)
	}
	slices.Sort(parts)
	return mark(append(parts, strconv.Itoa(total))), nil
}

// news adds what changed since the channel heard last.
func (d *Digests) news(ctx context.Context, b body, before *snapshot, current snapshot, at, now time.Time) (body, error) {
	b.Scope = mark(current.ids())
	if before == nil {
		return b, nil
	}
	c, err := d.detail(ctx, compare(*before, current), at, now)
	if err != nil {
		return b, err
	}
	b.Before = at
	return b.with(c).compared(*before, current), nil
}

// until is how long a digest may wait to be sent: until the next one, a minute
// at least and seven days at most.
func until(p Plan, now time.Time) time.Time {
	end := now.Add(7 * oneDay)
	if !p.Next.None() && p.Next.Planned.Before(end) {
		end = p.Next.Planned
	}
	if least := now.Add(time.Minute); end.Before(least) {
		return least
	}
	return end
}

// deliveries are a digest and, where its table holds too few, the CSV in its
// thread.
func deliveries(sub store.Subscription, b body, expires time.Time) []store.Delivery {
	root := store.Delivery{
		ID: store.NewDeliveryID(), Kind: store.NewMessage, Channel: sub.Channel,
		Topic: store.DigestTopic(sub.ID), Step: b.Planned.UnixMilli(), What: WhatDigest, Body: b.encode(), Expires: expires,
	}
	if !b.CSV {
		return []store.Delivery{root}
	}
	file := store.Delivery{
		ID: store.NewDeliveryID(), Kind: store.ThreadFile, Channel: sub.Channel, Root: root.ID,
		What: WhatCSV, Body: body{Subscription: sub.ID}.encode(), Expires: expires,
	}
	return []store.Delivery{root, file}
}
