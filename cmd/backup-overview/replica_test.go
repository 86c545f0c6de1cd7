package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
)

// An estate is what whole processes share: a Slack, an AvePoint and a database.
type estate struct {
	slack    *fakeslack.Workspace // U1 is in C1
	avepoint *fakeavepoint.Platform
	ids      []string
	env      []string
}

// newEstate has so many customers, each of whom takes so long to be read, and
// none of whom is ever in trouble: a failed reading is tried for seconds.
func newEstate(t *testing.T, customers int, latency time.Duration, env ...string) estate {
	t.Helper()
	ws := fakeslack.New(fakeslack.Options{})
	ws.AddUser(fakeslack.User{ID: "U1", Name: "ana", IsAdmin: true})
	ws.AddChannel(fakeslack.Channel{ID: "C1", Name: "ops", Members: []string{"U1", ws.BotUserID()}})
	platform := fakeavepoint.New(fakeavepoint.Options{Seed: 1, Customers: -1})
	var ids []string
	for i := range customers {
		ids = append(ids, platform.Put(fakeavepoint.Customer{
			Organization: fmt.Sprintf("Customer %d", i), OwnerEmail: "it@customer.example",
			Rows: []fakeavepoint.Row{{Module: "Exchange Online", Scanned: 100, Protected: 90}},
		}))
	}
	platform.Fault(fakeavepoint.Match{Endpoint: fakeavepoint.EndpointOverview}, fakeavepoint.Fault{Delay: latency})
	slackServer, avepointServer := httptest.NewServer(ws.Handler()), httptest.NewServer(platform.Handler())
	ws.SetURL(slackServer.URL)
	t.Cleanup(func() {
		ws.Close()
		platform.Close()
		slackServer.Close()
		avepointServer.Close()
	})
	return estate{slack: ws, avepoint: platform, ids: ids, env: append([]string{
		"SLACK_API_URL=" + slackServer.URL + "/api/", "SLACK_APP_TOKEN=" + ws.AppToken(), "SLACK_BOT_TOKEN=" + ws.BotToken(),
		"AVEPOINT_GRAPH_URL=" + avepointServer.URL, "AVEPOINT_TOKEN_URL=" + avepointServer.URL + "/connect/token",
		"AVEPOINT_CLIENT_ID=" + fakeavepoint.DefaultClientID, "AVEPOINT_CLIENT_SECRET=" + fakeavepoint.DefaultClientSecret,
		"AVEPOINT_RATE=1000", "METRICS_COVERAGE=true",
	}, env...)}
}

// calls counts the requests for each customer's overview.
func (e estate) calls() map[string]int {
	calls := map[string]int{}
	for _, id := range e.ids {
		calls[id] = e.avepoint.CallsFor(id)
	}
	return calls
}

// A replica is one process of an estate.
type replica struct {
	*program
	health string
}

func (e estate) start(t *testing.T) replica {
	t.Helper()
	health := freeAddress(t)
	env := append([]string{"HTTP_ADDR=" + health}, e.env...)
	return replica{startProgram(t, env), "http://" + health}
}

func (r replica) ready(t *testing.T) {
	t.Helper()
	eventually(t, "ready", func() bool { return status(t, r.health+"/readyz") == http.StatusOK })
}

// metric is the value of a metric of the process, and whether it was told.
func (r replica) metric(t *testing.T, name string) (float64, bool) {
	t.Helper()
	for line := range strings.Lines(fetch(t, r.health+"/metrics")) {
		if rest, ok := strings.CutPrefix(line, metricPrefix+name+" "); ok {
			value, err := strconv.ParseFloat(strings.TrimSpace(rest), 64)
			return value, err == nil
		}
	}
	return 0, false
}

// fetch is what a GET gives, nothing while nobody listens.
func fetch(t *testing.T, url string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return ""
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return ""
	}
	return string(body)
}

// sweeps are those that stand in the database, newest first.
func sweeps(t *testing.T, db *store.Store) []store.Sweep {
	t.Helper()
	all, err := db.Sweeps(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// ended waits until so many sweeps have ended since the database was made.
func ended(t *testing.T, db *store.Store, n int) {
	t.Helper()
	within(t, 2*time.Minute, fmt.Sprintf("the end of sweep %d", n), func() bool {
		done := 0
		for _, s := range sweeps(t, db) {
			if !s.Ended.IsZero() {
				done++
			}
		}
		return done >= n
	})
}

func TestProgram_two_on_one_SQLite_file(t *testing.T) {
	t.Parallel()
	e := newEstate(t, 3, 0, "DATABASE_URL="+storetest.SQLite(t))
	first := e.start(t)
	first.ready(t)
	code, out := e.start(t).wait(t)
	want := fmt.Sprintf("is in use by process %d. Stop that process", first.cmd.Process.Pid)
	if code != exitConfig || !strings.Contains(out, want) || !strings.Contains(out, "The bot did not start.") {
		t.Errorf("the second: exit %d, want %d and %q in\n%s", code, exitConfig, want, out)
	}
	if got := status(t, first.health+"/readyz"); got != http.StatusOK {
		t.Errorf("the first is not ready any more: %d", got)
	}
	first.signal(t, syscall.SIGTERM)
	if code, out := first.wait(t); code != exitOK {
		t.Errorf("the first: exit %d\n%s", code, out)
	}
}

// A kill in the middle of a sweep loses nothing that was stored, and only what
// was under way is asked for again.
func TestProgram_killed_in_a_sweep(t *testing.T) {
	t.Parallel()
	const customers, latency = 120, 250 * time.Millisecond
	url := storetest.SQLite(t)
	e := newEstate(t, customers, latency, "DATABASE_URL="+url)
	first := e.start(t)
	eventually(t, "a third of the sweep", func() bool {
		read, told := first.metric(t, "sweep_customers_done")
		return told && read >= customers/3
	})
	first.signal(t, syscall.SIGKILL)
	first.wait(t)
	before := e.calls()
	stored := readings(t, url)
	if len(stored) < customers/3 || len(stored) == customers {
		t.Fatalf("%d of %d customers are stored: not killed in the middle", len(stored), customers)
	}

	second := e.start(t)
	eventually(t, "the end of the sweep", func() bool {
		read, told := second.metric(t, `last_sweep_readings{outcome="good"}`)
		return told && read > 0
	})
	second.signal(t, syscall.SIGTERM)
	if code, out := second.wait(t); code != exitOK {
		t.Errorf("exit %d\n%s", code, out)
	}
	after, now := e.calls(), readings(t, url)
	repeated := 0
	for id, n := range before {
		at, kept := stored[id]
		switch {
		case kept && (after[id] != n || !now[id].Equal(at)):
			t.Errorf("customer %s was stored at %v and is read again (%d calls, then %d; now %v)", id, at, n, after[id], now[id])
		case !kept && n > 0:
			repeated++
		}
	}
	if len(now) != customers {
		t.Errorf("%d of %d customers are stored in the end", len(now), customers)
	}
	// As many calls may have been under way, and answers wait for a quarter of a
	// second, or for a busy machine, on their way into the database.
	if most := 3 * sweepInFlight(16); repeated > most {
		t.Errorf("%d customers are read again, of %d that may have been in flight", repeated, most)
	}
	t.Logf("stored before the kill: %d of %d; asked for again: %d", len(stored), customers, repeated)
}

// readings are when the customers in the database were last tried with an
// answer. No process may have it open.
func readings(t *testing.T, url string) map[string]time.Time {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	read := map[string]time.Time{}
	for c, err := range db.Customers(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		s, err := db.Standing(t.Context(), c.ID, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if !s.Tried.IsZero() {
			read[c.ID] = s.Tried
		}
	}
	return read
}

// replicas starts two processes on one PostgreSQL.
func (e estate) replicas(t *testing.T) (first, second replica) {
	t.Helper()
	first, second = e.start(t), e.start(t)
	first.ready(t)
	second.ready(t)
	return first, second
}

func TestProgram_two_replicas_share_each_sweep(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	e := newEstate(t, 60, 100*time.Millisecond, "DATABASE_URL="+url, "SWEEP_INTERVAL=4s", "SLACK_CONNECTIONS=1", "AVEPOINT_CONCURRENCY=4")
	first, second := e.replicas(t)
	db := storetest.Open(t, url)
	ended(t, db, 3)
	for _, r := range []replica{first, second} {
		if n, _ := r.metric(t, `avepoint_requests_total{class="sweep",endpoint="overview",outcome="good"}`); n == 0 {
			t.Error("one of the replicas has read nothing")
		}
		if n, _ := r.metric(t, "replicas"); n != 2 {
			t.Errorf("replicas: %v, want 2", n)
		}
		r.signal(t, syscall.SIGTERM)
	}
	for _, r := range []replica{first, second} {
		if code, out := r.wait(t); code != exitOK {
			t.Errorf("SIGTERM: exit %d\n%s", code, out)
		}
	}
	e.eachOnce(t, sweeps(t, db))
}

// done is how many customers of the newest sweep were read.
func done(t *testing.T, db *store.Store) int {
	t.Helper()
	all := sweeps(t, db)
	if len(all) == 0 {
		return 0
	}
	return all[0].Good + all[0].Empty + all[0].Failed
}

// What the dead one was reading waits until it is missed: it lived in the last
// 30 s for so long, and each replica looks every 10 s. All others are read at once.
func TestProgram_one_replica_killed(t *testing.T) {
	t.Parallel()
	const customers, concurrency = 150, 4
	url := storetest.Postgres(t)
	e := newEstate(t, customers, 200*time.Millisecond, "DATABASE_URL="+url, "SLACK_CONNECTIONS=1", fmt.Sprint("AVEPOINT_CONCURRENCY=", concurrency))
	first, second := e.replicas(t)
	db := storetest.Open(t, url)
	eventually(t, "a part of the sweep", func() bool { return done(t, db) > customers/5 })
	second.signal(t, syscall.SIGKILL)
	second.wait(t)
	before := done(t, db)
	if before > customers/2 {
		t.Fatalf("%d of %d customers were read before the kill: not in the middle", before, customers)
	}
	goesOn := within(t, time.Minute, "a reading of the other", func() bool { return done(t, db) > before+concurrency })
	rest := within(t, time.Minute, "the rest of the sweep", func() bool { return done(t, db) >= customers-2*sweepInFlight(concurrency) })
	whole := within(t, time.Minute, "the end of the sweep", func() bool { return !sweeps(t, db)[0].Ended.IsZero() })
	if missed := goesOn + rest + whole; missed > time.Minute {
		t.Errorf("the sweep ends %v after the kill", missed)
	}
	if n := done(t, db); n != customers {
		t.Errorf("%d readings in a sweep of %d customers", n, customers)
	}
	t.Logf("the other goes on %v after the kill, the rest is read %v later, what the dead one was reading %v later", goesOn, rest, whole)
	first.signal(t, syscall.SIGTERM)
	if code, out := first.wait(t); code != exitOK {
		t.Errorf("SIGTERM: exit %d\n%s", code, out)
	}
}

// Stopped in the middle of a sweep, a replica hands over at once, so that the
// sweep comes to its end.
func TestProgram_one_replica_stopped(t *testing.T) {
	t.Parallel()
	const customers = 150
	url := storetest.Postgres(t)
	e := newEstate(t, customers, 200*time.Millisecond, "DATABASE_URL="+url, "SLACK_CONNECTIONS=1", "AVEPOINT_CONCURRENCY=4")
	first, second := e.replicas(t)
	db := storetest.Open(t, url)
	eventually(t, "a part of the sweep", func() bool { return done(t, db) > customers/5 })
	asked := time.Now()
	second.signal(t, syscall.SIGTERM)
	code, out := second.wait(t)
	stopped, before := time.Since(asked), done(t, db)
	eventually(t, "a reading of the other", func() bool { return done(t, db) > before })
	goesOn := time.Since(asked)
	if code != exitOK || stopped > 10*time.Second || goesOn > 10*time.Second {
		t.Errorf("SIGTERM: exit %d after %v; the other goes on after %v\n%s", code, stopped, goesOn, out)
	}
	ended(t, db, 1)
	t.Logf("exit %v after SIGTERM, a reading of the other after %v, the end of the sweep after %v", stopped, goesOn, time.Since(asked))
	first.signal(t, syscall.SIGTERM)
	if code, out := first.wait(t); code != exitOK {
		t.Errorf("SIGTERM: exit %d\n%s", code, out)
	}
	for id, n := range e.calls() {
		if n < 1 || n > 2 {
			t.Errorf("customer %s was asked for %d times", id, n)
		}
	}
}

// eachOnce compares the calls with the sweeps: no customer is read twice in one
// or left out.
func (e estate) eachOnce(t *testing.T, sweeps []store.Sweep) {
	t.Helper()
	whole := 0
	for _, s := range sweeps {
		if !s.Ended.IsZero() {
			whole++
			if n := s.Good + s.Empty + s.Failed; n != len(e.ids) || s.Failed > 0 {
				t.Errorf("sweep %d: %d readings of %d customers, failed: %d", s.ID, n, len(e.ids), s.Failed)
			}
		}
	}
	for id, n := range e.calls() {
		if n < whole || n > len(sweeps) {
			t.Errorf("customer %s was asked for %d times in %d sweeps, of which %d have ended", id, n, len(sweeps), whole)
		}
	}
}

func TestProgram_waits_for_its_database(t *testing.T) {
	t.Parallel()
	e := newEstate(t, 3, 0, "DATABASE_URL=postgres://bot:"+canary+"@127.0.0.1:1/bot?sslmode=disable&connect_timeout=1")
	r := e.start(t)
	eventually(t, "readyz that says so", func() bool {
		return status(t, r.health+"/readyz") == http.StatusServiceUnavailable && strings.Contains(fetch(t, r.health+"/readyz"), "the database cannot be reached")
	})
	if got := status(t, r.health+"/livez"); got != http.StatusOK {
		t.Errorf("livez: %d", got)
	}
	if up, told := r.metric(t, "database_up"); up != 0 || !told {
		t.Errorf("database_up %v, %v", up, told)
	}
	r.signal(t, syscall.SIGTERM)
	code, out := r.wait(t)
	if code != exitOK || !strings.Contains(out, `"msg":"database not opened","wait":"1s"`) || strings.Contains(out, canary) {
		t.Errorf("exit %d\n%s", code, out)
	}
}

func TestProgram_refuses_a_file_that_is_no_database(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	write(t, path, strings.Repeat("no database ", 1000))
	e := newEstate(t, 3, 0, "DATABASE_URL=sqlite://"+path)
	code, out := e.start(t).wait(t)
	if code != exitConfig || !strings.Contains(out, "is damaged. Stop the program and restore the newest copy") || strings.Contains(out, "goroutine ") {
		t.Errorf("exit %d\n%s", code, out)
	}
}
