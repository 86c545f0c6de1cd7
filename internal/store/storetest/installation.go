package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

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
