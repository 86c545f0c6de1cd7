package main

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/bot"
	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/engine"
	"github.com/backup-overview/backup-overview/internal/outbox"
	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
	"github.com/backup-overview/backup-overview/internal/watch"
)

// everyMetric tells every metric once: what depends on a moment (an open sweep,
// a pause) never comes together in a process.
type everyMetric struct{}

func (everyMetric) Describe(chan<- *prometheus.Desc) {}

func (everyMetric) Collect(to chan<- prometheus.Metric) {
	s, at := sink{to}, time.Unix(1, 0)
	s.build()
	s.credential(at)
	s.up(true)
	s.bot(bot.State{})
	s.avepoint(avepoint.Stats{Requests: map[avepoint.Requests]int64{{Class: "person", Endpoint: "overview", Outcome: "good"}: 1}, PausedUntil: at})
	s.works(map[string]engine.Tick{watch.SweepWork: {Started: at, Ended: at}})
	s.ticked(map[string]time.Time{watch.SweepWork: at})
	s.outbox(outbox.Stats{Refused: map[string]int64{"ratelimited": 1}})
	s.store(store.Stats{Kind: "SQLite", Backup: at})
	s.deliveries(store.DeliveryStats{Oldest: at})
	s.incidents(store.IncidentCounts{Open: 3, Crit: 1})
	status := watch.Status{
		Current: &store.Sweep{Began: at}, Last: &store.Sweep{Began: at, Ended: at},
		Failures: map[string]int{"busy": 1}, DirectoryAt: at, Oldest: at,
	}
	s.sweep(status)
	s.data(status)
	s.covered(true)
	s.standing()(store.Standing{Customer: store.Customer{ID: "a1", Name: "Contoso"}, Read: at})
}

func TestMetrics_names_are_as_promtool_wants_them(t *testing.T) {
	t.Parallel()
	r := prometheus.NewPedanticRegistry()
	r.MustRegister(everyMetric{})
	problems, err := testutil.GatherAndLint(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

// go test ./cmd/backup-overview -run Metrics_are_listed -update
func TestMetrics_are_listed(t *testing.T) {
	t.Parallel()
	const begin, end = "<!-- metrics: written by go test ./cmd/backup-overview -run Metrics_are_listed -update -->\n", "<!-- end of metrics -->"
	path := filepath.Join(root, "docs/metrics.md")
	before, rest, ok := strings.Cut(text(t, path), begin)
	old, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("docs/metrics.md has no markers around its table")
	}
	r := prometheus.NewPedanticRegistry()
	r.MustRegister(everyMetric{})
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	want.WriteString("| Metric | Type | Labels | Meaning |\n|---|---|---|---|\n")
	for _, f := range families {
		var labels []string
		for _, l := range f.GetMetric()[0].GetLabel() {
			labels = append(labels, "`"+l.GetName()+"`")
		}
		fmt.Fprintf(&want, "| `%s` | %s | %s | %s |\n", f.GetName(), strings.ToLower(f.GetType().String()), strings.Join(labels, ", "), f.GetHelp())
	}
	if old == want.String() {
		return
	}
	if !*update {
		t.Fatal("docs/metrics.md's table is stale; run: go test ./cmd/backup-overview -run Metrics_are_listed -update")
	}
	if err := os.WriteFile(path, []byte(before+begin+want.String()+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// An assembled is a process's parts, wired as run wires them, with a fleet that
// was read once.
type assembled struct {
	outside *outside
	parts   *parts
	secrets []string
	names   []string
}

func assembleForTest(t *testing.T, url string, coverage bool) assembled {
	t.Helper()
	ws := fakeslack.New(fakeslack.Options{})
	t.Cleanup(ws.Close)
	platform := fakeavepoint.New(fakeavepoint.Options{Seed: 1, Customers: 20})
	t.Cleanup(platform.Close)
	server := httptest.NewServer(platform.Handler())
	t.Cleanup(server.Close)
	cfg := demoSettings(ws, "http://127.0.0.1:1", server.URL)
	cfg.AvePoint.Rate.V = 1000
	cfg.Metrics.Coverage.V = coverage
	cfg.Database.URL = Secret(url)
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	client, err := avepoint.New(cfg.AvePoint.options(log))
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), store.Options{URL: url, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() }) // some tests take it away before
	p, err := assemble(cfg, client, db, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.close)
	if err := p.watch.Directory(t.Context()); err != nil {
		t.Fatal(err)
	}
	o := newOutside(cfg, client)
	o.show(p)
	a := assembled{outside: o, parts: p, secrets: []string{ws.AppToken(), ws.BotToken(), fakeavepoint.DefaultClientSecret, url}}
	for _, n := range platform.Names() {
		a.names = append(a.names, n.Organization)
	}
	return a
}

// scrape is what Prometheus gets.
func (a assembled) scrape(t *testing.T) string {
	t.Helper()
	w := httptest.NewRecorder()
	a.outside.handler(slog.New(slog.NewTextHandler(t.Output(), nil))).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func has(t *testing.T, scraped string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains(scraped, "\n"+metricPrefix+line+"\n") {
			t.Errorf("no line %q in:\n%s", line, scraped)
		}
	}
}

func TestMetrics_tell_no_secret_and_no_name(t *testing.T) {
	t.Parallel()
	a := assembleForTest(t, storetest.SQLite(t), false)
	scraped := a.scrape(t)
	has(t, scraped, "database_up 1", `database_info{kind="SQLite"} 1`, `customers{state="watched"} 20`, "customers_never_read 20",
		`avepoint_requests_total{class="sweep",endpoint="directory",outcome="good"} 1`, "slack_connections 0", "commands_total 0")
	for _, unwanted := range append(a.secrets, a.names...) {
		if strings.Contains(scraped, unwanted) {
			t.Errorf("%q stands in the metrics", unwanted)
		}
	}
}

func TestMetrics_tell_names_where_wanted(t *testing.T) {
	t.Parallel()
	a := assembleForTest(t, storetest.SQLite(t), true)
	overview, err := a.parts.client.Overview(t.Context(), a.outside.customer(t, "Contoso Retail GmbH"))
	if err != nil {
		t.Fatal(err)
	}
	if err := a.parts.watch.Heard(t.Context(), overview); err != nil {
		t.Fatal(err)
	}
	scraped := a.scrape(t)
	has(t, scraped, fmt.Sprintf(`customer_unprotected_objects{customer="Contoso Retail GmbH",customer_id=%q} 10`, overview.CustomerID))
	if n := strings.Count(scraped, "\n"+metricPrefix+"customer_scanned_objects{"); n != 1 {
		t.Errorf("%d customers have counts, of which one was read", n)
	}
	for _, secret := range a.secrets {
		if strings.Contains(scraped, secret) {
			t.Errorf("%q stands in the metrics", secret)
		}
	}
}

// customer finds the id of a name in the store.
func (o *outside) customer(t *testing.T, name string) string {
	t.Helper()
	for c, err := range o.parts.Load().store.Customers(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if c.Name == name {
			return c.ID
		}
	}
	t.Fatalf("no customer %s", name)
	return ""
}

// One scrape tells every customer of a large fleet once, while readings change
// their order, and says truly that the database is up.
func TestMetrics_tell_a_large_fleet_that_moves(t *testing.T) {
	t.Parallel()
	// Several of the store's pages; 20,000 are told in 0.4 s, but recording them
	// takes the race detector minutes.
	const customers, group = 4000, 500
	a := assembleForTest(t, storetest.SQLite(t), true)
	db, now := a.parts.store, time.Now()
	all := make([]store.Customer, customers)
	for i := range all {
		all[i] = store.Customer{ID: fmt.Sprintf("%08d-x", i), Name: "One of many"}
	}
	if _, err := db.SaveDirectory(t.Context(), all, now); err != nil {
		t.Fatal(err)
	}
	record := func(from, round int) {
		var readings []store.Reading
		for i := from; i < from+group; i++ {
			readings = append(readings, store.Reading{
				CustomerID: all[i].ID, At: now.Add(time.Duration(round) * time.Second), Kind: store.Good,
				Rows: []coverage.Row{{Tenant: "t", Module: "Exchange Online", Count: coverage.Count{Scanned: 100, Protected: int64((i*7 + round) % 100)}}},
			})
		}
		if err := db.Record(t.Context(), "test", readings); err != nil {
			t.Error(err)
		}
	}
	for from := 0; from < customers; from += group {
		record(from, 0)
	}
	var stop atomic.Bool
	var moving sync.WaitGroup
	moving.Go(func() {
		for round := 1; !stop.Load(); round++ {
			record(round*group%customers, round)
			time.Sleep(10 * time.Millisecond) // the scrape is to be disturbed, not held up
		}
	})
	began := time.Now()
	scraped := a.scrape(t)
	t.Logf("%d customers in %v", customers, time.Since(began))
	stop.Store(true)
	moving.Wait()
	has(t, scraped, "database_up 1", "coverage_told 1")
	told := map[string]int{}
	for line := range strings.Lines(scraped) {
		if labels, ok := strings.CutPrefix(line, metricPrefix+"customer_unprotected_objects{"); ok {
			labels, _, _ = strings.Cut(labels, "}")
			told[labels]++
		}
	}
	if len(told) != customers {
		t.Errorf("%d customers are told, want %d", len(told), customers)
	}
	for labels, n := range told {
		if n != 1 {
			t.Errorf("%s is told %d times", labels, n)
		}
	}
}

func TestMetrics_without_a_database(t *testing.T) {
	t.Parallel()
	a := assembleForTest(t, storetest.SQLite(t), true)
	if err := a.parts.store.Close(); err != nil {
		t.Fatal(err)
	}
	has(t, a.scrape(t), "database_up 0", "slack_connections 0", "commands_total 0", "avepoint_retries_total 0")

	before := assembled{outside: newOutside(a.outside.cfg, a.parts.client)}
	has(t, before.scrape(t), "database_up 0", "avepoint_retries_total 0")
}
