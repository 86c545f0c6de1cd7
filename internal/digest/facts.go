package digest

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

// fleet adds the totals, and the rows: the modules of one customer, or the
// customers with gaps, the worst first.
func (p page) fleet(ctx context.Context, v *formatting.DigestView) error {
	fleet, err := p.d.options.Store.Fleet(ctx, store.FleetQuery{
		Order: store.ByGap, Limit: tableRows, GapsOnly: p.body.Customer == "", IDs: p.ids, StaleBefore: p.stale, Now: p.now,
	})
	if err != nil {
		return err
	}
	v.Totals = formatting.DigestTotals{
		Customers: fleet.Customers, WithGaps: fleet.WithGaps, Complete: fleet.Complete,
		Empty: fleet.Empty, Stale: fleet.Stale + fleet.Never, Scanned: fleet.Scanned, Gap: fleet.Gap,
	}
	v.AsOf = fleet.Oldest
	if p.body.Customer != "" {
		return p.one(ctx, v)
	}
	for _, s := range fleet.Page {
		row := formatting.DigestRow{Customer: s.Name, Detail: s.Owner, Scanned: s.Scanned, Kept: s.Kept, Gap: s.Gap}
		if was, ok := p.body.Was[strings.ToLower(s.ID)]; ok {
			row.Was = &was
		}
		v.Rows = append(v.Rows, row)
	}
	return nil
}

// one adds the modules of the one customer.
func (p page) one(ctx context.Context, v *formatting.DigestView) error {
	customer, err := p.customer(ctx, p.body.Customer)
	if err != nil {
		return err
	}
	v.Customer = called(customer)
	history, err := p.d.options.Store.History(ctx, p.body.Customer, p.now, p.now.Add(oneDay))
	if err != nil && !errors.Is(err, store.ErrUnknown) {
		return err
	}
	for _, line := range history.Series {
		last := line.Points[len(line.Points)-1]
		if !last.Absent {
			v.Modules = append(v.Modules, formatting.ModuleRow{
				Module: line.Module, Tenant: tenant(customer, line.Tenant), Scanned: last.Scanned, Protected: last.Protected,
			})
		}
	}
	return nil
}

// troubles adds whom the numbers leave out.
func (p page) troubles(ctx context.Context, v *formatting.DigestView) error {
	stale, total, err := p.d.options.Store.Stale(ctx, p.ids, p.stale, p.now, listed)
	if err != nil {
		return err
	}
	for _, s := range stale {
		v.Stale = append(v.Stale, formatting.DigestStale{Customer: called(s.Customer), Since: s.Answered, Class: s.Class})
	}
	v.MoreStale = max(0, total-len(stale))
	failed, err := p.d.options.Store.Jobs(ctx, p.ids)
	if err != nil {
		return err
	}
	for _, c := range failed[:min(len(failed), listed)] {
		v.Failed = append(v.Failed, called(c))
	}
	v.MoreFailed = max(0, len(failed)-listed)
	return p.notes(ctx, v)
}

// notes adds what no alert tells: odd numbers, what was never protected, and, where
// the digest is of a week or a month, which alerts are silent.
func (p page) notes(ctx context.Context, v *formatting.DigestView) error {
	noted, err := p.d.options.Store.Notes(ctx, p.ids)
	if err != nil {
		return err
	}
	for _, c := range noted {
		for _, n := range c.Notes {
			v.Odd = append(v.Odd, formatting.DigestNote{Customer: called(c.Customer), Module: n.Module, Never: n.Condition == coverage.NeverBackedUp})
		}
	}
	v.MoreOdd, v.Odd = max(0, len(v.Odd)-listed), v.Odd[:min(len(v.Odd), listed)]
	schedule, err := ParseSchedule(p.body.Schedule)
	if err != nil || schedule.Kind() != Weekly && schedule.Kind() != Monthly {
		return nil //nolint:nilerr // one that nobody can read is of no week
	}
	snoozed, total, err := p.d.options.Store.OpenIncidents(ctx, store.IncidentQuery{IDs: p.ids, SnoozedAt: p.now, Limit: listed})
	for _, i := range snoozed {
		v.Snoozed = append(v.Snoozed, formatting.DigestSnooze{Customer: i.Name, By: i.Snoozed.By, Until: i.Snoozed.Until})
	}
	v.MoreSnoozed = max(0, total-len(snoozed))
	return err
}

// days adds the last days, each at the time of day that it is now.
func (p page) days(ctx context.Context, v *formatting.DigestView) error {
	times := make([]time.Time, 0, chartDays)
	local := p.now.In(v.Zone)
	hour, minute, second := local.Clock()
	for i := chartDays - 1; i > 0; i-- {
		times = append(times, time.Date(local.Year(), local.Month(), local.Day()-i, hour, minute, second, 0, v.Zone))
	}
	gaps, err := p.d.options.Store.GapDays(ctx, p.ids, append(times, p.now))
	if err != nil {
		return err
	}
	for _, g := range gaps {
		v.Days = append(v.Days, formatting.DigestDay{At: g.At, Gap: g.Gap, Known: g.Customers > 0})
	}
	return nil
}

// changes adds what changed, of the customers that the channel may see still.
func (p page) changes(ctx context.Context, v *formatting.DigestView) error {
	into := []*[]formatting.DigestChange{&v.New, &v.Worse, &v.Better, &v.Closed}
	counts := []*int{&v.Counts.New, &v.Counts.Worse, &v.Counts.Better, &v.Counts.Closed}
	for i, list := range p.body.Changes.lists() {
		for _, c := range *list {
			customer, err := p.customer(ctx, c.Customer)
			if err != nil {
				return err
			}
			if customer.ID == "" || !p.scope.Includes(c.Customer) {
				continue // forgotten, or of others, since
			}
			*into[i] = append(*into[i], formatting.DigestChange{
				Customer: called(customer), Tenant: tenant(customer, c.Tenant), Module: c.Module, Known: c.Known, For: c.For,
				Was: formatting.DigestCount(c.Was), Now: formatting.DigestCount(c.Now),
			})
		}
		*counts[i] = len(*into[i])
		// What was counted stands only for the customers that were: of fewer, or
		// others, those are counted that are there one by one.
		if p.body.Scope == mark(p.ids) && len(*into[i]) == len(*list) {
			*counts[i] = p.body.Counts[i]
		}
	}
	return nil
}

// customer finds a customer; one without an id where it was forgotten.
func (p page) customer(ctx context.Context, id string) (store.Customer, error) {
	if known, ok := p.names[id]; ok {
		return known, nil
	}
	s, err := p.d.options.Store.Standing(ctx, id, p.now)
	if err != nil && !errors.Is(err, store.ErrUnknown) {
		return store.Customer{}, err
	}
	p.names[id] = s.Customer
	return s.Customer, nil
}

// called is a customer's name, or what else there is to call it.
func called(c store.Customer) string {
	if strings.TrimSpace(c.Name) != "" {
		return c.Name
	}
	return c.ID
}

// tenant is the name of a customer's tenant, where there are several to tell
// apart.
func tenant(c store.Customer, id string) string {
	for _, t := range c.Tenants {
		if t.ID == id && t.Name != "" {
			id = t.Name
			break
		}
	}
	if len(c.Tenants) == 1 {
		return ""
	}
	return id
}
