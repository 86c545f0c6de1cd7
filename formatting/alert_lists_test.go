package formatting

import (
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

func alertListStates() []state {
	item := func(name string, change func(*AlertListItem)) AlertListItem {
		v := alertOf(coverage.CoverageFamily, lostMember("Exchange Online", 1100, 150))
		i := AlertListItem{AlertItem: AlertItem{Customer: name, Incident: v.Incident}}
		change(&i)
		return i
	}
	snoozed := func(i *AlertListItem) {
		i.Snoozed, i.Wake = true, "wake"
		i.Snooze = PersonAct{By: "U0ANA", At: alertNow(), Until: alertNow().Add(72 * time.Hour), Reason: "migration <!here>"}
	}
	acked := func(i *AlertListItem) { i.Acked = PersonAct{By: "U0ANA", At: alertNow()} }
	var many []AlertListItem
	for n := range 20 {
		many = append(many, item("Customer "+number(int64(n+1)), snoozed))
	}
	view := AlertsView{Command: "/backup-overview", Now: alertNow()}
	list := func(change func(*AlertsView)) Message {
		v := view
		change(&v)
		return AlertList(v)
	}
	explained := func(change func(*ExplainView)) ExplainView {
		v := ExplainView{Command: "/backup-overview", Now: alertNow(), Customer: "Contoso Retail GmbH", Explanation: coverage.Explanation{
			Key: coverage.Key{Module: "Exchange Online"}, Known: true, Read: alertNow().Add(-time.Minute), Now: coverage.Count{Scanned: 1250, Protected: 1100},
			Reference: coverage.Ratio{Kept: 1, Scanned: 1}, Missing: 150, Lost: 150, LostSince: alertNow().Add(-26 * time.Hour),
			Next: alertNow().Add(15 * time.Minute), Rules: coverage.DefaultRules(),
		}}
		change(&v)
		return v
	}
	return []state{
		{"alerts_none", list(func(*AlertsView) {})},
		{"alerts_none_quiet", list(func(v *AlertsView) {
			v.QuietFrom, v.QuietTo, v.Zone, v.Mention = "22:00", "07:00", "Europe/Berlin", "S0ONCALL"
		})},
		{"alerts_some", list(func(v *AlertsView) {
			v.Items, v.Total = []AlertListItem{item("Contoso", acked), item("Fabrikam", snoozed), item("Wingtip", func(i *AlertListItem) { i.Ack = "ack" })}, 3
		})},
		{"snoozes_none", list(func(v *AlertsView) { v.Snoozes = true })},
		{"snoozes_many", list(func(v *AlertsView) { v.Snoozes, v.Items, v.Total, v.WakeAll = true, many, 20, "all" })},
		{"alert_settings", AlertSettings(AlertsView{QuietFrom: "22:00", QuietTo: "07:00", Zone: "Europe/Berlin"}, "U0ANA")},
		{"alert_settings_off", AlertSettings(AlertsView{}, "U0ANA")},
		{"alert_settings_bad", BadAlertSetting("/backup-overview")},
		{"alert_snooze_said", AlertSnoozed(alertNow().Add(72 * time.Hour))},
		{"alert_batch", AlertBatch(AlertBatchView{At: alertNow(), Now: alertNow(), Fired: 1, Worse: 2, Closed: 12})},
		{"alert_batch_waiting", AlertBatch(AlertBatchView{At: alertNow(), Now: alertNow(), Waiting: 3, Mention: "S0ONCALL"})},
		{"alert_batch_acts", AlertBatch(AlertBatchView{At: alertNow(), Now: alertNow(), Closed: 1, Acts: []AlertBatchAct{
			{coverage.LineAcked, "U0ANA", 36}, {coverage.LineSnoozed, "U0BEN", 1}, {coverage.LineUnwatched, "", 1},
		}})},
		{"alert_batch_acked", AlertBatch(AlertBatchView{At: alertNow(), Now: alertNow(), Acked: 1, Awake: 2})},
		{"explain_open", Explain(explained(func(v *ExplainView) {
			v.Phase, v.Condition, v.Severity, v.Since = coverage.Firing, coverage.CoverageDrop, coverage.Crit, alertNow().Add(-34*time.Minute)
			v.Sources = []RuleSource{{"confirm", "1h", "RULES_FILE, line 4"}}
		}))},
		{"explain_pending", Explain(explained(func(v *ExplainView) {
			v.Phase, v.Condition, v.Since, v.Readings, v.Due = coverage.Pending, coverage.CoverageDrop, alertNow().Add(-15*time.Minute), 2, alertNow().Add(15*time.Minute)
		}))},
		{"explain_well", ExplainAll([]ExplainView{
			explained(func(v *ExplainView) { v.Missing, v.Lost, v.Explanation.Now.Protected = 0, 0, 1250 }),
			explained(func(v *ExplainView) { v.Learning, v.Key.Module, v.Tenant = true, "Teams", "north.example" }),
		})},
		{"explain_unknown", Explain(explained(func(v *ExplainView) { v.Known = false }))},
		{"explain_no_module", NoSuchModule("Contoso", "mail<box>", []string{"Exchange Online", "OneDrive for Business", "Teams"})},
		{"explain_nothing", NothingJudged("Contoso")},
		{"audit_started", AuditStarted()},
		{"audit_ready", AuditReady(12, "https://example.com/file")},
	}
}
