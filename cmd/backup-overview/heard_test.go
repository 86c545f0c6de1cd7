package main

import (
	"net/http/httptest"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
)

// What a person's look-up reads live is a reading: `gaps` tells it at once, and
// the next start knows it, long before the next sweep.
func TestProgram_records_a_live_look_up(t *testing.T) {
	t.Parallel()
	ws := fakeslack.New(fakeslack.Options{})
	ws.AddUser(fakeslack.User{ID: "U1", Name: "ana", IsAdmin: true})
	ws.AddChannel(fakeslack.Channel{ID: "C1", Name: "ops", Members: []string{"U1", ws.BotUserID()}})
	platform := fakeavepoint.New(fakeavepoint.Options{Seed: 1, Customers: -1})
	row := func(protected int64) []fakeavepoint.Row {
		return []fakeavepoint.Row{{Module: "Exchange Online", Scanned: 100, Protected: protected}}
	}
	id := platform.Put(fakeavepoint.Customer{Organization: "Harbor", Rows: row(100)})
	slackServer, avepointServer := httptest.NewServer(ws.Handler()), httptest.NewServer(platform.Handler())
	ws.SetURL(slackServer.URL)
	t.Cleanup(func() {
		ws.Close()
		platform.Close()
		slackServer.Close()
		avepointServer.Close()
	})
	url := storetest.SQLite(t)
	e := estate{env: []string{
		"SLACK_API_URL=" + slackServer.URL + "/api/", "SLACK_APP_TOKEN=" + ws.AppToken(), "SLACK_BOT_TOKEN=" + ws.BotToken(),
		"AVEPOINT_GRAPH_URL=" + avepointServer.URL, "AVEPOINT_TOKEN_URL=" + avepointServer.URL + "/connect/token",
		"AVEPOINT_CLIENT_ID=" + fakeavepoint.DefaultClientID, "AVEPOINT_CLIENT_SECRET=" + fakeavepoint.DefaultClientSecret,
		"CACHE_TTL=1s", "SWEEP_INTERVAL=24h", "DATABASE_URL=" + url,
	}}
	r := e.start(t)
	r.ready(t)
	eventually(t, "the sweep", func() bool {
		n, _ := r.metric(t, `last_sweep_readings{outcome="good"}`)
		return n == 1
	})
	calls := platform.CallsFor(id)
	platform.Put(fakeavepoint.Customer{ID: id, Organization: "Harbor", Rows: row(40)})
	changed := time.Now()
	dates := regexp.MustCompile(`<!date[^>]*>`) // their seconds may hold any number
	ask := func(text, want string) {
		t.Helper()
		before := len(ws.Messages("C1", "U1"))
		eventually(t, text+" answered with "+want, func() bool {
			_, err := ws.Slash(t.Context(), fakeslack.SlashCommand{UserID: "U1", ChannelID: "C1", Command: "/backup-overview", Text: text})
			if err != nil {
				return false
			}
			time.Sleep(time.Second) // one may ask so often and no more
			for _, m := range ws.Messages("C1", "U1")[before:] {
				if strings.Contains(dates.ReplaceAllString(m.Text, ""), want) {
					return true
				}
			}
			return false
		})
	}
	ask("harbor", "60")
	if platform.CallsFor(id) == calls {
		t.Fatal("nobody has asked AvePoint again")
	}
	ask("gaps", "60")
	r.signal(t, syscall.SIGTERM)
	if code, out := r.wait(t); code != exitOK {
		t.Fatalf("exit %d\n%s", code, out)
	}
	db, err := store.Open(t.Context(), store.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, at, err := db.Last(t.Context(), id)
	if err != nil || !at.After(changed.Add(-time.Millisecond)) {
		t.Errorf("the last reading is of %v, the change of %v; %v", at, changed, err)
	}
	if standing, err := db.Standing(t.Context(), id, time.Now()); err != nil || standing.Gap != 60 {
		t.Errorf("gap %d, want 60; %v", standing.Gap, err)
	}
}
