package alert

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

func noon() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

// fired is an incident that fired at a time, and that nobody was told of.
func fired(id string, at time.Time, severity coverage.Severity) store.DueIncident {
	d := store.DueIncident{Incident: store.Incident{ID: id, CustomerID: "c-" + id, Step: 1}}
	d.Incident.Incident = coverage.Incident{
		Family: coverage.CoverageFamily, Generation: 1, Opened: at, Severity: severity,
		Members: []coverage.Member{{Open: coverage.Open{Condition: coverage.CoverageDrop, Severity: severity, Since: at, Lost: 5, Missing: 5}}},
	}
	d.Lines = []store.IncidentLine{{Step: 1, Line: coverage.Line{At: at, Kind: coverage.LineFired, Condition: coverage.CoverageDrop, Severity: severity, Posted: true}}}
	return d
}

// toldIn is an incident that a message of a channel tells of, up to a step.
func toldIn(d store.DueIncident, channel, root string, step int64) store.DueIncident {
	d.Tellings = append(slices.Clone(d.Tellings), store.Telling{Incident: d.ID, Channel: channel, Root: root, Told: step})
	d.Flushed = step
	return d
}

func untold(messages []store.AlertMessage, due ...store.DueIncident) (store.Untold, routing) {
	u := store.Untold{Due: due, Messages: map[string]store.AlertMessage{}, Channels: map[string]store.ChannelAlerts{}, Watched: 1000}
	for _, m := range messages {
		u.Messages[m.Root] = m
	}
	r := routing{customers: map[string][]string{}, ops: []string{"COPS"}}
	for _, d := range due {
		r.customers[d.CustomerID] = []string{"C1"}
	}
	return u, r
}

// said is what a plan says, in short.
func said(p store.TellPlan) string {
	var all []string
	for _, d := range p.Deliveries {
		kind := [...]string{"new", "edit", "reply", "file", "broadcast"}[d.Kind]
		all = append(all, kind+" "+d.What+" in "+d.Channel)
	}
	return strings.Join(all, ", ")
}

func TestPlan(t *testing.T) {
	t.Parallel()
	rules := coverage.DefaultRules()
	single := store.AlertMessage{Root: "root", Channel: "C1", Kind: store.SingleMessage, Made: noon().Add(-time.Hour), Edited: noon().Add(-time.Hour)}
	change := func(d store.DueIncident, do func(*store.DueIncident)) store.DueIncident {
		d.Members = slices.Clone(d.Members)
		do(&d)
		return d
	}
	one := func(at time.Duration) store.DueIncident { return fired("a", noon().Add(at), coverage.Crit) }
	many := func(n int) []store.DueIncident {
		var all []store.DueIncident
		for i := range n {
			all = append(all, fired(fmt.Sprintf("%03d", i), noon().Add(-time.Minute), coverage.Crit))
		}
		return all
	}
	step := func(kind coverage.LineKind, posted bool) func(*store.DueIncident) {
		return func(d *store.DueIncident) {
			d.Step = 2
			d.Lines = []store.IncidentLine{{Step: 2, Line: coverage.Line{Kind: kind, Posted: posted}}}
		}
	}
	quiet := func(u *store.Untold) {
		u.Channels["C1"] = store.ChannelAlerts{Channel: "C1", QuietFrom: "11:00", QuietTo: "14:00", Zone: "UTC"}
	}
	var roots []store.AlertMessage
	for n := range 6 {
		roots = append(roots, store.AlertMessage{Root: fmt.Sprint("r", n), Channel: "C1", Made: noon().Add(-30 * time.Minute)})
	}
	still := func(at time.Duration) store.DueIncident {
		return change(one(at), func(d *store.DueIncident) { d.Lines = nil })
	}
	second := func(at time.Duration) store.DueIncident {
		return change(still(at), func(d *store.DueIncident) { d.ID, d.CustomerID = "b", "c-b" })
	}
	asleep := func(until time.Duration) func(*store.DueIncident) {
		return func(d *store.DueIncident) { d.Snoozed.Until = noon().Add(until) }
	}
	reminded := func(at time.Duration) func(*store.DueIncident) {
		return func(d *store.DueIncident) { d.Reminded = noon().Add(at) }
	}
	acked := func(at time.Duration) func(*store.DueIncident) {
		return func(d *store.DueIncident) { d.Acked = store.Act{By: "U1", At: noon().Add(at)} }
	}
	group := store.AlertMessage{Root: "group", Channel: "C1", Kind: store.GroupMessage, Made: noon().Add(-5 * time.Hour), Edited: noon().Add(-5 * time.Hour)}
	dayOld := store.AlertMessage{Root: "group", Channel: "C1", Kind: store.GroupMessage, Made: noon().Add(-25*time.Hour + time.Minute), Edited: noon().Add(-25 * time.Hour)}
	for name, c := range map[string]struct {
		messages []store.AlertMessage
		due      []store.DueIncident
		change   func(*store.Untold)
		says     string
		lookAt   time.Duration // after noon; -1: never
	}{
		"waits for more":          {nil, []store.DueIncident{one(-10 * time.Second)}, nil, "", 20 * time.Second},
		"one":                     {nil, []store.DueIncident{one(-time.Minute)}, nil, "new alert in C1, reply alert_line in C1", 4*time.Hour - time.Minute},
		"three":                   {nil, many(3), nil, strings.Repeat("new alert in C1, reply alert_line in C1, ", 2) + "new alert in C1, reply alert_line in C1", 4*time.Hour - time.Minute},
		"four":                    {nil, many(4), nil, "new alert_group in C1", 4*time.Hour - time.Minute},
		"many":                    {nil, many(130), nil, "new alert_group in C1, reply alert_page in C1, reply alert_page in C1, reply alert_page in C1", 4*time.Hour - time.Minute},
		"an event of the fleet":   {nil, many(130), func(u *store.Untold) { u.Suspects = 130 }, "", 29 * time.Minute},
		"of six the seventh":      {roots, []store.DueIncident{one(-time.Minute)}, nil, "new alert_group in C1", 4*time.Hour - time.Minute},
		"snoozed":                 {nil, []store.DueIncident{change(one(-time.Minute), func(d *store.DueIncident) { d.Snoozed.Until = noon().Add(time.Hour) })}, nil, "", time.Hour},
		"quiet hours":             {nil, []store.DueIncident{fired("a", noon().Add(-time.Minute), coverage.Warn)}, quiet, "", 2 * time.Hour},
		"quiet hours, CRIT":       {nil, []store.DueIncident{one(-time.Minute)}, quiet, "new alert in C1, reply alert_line in C1", 4*time.Hour - time.Minute},
		"AvePoint is in trouble":  {nil, []store.DueIncident{change(one(-time.Minute), func(d *store.DueIncident) { d.Family = coverage.StaleFamily })}, func(u *store.Untold) { u.APITrouble = true }, "", 15 * time.Minute},
		"it comes and goes":       {nil, []store.DueIncident{change(one(-time.Minute), func(d *store.DueIncident) { d.Lines[0].Posted = false; d.Members[0].Flapping = true })}, nil, "", -1},
		"over before it was told": {nil, []store.DueIncident{change(one(-time.Minute), func(d *store.DueIncident) { d.Closed = noon() })}, nil, "", -1},
		"worse":                   {[]store.AlertMessage{single}, []store.DueIncident{change(toldIn(one(-time.Hour), "C1", "root", 1), step(coverage.LineEscalated, true))}, nil, "edit alert in C1, reply alert_line in C1", 3 * time.Hour},
		"worse, snoozed":          {[]store.AlertMessage{single}, []store.DueIncident{change(change(toldIn(one(-time.Hour), "C1", "root", 1), step(coverage.LineResolved, false)), asleep(time.Hour))}, nil, "edit alert in C1", time.Hour},
		"the snooze is over":      {[]store.AlertMessage{single}, []store.DueIncident{change(toldIn(still(-time.Hour), "C1", "root", 1), asleep(0))}, nil, "edit alert in C1, reply alert_line in C1", 3 * time.Hour},
		"the snooze of one among many is over": {
			[]store.AlertMessage{group},
			[]store.DueIncident{change(toldIn(still(-time.Hour), "C1", "group", 1), asleep(-time.Second))},
			nil,
			"edit alert_group in C1, reply alert_batch in C1", 3 * time.Hour,
		},
		"the snooze is over a moment after an edit": {
			[]store.AlertMessage{{Root: "root", Channel: "C1", Edited: noon().Add(-5 * time.Second)}},
			[]store.DueIncident{change(toldIn(still(-time.Hour), "C1", "root", 1), asleep(0))},
			nil, "", 10 * time.Second,
		},
		"acknowledged among many, a minute after an edit": {
			[]store.AlertMessage{{Root: "group", Channel: "C1", Kind: store.GroupMessage, Made: noon().Add(-time.Hour), Edited: noon().Add(-time.Minute)}},
			[]store.DueIncident{change(change(toldIn(one(-time.Hour), "C1", "group", 1), step(coverage.LineAcked, false)), acked(0))},
			nil,
			"edit alert_group in C1, reply alert_batch in C1", 7 * 24 * time.Hour,
		},
		"worse among many, a minute after an edit": {
			[]store.AlertMessage{{Root: "group", Channel: "C1", Kind: store.GroupMessage, Made: noon().Add(-time.Hour), Edited: noon().Add(-time.Minute)}},
			[]store.DueIncident{change(toldIn(one(-time.Hour), "C1", "group", 1), step(coverage.LineWorse, false))},
			nil, "", 14 * time.Minute,
		},
		"back within a day, and snoozed": {[]store.AlertMessage{single}, []store.DueIncident{change(change(one(-time.Second), asleep(time.Hour)), func(d *store.DueIncident) {
			d.Generation, d.Before = 2, []store.Telling{{Incident: "z", Channel: "C1", Root: "root", Told: 9}}
		})}, nil, "edit alert in C1", time.Hour},
		"edited a moment ago": {
			[]store.AlertMessage{{Root: "root", Channel: "C1", Made: noon(), Edited: noon().Add(-5 * time.Second)}},
			[]store.DueIncident{change(toldIn(one(-time.Hour), "C1", "root", 1), step(coverage.LineAcked, false))},
			nil, "", 10 * time.Second,
		},
		"reminded":                          {[]store.AlertMessage{single}, []store.DueIncident{toldIn(still(-5*time.Hour), "C1", "root", 1)}, nil, "reply alert_line in C1", 19 * time.Hour},
		"reminded in two channels":          {[]store.AlertMessage{single, {Root: "2", Channel: "C2"}}, []store.DueIncident{toldIn(toldIn(still(-5*time.Hour), "C1", "root", 1), "C2", "2", 1)}, nil, "reply alert_line in C1, reply alert_line in C2", 19 * time.Hour},
		"reminded, in the channel":          {[]store.AlertMessage{single}, []store.DueIncident{change(toldIn(still(-25*time.Hour), "C1", "root", 1), reminded(-21*time.Hour))}, nil, "broadcast alert_line in C1", 23 * time.Hour},
		"reminded, not again":               {[]store.AlertMessage{single}, []store.DueIncident{change(toldIn(still(-25*time.Hour), "C1", "root", 1), reminded(-time.Hour))}, nil, "", 23 * time.Hour},
		"reminded, acknowledged":            {[]store.AlertMessage{single}, []store.DueIncident{change(toldIn(still(-200*time.Hour), "C1", "root", 1), acked(-170*time.Hour))}, nil, "reply alert_line in C1", 7 * 24 * time.Hour},
		"reminded, acknowledged a day ago":  {[]store.AlertMessage{single}, []store.DueIncident{change(toldIn(still(-30*time.Hour), "C1", "root", 1), acked(-24*time.Hour))}, nil, "", 6 * 24 * time.Hour},
		"many reminded, as one":             {[]store.AlertMessage{group}, []store.DueIncident{toldIn(still(-5*time.Hour), "C1", "group", 1), toldIn(second(-5*time.Hour), "C1", "group", 1)}, nil, "reply alert_batch in C1", 19 * time.Hour},
		"many reminded, in the channel":     {[]store.AlertMessage{dayOld}, []store.DueIncident{change(toldIn(still(-30*time.Hour), "C1", "group", 1), reminded(-20*time.Hour))}, nil, "broadcast alert_batch in C1", 23*time.Hour + time.Minute},
		"one that joined many a moment ago": {[]store.AlertMessage{group}, []store.DueIncident{toldIn(still(-time.Minute), "C1", "group", 1)}, nil, "", 4*time.Hour - time.Minute},
		"back within a day": {[]store.AlertMessage{single}, []store.DueIncident{change(one(-time.Second), func(d *store.DueIncident) {
			d.Generation, d.Before = 2, []store.Telling{{Incident: "z", Channel: "C1", Root: "root", Told: 9}}
		})}, nil, "edit alert in C1, reply alert_line in C1, reply alert_line in C1", 4*time.Hour - time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u, r := untold(c.messages, c.due...)
			if c.change != nil {
				c.change(&u)
			}
			p := plan(noon(), u, r, rules)
			if got := said(p); got != c.says {
				t.Errorf("says %q, want %q", got, c.says)
			}
			look := time.Duration(-1)
			if at := p.Looked[0].LookAt; !at.IsZero() {
				look = at.Sub(noon())
			}
			if look != c.lookAt {
				t.Errorf("looks again after %v, want %v", look, c.lookAt)
			}
		})
	}
}

// The order in which customers are found does not matter, each incident that is told
// has one message in each channel, and no flush of a channel is more than one message
// with three pages, or three messages.
func TestPlan_property(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 200).Draw(t, "incidents")
		var due []store.DueIncident
		for i := range n {
			ago := time.Duration(rapid.IntRange(31, 500).Draw(t, "ago")) * time.Second
			due = append(due, fired(fmt.Sprintf("%03d", i), noon().Add(-ago), coverage.Severity(rapid.IntRange(1, 2).Draw(t, "severity"))))
		}
		u, r := untold(nil, due...)
		u.Suspects = rapid.IntRange(0, n).Draw(t, "suspects")
		for _, d := range due {
			r.customers[d.CustomerID] = rapid.SampledFrom([][]string{{"C1"}, {"C2"}, {"C1", "C2"}, {}}).Draw(t, "channels")
		}
		p := plan(noon(), u, r, coverage.DefaultRules())
		other := u
		other.Due = slices.Clone(u.Due)
		slices.Reverse(other.Due)
		if a, b := said(p), said(plan(noon(), other, r, coverage.DefaultRules())); a != b {
			t.Fatalf("another order: %s\n%s", a, b)
		}
		roots, pages := map[string]int{}, map[string]int{}
		for _, d := range p.Deliveries {
			switch {
			case d.Kind == store.NewMessage:
				roots[d.Channel]++
			case d.What == WhatPage:
				pages[d.Channel]++
			}
		}
		for channel, n := range roots {
			if n > 3 || pages[channel] > 3 || pages[channel] > 0 && n > 1 {
				t.Fatalf("%s: %d messages, %d pages", channel, n, pages[channel])
			}
		}
		seen := map[string]bool{}
		for _, x := range p.Tellings {
			if key := x.Incident + x.Channel; seen[key] {
				t.Fatalf("%s is told twice in %s", x.Incident, x.Channel)
			}
			seen[x.Incident+x.Channel] = true
		}
		for _, l := range p.Looked {
			told := 0
			for _, x := range p.Tellings {
				if x.Incident == l.Incident {
					told++
				}
			}
			if want := len(r.customers["c-"+l.Incident]); l.Flushed > 0 && told < want {
				t.Fatalf("%s counts as told in %d of %d channels", l.Incident, told, want)
			}
		}
	})
}

func TestQuietUntil(t *testing.T) {
	t.Parallel()
	berlin := func(from, to string) store.ChannelAlerts {
		return store.ChannelAlerts{QuietFrom: from, QuietTo: to, Zone: "Europe/Berlin"}
	}
	at := func(text string) time.Time {
		v, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for name, c := range map[string]struct {
		settings   store.ChannelAlerts
		now, until string
	}{
		"over midnight, before it":   {berlin("22:00", "07:00"), "2026-11-24T22:30:00+01:00", "2026-11-25T07:00:00+01:00"},
		"over midnight, after it":    {berlin("22:00", "07:00"), "2026-11-25T06:59:59+01:00", "2026-11-25T07:00:00+01:00"},
		"at its end":                 {berlin("22:00", "07:00"), "2026-11-25T07:00:00+01:00", ""},
		"by day":                     {berlin("12:00", "13:00"), "2026-11-24T12:30:00+01:00", "2026-11-24T13:00:00+01:00"},
		"the night that is shorter":  {berlin("22:00", "07:00"), "2026-03-29T01:30:00+01:00", "2026-03-29T07:00:00+02:00"},
		"the night that is longer":   {berlin("22:00", "07:00"), "2026-10-25T02:30:00+02:00", "2026-10-25T07:00:00+01:00"},
		"never":                      {store.ChannelAlerts{}, "2026-11-24T22:30:00+01:00", ""},
		"a zone that nobody knows":   {store.ChannelAlerts{QuietFrom: "22:00", QuietTo: "07:00", Zone: "Moon/Sea"}, "2026-11-24T22:30:00+01:00", ""},
		"all the time is no setting": {berlin("22:00", "22:00"), "2026-11-24T22:30:00+01:00", ""},
	} {
		until, quiet := quietUntil(c.settings, at(c.now))
		if c.until == "" && quiet || c.until != "" && !until.Equal(at(c.until)) {
			t.Errorf("%s: %v %v", name, until, quiet)
		}
	}
}
