package digest

import (
	"context"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/store"
)

const (
	// tableRows is how many customers the table of a message holds.
	tableRows = 30
	// listed is how many customers without fresh data, or with a failed job, a
	// message names.
	listed = 10
	// chartDays is how many days the chart shows.
	chartDays = 14
	// previewed is how many of the next times stand below a digest.
	previewed = 2
)

// Render makes the message of a digest, a test or a summary: the changes that
// were decided, and beside them how things are now, of the customers of which
// the channel may hear now and of nobody else. [ErrClosed]: of none. Other
// errors pass.
func (d *Digests) Render(ctx context.Context, row store.Delivery) (formatting.Message, error) {
	b, err := readBody(row)
	if err != nil {
		return formatting.Message{}, err
	}
	_, scope, reason, err := d.seen(ctx, row.Channel, b.Customer)
	if err != nil {
		return formatting.Message{}, err
	}
	if reason != access.ReasonNone {
		return formatting.Message{}, &ClosedError{Reason: reason}
	}
	now := d.options.Now()
	if row.What == WhatSummary {
		if b, err = d.summed(ctx, b, row.Channel, scope, now); err != nil {
			return formatting.Message{}, err
		}
	}
	page := page{d: d, row: row, body: b, scope: scope, now: now}
	if page.ids, reason = b.ids(scope); reason != access.ReasonNone {
		return formatting.Message{}, &ClosedError{Reason: reason}
	}
	view, err := page.view(ctx)
	if err != nil {
		return formatting.Message{}, err
	}
	if row.What == WhatSummary {
		return formatting.Summary(formatting.SummaryView{Since: b.Since, Class: b.Class, Digest: view}), nil
	}
	return formatting.Digest(view), nil
}

// page is a digest on its way into words.
type page struct {
	d     *Digests
	row   store.Delivery
	body  body
	scope access.Scope
	ids   []string // the customers that are counted; nil: all
	now   time.Time
	stale time.Time // older readings are not fresh
	names map[string]store.Customer
}

func (p page) view(ctx context.Context) (formatting.DigestView, error) {
	p.stale = p.now.Add(-p.d.options.StaleAfter(ctx))
	p.names = map[string]store.Customer{}
	v := formatting.DigestView{
		Command: p.d.options.Command(), Now: p.now,
		Planned: p.body.Planned, Late: p.body.Late, Skipped: p.body.Skipped,
		Test: p.row.What == WhatTest, By: p.body.By,
		First: p.body.Before.IsZero(), CSV: p.body.CSV,
	}
	p.schedule(&v)
	if p.body.Subscription != "" {
		v.SendNow, v.Manage = p.d.options.Buttons(p.row.Channel, p.body.Subscription)
	}
	for _, step := range []func(context.Context, *formatting.DigestView) error{p.fleet, p.troubles, p.days, p.changes} {
		if err := step(ctx, &v); err != nil {
			return v, err
		}
	}
	return v, nil
}

// schedule adds the zone, what the changes are compared with, and the next
// times.
func (p page) schedule(v *formatting.DigestView) {
	zone, err := Zone(p.body.Zone)
	if err != nil {
		zone = time.UTC
	}
	v.Zone = zone
	if !p.body.Before.IsZero() {
		v.Period = since(p.body.Before, p.now, zone)
	}
	if schedule, err := ParseSchedule(p.body.Schedule); err == nil {
		v.Next = Preview(schedule, zone, p.now, previewed)
	}
}

// longAgo is from when a date needs its year.
const longAgo = 300 * oneDay

// since says a time before now as people would: "since 08:30", "since
// yesterday 08:30", "since Mon 23 Nov 08:30".
func since(before, now time.Time, zone *time.Location) string {
	before, now = before.In(zone), now.In(zone)
	year, month, day := now.Date()
	midnight := time.Date(year, month, day, 0, 0, 0, 0, zone)
	switch {
	case !before.Before(midnight):
		return before.Format("since 15:04")
	case !before.Before(time.Date(year, month, day-1, 0, 0, 0, 0, zone)):
		return before.Format("since yesterday 15:04")
	case now.Sub(before) > longAgo:
		return before.Format("since 2 Jan 2006")
	}
	return before.Format("since Mon 2 Jan 15:04")
}
