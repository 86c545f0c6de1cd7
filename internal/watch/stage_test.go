package watch

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
	sandbox "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
)

// clock is a clock that the test sets. Each look at it takes a millisecond, so
// that no two readings have the same time.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(time.Millisecond)
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// lines is a log that can be read while it is written.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// stage is a database, an AvePoint with customers c-00, c-01, … and a clock.
type stage struct {
	*sandbox.Platform
	t      *testing.T
	url    string // of the database
	graph  string // of the stand-in
	store  *store.Store
	clock  *clock
	log    *lines
	mu     sync.Mutex
	order  []string // in which overviews were asked for
	before func(customerID string)
}

// onEach runs a test on each kind of database.
func onEach(t *testing.T, customers int, test func(t *testing.T, s *stage)) {
	t.Helper()
	t.Parallel()
	for _, db := range storetest.Databases(t) {
		t.Run(db.Name, func(t *testing.T) {
			t.Parallel()
			test(t, newStage(t, db.URL, customers))
		})
	}
}

func newStage(t *testing.T, url string, customers int) *stage {
	t.Helper()
	s := &stage{
		Platform: sandbox.New(sandbox.Options{Customers: -1}),
		t:        t, url: url, store: open(t, url), clock: newClock(), log: &lines{},
	}
	for i := range customers {
		s.put(i)
	}
	handler := s.Handler()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if rest, ok := strings.CutSuffix(r.URL.Path, "/cloud-backup-m365/overview"); ok {
			s.note(path.Base(rest))
		}
		handler.ServeHTTP(w, r)
	}))
	s.graph = server.URL
	t.Cleanup(server.Close)
	t.Cleanup(s.Close)
	return s
}

// open opens a store that a test may close itself.
func open(t *testing.T, url string) *store.Store {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{URL: url})
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func id(i int) string { return fmt.Sprintf("c-%02d", i) }

func (s *stage) put(i int) {
	s.Put(sandbox.Customer{
		ID: id(i), Organization: fmt.Sprintf("Customer %d", i), OwnerEmail: "it@nod.example",
		Rows: []sandbox.Row{
			{Module: "Exchange Online", TenantID: "t-1", Scanned: 100, Protected: 90 + int64(i%10)},
			{Module: "OneDrive", TenantID: "t-1", Scanned: 50, Protected: 50},
		},
	})
}

func (s *stage) note(customerID string) {
	s.mu.Lock()
	s.order = append(s.order, customerID)
	before := s.before
	s.mu.Unlock()
	if before != nil {
		before(customerID)
	}
}

// asked are the customers in the order in which they were asked for, from the
// n-th on.
func (s *stage) asked(n int) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.order[n:]...)
}

func (s *stage) client(t *testing.T) *avepoint.Client {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 100}
	t.Cleanup(transport.CloseIdleConnections)
	return s.clientOver(t, transport)
}

func (s *stage) clientOver(t *testing.T, transport http.RoundTripper) *avepoint.Client {
	t.Helper()
	client, err := avepoint.New(avepoint.Options{
		GraphURL: s.graph, TokenURL: s.graph + "/connect/token",
		Credentials: avepoint.Credentials{ClientID: sandbox.DefaultClientID, ClientSecret: sandbox.DefaultClientSecret},
		HTTPClient:  &http.Client{Transport: transport}, Rate: 100_000, Concurrency: 40,
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// watch makes a Watch that reads in bursts, unless change says otherwise.
func (s *stage) watch(owner string, change ...func(*Options)) *Watch {
	s.t.Helper()
	o := Options{
		Client: s.client(s.t), Store: s.store, Interval: time.Hour, InFlight: 8, Rate: 100_000,
		Owner: owner, Now: s.clock.Now, Burst: true,
		Log: slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, c := range change {
		c(&o)
	}
	w, err := New(o)
	if err != nil {
		s.t.Fatal(err)
	}
	return w
}

// loaded is a Watch that knows the customers.
func (s *stage) loaded(owner string, change ...func(*Options)) *Watch {
	s.t.Helper()
	w := s.watch(owner, change...)
	must(s.t, w.Load(s.t.Context()))
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (s *stage) sweep(w *Watch) {
	s.t.Helper()
	must(s.t, w.Sweep(s.t.Context()))
}

// wantCalls checks how often customers from to before until were read.
func (s *stage) wantCalls(from, until, want int) {
	s.t.Helper()
	for i := from; i < until; i++ {
		if got := s.CallsFor(id(i)); got != want {
			s.t.Errorf("%s was read %d times, want %d", id(i), got, want)
		}
	}
}

func (s *stage) sweeps(n int) []store.Sweep {
	s.t.Helper()
	sweeps, err := s.store.Sweeps(s.t.Context(), n)
	must(s.t, err)
	return sweeps
}

func (s *stage) standing(i int) store.Standing {
	s.t.Helper()
	standing, err := s.store.Standing(s.t.Context(), id(i), s.clock.Now())
	must(s.t, err)
	return standing
}

// eventually waits for something that another goroutine brings about.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s did not come about", what)
		}
	}
}

func contextUntil(t *testing.T, deadline time.Time) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithDeadline(t.Context(), deadline)
}
