package alert

import (
	"strconv"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

// wakes reports whether the snooze of an open incident is over, by its time.
func (p *planner) wakes(d *store.DueIncident) bool {
	return d.Closed.IsZero() && !d.Snoozed.Until.IsZero() && !d.Snoozing(p.now)
}

// waken has a message that said that its incident is snoozed say so no more, and
// its thread hear of it: an incident that is still open is not forgotten silently.
func (p *planner) waken(d *store.DueIncident, t store.Telling, m store.AlertMessage) {
	state := p.progress[d.ID]
	if d.Snoozing(p.now) {
		state.look(d.Snoozed.Until)
		return
	}
	if !p.wakes(d) {
		return
	}
	if next := m.Edited.Add(p.pause(m)); p.now.Before(next) && !p.edited[t.Root] {
		state.paused = true
		state.look(next)
		return
	}
	p.edit(t.Root, t.Channel, d)
	if m.Kind == store.SingleMessage {
		p.line(t.Root, t.Channel, d, body{Root: t.Root, Incident: d.ID, Kind: int(coverage.LineWoken), At: p.now.UnixMilli()},
			"awake/"+strconv.FormatInt(d.Snoozed.Until.UnixMilli(), 10))
	} else {
		p.batch(t.Root).Awake++
	}
}

// remind plans a reminder of what nobody looks after, or looks after for long. For
// a message of several it is one for all of them that are due.
func (p *planner) remind(d *store.DueIncident, t store.Telling, m store.AlertMessage) {
	base := d.Opened
	if m.Kind != store.SingleMessage { // those that were told together are due together
		base = maxTime(base, m.Made)
	}
	due, ok := p.reminder(d, base)
	if !ok {
		return
	}
	state := p.progress[d.ID]
	if p.now.Before(due) {
		state.look(due)
		return
	}
	if d.Snoozing(p.now) {
		state.look(d.Snoozed.Until)
		return
	}
	wide := d.Acked.At.IsZero() && !d.Reminded.Before(base)
	if m.Kind == store.SingleMessage {
		p.line(t.Root, t.Channel, d, body{Root: t.Root, Incident: d.ID, Kind: int(coverage.LineReminder), At: p.now.UnixMilli(), Wide: wide},
			"remind/"+strconv.FormatInt(due.UnixMilli(), 10))
	} else {
		b := p.batch(t.Root)
		b.Wide = b.Wide || wide
		if d.Acked.At.IsZero() {
			b.Waiting++
		} else {
			b.Acked++
		}
	}
	state.remind = p.now
	reminded := *d
	reminded.Reminded = p.now
	if next, ok := p.reminder(&reminded, base); ok {
		state.look(next)
	}
}

// reply is the kind of a reply in a thread that the channel sees too, or does not.
func reply(wide bool) store.DeliveryKind {
	if wide {
		return store.BroadcastReply
	}
	return store.ThreadReply
}

// reminder is when the next reminder is due of what was told at base: of what is
// critical and nobody looks after, one in the thread and then one in the channel each
// day; of what somebody looks after, one each week.
func (p *planner) reminder(d *store.DueIncident, base time.Time) (time.Time, bool) {
	switch {
	case !d.Acked.At.IsZero():
		return maxTime(d.Acked.At, d.Reminded).Add(p.rules.RemindAcked), true
	case d.Severity != coverage.Crit:
		return time.Time{}, false
	case d.Reminded.Before(base):
		return base.Add(p.rules.RemindThread), true
	}
	days := d.Reminded.Sub(base)/p.rules.RemindChannel + 1
	return base.Add(days * p.rules.RemindChannel), true
}
