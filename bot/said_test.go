package bot_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
)

// A customer of whom AvePoint sends nothing any more keeps its last reading,
// also while the bot remembers the empty answer alone.
func TestOverview_emptied(t *testing.T) {
	t.Parallel()
	harbor := fakeavepoint.Customer{ID: "0b5cbd8e-0000-4000-8000-00000000abcd", Organization: "Harbor", Rows: exchangeOnly(90)}
	s := stageOf(t, harbor)
	s.sweep()
	s.slash(ben, ops, "harbor")
	m := s.sees(ben, ops, "10 of 100", "Refresh")
	harbor.Rows = []fakeavepoint.Row{}
	s.avepoint.Put(harbor)
	for _, ask := range []func(){
		func() { s.pressOn(ben, m, "overview_refresh") },
		func() { s.pressOn(ben, m, "overview_refresh") },
		func() { s.slash(ben, ops, "harbor") },
	} {
		ask()
		m = s.sees(ben, ops, "AvePoint", "sent no modules of this customer", "10 of 100", "Here is the reading of")
		s.settle() // the words stood there before, and a refresh joins a call under way
	}
	s.never(ben, ops, "has scanned nothing")
	harbor.Rows = exchangeOnly(95)
	s.avepoint.Put(harbor)
	s.pressOn(ben, m, "overview_refresh")
	if m := s.sees(ben, ops, "5 of 100"); holds(m, []string{"no modules"}) {
		t.Error(reads(m))
	}
}

// An empty answer that the sweep got is told, too, beside the reading that came
// before it.
func TestOverview_emptiedBySweep(t *testing.T) {
	t.Parallel()
	s := stageOf(t, fakeavepoint.Customer{Organization: "Harbor", Rows: exchangeOnly(90)})
	s.sweep()
	if err := s.store.Record(t.Context(), "stage", []store.Reading{{CustomerID: s.id("Harbor"), At: time.Now(), Kind: store.Empty}}); err != nil {
		t.Fatal(err)
	}
	s.slash(ben, ops, "harbor")
	s.sees(ben, ops, "10 of 100", "sent no modules of this customer just now", "Here is the reading of")
}

// A customer that never had modules is not said to be unread.
func TestFleet_nothingScanned(t *testing.T) {
	t.Parallel()
	s := stageOf(t,
		fakeavepoint.Customer{Organization: "Harbor", Rows: []fakeavepoint.Row{}},
		fakeavepoint.Customer{Organization: "Wharf", Rows: exchangeOnly(90)})
	s.sweep()
	s.slash(ben, ops, "")
	if m := s.sees(ben, ops, "Harbor", "nothing scanned"); holds(m, []string{"never read"}) {
		t.Error(reads(m))
	}
	s.slash(ben, ops, "harbor")
	s.sees(ben, ops, "has scanned nothing for this customer yet")
	s.slash(ben, ops, "export harbor")
	s.sees(ben, ops, "AvePoint has scanned nothing for Harbor yet")
	s.slash(ben, ops, "export")
	s.sees(ben, ops, "1 customer is not in it: nothing scanned, or no reading yet")
}

// An overview says that its customer is left out, and that it has left.
func TestOverview_standing(t *testing.T) {
	t.Parallel()
	s := stageOf(t, fakeavepoint.Customer{Organization: "Harbor", Rows: exchangeOnly(90)}, fakeavepoint.Customer{Organization: "Wharf"})
	s.sweep()
	s.slash(ana, ops, "unwatch harbor until 3d")
	s.sees(ana, ops, "Harbor is not watched until")
	s.slash(ben, ops, "harbor")
	s.sees(ben, ops, "10 of 100", "This customer is not watched until")
	wharf := store.Customer{ID: s.id("Wharf"), Name: "Wharf"}
	for i := range 5 {
		if _, err := s.store.SaveDirectory(t.Context(), []store.Customer{wharf}, time.Now().Add(time.Duration(i)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	known, err := s.store.Standing(t.Context(), s.id("Harbor"), time.Now())
	if err != nil || known.GoneAt.IsZero() {
		t.Fatalf("%+v, %v", known, err)
	}
	s.slash(ben, ops, "harbor")
	s.sees(ben, ops, "10 of 100", "AvePoint has not listed this customer since")
}

// What was typed in another form than it is read is answered with the right one.
func TestAsked_forms(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	for text, says := range map[string]string{
		"watch fabrikam until friday":       "/backup-overview unwatch fabrikam until friday",
		`watch "fabrikam" until friday`:     `/backup-overview unwatch "fabrikam" until friday`,
		"unwatch fabrikam for 2w":           "/backup-overview unwatch fabrikam until 2w",
		"tren fabrikam":                     "/backup-overview trend fabrikam",
		"tren fabrikam 90d":                 "/backup-overview trend fabrikam 90d",
		"unwach fabrikam until friday":      "/backup-overview unwatch fabrikam until friday",
		"tren":                              "/backup-overview trend",
		"trend fabrikam 12w":                "7d, 30d, 90d or 1y",
		"gap no customer of that name here": "No customer matches",
	} {
		s.slash(ana, ops, text)
		s.sees(ana, ops, says)
	}
	now, err := s.store.Standing(t.Context(), s.id("Fabrikam"), time.Now())
	if err != nil || now.Unwatched {
		t.Errorf("unwatched %v, %v", now.Unwatched, err)
	}
}

// Whoever presses Forget it again hears that it is done.
func TestForget_again(t *testing.T) {
	t.Parallel()
	s := stageOf(t, fakeavepoint.Customer{Organization: "Harbor", Rows: exchangeOnly(90)}, fakeavepoint.Customer{Organization: "Wharf"})
	s.sweep()
	id := s.id("Harbor")
	var asked [4]fakeslack.Message
	for i := range asked {
		s.slash(ana, ops, "forget harbor")
		asked[i] = s.sees(ana, ops, "Forget Harbor?")
	}
	for _, m := range asked { // at once, as one clicks
		s.pressOn(ana, m, "customer_forget")
	}
	s.settle()
	s.never(ana, ops, "too old")
	said := map[string]int{}
	for _, m := range s.slack.Messages(ops, ana) {
		for _, words := range []string{"is forgotten", "is already forgotten"} {
			if holds(m, []string{words}) {
				said[words]++
			}
		}
	}
	if said["is forgotten"] != 1 || said["is already forgotten"] != 3 {
		t.Errorf("%v", said)
	}
	if _, err := s.store.Standing(t.Context(), id, time.Now()); !errors.Is(err, store.ErrUnknown) {
		t.Errorf("standing of who was erased: %v", err)
	}
}

// An order by what was lost since yesterday is none where yesterday is unknown.
func TestFleet_drop(t *testing.T) {
	t.Parallel()
	s := stageOf(t, fakeavepoint.Customer{Organization: "Harbor"}, fakeavepoint.Customer{Organization: "Wharf"})
	s.listed()
	now := time.Now()
	s.read(s.id("Harbor"), now, 90, 100)
	s.slash(ben, ops, "")
	s.sees(ben, ops, "Harbor")
	s.choose(ben, ops, "fleet_order", "y drop")
	if m := s.sees(ben, ops, "there is nothing to compare yet"); strings.Contains(m.Text, "lost most") {
		t.Error(m.Text)
	}
	for hours := 30; hours > 0; hours-- {
		s.read(s.id("Wharf"), now.Add(-time.Duration(hours)*time.Hour), 100, 100)
	}
	s.read(s.id("Wharf"), now, 97, 100)
	s.slash(ben, ops, "")
	s.sees(ben, ops, "Harbor")
	s.choose(ben, ops, "fleet_order", "y drop")
	if m := s.sees(ben, ops, "hose that lost most since yesterday first"); !strings.Contains(m.Text, "since yesterday: Wharf, 3 of 200 without backup.") {
		t.Error(m.Text)
	}
}
