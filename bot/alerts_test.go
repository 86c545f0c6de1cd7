package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/coverage"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
)

// falls has a customer lose protection of 150 of 1,250 objects, after a day on which
// all was well, and returns the incident.
func (s *stage) falls(name string) store.Incident {
	s.t.Helper()
	s.listed()
	id, ok := s.avepoint.ID(name)
	if !ok {
		s.t.Fatalf("no customer %s", name)
	}
	says := func(at time.Time, protected int64) {
		err := s.store.Record(s.t.Context(), "test", []store.Reading{{
			CustomerID: id, At: at, Kind: store.Good,
			Rows: []coverage.Row{{Module: "Exchange Online", Count: coverage.Count{Scanned: 1250, Protected: protected}}},
		}})
		if err != nil {
			s.t.Fatal(err)
		}
	}
	now := time.Now()
	for h := 31; h > 0; h-- {
		says(now.Add(-time.Duration(h)*time.Hour), 1250)
	}
	for _, m := range []int{45, 30, 1} {
		says(now.Add(-time.Duration(m)*time.Minute), 1100)
	}
	open, _, err := s.store.OpenIncidents(s.t.Context(), store.IncidentQuery{IDs: []string{id}})
	if err != nil || len(open) != 1 {
		s.t.Fatalf("%+v %v", open, err)
	}
	return open[0]
}

// alertIn posts the alert of an incident in a channel, as the alerts do.
func (s *stage) alertIn(channel string, i store.Incident) fakeslack.Message {
	s.t.Helper()
	return s.post(channel, s.alert(channel, i))
}

// alert is the alert of an incident, with buttons that hold in a channel.
func (s *stage) alert(channel string, i store.Incident) formatting.Message {
	return formatting.Alert(formatting.AlertView{Command: command, Now: time.Now(), Customer: i.Name, Incident: i.Incident, Buttons: s.bot.AlertButtons(channel, i.ID)})
}

func (s *stage) incident(id string) store.Incident {
	s.t.Helper()
	i, _, err := s.store.Incident(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	return i
}

func TestAlerts_acknowledge(t *testing.T) {
	t.Parallel()
	woken := make(chan string, 100)
	s := newStage(t, func(s *setup) {
		s.bot.Wake = func(kind string) {
			select {
			case woken <- kind:
			default:
			}
		}
	})
	i := s.falls("Fabrikam")
	m := s.alertIn(ops, i)
	s.pressOn(ben, m, "alert_ack")
	s.eventually(func() bool { return s.incident(i.ID).Acked.By == ben })
	if kind := <-woken; kind != "alerts" {
		t.Errorf("woken: %s", kind)
	}
	s.pressOn(ana, m, "alert_ack") // an old message, another person
	s.sees(ana, ops, "Done already", ben)
	if got := s.incident(i.ID); got.Acked.By != ben {
		t.Errorf("%+v", got.Acked)
	}
}

// An alert that was sent to a person, as those of the bot's own troubles without a
// channel are, can be acknowledged there, and by nobody else elsewhere.
func TestAlerts_acknowledge_in_person(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	i := s.falls("Fabrikam")
	m := s.alert(ana, i)
	other := s.post(ben, m)
	s.pressOn(ben, other, "alert_ack")
	s.sees(ben, other.ChannelID, "not known any more")
	s.pressOn(ana, s.post(ana, m), "alert_ack")
	s.eventually(func() bool { return s.incident(i.ID).Acked.By == ana })
}

func TestAlerts_accept(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	i := s.falls("Fabrikam")
	m := s.alertIn(ops, i)
	s.pressOn(ben, m, "alert_accept")
	s.sees(ben, ops, "for admins")
	s.pressOn(ana, m, "alert_accept")
	s.eventually(func() bool { return !s.incident(i.ID).Closed.IsZero() })
	s.pressOn(ben, m, "alert_ack")
	s.sees(ben, ops, "over already")
	undo := s.alertIn(ops, s.incident(i.ID))
	s.pressOn(ben, undo, "alert_undo")
	s.sees(ben, ops, "for admins")
	s.pressOn(ana, undo, "alert_undo")
	s.eventually(func() bool { return s.incident(i.ID).Closed.IsZero() })
	s.pressOn(ana, undo, "alert_undo")
	s.sees(ana, ops, "ten minutes only")
}

func TestAlerts_snooze(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	i := s.falls("Fabrikam")
	m := s.alertIn(ops, i)
	s.pressOn(ben, m, "alert_snooze")
	s.eventually(func() bool { return s.form(ben).ID != "" })
	view := s.form(ben)
	menu := ""
	walk(view.JSON, func(o map[string]any) {
		if v, ok := o["value"].(string); ok && strings.HasPrefix(v, "72 ") {
			menu = v
		}
	})
	_, err := s.slack.SubmitView(t.Context(), fakeslack.Submission{UserID: ben, ViewID: view.ID, Inputs: map[string][]string{
		"alert_snooze_for": {menu}, "alert_snooze_reason": {"migration until Friday"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	s.eventually(func() bool { return s.incident(i.ID).Snoozed.Reason == "migration until Friday" })
	if left := time.Until(s.incident(i.ID).Snoozed.Until); left < 71*time.Hour || left > 72*time.Hour {
		t.Errorf("snoozed for %v", left)
	}
	s.slash(ben, ops, "snoozes")
	list := s.sees(ben, ops, "1 alert is snoozed", "Fabrikam", "migration until Friday")
	s.pressOn(ben, list, "alert_wake")
	s.sees(ben, ops, "snooze is over")
	if s.incident(i.ID).Snoozing(time.Now()) {
		t.Error("still snoozed")
	}
	s.slash(ben, ops, "snoozes")
	s.sees(ben, ops, "No alert of this channel is snoozed")
}

// The button of a message of several acknowledges those that its channel shows, and
// no others.
func TestAlerts_acknowledge_all(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	shown, hidden := s.falls("Fabrikam"), s.falls("Northwind Traders")
	now := time.Now()
	plan := store.TellPlan{Messages: []store.AlertMessage{{Root: "root", Channel: ops, Kind: store.GroupMessage, Made: now, Edited: now}}}
	view := formatting.AlertGroupView{Command: command, Now: now, All: 2, Open: 2, Button: s.bot.AlertButtons(ops, "root").More}
	for _, i := range []store.Incident{shown, hidden} {
		plan.Tellings = append(plan.Tellings, store.Telling{Incident: i.ID, Channel: ops, Root: "root", Told: i.Step})
		view.Items = append(view.Items, formatting.AlertItem{Customer: i.Name, Incident: i.Incident})
	}
	u, err := s.store.Untold(t.Context(), now, time.Hour, time.Hour, now)
	if err == nil {
		err = s.store.Tell(t.Context(), u.Version, plan, now)
	}
	if err != nil {
		t.Fatal(err)
	}
	posted := s.post(ops, formatting.AlertGroup(view))
	s.slash(ana, ops, "bind fabrikam")
	s.sees(ana, ops, "From now on")
	s.pressOn(ben, posted, "alert_ack_all")
	s.eventually(func() bool { return s.incident(shown.ID).Acked.By == ben })
	s.pressOn(ana, posted, "alert_ack_all")
	s.sees(ana, ops, "None of these waits")
	if got := s.incident(hidden.ID); !got.Acked.At.IsZero() {
		t.Errorf("%+v", got.Acked)
	}
}

// A button holds in its channel alone, for who may see the customer there.
func TestAlerts_scope(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	i := s.falls("Fabrikam")
	m := s.alertIn(ops, i)
	s.pressOn(ben, s.post(ops, s.alert(private, i)), "alert_ack")
	s.sees(ben, ops, "not known any more")
	s.slash(ana, ops, "bind contoso retail")
	s.sees(ana, ops, "From now on")
	s.pressOn(ben, m, "alert_ack")
	s.sees(ben, ops, "does not show that customer any more")
	s.slash(ben, ops, "alerts")
	s.sees(ben, ops, "No alert is open")
	if got := s.incident(i.ID); !got.Acked.At.IsZero() {
		t.Errorf("%+v", got.Acked)
	}
}

func TestAlerts_list(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	i := s.falls("Fabrikam")
	s.slash(ben, ops, "alerts")
	s.sees(ben, ops, "1 alert is open", "Fabrikam", "lost protection of 150 objects")
	s.slash(ben, ops, "explain fabrikam exchange")
	s.sees(ben, ops, "1,100 of 1,250 protected", "An alert is open", "COVERAGE_DROP", "Normal is 100 %")
	s.slash(ben, ops, "alerts quiet 22:00-07:00 Europe/Berlin")
	s.sees(ben, ops, "bot's admins")
	s.slash(ana, ops, "alerts quiet 22:00-07:00 Europe/Berlin")
	s.sees(ana, ops, "Quiet from 22:00 to 07:00 Europe/Berlin")
	s.slash(ana, ops, "alerts mention <!subteam^S0ONCALL|@oncall>")
	s.sees(ana, ops, "S0ONCALL")
	s.slash(ana, ops, "alerts quiet 25:00-07:00 Europe/Berlin")
	s.sees(ana, ops, "no setting of this channel's alerts")
	s.slash(ana, ops, "Alerts Quiet 21:00-06:00")
	s.sees(ana, ops, "Quiet from 21:00 to 06:00 Europe/Berlin")
	s.slash(ben, ops, "alerts fabrikam")
	s.sees(ben, ops, "no setting of this channel's alerts")
	s.slash(ben, ops, "explain fabrikam mailboxes")
	s.sees(ben, ops, "has no module with mailboxes in its name", "It has Exchange Online")
	s.slash(ana, ops, "unwatch fabrikam")
	s.eventually(func() bool { return !s.incident(i.ID).Closed.IsZero() })
	s.slash(ana, ops, "audit")
	s.sees(ana, ops, "CSV file", "4 acts")
	files := s.slack.Files()
	if text := string(files[len(files)-1].Content); !strings.Contains(text, "alert settings") || !strings.Contains(text, "22:00-07:00 Europe/Berlin") || !strings.Contains(text, `"unwatch","COPS"`) {
		t.Errorf("%s", text)
	}
	s.slash(ben, ops, "audit")
	s.sees(ben, ops, "bot's admins")
}
