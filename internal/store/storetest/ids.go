package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

// idCase: ids that differ in case only are one customer, everywhere.
func idCase(t *testing.T, s *store.Store) {
	ctx := t.Context()
	const first, other = "ABCD-Ä1", " abcd-ä1"
	change, err := s.SaveDirectory(ctx, []store.Customer{{ID: first, Name: "X"}}, noon())
	if err != nil || change.Added != 1 {
		t.Fatalf("%+v %v", change, err)
	}
	change, err = s.SaveDirectory(ctx, []store.Customer{{ID: other, Name: "X"}, {ID: first, Name: "Y"}}, noon().Add(time.Minute))
	if want := (store.DirectoryChange{Total: 1}); err != nil || change != want {
		t.Errorf("%+v %v, want %+v", change, err, want)
	}
	for n, tenant := range []string{"Main Tenant", "main tenant"} {
		r := store.Reading{
			CustomerID: other, At: noon().Add(time.Duration(n) * time.Hour), Kind: store.Good,
			Rows: []coverage.Row{module(tenant, "Exchange", 10, 9)}, Body: []byte("body"),
		}
		record(t, s, r)
	}
	st, err := s.Standing(ctx, other, noon())
	if err != nil || st.ID != first || st.Gap != 1 || !st.Since.Equal(noon()) {
		t.Errorf("%+v %v", st, err)
	}
	if body, _, err := s.Last(ctx, other); err != nil || string(body) != "body" {
		t.Errorf("%q %v", body, err)
	}
	h, err := s.History(ctx, other, noon(), noon().Add(2*time.Hour))
	if err != nil || len(h.Series) != 1 || h.Series[0].Tenant != "Main Tenant" || len(h.Series[0].Points) != 1 {
		t.Errorf("%+v %v", h.Series, err)
	}
	f, err := s.Fleet(ctx, store.FleetQuery{Now: noon(), IDs: []string{first, other, strings.ToUpper(other)}, Limit: 5})
	if err != nil || f.Customers != 1 || len(f.Page) != 1 {
		t.Errorf("%+v %v", f, err)
	}
	n := 0
	for b, err := range s.Bodies(ctx, []string{other, first}) {
		if n++; err != nil || b.ID != first {
			t.Errorf("%+v %v", b, err)
		}
	}
	if n != 1 {
		t.Errorf("%d bodies", n)
	}
	if err := s.Unwatch(ctx, other, store.By{User: "U1", At: noon()}, time.Time{}); err != nil {
		t.Error(err)
	}
	if err := s.Watch(ctx, strings.ToUpper(other), store.By{User: "U1"}); err != nil {
		t.Error(err)
	}
	if err := s.Forget(ctx, other, store.By{User: "U1"}); err != nil {
		t.Error(err)
	}
	if d, err := s.Directory(ctx); err != nil || d.Customers != 0 {
		t.Errorf("%+v %v", d, err)
	}
}

// idLong: one id that is too long is left out, the others are saved.
func idLong(t *testing.T, s *store.Store) {
	var long strings.Builder
	for i := 0; long.Len() < 9000; i++ { // does not compress
		fmt.Fprintf(&long, "%x", i*2654435761)
	}
	all := []store.Customer{{ID: long.String()}, {ID: strings.Repeat("a", 256)}, {ID: strings.Repeat("b", 257)}, {ID: "x"}}
	change, err := s.SaveDirectory(t.Context(), all, noon())
	if want := (store.DirectoryChange{Added: 2, Total: 2}); err != nil || change != want {
		t.Errorf("%+v %v, want %+v", change, err, want)
	}
}

// jobStatus: a job status alone changes the customer, and makes no new version.
func jobStatus(t *testing.T, s *store.Store) {
	save(t, s, 3, noon())
	before, err := s.Directory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := customers(3)
	all[1].JobStatus = 7
	change, err := s.SaveDirectory(t.Context(), all, noon().Add(time.Minute))
	if err != nil || change.Changed != 1 {
		t.Errorf("%+v %v", change, err)
	}
	if after, err := s.Directory(t.Context()); err != nil || after.Version != before.Version {
		t.Errorf("version %d, was %d, %v", after.Version, before.Version, err)
	}
	if st := standing(t, s, 1, noon()); st.JobStatus != 7 {
		t.Errorf("job status %d", st.JobStatus)
	}
	all[1].JobStatus, all[1].Name = 8, "another"
	if _, err := s.SaveDirectory(t.Context(), all, noon().Add(time.Hour)); err != nil {
		t.Error(err)
	}
	if after, err := s.Directory(t.Context()); err != nil || after.Version == before.Version {
		t.Errorf("version %d for another name, %v", after.Version, err)
	}
}

// manySeries: numbers of series are each given once, also where some were
// deleted, and 20,000 of two customers are no matter of minutes.
func manySeries(t *testing.T, s *store.Store) {
	save(t, s, 2, noon())
	const n = 20_000
	var group []store.Reading
	for c := range 2 {
		r := good(c, noon(), 10, 9)
		for i := range n {
			r.Rows = append(r.Rows, module("", fmt.Sprint("module ", i), 1, 1))
		}
		group = append(group, r)
	}
	began := time.Now()
	record(t, s, group...)
	t.Logf("2 x %d series recorded in %v", n, time.Since(began))
	if got, err := s.Stats(t.Context()); err != nil || got.Series != 2*(n+1) || got.Points != got.Series {
		t.Errorf("%+v %v", got, err)
	}
}
