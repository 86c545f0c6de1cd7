package alert

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/digest"
	"github.com/backup-overview/backup-overview/internal/store"
)

// Render makes the message of a delivery from how the incidents stand now, of the
// customers of which the channel may hear now and of nobody else.
// [digest.ErrClosed]: of none. Other errors pass.
func (a *Alerts) Render(ctx context.Context, row store.Delivery) (formatting.Message, error) {
	var b body
	if err := json.Unmarshal(row.Body, &b); err != nil {
		return formatting.Message{}, fmt.Errorf("alert %s: %w", row.ID, err)
	}
	now := a.options.Now()
	if row.What == WhatHeadline {
		return formatting.AlertFleetHeadline(b.Customers, b.Watched, b.Channels, now), nil
	}
	if row.What == WhatOps {
		return a.ops(ctx, row, b, now)
	}
	p := &page{a: a, row: row, body: b, now: now}
	if err := p.see(ctx); err != nil {
		return formatting.Message{}, err
	}
	switch row.What {
	case WhatAlert:
		return p.alert(ctx)
	case WhatGroup:
		return p.group(ctx)
	case WhatPage:
		return p.list(), nil
	case WhatBatch:
		return p.batch(ctx)
	case WhatLine:
		return p.line(ctx)
	}
	return formatting.Message{}, fmt.Errorf("alert %s: %q is no kind of alert", row.ID, row.What)
}

// page is a message on its way into words.
type page struct {
	a       *Alerts
	row     store.Delivery
	body    body
	now     time.Time
	members []store.Incident // of the message, that the channel may hear of
	message store.AlertMessage
}

// see reads the incidents of the message, under what the channel may see.
func (p *page) see(ctx context.Context) error {
	members, m, err := p.a.options.Store.Members(ctx, p.body.Root)
	if err != nil {
		return err
	}
	p.message = m
	if len(members) > 0 && members[0].CustomerID == "" { // of the installation: no customer is named
		p.members = members
		return nil
	}
	scope, reason, err := p.a.options.Scope(ctx, p.row.Channel)
	if err != nil {
		return err
	}
	if reason != access.ReasonNone {
		return &digest.ClosedError{Reason: reason}
	}
	for _, i := range members {
		if scope.Includes(i.CustomerID) {
			p.members = append(p.members, i)
		}
	}
	if len(p.members) == 0 {
		return &digest.ClosedError{Reason: access.ReasonOutOfScope}
	}
	return nil
}

// newest is the newest of the incidents of a message of one, and how many there
// were before it.
func (p *page) newest() (store.Incident, int) {
	newest := p.members[0]
	for _, i := range p.members {
		if i.Generation > newest.Generation {
			newest = i
		}
	}
	return newest, len(p.members) - 1
}

func (p *page) alert(ctx context.Context) (formatting.Message, error) {
	i, before := p.newest()
	v := formatting.AlertView{
		Command: p.a.options.Command(), Now: p.now, Customer: i.Name, Incident: i.Incident, Before: before, Portal: p.a.options.Portal,
		Acked: did(i.Acked), Accepted: did(i.Accepted),
		Snoozed: formatting.PersonAct{By: i.Snoozed.By, At: i.Snoozed.At, Until: i.Snoozed.Until, Reason: i.Snoozed.Reason},
	}
	for _, m := range i.Members {
		v.Incident.Flapping = v.Incident.Flapping || m.Flapping && m.Ended.IsZero()
	}
	settings, err := p.a.options.Store.ChannelAlerts(ctx, p.row.Channel)
	if err != nil {
		return formatting.Message{}, err
	}
	v.Mention = settings.Mention
	if v.Tenants, v.Next, err = p.details(ctx, i); err != nil {
		return formatting.Message{}, err
	}
	v.Buttons = p.buttons(i)
	v.Days, err = p.days(ctx, i)
	return formatting.Alert(v), err
}

const (
	// charted is from when on a chart says more than two numbers.
	charted = 24 * time.Hour
	// chartDays is how many days it shows.
	chartDays = 14
)

// days are how the last days went, where a gap lasts for long.
func (p *page) days(ctx context.Context, i store.Incident) ([]formatting.DigestDay, error) {
	if i.Family != coverage.CoverageFamily || !i.Closed.IsZero() || p.now.Sub(i.Began()) < charted {
		return nil, nil
	}
	var times []time.Time
	for n := chartDays - 1; n >= 0; n-- {
		times = append(times, p.now.AddDate(0, 0, -n))
	}
	gaps, err := p.a.options.Store.GapDays(ctx, []string{i.CustomerID}, times)
	if err != nil {
		return nil, err
	}
	days := make([]formatting.DigestDay, len(gaps))
	for n, g := range gaps {
		days[n] = formatting.DigestDay{At: g.At, Gap: g.Gap, Known: g.Customers > 0}
	}
	return days, nil
}

// buttons are the values of the buttons that make sense for an incident now.
func (p *page) buttons(i store.Incident) formatting.AlertButtons {
	if p.a.options.Buttons == nil {
		return formatting.AlertButtons{}
	}
	b := p.a.options.Buttons(p.row.Channel, i.ID)
	if !i.Family.Acceptable() {
		b.Accept = ""
	}
	if i.UndoUntil.Before(p.now) {
		b.Undo = ""
	}
	return b
}

func did(a store.Act) formatting.PersonAct { return formatting.PersonAct{By: a.By, At: a.At} }

// details are the names of the tenants where there are several, and the time of the
// next reading.
func (p *page) details(ctx context.Context, i store.Incident) (map[string]string, time.Time, error) {
	standing, err := p.a.options.Store.Standing(ctx, i.CustomerID, p.now)
	if err != nil && !errors.Is(err, store.ErrUnknown) {
		return nil, time.Time{}, err
	}
	state, err := p.a.options.Store.Judgement(ctx, i.CustomerID)
	if err != nil && !errors.Is(err, store.ErrUnknown) {
		return nil, time.Time{}, err
	}
	var next time.Time
	if state != nil && i.Closed.IsZero() {
		next = state.Next(p.a.options.RuleSet(standing.Customer))
	}
	return standing.TenantNames(), next, nil
}

func (p *page) group(ctx context.Context) (formatting.Message, error) {
	v := formatting.AlertGroupView{
		Command: p.a.options.Command(), Now: p.now, Fleet: p.message.Kind == store.FleetMessage, Slow: p.message.Kind == store.SummaryMessage,
		Items: p.items(), All: len(p.members),
	}
	first, last := p.members[0].Opened, p.members[0].Opened
	for _, i := range p.members {
		if i.Closed.IsZero() {
			v.Open++
		}
		if i.Opened.Before(first) {
			first = i.Opened
		}
		if i.Opened.After(last) {
			last = i.Opened
		}
	}
	v.Over = last.Sub(first)
	settings, err := p.a.options.Store.ChannelAlerts(ctx, p.row.Channel)
	if err != nil {
		return formatting.Message{}, err
	}
	v.Mention = settings.Mention
	if p.a.options.Buttons != nil {
		v.Button = p.a.options.Buttons(p.row.Channel, p.body.Root).More
	}
	return formatting.AlertGroup(v), nil
}

// items are the incidents of a message of several.
func (p *page) items() []formatting.AlertItem {
	items := make([]formatting.AlertItem, len(p.members))
	for n, i := range p.members {
		items[n] = formatting.AlertItem{Customer: i.Name, Incident: i.Incident, Acked: did(i.Acked), Snoozed: i.Snoozing(p.now)}
	}
	return items
}

// list is one page of the list.
func (p *page) list() formatting.Message {
	pages := formatting.AlertGroupPages(p.items(), p.now)
	return pages[max(0, min(p.body.Page, len(pages))-1)]
}

// ops is a trouble of the installation.
func (a *Alerts) ops(ctx context.Context, row store.Delivery, b body, now time.Time) (formatting.Message, error) {
	i, found, err := a.options.Store.Incident(ctx, b.Incident)
	if err != nil {
		return formatting.Message{}, err
	}
	if !found {
		return formatting.Message{}, fmt.Errorf("alert %s: there is no incident %s", row.ID, b.Incident)
	}
	v := formatting.AlertOpsView{Command: a.options.Command(), Now: now, Incident: i.Incident, Acked: did(i.Acked)}
	if a.options.Health != nil {
		if h, err := a.options.Health(ctx, now); err == nil {
			v.Expires = h.Expires
		}
	}
	if a.options.Buttons != nil {
		v.Buttons = a.options.Buttons(row.Channel, i.ID)
	}
	return formatting.AlertOps(v), nil
}
