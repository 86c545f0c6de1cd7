package alert

import (
	"cmp"
	"encoding/json"
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

// body is what a delivery says: which incidents, not what of them.
type body struct {
	Root     string `json:"root,omitempty"` // the delivery of the message
	Incident string `json:"incident,omitempty"`
	Step     int64  `json:"step,omitempty"` // of a line
	Page     int    `json:"page,omitempty"`
	Kind     int    `json:"kind,omitempty"` // of a reminder: the line's
	At       int64  `json:"at,omitempty"`
	Wide     bool   `json:"wide,omitempty"` // of a reminder: the channel sees it too
	Batch    *batch `json:"batch,omitempty"`

	Customers int `json:"customers,omitempty"` // of a headline
	Watched   int `json:"watched,omitempty"`
	Channels  int `json:"channels,omitempty"`
}

// batch counts the steps of a group since its last line.
type batch struct {
	Fired  int `json:"fired,omitempty"`
	Worse  int `json:"worse,omitempty"`
	Closed int `json:"closed,omitempty"`
	Awake  int `json:"awake,omitempty"` // snoozes that are over

	Waiting int   `json:"waiting,omitempty"` // reminders of what nobody looks after
	Acked   int   `json:"acked,omitempty"`   // reminders of what somebody does
	Wide    bool  `json:"wide,omitempty"`    // the channel sees it too
	Call    bool  `json:"call,omitempty"`    // something became critical: whoever is mentioned is called
	Acts    []act `json:"acts,omitempty"`
}

// act counts what a person did with incidents of a group.
type act struct {
	Kind coverage.LineKind `json:"kind"`
	By   string            `json:"by,omitempty"`
	N    int               `json:"n"`
}

// did counts an act.
func (b *batch) did(kind coverage.LineKind, by string) {
	same := func(a act) bool { return a.Kind == kind && a.By == by }
	if n := slices.IndexFunc(b.Acts, same); n >= 0 {
		b.Acts[n].N++
		return
	}
	b.Acts = append(b.Acts, act{kind, by, 1})
}

// empty reports whether it says nothing.
func (b *batch) empty() bool {
	return b.Fired+b.Worse+b.Closed+b.Awake+b.Waiting+b.Acked+len(b.Acts) == 0
}

func (b body) encode() []byte {
	raw, _ := json.Marshal(b) //nolint:errchkjson // numbers and strings
	return raw
}

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
	if root, kind, ok := p.running(channel); ok && len(fresh) > 0 {
		p.join(root, kind, channel, fresh)
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
func (p *planner) running(channel string) (root string, kind store.MessageKind, ok bool) {
	newest := time.Time{}
	for _, m := range p.untold.Messages {
		within := p.rules.GroupInterval
		if m.Kind == store.SummaryMessage {
			within = floodTime
		}
		joins := m.Kind != store.SingleMessage && m.Channel == channel && p.now.Sub(m.Made) < within
		if joins && m.Made.After(newest) {
			root, kind, ok, newest = m.Root, m.Kind, true, m.Made
		}
	}
	return root, kind, ok
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
	for page := range pagesOf(len(members)) {
		id := store.NewDeliveryID()
		p.deliver(store.Delivery{
			ID: id, Key: "alert-page/" + root + "/" + strconv.Itoa(page), Kind: store.ThreadReply, Channel: channel, Root: root,
			What: WhatPage, Body: body{Root: root, Page: page + 1}.encode(),
		})
	}
}

// pagesOf is how many pages a list of so many takes: none where the message names
// them all.
func pagesOf(members int) int {
	if members <= groupNames {
		return 0
	}
	return min(pagesMost, (members+pageSize-1)/pageSize)
}

const (
	groupNames = 10 // incidents that a message of several names
	pageSize   = 60
	pagesMost  = 3
)

// join adds incidents to a message of several.
func (p *planner) join(root string, _ store.MessageKind, channel string, members []*store.DueIncident) {
	m := p.untold.Messages[root]
	if next := m.Edited.Add(min(editPause, p.rules.GroupInterval)); p.now.Before(next) {
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

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
