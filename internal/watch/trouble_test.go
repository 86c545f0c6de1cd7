package watch

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	sandbox "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
)

// pings counts calls of a dead man's switch.
type pings struct {
	url    string
	n      atomic.Int64
	broken atomic.Bool
}

func newPings(t *testing.T) *pings {
	t.Helper()
	p := &pings{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if p.broken.Load() {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		p.n.Add(1)
	}))
	t.Cleanup(server.Close)
	p.url = server.URL
	return p
}

func (p *pings) count() int { return int(p.n.Load()) }
func (p *pings) fail()      { p.broken.Store(true) }

// held holds the overviews that it is said to, until release.
func (s *stage) held(which func(customerID string) bool) (release func()) {
	gate := make(chan struct{})
	s.before = func(customerID string) {
		if which(customerID) {
			<-gate
		}
	}
	release = sync.OnceFunc(func() { close(gate) })
	s.t.Cleanup(release)
	return release
}

// after is for held: all but the first n.
func after(n int64) func(string) bool {
	var let atomic.Int64
	return func(string) bool { return let.Add(1) > n }
}

func (s *stage) good() int {
	if sweeps := s.sweeps(1); len(sweeps) > 0 {
		return sweeps[0].Good
	}
	return 0
}

// calls counts the overviews that were asked for, held ones included.
func (s *stage) calls() int { return len(s.asked(0)) }

// A process is killed in the middle: what it had in flight is read again when
// its lease has run out, what it had committed is not, and another goes on.
func TestSweep_killedInTheMiddle(t *testing.T) {
	onEach(t, 20, func(t *testing.T, s *stage) {
		a, b := s.loaded("a", func(o *Options) { o.InFlight = 4 }), s.watch("b")
		a.lease = time.Second
		release := s.held(after(6))
		sweep, open, err := a.openSweep(t.Context())
		if err != nil || !open {
			t.Fatal(open, err)
		}
		ctx, kill := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			_, _ = a.newRun(sweep).all(ctx) // Sweep would release
			close(done)
		}()
		eventually(t, "six readings", func() bool { return s.good() == 6 && s.calls() == 10 })
		kill()
		<-done
		release()
		s.before = nil
		s.sweep(b) // reads all but those that are leased: four in flight, and up to four claimed ahead
		if got := s.good(); got < 12 || got > 16 || s.calls() != 4+got {
			t.Errorf("%d are read in %d calls while the dead one's lease lasts", got, s.calls())
		}
		time.Sleep(1100 * time.Millisecond) // the database's clock, where it has one
		s.clock.add(1100 * time.Millisecond)
		s.sweep(b)
		if got := s.sweeps(1)[0]; got.Good != 20 || got.Ended.IsZero() {
			t.Errorf("%+v", got)
		}
		if got := s.calls(); got != 24 {
			t.Errorf("%d calls, want 20 and the 4 that were in flight", got)
		}
	})
}

func TestSweep_stopReleasesAtOnce(t *testing.T) {
	onEach(t, 20, func(t *testing.T, s *stage) {
		a, b := s.loaded("a", func(o *Options) { o.InFlight = 4 }), s.watch("b")
		s.held(after(6))
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- a.Sweep(ctx) }()
		eventually(t, "six readings", func() bool { return s.good() == 6 && s.calls() == 10 })
		stopped := time.Now()
		stop()
		must(t, <-done)
		if took := time.Since(stopped); took > 2*time.Second {
			t.Errorf("stopping took %s", took)
		}
		s.mu.Lock()
		s.before = nil
		s.mu.Unlock()
		s.sweep(b)
		if got := s.sweeps(1)[0]; got.Good != 20 || got.Ended.IsZero() {
			t.Errorf("the other did not get all: %+v", got)
		}
	})
}

func TestSweep_endsByItselfBeforeItsDeadline(t *testing.T) {
	onEach(t, 200, func(t *testing.T, s *stage) {
		s.Fault(sandbox.Match{Endpoint: sandbox.EndpointOverview}, sandbox.Fault{Delay: 100 * time.Millisecond})
		w := s.loaded("a", func(o *Options) { o.InFlight = 2 })
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		must(t, w.Sweep(ctx))
		if ctx.Err() != nil {
			t.Error("it ran into its deadline")
		}
		if calls, good := s.calls(), s.good(); calls != good || good < 4 {
			t.Errorf("%d calls, %d recorded: some were cut off", calls, good)
		}
	})
}

func TestSweep_stormOf429(t *testing.T) {
	onEach(t, 60, func(t *testing.T, s *stage) {
		w := s.loaded("a", func(o *Options) { o.InFlight = 10 })
		w.gate = newGate(slog.New(slog.NewTextHandler(s.log, nil)), 300*time.Millisecond)
		s.Fault(sandbox.Match{Endpoint: sandbox.EndpointOverview}, sandbox.Fault{Status: 429, RetryAfter: "1"})
		s.sweep(w)
		if status, err := w.Status(t.Context()); err != nil || status.Breaker != Open || status.Failures["rate_limited"] < 10 {
			t.Fatalf("%+v, %v", status, err)
		}
		met := s.sweeps(1)[0].Failed
		if met > 25 {
			t.Errorf("%d customers ran into the storm", met)
		}
		before := s.calls()
		s.sweep(w)
		if got := s.calls() - before; got != 0 {
			t.Errorf("%d calls while the breaker is open", got)
		}
		time.Sleep(1100 * time.Millisecond) // the pause asked for
		s.sweep(w)                          // one probe, which fails
		if got := s.sweeps(1)[0].Failed; got != met+1 || w.gate.state() != Open {
			t.Errorf("%d failed after %d, breaker %v: want one probe", got, met, w.gate.state())
		}
		s.ClearFaults()
		time.Sleep(1100 * time.Millisecond)
		s.sweep(w)
		sweep := s.sweeps(1)[0]
		if sweep.Good != 60-met-1 || sweep.Ended.IsZero() || w.gate.state() != Closed {
			t.Errorf("after the storm: %+v", sweep)
		}
		s.clock.add(time.Hour)
		s.sweep(w) // those that failed are tried again
		if sweep := s.sweeps(1)[0]; sweep.Good != 60 {
			t.Errorf("the next sweep: %+v", sweep)
		}
	})
}

func TestSweep_refusalsOfSomeAreTheirs(t *testing.T) {
	onEach(t, 40, func(t *testing.T, s *stage) {
		w := s.loaded("a")
		for i := range 30 {
			s.Fault(sandbox.Match{CustomerID: id(i)}, sandbox.Fault{Status: 403 + i%2})
		}
		s.sweep(w)
		if sweep := s.sweeps(1)[0]; sweep.Good != 10 || sweep.Failed != 30 || sweep.Ended.IsZero() {
			t.Errorf("%+v", sweep)
		}
		if c := s.standing(0); c.Class != "forbidden" || c.Failures != 1 || !c.Read.IsZero() {
			t.Errorf("%+v", c)
		}
		if c := s.standing(1); c.Class != "not_found" {
			t.Errorf("%+v", c)
		}
	})
}

func TestSweep_credentialsRefused(t *testing.T) {
	onEach(t, 30, func(t *testing.T, s *stage) {
		w := s.loaded("a", func(o *Options) { o.InFlight = 4 })
		other := s.client(t) // has no token yet
		w.client = other
		s.Fault(sandbox.Match{Endpoint: sandbox.EndpointToken}, sandbox.Fault{OAuthError: "invalid_client"})
		s.sweep(w)
		failed := s.sweeps(1)[0].Failed
		if status, err := w.Status(t.Context()); err != nil || status.CredentialsRefused.IsZero() || failed > 8 {
			t.Fatalf("%+v, %v, %d failed", status, err, failed)
		}
		tokens := s.Calls(sandbox.EndpointToken)
		s.sweep(w)
		s.clock.add(30 * time.Minute)
		must(t, w.Directory(t.Context()))
		if got := s.Calls(sandbox.EndpointToken) - tokens; got != 0 {
			t.Errorf("%d calls before a quarter of an hour is over", got)
		}
		w.signIn.next = time.Now()
		s.sweep(w)
		s.sweep(w)
		if got := s.sweeps(1)[0].Failed - failed; got != 1 {
			t.Errorf("%d tries, want one", got)
		}
		if !strings.Contains(s.log.String(), "refuses the credentials") || s.calls() != 0 {
			t.Errorf("%d calls; log:\n%s", s.calls(), s.log)
		}
		s.ClearFaults()
		w.client = s.client(t) // the other keeps a refusal for 5 s
		must(t, w.Heard(t.Context(), wholeOverview()))
		s.sweep(w) // a person's look-up worked: no need to wait for the next try
		if sweep := s.sweeps(1)[0]; sweep.Good != 30-sweep.Failed || sweep.Ended.IsZero() || sweep.Good < 20 {
			t.Errorf("%+v", sweep)
		}
	})
}

func TestSweep_onlyWholeGoodAnswersBecomeHistory(t *testing.T) {
	onEach(t, 7, func(t *testing.T, s *stage) {
		w := s.loaded("a")
		s.sweep(w)
		read := s.standing(0).Read
		faults := []sandbox.Fault{
			{Body: `{"data":[],"metadata":{"pageIndex":1,"pageSize":100,"totalCount":0}}`},
			{TotalCount: 1},        // half an answer
			{WrongCustomer: id(3)}, // another's
			{WrongTypes: sandbox.CountsWrong},
			{Body: "<html>", ContentType: "text/html"},
		}
		for i, f := range faults {
			s.Fault(sandbox.Match{CustomerID: id(i), Endpoint: sandbox.EndpointOverview}, f)
		}
		s.clock.add(time.Hour)
		s.sweep(w)
		if sweep := s.sweeps(1)[0]; sweep.Good != 2 || sweep.Empty != 1 || sweep.Failed != 4 {
			t.Errorf("%+v", sweep)
		}
		classes := []string{"", "partial", "other_customer", "unreadable", "unreadable"}
		for i := range faults {
			c := s.standing(i)
			if !c.Read.Before(read.Add(time.Minute)) || c.Scanned != 150 || c.Gap != 10-int64(i) {
				t.Errorf("%d: the last good reading changed: %+v", i, c)
			}
			if i > 0 && (c.Class != classes[i] || c.Failures != 1 || c.FailingSince.IsZero()) {
				t.Errorf("%d: %+v, want class %s", i, c, classes[i])
			}
			h, err := s.store.History(t.Context(), id(i), read.Add(-time.Hour), s.clock.Now())
			if err != nil || len(h.Spans) != 1 || h.Spans[0].Last.After(read.Add(time.Minute)) {
				t.Errorf("%d: %+v, %v", i, h.Spans, err)
			}
			if o, ok, err := w.Last(t.Context(), id(i)); err != nil || !ok || len(o.Modules) != 2 {
				t.Errorf("%d: %v, %v, %v", i, o, ok, err)
			}
		}
		if s.standing(0).EmptySince.IsZero() {
			t.Error("the empty answer was not noted")
		}
		if log := s.log.String(); !strings.Contains(log, "level=ERROR") || !strings.Contains(log, "another customer") {
			t.Errorf("log:\n%s", log)
		}
	})
}

// panicking is a connection to AvePoint with a fault of ours.
type panicking struct{ next http.RoundTripper }

func (p panicking) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.Contains(r.URL.Path, id(2)) {
		panic("a fault of ours")
	}
	return p.next.RoundTrip(r)
}

func TestSweep_survivesPanics(t *testing.T) {
	onEach(t, 10, func(t *testing.T, s *stage) {
		w := s.loaded("a")
		transport := &http.Transport{}
		t.Cleanup(transport.CloseIdleConnections)
		w.client = s.clientOver(t, panicking{transport})
		s.sweep(w)
		if sweep := s.sweeps(1)[0]; sweep.Good != 9 || sweep.Failed != 1 || sweep.Ended.IsZero() {
			t.Errorf("%+v", sweep)
		}
		if c := s.standing(2); c.Class != "unreadable" || !strings.Contains(s.log.String(), "a fault of ours") {
			t.Errorf("%+v; log:\n%s", c, s.log)
		}
	})
}
