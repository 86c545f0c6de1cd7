package storetest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

// well gives customers 0 to n-1 a day of good readings, until a time.
func well(t *testing.T, s *store.Store, n int, until time.Time) {
	t.Helper()
	save(t, s, n, until.Add(-31*hour))
	for at := until.Add(-30 * hour); !at.After(until); at = at.Add(hour) {
		says(t, s, n, at, 1250)
	}
}

// says has customers say that so many of 1,250 objects are protected.
func says(t *testing.T, s *store.Store, n int, at time.Time, protected int64) {
	t.Helper()
	var all []store.Reading
	for i := range n {
		all = append(all, good(i, at, 1250, protected))
	}
	ok(t, s.Record(t.Context(), "me", all))
}

// falls has customers lose protection, and returns when that is sure.
func falls(t *testing.T, s *store.Store, n int, from time.Time) time.Time {
	t.Helper()
	for i := range 3 {
		says(t, s, n, from.Add(time.Duration(i)*15*time.Minute), 1100)
	}
	return from.Add(30 * time.Minute)
}

// openOne is the one incident that is open.
func openOne(t *testing.T, s *store.Store) store.Incident {
	t.Helper()
	open, total, err := s.OpenIncidents(t.Context(), store.IncidentQuery{})
	if err != nil || total != 1 || len(open) != 1 {
		t.Fatalf("%d are open: %+v; %v", total, open, err)
	}
	return open[0]
}

// kinds are the kinds of the lines of an incident.
func kinds(t *testing.T, s *store.Store, id string) []coverage.LineKind {
	t.Helper()
	lines, err := s.Lines(t.Context(), id, 0)
	ok(t, err)
	var all []coverage.LineKind
	for _, l := range lines {
		all = append(all, l.Kind)
	}
	return all
}

func wantLines(t *testing.T, s *store.Store, id string, want ...coverage.LineKind) {
	t.Helper()
	if diff := cmp.Diff(want, kinds(t, s, id)); diff != "" {
		t.Errorf("lines: %s", diff)
	}
}

// incident: a drop is one incident, which changes in place and ends.
func incident(t *testing.T, s *store.Store) {
	ctx := t.Context()
	well(t, s, 2, noon())
	sure := falls(t, s, 1, noon().Add(hour))
	i := openOne(t, s)
	if m := i.Members[0]; i.CustomerID != id(0) || i.Name == "" || i.Severity != coverage.Crit || m.Lost != 150 || m.Was.Protected != 1250 || !i.Opened.Equal(sure) {
		t.Errorf("%+v", i)
	}
	wantLines(t, s, i.ID, coverage.LineFired)
	falls(t, s, 1, noon().Add(hour)) // recorded twice
	if again := openOne(t, s); again.Step != i.Step {
		t.Errorf("readings that came before moved it: %+v", again)
	}
	ok(t, s.Record(ctx, "me", []store.Reading{failed(0, sure.Add(hour), "unavailable")}))
	if again := openOne(t, s); again.Step != i.Step {
		t.Errorf("a failure moved it: %+v", again)
	}
	says(t, s, 1, sure.Add(2*hour), 1000)
	if again := openOne(t, s); again.Step != i.Step+1 || again.Members[0].Missing != 250 {
		t.Errorf("%+v", again)
	}
	says(t, s, 1, sure.Add(3*hour), 1250)
	says(t, s, 1, sure.Add(4*hour), 1250)
	if _, total, err := s.OpenIncidents(ctx, store.IncidentQuery{}); err != nil || total != 0 {
		t.Errorf("%d are open; %v", total, err)
	}
	wantLines(t, s, i.ID, coverage.LineFired, coverage.LineWorse, coverage.LineResolved, coverage.LineClosed)
	closed, found, err := s.Incident(ctx, i.ID)
	if err != nil || !found || closed.Members[0].How != coverage.RecoveredBack || closed.Members[0].Worst != 250 {
		t.Errorf("%+v %v %v", closed, found, err)
	}
	falls(t, s, 1, sure.Add(6*hour))
	if second := openOne(t, s); second.Generation != 2 || second.ID == i.ID {
		t.Errorf("%+v", second)
	}
}

// incidentActs: what people do counts once, is audited, and stands in the log.
func incidentActs(t *testing.T, s *store.Store) {
	ctx := t.Context()
	well(t, s, 1, noon())
	now := falls(t, s, 1, noon().Add(hour))
	i := openOne(t, s)
	for n, want := range []bool{true, false} {
		got, did, err := s.Ack(ctx, i.ID, []string{"U1", "U2"}[n], "C1", now)
		if err != nil || did != want || got.Acked.By != "U1" {
			t.Errorf("%+v %v %v", got.Acked, did, err)
		}
	}
	until := now.Add(4 * hour)
	if got, did, err := s.Snooze(ctx, i.ID, "U2", "C1", until, "known", now.Add(time.Second)); err != nil || !did || !got.Snoozing(now) || got.Snoozing(until) {
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
	if _, did, err := s.Wake(ctx, i.ID, "U1", "C1", now); err != nil || did {
		t.Errorf("woken twice: %v %v", did, err)
	}
	wantLines(t, s, i.ID, coverage.LineFired, coverage.LineAcked, coverage.LineSnoozed, coverage.LineWorse, coverage.LineEscalated)
	if got, did, err := s.Ack(ctx, "nothing", "U1", "C1", now); err != nil || did || got.ID != "" {
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
	if _, did, err := s.Snooze(ctx, i.ID, "U1", "C1", until, "known", now); err != nil || !did {
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
	if _, did, err := s.Snooze(ctx, openOne(t, s).ID, "U1", "C1", until, "known", now); err != nil || !did {
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
		if _, did, err := s.Snooze(ctx, id, "U1", "C1", until, "", now); err != nil || !did {
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
	got, did, err := s.AcceptNormal(ctx, i.ID, "U1", "C1", now)
	if err != nil || !did || got.Closed.IsZero() || got.Members[0].How != coverage.RecoveredAccepted {
		t.Fatalf("%+v %v %v", got, did, err)
	}
	says(t, s, 1, now.Add(time.Minute), 1100)
	if _, total, _ := s.OpenIncidents(ctx, store.IncidentQuery{}); total != 0 {
		t.Error("it came back")
	}
	if got, did, err := s.UndoAccept(ctx, i.ID, "U1", "C1", now.Add(11*time.Minute)); err != nil || did {
		t.Errorf("undone late: %+v %v", got, err)
	}
	if got, did, err := s.UndoAccept(ctx, i.ID, "U1", "C1", now.Add(9*time.Minute)); err != nil || !did || !got.Closed.IsZero() {
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
	if _, did, err := s.AcceptNormal(ctx, i.ID, "U1", "C1", now.Add(20*time.Minute)); err != nil || !did {
		t.Fatal(did, err)
	}
	ok(t, s.Unwatch(ctx, id(0), store.By{User: "U1", At: now.Add(21 * time.Minute)}, time.Time{}))
	if got, did, err := s.UndoAccept(ctx, i.ID, "U1", "C1", now.Add(22*time.Minute)); err != nil || did {
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

// incidentTold: of two that tell at the same time one counts, and nothing of the
// other is written.
func incidentTold(t *testing.T, s *store.Store) {
	ctx := t.Context()
	well(t, s, 2, noon())
	now := falls(t, s, 2, noon().Add(hour))
	u, err := s.Untold(ctx, now.Add(-hour), hour, 24*hour, now)
	if err != nil || len(u.Due) != 2 || u.Suspects != 2 || u.Watched != 2 || len(u.Due[0].Lines) != 1 {
		t.Fatalf("%+v %v", u, err)
	}
	plan := func(key string) store.TellPlan {
		var p store.TellPlan
		for _, d := range u.Due {
			root := message("C1", key+d.ID)
			p.Deliveries = append(p.Deliveries, root)
			p.Messages = append(p.Messages, store.AlertMessage{Root: root.ID, Channel: "C1", Made: now})
			p.Tellings = append(p.Tellings, store.Telling{Incident: d.ID, Channel: "C1", Root: root.ID, Told: d.Step})
			p.Looked = append(p.Looked, store.Looked{Incident: d.ID, Step: d.Step, Flushed: d.Step, LookAt: now.Add(4 * hour)})
		}
		return p
	}
	ok(t, s.Tell(ctx, u.Version, plan("a"), now))
	lost(t, s.Tell(ctx, u.Version, plan("b"), now))
	if n, err := s.DeliveryStats(ctx, now); err != nil || n.Pending != 2 {
		t.Errorf("%+v %v", n, err)
	}
	if u, err := s.Untold(ctx, now, hour, 24*hour, now); err != nil || len(u.Due) != 0 {
		t.Errorf("told, and yet %+v %v", u, err)
	}
	later, err := s.Untold(ctx, now, hour, 24*hour, now.Add(4*hour))
	if err != nil || len(later.Due) != 2 || len(later.Due[0].Tellings) != 1 || len(later.Messages) != 2 || len(later.Due[0].Lines) != 0 {
		t.Errorf("%+v %v", later, err)
	}
	members, m, err := s.Members(ctx, later.Due[0].Tellings[0].Root)
	if err != nil || len(members) != 1 || members[0].ID != later.Due[0].ID || m.Channel != "C1" {
		t.Errorf("%+v %+v %v", members, m, err)
	}
	// The next of its kind knows the message of the one before.
	says(t, s, 1, now.Add(hour), 1250)
	says(t, s, 1, now.Add(2*hour), 1250)
	falls(t, s, 1, now.Add(3*hour))
	u, err = s.Untold(ctx, now, hour, 24*hour, now.Add(3*hour))
	ok(t, err)
	for _, d := range u.Due {
		if d.Generation == 2 && (len(d.Before) != 1 || d.Before[0].Channel != "C1") {
			t.Errorf("%+v", d)
		}
	}
}

// incidentForgotten: nothing is left of a customer that is forgotten.
func incidentForgotten(t *testing.T, s *store.Store) {
	ctx := t.Context()
	well(t, s, 1, noon())
	falls(t, s, 1, noon().Add(hour))
	i := openOne(t, s)
	ok(t, s.Forget(ctx, id(0), store.By{User: "U1"}))
	if _, found, err := s.Incident(ctx, i.ID); err != nil || found {
		t.Errorf("%v %v", found, err)
	}
	if lines, err := s.Lines(ctx, i.ID, 0); err != nil || len(lines) != 0 {
		t.Errorf("%+v %v", lines, err)
	}
	if _, err := s.Judgement(ctx, id(0)); !errors.Is(err, store.ErrUnknown) {
		t.Error(err)
	}
}

// rechecks: what is suspected is read out of turn, by one.
func rechecks(t *testing.T, s *store.Store) {
	ctx := t.Context()
	well(t, s, 2, noon())
	at := noon().Add(hour)
	says(t, s, 1, at, 1100)
	if claims, err := s.ClaimRechecks(ctx, "me", 10, time.Minute, at.Add(14*time.Minute)); err != nil || len(claims) != 0 {
		t.Errorf("early: %+v %v", claims, err)
	}
	due := at.Add(15 * time.Minute)
	claims, err := s.ClaimRechecks(ctx, "me", 10, time.Minute, due)
	if err != nil || len(claims) != 1 || claims[0].CustomerID != id(0) {
		t.Errorf("%+v %v", claims, err)
	}
	if claims, err := s.ClaimRechecks(ctx, "you", 10, time.Minute, due); err != nil || len(claims) != 0 {
		t.Errorf("twice: %+v %v", claims, err)
	}
	says(t, s, 1, due, 1250)
	if claims, err := s.ClaimRechecks(ctx, "you", 10, time.Minute, due.Add(hour)); err != nil || len(claims) != 0 {
		t.Errorf("well again: %+v %v", claims, err)
	}
}

// recheckedStill: what is suspected of one module is read out of turn though what
// another module says was accepted as normal meanwhile.
func recheckedStill(t *testing.T, s *store.Store) {
	ctx := t.Context()
	save(t, s, 1, noon())
	both := func(at time.Time, exchange, teams int64) {
		r := good(0, at, 1250, exchange)
		r.Rows = append(r.Rows, module("", "Teams", 1250, teams))
		record(t, s, r)
	}
	for hours := range 30 {
		both(noon().Add(time.Duration(hours)*hour), 1250, 1250)
	}
	at := noon().Add(31 * hour)
	for n := range 3 {
		both(at.Add(time.Duration(n)*15*time.Minute), 1100, 1250)
	}
	at = at.Add(45 * time.Minute)
	both(at, 1100, 1000)
	if _, did, err := s.AcceptNormal(ctx, openOne(t, s).ID, "U1", "C1", at); err != nil || !did {
		t.Fatal(did, err)
	}
	if claims, err := s.ClaimRechecks(ctx, "me", 10, time.Minute, at.Add(15*time.Minute)); err != nil || len(claims) != 1 {
		t.Errorf("%+v %v", claims, err)
	}
}

// installation: the trouble of AvePoint itself is an incident of no customer.
func installation(t *testing.T, s *store.Store) {
	ctx := t.Context()
	rules := coverage.DefaultRules()
	ill := coverage.Health{At: noon(), Customers: 100, Failing: map[string]int{"unavailable": 40}}
	for _, at := range []time.Duration{0, 31 * time.Minute, 32 * time.Minute} {
		ill.At = noon().Add(at)
		if told, err := s.JudgeInstallation(ctx, ill, rules); err != nil || told != (at == 31*time.Minute) {
			t.Errorf("after %v: %v %v", at, told, err)
		}
	}
	i := openOne(t, s)
	if i.Family != coverage.APIFamily || i.CustomerID != "" || i.Members[0].Class != "unavailable" || i.Members[0].Missing != 40 {
		t.Errorf("%+v", i)
	}
	if told, err := s.JudgeInstallation(ctx, coverage.Health{At: noon().Add(hour), Customers: 100}, rules); err != nil || !told {
		t.Errorf("%v %v", told, err)
	}
	wantLines(t, s, i.ID, coverage.LineFired, coverage.LineResolved, coverage.LineClosed)
}

// notes: of what was never protected, and of numbers that cannot be right, digests
// have a note, once the customer has been watched for long enough.
func notes(t *testing.T, s *store.Store) {
	ctx := t.Context()
	save(t, s, 3, noon())
	for hours := range 50 {
		at := noon().Add(time.Duration(hours) * hour)
		ok(t, s.Record(ctx, "me", []store.Reading{good(0, at, 10, 0), good(1, at, 10, 40), good(2, at, 10, 10)}))
	}
	all, err := s.Notes(ctx, nil)
	if err != nil || len(all) != 2 || all[0].ID != id(0) || all[0].Notes[0].Condition != coverage.NeverBackedUp || all[1].Notes[0].Condition != coverage.DataQuality {
		t.Errorf("%+v %v", all, err)
	}
	if some, err := s.Notes(ctx, []string{id(1), id(2)}); err != nil || len(some) != 1 || some[0].Name == "" {
		t.Errorf("%+v %v", some, err)
	}
}

func alertSettings(t *testing.T, s *store.Store) {
	ctx := t.Context()
	c := store.ChannelAlerts{Channel: "C1", QuietFrom: "22:00", QuietTo: "07:00", Zone: "Europe/Berlin", Mention: "S1", By: "U1", At: noon()}
	for range 2 {
		ok(t, s.SetChannelAlerts(ctx, c))
	}
	got, err := s.ChannelAlerts(ctx, "C1")
	if diff := cmp.Diff(c, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if other, err := s.ChannelAlerts(ctx, "C2"); err != nil || other != (store.ChannelAlerts{Channel: "C2"}) {
		t.Errorf("%+v %v", other, err)
	}
	n := 0
	for _, err := range s.Audit(ctx) {
		ok(t, err)
		n++
	}
	if n != 1 {
		t.Errorf("%d entries", n)
	}
}
