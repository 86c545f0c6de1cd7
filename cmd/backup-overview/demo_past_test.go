package main

import (
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	"github.com/backup-overview/backup-overview/internal/store"
)

func TestPast_moments(t *testing.T) {
	t.Parallel()
	p := &past{start: today, days: 90}
	all := p.moments()
	if len(all) != 88+16 {
		t.Errorf("%d sweeps, want one a day and 16 in the last two days", len(all))
	}
	for i, m := range all[1:] {
		if got := m.at.Sub(all[i].at); got != all[i].every {
			t.Errorf("sweep %d comes %v after the one before it, which said %v", i+1, got, all[i].every)
		}
	}
	if first, last := all[0].at, all[len(all)-1].at; !first.Equal(today.AddDate(0, 0, -90)) || !last.Equal(today.Add(-3*time.Hour)) {
		t.Errorf("from %v to %v", first, last)
	}
}

// The past is made by sweeps, each of all customers at its moment, and ends where
// the present begins.
func TestPast_fill(t *testing.T) {
	t.Parallel()
	db, p := newTestPast(t, 3)
	if err := p.fill(t.Context(), io.Discard); err != nil {
		t.Fatal(err)
	}
	all, err := db.Sweeps(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	moments := p.moments()
	if len(all) != len(moments) {
		t.Fatalf("%d sweeps, want %d", len(all), len(moments))
	}
	for i, s := range all { // the newest first
		if at := moments[len(moments)-1-i].at; s.Began.Sub(at).Abs() > time.Millisecond || s.Customers != fakeavepoint.DefaultCustomers || s.Good < 200 {
			t.Errorf("sweep %d began at %v, want %v; customers %d, good %d", s.ID, s.Began, at, s.Customers, s.Good)
		}
	}
	for c, err := range db.Customers(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if c.Name != "Contoso Retail GmbH" {
			continue
		}
		h, err := db.History(t.Context(), c.ID, p.start.Add(-days(4)), p.start)
		if err != nil {
			t.Fatal(err)
		}
		first, last := h.Spans[0].First, h.Spans[len(h.Spans)-1].Last
		if !first.Equal(moments[0].at.Truncate(time.Millisecond)) || !last.Equal(moments[len(moments)-1].at.Truncate(time.Millisecond)) {
			t.Errorf("%s is known from %v to %v", c.Name, first, last)
		}
		return
	}
	t.Error("no Contoso Retail GmbH")
}

// BenchmarkPast is what the demo does at its start:
//
//	go test ./cmd/backup-overview -run '^$' -bench Past -benchtime 1x -count 3
func BenchmarkPast(b *testing.B) {
	for b.Loop() {
		_, p := newTestPast(b, demoHistory)
		if err := p.fill(b.Context(), io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

func newTestPast(t testing.TB, days int) (*store.Store, *past) {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	db, remove, err := demoStore(t.Context(), nil, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(remove)
	p, err := newPast(t.Context(), db, time.Now(), days, log)
	if err != nil {
		t.Fatal(err)
	}
	return db, p
}

func TestDirect_is_an_honest_transport(t *testing.T) {
	t.Parallel()
	client := &http.Client{Transport: direct{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		w.Header().Set("X-Asked", r.Host+r.RequestURI)
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, string(body)+http.StatusText(len(body)))
		if err != nil {
			t.Error(err)
		}
	})}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://h/a?b=c", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusTeapot || res.Header.Get("X-Asked") != "h/a?b=c" || string(body) != "x" {
		t.Errorf("%d %q %q %v", res.StatusCode, res.Header, body, err)
	}
}
