package storetest

import (
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

// incidentActs: what people do counts once, is audited, and stands in the log.
func incidentActs(t *testing.T, s *store.Store) {
	ctx := t.Context()
	well(t, s, 1, noon())
	now := falls(t, s, 1, noon().Add(hour))
	i := openOne(t, s)
	for n, want := range []bool{true, false} {
		got, did, err := s.Ack(ctx, i.ID, store.By{User: []string{"U1", "U2"}[n], Channel: "C1", At: now})
		if err != nil || did != want || got.Acked.By != "U1" {
			t.Errorf("%+v %v %v", got.Acked, did, err)
		}
	}
	until := now.Add(4 * hour)
	if got, did, err := s.Snooze(ctx, i.ID, store.By{User: "U2", Channel: "C1", At: now.Add(time.Second)}, until, "known"); err != nil || !did || !got.Snoozing(now) || got.Snoozing(until) {
		t.Errorf("%+v %v %v", got.Snoozed, did, err)
	}
	if n, err := s.IncidentCounts(ctx, []string{id(0)}, now); err != nil || n != (store.IncidentCounts{Open: 1, Crit: 1, Acked: 1, Snoozed: 1}) {
		t.Errorf("%+v %v", n, err)
	}
	if all, _, err := s.OpenIncidents(ctx, store.IncidentQuery{SnoozedAt: now}); err != nil || len(all) != 1 {
		t.Errorf("%+v %v", all, err)
	}
	says(t, s, 1, now.Add(15*time.Minute), 0) // worse: nothing is protected
	says(t, s, 1, now.Add(30*time.Minute), 0)
	if got := openOne(t, s); got.Snoozing(now) || got.Acked.By != "U1" {
		t.Errorf("what gets worse breaks a snooze, and no acknowledgement: %+v", got)
	}
	if _, did, err := s.Wake(ctx, i.ID, store.By{User: "U1", Channel: "C1", At: now}); err != nil || did {
		t.Errorf("woken twice: %v %v", did, err)
	}
	wantLines(t, s, i.ID, coverage.LineFired, coverage.LineAcked, coverage.LineSnoozed, coverage.LineWorse, coverage.LineEscalated)
	if got, did, err := s.Ack(ctx, "nothing", store.By{User: "U1", Channel: "C1", At: now}); err != nil || did || got.ID != "" {
		t.Errorf("%+v %v %v", got, did, err)
	}
	var actions []string
	for e, err := range s.Audit(ctx) {
		ok(t, err)
		actions = append(actions, e.Who+" "+e.Action+" "+e.Customer)
	}
	if got, want := strings.Join(actions, ", "), "U1 acknowledge c0000, U2 snooze c0000"; got != want {
		t.Errorf("audit: %s", got)
	}
}

// incidentSnoozed: a snooze outlives the end of its incident by a day, unless it
// comes back worse.
func incidentSnoozed(t *testing.T, s *store.Store) {
	ctx := t.Context()
	well(t, s, 1, noon())
	warn := func(from time.Time) time.Time {
		for n := range 3 {
			says(t, s, 1, from.Add(time.Duration(n)*15*time.Minute), 1210)
		}
		return from.Add(30 * time.Minute)
	}
	back := func(from time.Time) {
		says(t, s, 1, from, 1250)
		says(t, s, 1, from.Add(time.Hour), 1250)
	}
	now := warn(noon().Add(hour))
	i, until := openOne(t, s), now.Add(7*24*hour)
	if _, did, err := s.Snooze(ctx, i.ID, store.By{User: "U1", Channel: "C1", At: now}, until, "known"); err != nil || !did {
		t.Fatal(did, err)
	}
	back(now.Add(hour))
	now = warn(now.Add(3 * hour))
	if again := openOne(t, s); again.Generation != 2 || !again.Snoozed.Until.Equal(until) || again.Snoozed.Reason != "known" {
		t.Errorf("back within a day: %+v", again.Snoozed)
	}
	back(now.Add(hour))
	now = falls(t, s, 1, now.Add(3*hour))
	if again := openOne(t, s); again.Severity != coverage.Crit || again.Snoozing(now) {
		t.Errorf("back, and worse: %+v", again.Snoozed)
	}
	if _, did, err := s.Snooze(ctx, openOne(t, s).ID, store.By{User: "U1", Channel: "C1", At: now}, until, "known"); err != nil || !did {
		t.Fatal(did, err)
	}
	back(now.Add(hour))
	now = now.Add(27 * hour)
	says(t, s, 1, now, 1250)
	falls(t, s, 1, now.Add(hour))
	if again := openOne(t, s); again.Snoozing(now) {
		t.Errorf("back after more than a day: %+v", again.Snoozed)
	}
}

// incidentWoken: a snooze that is over is told once, and not where somebody began
// another one meanwhile.
func incidentWoken(t *testing.T, s *store.Store) {
	ctx := t.Context()
	well(t, s, 1, noon())
	now := falls(t, s, 1, noon().Add(hour))
	id := openOne(t, s).ID
	snooze := func(until time.Time) {
		if _, did, err := s.Snooze(ctx, id, store.By{User: "U1", Channel: "C1", At: now}, until, ""); err != nil || !did {
			t.Fatal(did, err)
		}
	}
	tell := func(meanwhile func()) store.Incident {
		u, err := s.Untold(ctx, now, hour, 24*hour, now.Add(5*hour))
		if err != nil || len(u.Due) != 1 {
			t.Fatalf("%+v %v", u, err)
		}
		meanwhile()
		ok(t, s.Tell(ctx, u.Version, store.TellPlan{Looked: []store.Looked{{Incident: id, Step: u.Due[0].Step, Flushed: u.Due[0].Step, Woken: true}}}, now))
		return openOne(t, s)
	}
	snooze(now.Add(4 * hour))
	if got := tell(func() { snooze(now.Add(9 * hour)) }); !got.Snoozed.Until.Equal(now.Add(9 * hour)) {
		t.Errorf("a new snooze is gone: %+v", got.Snoozed)
	}
	if got := tell(func() {}); got.Snoozed != (store.Snooze{}) {
		t.Errorf("told, and yet %+v", got.Snoozed)
	}
}

// incidentAccepted: what was accepted is normal, until that is undone.
func incidentAccepted(t *testing.T, s *store.Store) {
	ctx := t.Context()
	well(t, s, 1, noon())
	now := falls(t, s, 1, noon().Add(hour))
	i := openOne(t, s)
	got, did, err := s.AcceptNormal(ctx, i.ID, store.By{User: "U1", Channel: "C1", At: now})
	if err != nil || !did || got.Closed.IsZero() || got.Members[0].How != coverage.RecoveredAccepted {
		t.Fatalf("%+v %v %v", got, did, err)
	}
	says(t, s, 1, now.Add(time.Minute), 1100)
	if _, total, _ := s.OpenIncidents(ctx, store.IncidentQuery{}); total != 0 {
		t.Error("it came back")
	}
	if got, did, err := s.UndoAccept(ctx, i.ID, store.By{User: "U1", Channel: "C1", At: now.Add(11 * time.Minute)}); err != nil || did {
		t.Errorf("undone late: %+v %v", got, err)
	}
	if got, did, err := s.UndoAccept(ctx, i.ID, store.By{User: "U1", Channel: "C1", At: now.Add(9 * time.Minute)}); err != nil || !did || !got.Closed.IsZero() {
		t.Errorf("%+v %v %v", got, did, err)
	}
	if again := openOne(t, s); again.ID != i.ID || again.Accepted.By != "" {
		t.Errorf("%+v", again)
	}
	says(t, s, 1, now.Add(15*time.Minute), 1100)
	if again := openOne(t, s); again.ID != i.ID || again.Members[0].Lost != 150 {
		t.Errorf("what was normal before is not so again: %+v", again)
	}
	wantLines(t, s, i.ID, coverage.LineFired, coverage.LineAccepted, coverage.LineUndone)
	if _, did, err := s.AcceptNormal(ctx, i.ID, store.By{User: "U1", Channel: "C1", At: now.Add(20 * time.Minute)}); err != nil || !did {
		t.Fatal(did, err)
	}
	ok(t, s.Unwatch(ctx, id(0), store.By{User: "U1", At: now.Add(21 * time.Minute)}, time.Time{}))
	if got, did, err := s.UndoAccept(ctx, i.ID, store.By{User: "U1", Channel: "C1", At: now.Add(22 * time.Minute)}); err != nil || did {
		t.Errorf("undone though nobody watches it: %+v %v", got, err)
	}
}

// incidentUnwatched: nobody is told of a customer that nobody watches, and one that
// is watched again is learned anew.
func incidentUnwatched(t *testing.T, s *store.Store) {
	ctx := t.Context()
	well(t, s, 1, noon())
	now := falls(t, s, 1, noon().Add(hour))
	i := openOne(t, s)
	ok(t, s.Unwatch(ctx, id(0), store.By{User: "U1", At: now}, now.Add(24*hour)))
	closed, _, err := s.Incident(ctx, i.ID)
	if err != nil || closed.Closed.IsZero() || closed.Members[0].How != coverage.RecoveredUnwatched {
		t.Errorf("%+v %v", closed, err)
	}
	if lines, err := s.Lines(ctx, i.ID, 1); err != nil || len(lines) != 1 || lines[0].Kind != coverage.LineUnwatched || lines[0].By != "U1" {
		t.Errorf("%+v %v", lines, err)
	}
	ok(t, s.Watch(ctx, id(0), store.By{User: "U2", Channel: "C1", At: now.Add(hour)}))
	var acts []string
	for e, err := range s.Audit(ctx) {
		ok(t, err)
		acts = append(acts, e.Who+" "+e.Action+" "+e.Customer+" "+e.After)
	}
	if got, want := strings.Join(acts, ", "), `U1 unwatch c0000 {"until":"`+now.Add(24*hour).UTC().Format(time.RFC3339)+`","watched":false}, U2 watch c0000 `; got != want {
		t.Errorf("audit: %s, want %s", got, want)
	}
	falls(t, s, 1, now.Add(2*hour))
	if _, total, _ := s.OpenIncidents(ctx, store.IncidentQuery{}); total != 0 {
		t.Error("a planned change raises an alert")
	}
}
