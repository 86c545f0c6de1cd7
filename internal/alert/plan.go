package alert

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

const (
	// editPause is how long the message of one incident stays as it is at least.
	editPause = 15 * time.Second
	// aliveFor is how long a message about an incident is worth sending.
	aliveFor = 7 * 24 * time.Hour
	// floodTime is the time in which new messages of a channel are counted.
	floodTime = time.Hour
)

// planner plans what is said of the incidents that are due.
type planner struct {
	now    time.Time
	untold store.Untold
	routes routing
	rules  coverage.Rules
	plan   store.TellPlan

	fresh    map[string][]*store.DueIncident // to be told anew, by channel
	progress map[string]*progress            // by incident
	edited   map[string]bool                 // messages that this plan edits
	batches  map[string]*batch               // by message
	fleet    []string                        // channels that are told of an event of the fleet
}

// progress is how far an incident has been told.
type progress struct {
	held   bool      // somewhere something is still to be said
	told   bool      // a message tells of it now
	paused bool      // a message of it changed too short a time ago
	lookAt time.Time // when
	remind time.Time // when somebody was reminded now
}

// later notes that something is still to be said.
func (p *progress) later(t time.Time) {
	p.held = true
	p.look(t)
}

func (p *progress) look(t time.Time) {
	if p.lookAt.IsZero() || t.Before(p.lookAt) {
		p.lookAt = t
	}
}

// plan says what is to be told now of what is untold. It is pure: the same at the
// same time makes the same plan, but for the ids of its deliveries.
func plan(now time.Time, u store.Untold, r routing, rules coverage.Rules) store.TellPlan {
	p := &planner{
		now: now, untold: u, routes: r, rules: rules, fresh: map[string][]*store.DueIncident{},
		progress: map[string]*progress{}, edited: map[string]bool{}, batches: map[string]*batch{},
	}
	for n := range u.Due {
		d := &u.Due[n]
		p.progress[d.ID] = &progress{}
		p.incident(d)
	}
	for _, channel := range slices.Sorted(maps.Keys(p.fresh)) {
		p.flush(channel, p.fresh[channel])
	}
	p.headline()
	p.finishBatches()
	for n := range u.Due {
		p.look(&u.Due[n])
	}
	return p.plan
}

// incident plans what is said of one incident in each channel.
func (p *planner) incident(d *store.DueIncident) {
	told := map[string]bool{}
	for _, t := range d.Tellings {
		told[t.Channel] = true
		p.told(d, t)
	}
	if !d.Closed.IsZero() || p.inhibited(d) {
		if p.inhibited(d) && d.Closed.IsZero() && len(d.Tellings) == 0 {
			p.progress[d.ID].later(p.now.Add(p.rules.Recheck))
		}
		return
	}
	if p.routes.unsure {
		p.progress[d.ID].later(p.now.Add(retryUnsure))
	}
	routes := p.routes.of(d.Incident)
	if len(routes) == 0 && len(d.Tellings) == 0 {
		p.progress[d.ID].later(p.now.Add(retryRoute))
	}
	for _, channel := range routes {
		switch before, again := p.before(d, channel); {
		case told[channel]:
		case announces(d):
			p.anew(d, channel)
		case again: // it comes and goes: its message changes, and that is all
			p.telling(d, channel, before.Root)
			p.edit(before.Root, channel, d)
		}
	}
}

// before is the message of the incident before, where it ended lately and had one
// for itself.
func (p *planner) before(d *store.DueIncident, channel string) (store.Telling, bool) {
	for _, t := range d.Before {
		if m, known := p.untold.Messages[t.Root]; t.Channel == channel && known && m.Kind == store.SingleMessage {
			return t, true
		}
	}
	return store.Telling{}, false
}

// inhibited reports whether a trouble of AvePoint itself says it already.
func (p *planner) inhibited(d *store.DueIncident) bool {
	switch d.Family {
	case coverage.EmptyFamily, coverage.StaleFamily, coverage.AccessFamily:
		return p.untold.APITrouble
	}
	return false
}

// announces reports whether an incident that was not told yet is to be told:
// not one that comes and goes, and is told no more.
func announces(d *store.DueIncident) bool {
	for _, l := range d.Lines {
		if l.Posted {
			return true
		}
	}
	return len(d.Lines) == 0 && !slices.ContainsFunc(d.Members, func(m coverage.Member) bool { return m.Flapping })
}

// anew plans to tell a channel of an incident for the first time.
func (p *planner) anew(d *store.DueIncident, channel string) {
	state := p.progress[d.ID]
	before, again := p.before(d, channel)
	if d.Snoozing(p.now) {
		if !again {
			state.later(d.Snoozed.Until)
			return
		}
		// It was snoozed when it ended: its message changes, and that is all.
		p.telling(d, channel, before.Root)
		p.edit(before.Root, channel, d)
		state.look(d.Snoozed.Until)
		return
	}
	if until, quiet := quietUntil(p.untold.Channels[channel], p.now); quiet && d.Severity != coverage.Crit {
		state.later(until)
		return
	}
	if again {
		p.reopen(d, before)
		return
	}
	p.fresh[channel] = append(p.fresh[channel], d)
}

// reopen uses the message of the incident before, which ended lately.
func (p *planner) reopen(d *store.DueIncident, before store.Telling) {
	p.telling(d, before.Channel, before.Root)
	p.edit(before.Root, before.Channel, d)
	p.line(before.Root, before.Channel, d, body{Root: before.Root, Incident: d.ID, Kind: int(coverage.LineReopened), At: p.now.UnixMilli()}, "back")
	for _, l := range d.Lines {
		p.line(before.Root, before.Channel, d, body{Root: before.Root, Incident: d.ID, Step: l.Step}, strconv.FormatInt(l.Step, 10))
	}
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
