package formatting

import (
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// alertNow is when the alerts of the tests are looked at.
func alertNow() time.Time { return time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC) }

func lostMember(module string, now, lost int64) coverage.Member {
	n := alertNow()
	return coverage.Member{Open: coverage.Open{
		Key: coverage.Key{Module: module}, Condition: coverage.CoverageDrop, Severity: coverage.Crit,
		Since: n.Add(-34 * time.Minute), Until: n.Add(-50 * time.Minute),
		Was: coverage.Count{Scanned: 1250, Protected: 1250}, Now: coverage.Count{Scanned: 1250, Protected: now},
		Reference: coverage.Ratio{Kept: 1, Scanned: 1}, Missing: 1250 - now, Lost: lost, Worst: 1250 - now,
		WorstNow: coverage.Count{Scanned: 1250, Protected: now}, Readings: 3,
	}}
}

func alertOf(f coverage.Family, members ...coverage.Member) AlertView {
	return AlertView{
		Command: "/backup-overview", Now: alertNow(), Customer: "Contoso Retail GmbH",
		Incident: coverage.Incident{Family: f, Generation: 1, Opened: alertNow().Add(-4 * time.Minute), Severity: members[0].Severity, Members: members},
		Next:     alertNow().Add(15 * time.Minute), Portal: "https://example.com/portal",
		Buttons: AlertButtons{Ack: "a", Snooze: "s", Accept: "n", Undo: "u", More: "m"},
	}
}

func changed(v AlertView, change func(*AlertView)) AlertView {
	v.Incident.Members = append([]coverage.Member(nil), v.Incident.Members...)
	change(&v)
	return v
}

func ended(how coverage.Recovery, now coverage.Count) func(*AlertView) {
	return func(v *AlertView) {
		v.Incident.Closed = alertNow().Add(2*time.Hour + 6*time.Minute)
		v.Now = v.Incident.Closed.Add(time.Minute)
		for i := range v.Incident.Members {
			m := &v.Incident.Members[i]
			m.Ended, m.How, m.Now = v.Incident.Closed, how, now
		}
	}
}

// recovering has the newest reading of the first member be well.
func recovering(v *AlertView) {
	m := &v.Incident.Members[0]
	m.Recovering, m.Worst, m.WorstNow = true, 150, m.Now
	m.Now, m.Missing, m.Lost = coverage.Count{Scanned: 1250, Protected: 1250}, 0, 0
}

func otherMember(c coverage.Condition, s coverage.Severity, change func(*coverage.Open)) coverage.Member {
	m := lostMember("Exchange Online", 1100, 0)
	m.Condition, m.Severity = c, s
	change(&m.Open)
	return m
}

func alertStates() []state {
	lost := alertOf(coverage.CoverageFamily, lostMember("Exchange Online", 1100, 150))
	two := alertOf(coverage.CoverageFamily, lostMember("Exchange Online", 1100, 150), lostMember("Teams <!here>", 1200, 20))
	lag := alertOf(coverage.CoverageFamily, otherMember(coverage.Lag, coverage.Warn, func(o *coverage.Open) {
		o.Since, o.Was, o.Now, o.Missing = alertNow().Add(-26*time.Hour), coverage.Count{Scanned: 1000, Protected: 1000}, coverage.Count{Scanned: 1100, Protected: 1000}, 100
	}))
	small := alertOf(coverage.CoverageFamily, otherMember(coverage.SmallGap, coverage.Warn, func(o *coverage.Open) {
		o.Since, o.Was, o.Now, o.Missing = alertNow().Add(-24*time.Hour), coverage.Count{Scanned: 4, Protected: 4}, coverage.Count{Scanned: 4, Protected: 3}, 1
	}))
	scan := alertOf(coverage.ScanFamily, otherMember(coverage.ScanCollapse, coverage.Warn, func(o *coverage.Open) {
		o.Was, o.Now = coverage.Count{Scanned: 1200}, coverage.Count{Scanned: 12}
	}))
	gone := alertOf(coverage.MissingFamily, otherMember(coverage.ModuleMissing, coverage.Warn, func(*coverage.Open) {}))
	whole := func(c coverage.Condition, class string) AlertView {
		return alertOf(c.Family(), coverage.Member{Open: coverage.Open{Condition: c, Severity: coverage.Warn, Since: alertNow().Add(-6 * time.Hour), Class: class, Readings: 6}})
	}
	return []state{
		{"alert_lost", Alert(lost)},
		{"alert_lost_two", Alert(two)},
		{"alert_lost_many", Alert(alertOf(coverage.CoverageFamily, manyMembers(14)...))},
		{"alert_zero", Alert(alertOf(coverage.CoverageFamily, otherMember(coverage.ProtectedZero, coverage.Crit, func(o *coverage.Open) {
			o.Now, o.Missing, o.Lost = coverage.Count{Scanned: 1250}, 1250, 1250
		})))},
		{"alert_lost_and_new", Alert(alertOf(coverage.CoverageFamily, otherMember(coverage.CoverageDrop, coverage.Warn, func(o *coverage.Open) {
			o.Now, o.Missing, o.Lost, o.Slowly = coverage.Count{Scanned: 1300, Protected: 1200}, 100, 50, true
		})))},
		{"alert_mention", Alert(changed(lost, func(v *AlertView) { v.Mention = "S0ONCALL" }))},
		{"alert_acknowledged", Alert(changed(lost, func(v *AlertView) {
			v.Mention, v.Acked = "S0ONCALL", PersonAct{By: "U0ANA", At: alertNow().Add(-time.Minute)}
		}))},
		{"alert_snoozed", Alert(changed(lost, func(v *AlertView) {
			v.Snoozed = PersonAct{By: "U0ANA", At: alertNow(), Until: alertNow().Add(72 * time.Hour), Reason: "migration *until* Friday"}
		}))},
		{"alert_no_data", Alert(changed(lost, func(v *AlertView) { v.Incident.Members[0].NoData = alertNow().Add(-6 * time.Hour) }))},
		{"alert_recovering", Alert(changed(lost, recovering))},
		{"alert_recovering_one_of_two", Alert(changed(two, recovering))},
		{"alert_flapping", Alert(changed(lost, func(v *AlertView) { v.Incident.Flapping = true }))},
		{"alert_reopened", Alert(changed(lost, func(v *AlertView) { v.Before = 1 }))},
		{"alert_complete_again", Alert(changed(lost, ended(coverage.RecoveredBack, coverage.Count{Scanned: 1250, Protected: 1250})))},
		{"alert_recovered", Alert(changed(lost, ended(coverage.RecoveredBack, coverage.Count{Scanned: 1250, Protected: 1238})))},
		{"alert_off_scan", Alert(changed(lost, ended(coverage.RecoveredOffScan, coverage.Count{Scanned: 1100, Protected: 1100})))},
		{"alert_accepted", Alert(changed(changed(lost, ended(coverage.RecoveredAccepted, coverage.Count{Scanned: 1250, Protected: 1100})), func(v *AlertView) {
			v.Accepted = PersonAct{By: "U0ANA", At: v.Incident.Closed}
		}))},
		{"alert_unwatched", Alert(changed(lost, ended(coverage.RecoveredUnwatched, coverage.Count{Scanned: 1250, Protected: 1100})))},
		{"alert_lag", Alert(lag)},
		{"alert_small_gap", Alert(small)},
		{"alert_chart", Alert(changed(lag, func(v *AlertView) {
			for n := range 5 {
				v.Days = append(v.Days, DigestDay{At: alertNow().AddDate(0, 0, n-4), Gap: int64(25 * n), Known: true})
			}
		}))},
		{"alert_scan", Alert(scan)},
		{"alert_scan_recovered", Alert(changed(scan, ended(coverage.RecoveredBack, coverage.Count{Scanned: 1200})))},
		{"alert_module_missing", Alert(gone)},
		{"alert_module_back", Alert(changed(gone, ended(coverage.RecoveredBack, coverage.Count{Scanned: 1250, Protected: 1250})))},
		{"alert_empty", Alert(whole(coverage.EmptyAnswer, ""))},
		{"alert_stale", Alert(whole(coverage.DataStale, "unavailable"))},
		{"alert_stale_over", Alert(changed(whole(coverage.DataStale, "unavailable"), ended(coverage.RecoveredBack, coverage.Count{})))},
		{"alert_access", Alert(whole(coverage.AccessLost, "forbidden"))},
		{"alert_access_gone", Alert(whole(coverage.AccessLost, "not_found"))},
		{"alert_floor", Alert(alertOf(coverage.FloorFamily, otherMember(coverage.CoverageFloor, coverage.Warn, func(*coverage.Open) {})))},
		{"alert_hostile", Alert(changed(lost, func(v *AlertView) { v.Customer = "<!channel> *x* <https://evil.example|click> @here :fire:" }))},
	}
}

func manyMembers(n int) []coverage.Member {
	var all []coverage.Member
	for i := range n {
		all = append(all, lostMember("Module "+number(int64(i+1)), 1100, 150))
	}
	return all
}

func alertGroupStates() []state {
	item := func(name string) AlertItem {
		v := alertOf(coverage.CoverageFamily, lostMember("Exchange Online", 1100, 150))
		return AlertItem{Customer: name, Incident: v.Incident}
	}
	var items []AlertItem
	for i := range 37 {
		items = append(items, item("Customer "+number(int64(i+1))))
	}
	group := AlertGroupView{Command: "/backup-overview", Now: alertNow(), Items: items, Open: 37, All: 37, Over: 12 * time.Minute, Button: "more", Mention: "S0ONCALL"}
	fleet := group
	fleet.Fleet = true
	half := group
	half.Items = append([]AlertItem(nil), items...)
	for i := 20; i < 37; i++ {
		half.Items[i].Incident.Closed, half.Items[i].Incident.Members = alertNow(), append([]coverage.Member(nil), items[i].Incident.Members...)
		half.Items[i].Incident.Members[0].Ended, half.Items[i].Incident.Members[0].How = alertNow(), coverage.RecoveredBack
	}
	half.Items[0].Acked, half.Items[1].Snoozed, half.Open = PersonAct{By: "U0ANA", At: alertNow()}, true, 20
	over := half
	over.Items, over.Open, over.Over = half.Items[20:], 0, 0
	over.All = len(over.Items)
	pages := AlertGroupPages(items, alertNow())
	line := func(l coverage.Line) Message {
		l.At, l.Key, l.Condition = alertNow(), coverage.Key{Module: "Exchange Online"}, coverage.CoverageDrop
		l.From, l.To = coverage.Count{Scanned: 1250, Protected: 1250}, coverage.Count{Scanned: 1250, Protected: 1100}
		mention := ""
		if l.Kind == coverage.LineReminder || l.Kind == coverage.LineEscalated {
			mention = "S0ONCALL"
		}
		return AlertLine(AlertLineView{Now: alertNow(), Family: coverage.CoverageFamily, Line: l, Mention: mention})
	}
	return []state{
		{"alert_group", AlertGroup(group)},
		{"alert_group_fleet", AlertGroup(fleet)},
		{"alert_group_half", AlertGroup(half)},
		{"alert_group_over", AlertGroup(over)},
		{"alert_group_page", pages[0]},
		{"alert_line_fired", line(coverage.Line{Kind: coverage.LineFired, Severity: coverage.Crit})},
		{"alert_line_worse", line(coverage.Line{Kind: coverage.LineEscalated})},
		{"alert_line_resolved", line(coverage.Line{Kind: coverage.LineResolved, How: coverage.RecoveredBack, For: 160 * time.Minute})},
		{"alert_line_off_scan", line(coverage.Line{Kind: coverage.LineResolved, How: coverage.RecoveredOffScan, For: 160 * time.Minute})},
		{"alert_line_flapping", line(coverage.Line{Kind: coverage.LineFlapping})},
		{"alert_line_no_data", line(coverage.Line{Kind: coverage.LineNoData})},
		{"alert_line_closed", line(coverage.Line{Kind: coverage.LineClosed, For: 160 * time.Minute})},
		{"alert_line_reopened", line(coverage.Line{Kind: coverage.LineReopened})},
		{"alert_line_acked", line(coverage.Line{Kind: coverage.LineAcked, By: "U0ANA"})},
		{"alert_line_snoozed", line(coverage.Line{Kind: coverage.LineSnoozed, By: "U0ANA", Until: alertNow().Add(72 * time.Hour), Reason: "<!here>"})},
		{"alert_line_woken", line(coverage.Line{Kind: coverage.LineWoken})},
		{"alert_line_accepted", line(coverage.Line{Kind: coverage.LineAccepted, By: "U0ANA"})},
		{"alert_line_undone", line(coverage.Line{Kind: coverage.LineUndone, By: "U0ANA"})},
		{"alert_line_unwatched", line(coverage.Line{Kind: coverage.LineUnwatched, By: "U0ANA"})},
		{"alert_line_reminder", line(coverage.Line{Kind: coverage.LineReminder, For: 4 * time.Hour})},
		{"alert_line_reminder_wide", AlertLine(AlertLineView{
			Now: alertNow(), Customer: "Contoso <Retail>", Family: coverage.CoverageFamily, Mention: "S0ONCALL",
			Line: coverage.Line{At: alertNow(), Kind: coverage.LineReminder, For: 24 * time.Hour},
		})},
	}
}

func alertOpsStates() []state {
	ops := func(c coverage.Condition, change func(*AlertOpsView, *coverage.Member)) Message {
		m := coverage.Member{Open: coverage.Open{Condition: c, Severity: coverage.Warn, Since: alertNow().Add(-50 * time.Minute)}}
		v := AlertOpsView{Command: "/backup-overview", Now: alertNow(), Buttons: AlertButtons{Ack: "a"}, Incident: coverage.Incident{Family: c.Family(), Opened: m.Since}}
		change(&v, &m)
		v.Incident.Members = []coverage.Member{m}
		return AlertOps(v)
	}
	failing := func(_ *AlertOpsView, m *coverage.Member) {
		m.Class, m.Missing, m.Now = "busy", 180, coverage.Count{Scanned: 212, Protected: 32}
	}
	return []state{
		{"alert_ops_api", ops(coverage.APITrouble, failing)},
		{"alert_ops_api_acked", ops(coverage.APITrouble, func(v *AlertOpsView, m *coverage.Member) {
			failing(v, m)
			v.Acked = PersonAct{By: "U0ANA", At: alertNow()}
		})},
		{"alert_ops_sign_in", ops(coverage.APITrouble, func(*AlertOpsView, *coverage.Member) {})},
		{"alert_ops_api_over", ops(coverage.APITrouble, func(v *AlertOpsView, _ *coverage.Member) { v.Incident.Closed = alertNow() })},
		{"alert_ops_credential", ops(coverage.CredentialExpiry, func(v *AlertOpsView, m *coverage.Member) {
			m.Missing, v.Expires = 7, alertNow().AddDate(0, 0, 7)
		})},
		{"alert_ops_delivery", ops(coverage.DeliveryTrouble, func(_ *AlertOpsView, m *coverage.Member) { m.Missing = 2 })},
		{"alert_ops_dead", ops(coverage.DeliveryTrouble, func(_ *AlertOpsView, m *coverage.Member) { m.Lost = 1 })},
		{"alert_ops_late", ops(coverage.DeliveryTrouble, func(*AlertOpsView, *coverage.Member) {})},
		{"alert_ops_fleet", AlertFleetHeadline(500, 5000, 40, alertNow())},
		{"alert_answer_gone", AlertAnswered(AlertGone, "", time.Time{}, alertNow())},
		{"alert_answer_over", AlertAnswered(AlertOver, "", time.Time{}, alertNow())},
		{"alert_answer_had", AlertAnswered(AlertHad, "U0ANA", alertNow().Add(-time.Hour), alertNow())},
		{"alert_answer_late", AlertAnswered(AlertUndoLate, "", time.Time{}, alertNow())},
		{"alert_answer_not_admin", AlertAnswered(AlertNotAdmin, "", time.Time{}, alertNow())},
		{"alert_answer_not_here", AlertAnswered(AlertNotHere, "", time.Time{}, alertNow())},
		{"alert_answer_acked", AlertAnswered(AlertAcked, "", time.Time{}, alertNow())},
		{"alert_answer_none_left", AlertAnswered(AlertNoneLeft, "", time.Time{}, alertNow())},
		{"alert_answer_awake", AlertAnswered(AlertSnoozeEnd, "", time.Time{}, alertNow())},
	}
}
