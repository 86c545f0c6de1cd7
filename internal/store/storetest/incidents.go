package storetest

import (
	"errors"
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
