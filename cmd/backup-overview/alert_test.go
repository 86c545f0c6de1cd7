package main

import (
	"strings"
	"testing"
	"time"

	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
)

// quickly are the settings under which an alert takes seconds.
func quickly() []string {
	return []string{"SWEEP_INTERVAL=1s", "ALERT_WINDOW=8s", "ALERT_CONFIRM=3s", "ALERT_RECHECK=1s", "ALERT_GROUP_WAIT=1s", "ALERT_CHANNEL=C1", "AVEPOINT_RATE=1000"}
}

// mailboxes has a customer say how many of its mailboxes are protected.
func mailboxes(platform *fakeavepoint.Platform, id string, scanned, protected int64) {
	platform.Put(fakeavepoint.Customer{ID: id, Organization: "Harbor", Rows: []fakeavepoint.Row{
		{Module: "Exchange Online", Scanned: scanned, Protected: protected},
		{Module: "Teams", Scanned: 100, Protected: 100},
	}})
}

// roots are the messages in C1 that are no replies, and replies those that are.
func (e estate) roots() (roots, replies []fakeslack.Message) {
	for _, m := range e.unaskedIn() {
		if m.ThreadTS != "" && m.ThreadTS != m.TS {
			replies = append(replies, m)
		} else {
			roots = append(roots, m)
		}
	}
	return roots, replies
}

// The whole program tells a drop once, edits that on recovery, and says nothing of
// a glitch, an empty answer, and new objects that follow soon.
func TestProgram_alert(t *testing.T) {
	t.Parallel()
	for _, database := range storetest.Databases(t) {
		t.Run(database.Name, func(t *testing.T) {
			t.Parallel()
			e := newEstate(t, 0, 0, append(quickly(), "DATABASE_URL="+database.URL)...)
			const id = "11111111-1111-4111-8111-111111111111"
			mailboxes(e.avepoint, id, 1250, 1250)
			r := e.start(t)
			r.ready(t)
			time.Sleep(12 * time.Second) // learning
			mailboxes(e.avepoint, id, 1250, 0)
			time.Sleep(1200 * time.Millisecond) // a glitch
			mailboxes(e.avepoint, id, 1250, 1250)
			time.Sleep(2 * time.Second)
			mailboxes(e.avepoint, id, 1350, 1250) // new objects …
			time.Sleep(5 * time.Second)
			mailboxes(e.avepoint, id, 1350, 1350) // … that follow soon
			time.Sleep(2 * time.Second)
			e.avepoint.Put(fakeavepoint.Customer{ID: id, Organization: "Harbor"}) // an empty answer
			time.Sleep(2 * time.Second)
			mailboxes(e.avepoint, id, 1350, 1350)
			time.Sleep(2 * time.Second)
			if roots, _ := e.roots(); len(roots) != 0 {
				t.Fatalf("told of nothing: %s", roots[0].Text)
			}
			mailboxes(e.avepoint, id, 1350, 1200)
			eventually(t, "the alert", func() bool {
				roots, _ := e.roots()
				return len(roots) == 1 && strings.Contains(roots[0].Text, "Harbor lost protection of 150 objects (Exchange Online)")
			})
			mailboxes(e.avepoint, id, 1350, 1350)
			eventually(t, "that it is over", func() bool {
				roots, replies := e.roots()
				return len(roots) == 1 && strings.Contains(roots[0].Text, "✅ Harbor: Exchange Online complete again") && len(replies) >= 2
			})
			time.Sleep(3 * time.Second)
			if roots, replies := e.roots(); len(roots) != 1 || len(replies) > 4 {
				t.Errorf("%d messages, %d replies", len(roots), len(replies))
			}
			r.stop(t)
		})
	}
}
