package alert

import (
	"strconv"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

// told plans what is said of an incident that the channel knows of.
func (p *planner) told(d *store.DueIncident, t store.Telling) {
	m := p.untold.Messages[t.Root]
	if d.Step > t.Told {
		next := m.Edited.Add(p.pauseFor(d, t, m))
		switch {
		case p.edited[t.Root]:
			p.moveOn(d, t, m)
		case p.now.Before(next):
			p.progress[d.ID].later(next)
			p.progress[d.ID].paused = true
			return
		default:
			p.edit(t.Root, t.Channel, d)
			p.moveOn(d, t, m)
		}
	}
	if d.Closed.IsZero() {
		p.waken(d, t, m)
		p.remind(d, t, m)
	}
}

// pause is how long a message stays as it is at least.
func (p *planner) pause(m store.AlertMessage) time.Duration {
	if m.Kind == store.SingleMessage {
		return p.leastPause()
	}
	return p.rules.GroupInterval
}

// leastPause is how long any message stays as it is: not longer than readings take,
// where these come faster than people read.
func (p *planner) leastPause() time.Duration {
	return min(editPause, p.rules.GroupInterval, p.rules.Recheck)
}

// pauseFor is how long a message stays as it is though an incident changed: what a
// person does shows soon in a message of several, too.
func (p *planner) pauseFor(d *store.DueIncident, t store.Telling, m store.AlertMessage) time.Duration {
	for _, l := range d.Lines {
		if l.Step > t.Told && l.Kind >= coverage.LineAcked {
			return p.leastPause()
		}
	}
	return p.pause(m)
}

// moveOn tells the thread what happened since.
func (p *planner) moveOn(d *store.DueIncident, t store.Telling, m store.AlertMessage) {
	p.telling(d, t.Channel, t.Root)
	for _, l := range d.Lines {
		if l.Step <= t.Told || !p.tells(d, l) {
			continue
		}
		if m.Kind == store.SingleMessage {
			p.line(t.Root, t.Channel, d, body{Root: t.Root, Incident: d.ID, Step: l.Step}, strconv.FormatInt(l.Step, 10))
			continue
		}
		switch b := p.batch(t.Root); {
		case l.Kind >= coverage.LineAcked:
			b.did(l.Kind, l.By)
		case l.Kind == coverage.LineEscalated, l.Kind == coverage.LineWorse:
			b.Worse++
			b.Call = b.Call || l.Kind == coverage.LineEscalated && l.Severity == coverage.Crit
		case l.Kind == coverage.LineClosed:
			b.Closed++
		}
	}
}

// tells reports whether the thread hears of a line: not of what is snoozed, but for
// what people do, and not of more of what comes and goes.
func (p *planner) tells(d *store.DueIncident, l store.IncidentLine) bool {
	switch {
	case l.Kind >= coverage.LineAcked:
		return true
	case l.Kind == coverage.LineClosed && len(d.Members) == 1: // its one member has said so
		return false
	}
	if d.Snoozing(p.now) {
		return false
	}
	quiet := l.Kind == coverage.LineFired || l.Kind == coverage.LineEscalated
	return !quiet || l.Posted
}

// deliver adds a delivery.
func (p *planner) deliver(d store.Delivery) {
	d.Created, d.Expires = p.now, p.now.Add(aliveFor)
	if d.Kind.IsReply() { // what is new in other channels goes first
		d.Created = p.now.Add(time.Second)
	}
	p.plan.Deliveries = append(p.plan.Deliveries, d)
}

// message notes a message that is made now.
func (p *planner) message(root, channel string, kind store.MessageKind) {
	m := store.AlertMessage{Root: root, Channel: channel, Kind: kind, Made: p.now}
	if kind != store.SingleMessage { // what a person does with one incident shows at once, the first time
		m.Edited = p.now
	}
	p.plan.Messages = append(p.plan.Messages, m)
}

// telling notes that a message tells of an incident up to now.
func (p *planner) telling(d *store.DueIncident, channel, root string) {
	p.progress[d.ID].told = true
	p.plan.Tellings = append(p.plan.Tellings, store.Telling{Incident: d.ID, Channel: channel, Root: root, Told: d.Step})
}

// edit plans to show a message as it is when it is sent, once.
func (p *planner) edit(root, channel string, d *store.DueIncident) {
	if p.edited[root] {
		return
	}
	p.edited[root] = true
	m := p.untold.Messages[root]
	what, b := WhatGroup, body{Root: root}
	if m.Kind == store.SingleMessage {
		what, b.Incident = WhatAlert, d.ID
		if d.CustomerID == "" {
			what = WhatOps
		}
	}
	step := p.now.UnixMilli()
	p.deliver(store.Delivery{
		ID: store.NewDeliveryID(), Key: "alert-edit/" + root + "/" + strconv.FormatInt(step, 10), Kind: store.EditMessage, Channel: channel,
		Root: root, Step: step, What: what, Body: b.encode(),
	})
	m.Edited = p.now
	p.plan.Messages = append(p.plan.Messages, m)
}

// line plans a line in the thread of a message.
func (p *planner) line(root, channel string, d *store.DueIncident, b body, key string) {
	p.deliver(store.Delivery{
		ID: store.NewDeliveryID(), Key: "alert-line/" + root + "/" + d.ID + "/" + key, Kind: reply(b.Wide), Channel: channel, Root: root,
		What: WhatLine, Body: b.encode(),
	})
}

// look notes how far an incident is told, and when to look at it again.
func (p *planner) look(d *store.DueIncident) {
	state := p.progress[d.ID]
	l := store.Looked{Incident: d.ID, Step: d.Step, Flushed: d.Step, LookAt: state.lookAt, Reminded: state.remind, Woken: p.wakes(d) && !state.paused}
	if state.held {
		l.Flushed = d.Flushed
	}
	due, ok := p.reminder(d, d.Opened)
	if first := state.told && len(d.Tellings) == 0; first && ok && d.Closed.IsZero() && !state.held && (l.LookAt.IsZero() || due.Before(l.LookAt)) {
		l.LookAt = due
	}
	p.plan.Looked = append(p.plan.Looked, l)
}
