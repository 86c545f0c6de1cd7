package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
)

// exchangeOnly is a customer's only module.
func exchangeOnly(protected int64) []fakeavepoint.Row {
	return []fakeavepoint.Row{{Module: "Exchange Online", Scanned: 100, Protected: protected}}
}

// read records that of a customer's Exchange Online and Teams, 100 objects
// each, so many have a backup.
func (s *stage) read(id string, at time.Time, exchange, teams int64) {
	s.t.Helper()
	err := s.store.Record(s.t.Context(), "stage", []store.Reading{{
		CustomerID: id, At: at, Kind: store.Good,
		Rows: []coverage.Row{
			{Tenant: "t", Module: "Exchange Online", Count: coverage.Count{Scanned: 100, Protected: exchange}},
			{Tenant: "t", Module: "Teams", Count: coverage.Count{Scanned: 100, Protected: teams}},
		},
	}})
	if err != nil {
		s.t.Fatal(err)
	}
}

// The picker says what the newest reading says, whoever made it.
func TestFinder_newestGap(t *testing.T) {
	t.Parallel()
	s := prepare(t, func(s *setup) { s.avepoint.Customers = -1 })
	id := s.avepoint.Put(fakeavepoint.Customer{Organization: "Harbor One", Rows: exchangeOnly(100)})
	s.avepoint.Put(fakeavepoint.Customer{Organization: "Harbor Two", Rows: exchangeOnly(100)})
	s.start()
	s.connected()
	s.listed()
	s.slash(ben, ops, "harbor one")
	s.sees(ben, ops, "All 100 objects")
	s.avepoint.Put(fakeavepoint.Customer{ID: id, Organization: "Harbor One", Rows: exchangeOnly(40)})
	s.sweep()
	s.slash(ben, ops, "harbor")
	if said := strings.Join(menu(s.sees(ben, ops, "Which one?"), "customer_pick"), "; "); !strings.Contains(said, "60") {
		t.Errorf("the picker says %s", said)
	}
}

// A gap that went from one module to another has changed.
func TestOverview_gapMoved(t *testing.T) {
	t.Parallel()
	s := stageOf(t, fakeavepoint.Customer{Organization: "Harbor", Rows: []fakeavepoint.Row{
		{Module: "Exchange Online", Scanned: 100, Protected: 90},
		{Module: "Teams", Scanned: 100, Protected: 100},
	}})
	s.listed()
	for hours := 24 * 5; hours >= 1; hours-- {
		s.read(s.id("Harbor"), time.Now().Add(-time.Duration(hours)*time.Hour), 100, 90)
	}
	s.slash(ben, ops, "harbor")
	if m := s.sees(ben, ops, "10 of 200 objects"); holds(m, []string{"unchanged"}) {
		t.Errorf("%s", reads(m))
	}
}

// What changed in the day before an old reading is no news of today.
func TestFleet_oldChange(t *testing.T) {
	t.Parallel()
	s := stageOf(t, fakeavepoint.Customer{Organization: "Harbor"}, fakeavepoint.Customer{Organization: "Wharf"})
	s.listed()
	now := time.Now()
	for name, last := range map[string]int{"Harbor": 5, "Wharf": 0} {
		id := s.id(name)
		for days := last + 9; days > last; days-- {
			s.read(id, now.AddDate(0, 0, -days), 100, 100)
		}
		s.read(id, now.AddDate(0, 0, -last), 97, 100)
	}
	s.slash(ben, ops, "")
	m := s.sees(ben, ops, "Harbor", "Wharf")
	if n := strings.Count(reads(m), "3 more"); n != 2 {
		t.Errorf("%d changes told, want the two of Wharf: %s", n, reads(m))
	}
}

// A customer without a name is found, and told, by its owner's address, and by
// its id where it has none.
func TestCustomers_unnamed(t *testing.T) {
	t.Parallel()
	s := stageOf(t,
		fakeavepoint.Customer{Organization: " ", OwnerEmail: "boss@acme.example", Rows: exchangeOnly(90)},
		fakeavepoint.Customer{ID: "0b5cbd8e-0000-4000-8000-00000000abcd", Organization: "\u200b", OwnerEmail: " ", Rows: exchangeOnly(80)},
	)
	s.sweep()
	s.slash(ben, ops, "acme")
	s.sees(ben, ops, "boss@acme.example", "10 of 100")
	s.slash(ben, ops, "boss@acme.example")
	s.sees(ben, ops, "boss@acme.example", "10 of 100")
	s.slash(ben, ops, "0b5cbd8e-0000-4000-8000-00000000abcd")
	s.sees(ben, ops, "00000000abcd", "20 of 100")
	s.slash(ben, ops, "")
	m := s.sees(ben, ops, "2 customers", "boss@acme.example", "00000000abcd")
	if holds(m, []string{"(no name)"}) {
		t.Error(reads(m))
	}
	s.slash(ben, ops, "export")
	s.eventually(func() bool { return len(s.slack.Files()) == 1 })
	for _, row := range rows(t, s.slack.Files()[0])[1:] {
		if strings.TrimSpace(row[0]) == "" || row[0] == "\u200b" {
			t.Errorf("%q", row)
		}
	}
}

// A customer that was forgotten is found no more, without a moment in which
// its past comes back from memory.
func TestForget_atOnce(t *testing.T) {
	t.Parallel()
	s := stageOf(t, fakeavepoint.Customer{Organization: "Harbor", Rows: exchangeOnly(90)}, fakeavepoint.Customer{Organization: "Wharf"})
	s.sweep()
	s.slash(ana, ops, "harbor")
	overview := s.sees(ana, ops, "10 of 100")
	s.slash(ana, ops, "forget harbor")
	s.sees(ana, ops, "Forget Harbor?")
	s.pressOn(ana, s.last(ana, ops, func(m fakeslack.Message) bool { return elementID(m.Blocks, "customer_forget") != "" }), "customer_forget")
	s.sees(ana, ops, "is forgotten")
	calls := s.avepoint.Calls(fakeavepoint.EndpointOverview)
	s.slash(ana, ops, "harbor")
	s.sees(ana, ops, "No customer")
	before := len(s.slack.Messages(ops, ana))
	s.pressOn(ana, overview, "overview_refresh")
	s.eventually(func() bool { return len(s.slack.Messages(ops, ana)) > before })
	if now := s.avepoint.Calls(fakeavepoint.EndpointOverview); now != calls {
		t.Errorf("%d calls for a customer that was forgotten", now-calls)
	}
	s.sweep() // AvePoint lists it, so that it is a new customer
	s.eventually(func() bool { return s.bot.State().Customers == 2 })
	s.slash(ana, ops, "harbor")
	s.sees(ana, ops, "10 of 100")
}

// Each answer can be had again as it is now.
func TestMemory_refresh(t *testing.T) {
	t.Parallel()
	s := prepare(t, func(s *setup) { s.avepoint.Customers = -1 })
	s.avepoint.Put(fakeavepoint.Customer{Organization: "Harbor", Rows: exchangeOnly(90)})
	s.start()
	s.connected()
	s.listed()
	id := s.id("Harbor")
	s.read(id, time.Now().Add(-3*time.Hour), 100, 97)
	for _, c := range []struct{ text, action, before, after string }{
		{"", "fleet_refresh", "3 objects", "5 objects"},
		{"gaps", "fleet_refresh", "5 objects", "6 objects"},
		{"trend harbor 90d", "customer_trend:5", "6 of 200", "7 of 200"},
		{"status", "status_refresh", "1 watched", "1 not watched"},
	} {
		s.slash(ben, ops, c.text)
		m := s.sees(ben, ops, c.before)
		switch c.text {
		case "":
			s.read(id, time.Now().Add(-3*time.Minute), 100, 95)
		case "gaps":
			s.read(id, time.Now().Add(-2*time.Minute), 100, 94)
		case "status":
			if err := s.store.Unwatch(t.Context(), id, store.By{User: ana, At: time.Now()}, time.Time{}); err != nil {
				t.Fatal(err)
			}
		default:
			s.read(id, time.Now().Add(-time.Minute), 100, 93)
		}
		s.pressOn(ben, m, c.action)
		s.sees(ben, ops, c.after)
	}
}
