package alert

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

// flush plans the new messages of a channel, when it is time.
func (p *planner) flush(channel string, fresh []*store.DueIncident) {
	slices.SortFunc(fresh, func(a, b *store.DueIncident) int {
		return cmp.Or(a.Opened.Compare(b.Opened), cmp.Compare(a.ID, b.ID))
	})
	first, last := fresh[0].Opened, fresh[len(fresh)-1].Opened
	due := last.Add(p.rules.GroupWait)
	if most := first.Add(p.rules.GroupWaitMost); due.After(most) {
		due = most
	}
	fleet := p.isFleet()
	if fleet && len(fresh) > int(p.rules.GroupAbove) {
		due = maxTime(due, first.Add(2*p.rules.Recheck))
	}
	if p.now.Before(due) {
		for _, d := range fresh {
			p.progress[d.ID].later(due)
		}
		return
	}
	if root, ok := p.running(channel); ok {
		p.join(root, channel, fresh)
		return
	}
	left := int(p.rules.FloodPosts) - p.posted(channel)
	switch {
	case len(fresh) <= int(p.rules.GroupAbove) && len(fresh) <= left:
		for _, d := range fresh {
			p.single(channel, d)
		}
	case left > 0 && fleet:
		p.fleet = append(p.fleet, channel)
		p.group(channel, store.FleetMessage, fresh)
	case left > 0:
		p.group(channel, store.GroupMessage, fresh)
	default:
		p.group(channel, store.SummaryMessage, fresh)
	}
}

// isFleet reports whether so many customers fell at once that it is one event.
func (p *planner) isFleet() bool {
	many := max(p.rules.FleetCustomers, (p.rules.FleetPercent*int64(p.untold.Watched)+99)/100)
	return int64(p.untold.Suspects) >= many
}

// running is a message of several that new ones of the channel still join.
func (p *planner) running(channel string) (root string, ok bool) {
	newest := time.Time{}
	for _, m := range p.untold.Messages {
		within := p.rules.GroupInterval
		if m.Kind == store.SummaryMessage {
			within = floodTime
		}
		joins := m.Kind != store.SingleMessage && m.Channel == channel && p.now.Sub(m.Made) < within
		if joins && m.Made.After(newest) {
			root, ok, newest = m.Root, true, m.Made
		}
	}
	return root, ok
}

// posted counts the new messages of a channel within the last hour.
func (p *planner) posted(channel string) int {
	n := 0
	for _, m := range p.untold.Messages {
		if m.Channel == channel && m.Kind != store.SummaryMessage && p.now.Sub(m.Made) < floodTime {
			n++
		}
	}
	for _, m := range p.plan.Messages {
		if m.Channel == channel && m.Made.Equal(p.now) {
			n++
		}
	}
	return n
}

// single plans a message of one incident.
func (p *planner) single(channel string, d *store.DueIncident) {
	what := WhatAlert
	if d.CustomerID == "" {
		what = WhatOps
	}
	root := store.NewDeliveryID()
	p.deliver(store.Delivery{
		ID: root, Key: "alert/" + d.ID + "/" + channel, Kind: store.NewMessage, Channel: channel, Step: d.Step,
		What: what, Body: body{Root: root, Incident: d.ID}.encode(),
	})
	p.message(root, channel, store.SingleMessage)
	p.telling(d, channel, root)
	for _, l := range d.Lines {
		p.line(root, channel, d, body{Root: root, Incident: d.ID, Step: l.Step}, strconv.FormatInt(l.Step, 10))
	}
}

// group plans a message of several incidents, and the list in its thread.
func (p *planner) group(channel string, kind store.MessageKind, members []*store.DueIncident) {
	root := store.NewDeliveryID()
	p.deliver(store.Delivery{
		ID: root, Key: "alert-group/" + root, Kind: store.NewMessage, Channel: channel, Step: p.now.UnixMilli(),
		What: WhatGroup, Body: body{Root: root}.encode(),
	})
	p.message(root, channel, kind)
	for _, d := range members {
		p.telling(d, channel, root)
	}
	for page := range formatting.AlertPages(len(members)) {
		id := store.NewDeliveryID()
		p.deliver(store.Delivery{
			ID: id, Key: "alert-page/" + root + "/" + strconv.Itoa(page), Kind: store.ThreadReply, Channel: channel, Root: root,
			What: WhatPage, Body: body{Root: root, Page: page + 1}.encode(),
		})
	}
}

// join adds incidents to a message of several.
func (p *planner) join(root, channel string, members []*store.DueIncident) {
	m := p.untold.Messages[root]
	if next := m.Edited.Add(p.leastPause()); p.now.Before(next) {
		for _, d := range members {
			p.progress[d.ID].later(next)
		}
		return
	}
	for _, d := range members {
		p.telling(d, channel, root)
		b := p.batch(root)
		b.Fired++
		b.Call = b.Call || d.Severity == coverage.Crit
	}
	p.edit(root, channel, members[0])
}

func (p *planner) batch(root string) *batch {
	if p.batches[root] == nil {
		p.batches[root] = &batch{}
	}
	return p.batches[root]
}

// finishBatches plans one line for the thread of each message of several.
func (p *planner) finishBatches() {
	for _, root := range slices.Sorted(maps.Keys(p.batches)) {
		b, m := p.batches[root], p.untold.Messages[root]
		if b.empty() {
			continue
		}
		p.deliver(store.Delivery{
			ID: store.NewDeliveryID(), Key: "alert-batch/" + root + "/" + strconv.FormatInt(p.now.UnixMilli(), 10), Kind: reply(b.Wide),
			Channel: m.Channel, Root: root, What: WhatBatch, Body: body{Root: root, At: p.now.UnixMilli(), Batch: b}.encode(),
		})
	}
}

// headline tells whoever runs the bot of an event of the fleet.
func (p *planner) headline() {
	if len(p.fleet) == 0 {
		return
	}
	for _, channel := range p.routes.ops {
		p.deliver(store.Delivery{
			ID: store.NewDeliveryID(), Key: "alert-fleet/" + channel + "/" + strconv.FormatInt(p.now.Truncate(floodTime).Unix(), 10),
			Kind: store.NewMessage, Channel: channel, What: WhatHeadline,
			Body: body{Customers: p.untold.Suspects, Watched: p.untold.Watched, Channels: len(p.fleet), At: p.now.UnixMilli()}.encode(),
		})
	}
}
