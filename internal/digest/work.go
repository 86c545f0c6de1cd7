package digest

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/backup-overview/backup-overview/internal/store"
)

const (
	// claimAtOnce is how many subscriptions are taken at a time, and lease for
	// how long nobody else gets them.
	claimAtOnce = 20
	lease       = time.Minute
	// askAgain is how soon a channel is asked about again of which Slack, the
	// store or the directory says nothing.
	askAgain = 20 * time.Second
	// delivery is the work to wake once something is decided.
	delivery = "delivery"
)

// Run decides what is due. It is the work [DigestWork] of the engine: it may run
// twice, late, and on several replicas at once; a slot is decided once.
func (d *Digests) Run(ctx context.Context) error {
	if err := d.configure(ctx); err != nil {
		return err
	}
	if err := d.lookAtClock(ctx); err != nil {
		return err
	}
	ask := &asking{d: d, known: map[string]answer{}}
	var failed error
	for ctx.Err() == nil {
		claimed, err := d.options.Store.ClaimSubscriptions(ctx, d.options.Owner, claimAtOnce, lease, d.options.Now())
		if err != nil {
			return errors.Join(failed, err)
		}
		if len(claimed) == 0 {
			return failed
		}
		for _, sub := range claimed {
			if err := d.safely(ctx, sub, ask); err != nil && ctx.Err() == nil {
				failed = errors.Join(failed, fmt.Errorf("subscription %s: %w", sub.ID, err))
			}
		}
	}
	return failed
}

// safely plans one subscription. A mistake in it does not keep the others from
// their hour.
func (d *Digests) safely(ctx context.Context, sub store.Subscription, ask *asking) (err error) {
	defer func() {
		if p := recover(); p != nil {
			d.options.Log.ErrorContext(ctx, "planning a digest panicked", "subscription", sub.ID, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = errors.Join(fmt.Errorf("planning panicked: %v", p),
				settled(d.options.Store.Reschedule(ctx, sub.ID, d.options.Owner, sub.Cursor, d.options.Now().Add(panicked))))
		}
	}()
	return d.plan(ctx, sub, ask)
}

// panicked is how soon a subscription is tried again whose planning panicked.
const panicked = 10 * time.Minute

// plan decides one subscription.
func (d *Digests) plan(ctx context.Context, sub store.Subscription, ask *asking) error {
	now := d.options.Now()
	schedule, err := ParseSchedule(sub.Schedule)
	if err != nil {
		return d.shelve(ctx, sub, err)
	}
	zone, err := Zone(sub.Zone)
	if err != nil {
		return d.shelve(ctx, sub, err)
	}
	p := schedule.Plan(sub.Cursor, now, zone)
	if p.Ahead > 0 {
		d.options.Log.WarnContext(ctx, "a digest was planned by a clock that was ahead", "subscription", sub.ID, "ahead", p.Ahead)
	}
	if p.Due.None() {
		return settled(d.options.Store.Reschedule(ctx, sub.ID, d.options.Owner, p.Cursor, planned(p.Next, now)))
	}
	said, err := d.said(ctx, sub, p, ask, now)
	if err != nil {
		return errors.Join(err, settled(d.options.Store.Reschedule(ctx, sub.ID, d.options.Owner, p.Cursor, now.Add(askAgain))))
	}
	slot := store.Slot{Subscription: sub.ID, Local: p.Due.Local, Planned: p.Due.Planned, Late: p.Late, Skipped: p.Skipped}
	err = d.options.Store.Decide(ctx, d.options.Owner, slot, planned(p.Next, now), said.memory, now, said.rows, now)
	if err == nil && len(said.rows) > 0 {
		d.options.Wake(delivery)
	}
	return settled(err)
}

// settled leaves out what is no failure: somebody else decided, or will.
func settled(err error) error {
	if errors.Is(err, store.ErrDecided) || errors.Is(err, store.ErrLost) {
		return nil
	}
	return err
}

// shelve puts off a subscription that cannot be read, which only a damaged row
// or an older program explains.
func (d *Digests) shelve(ctx context.Context, sub store.Subscription, why error) error {
	d.options.Log.ErrorContext(ctx, "a digest cannot be planned; set it up again", "subscription", sub.ID, "channel_id", sub.Channel, "err", why)
	return settled(d.options.Store.Reschedule(ctx, sub.ID, d.options.Owner, sub.Cursor, d.options.Now().Add(oneDay)))
}

// planned is when to look again: a schedule always has a next slot, but one
// that has none is looked at once a day.
func planned(next Slot, now time.Time) time.Time {
	if next.None() {
		return now.Add(oneDay)
	}
	return next.Planned
}
