package watch

import (
	"testing"
	"time"

	sandbox "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	"github.com/backup-overview/backup-overview/internal/store"
)

// While nothing can be read, data grows stale: a sweep that stays open for days
// is no excuse for it.
func TestStatus_dataGrowsStaleInAnOutage(t *testing.T) {
	for name, faults := range map[string]map[sandbox.Endpoint]sandbox.Fault{
		"credentials": {
			sandbox.EndpointOverview: {Status: 401},
			sandbox.EndpointToken:    {OAuthError: "invalid_client"},
		},
		"unavailable": {sandbox.EndpointOverview: {Status: 503, RetryAfter: "600"}},
	} {
		t.Run(name, func(t *testing.T) {
			onEach(t, 30, func(t *testing.T, s *stage) {
				w := s.loaded("a")
				s.sweep(w)
				for endpoint, fault := range faults {
					s.Fault(sandbox.Match{Endpoint: endpoint}, fault)
				}
				w.client = s.client(t)              // without a token
				w.gate = newGate(w.log, probeEvery) // the readings before were an hour ago
				s.clock.add(time.Hour)
				s.sweep(w)
				if open := s.sweeps(1)[0]; !open.Ended.IsZero() || open.Failed == 0 {
					t.Fatalf("%+v, want a sweep that cannot go on", open)
				}
				s.wantStale(w, 5*time.Hour-time.Minute, 0)
				s.wantStale(w, 7*time.Hour, 30)
				s.wantStale(w, 30*24*time.Hour, 30)
			})
		})
	}
}

// wantStale checks how many customers are stale when so long has passed.
func (s *stage) wantStale(w *Watch, passed time.Duration, want int) {
	s.t.Helper()
	s.clock.add(passed)
	s.sweep(w)
	status, err := w.Status(s.t.Context())
	must(s.t, err)
	now := s.clock.Now()
	fleet, err := s.store.Fleet(s.t.Context(), store.FleetQuery{Now: now, StaleBefore: now.Add(-status.StaleAfter)})
	must(s.t, err)
	if fleet.Stale != want {
		s.t.Errorf("%s later %d of %d are stale (from %s on), want %d", passed, fleet.Stale, fleet.Customers, status.StaleAfter, want)
	}
}

func TestStatus_achieved(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	ended := func(took time.Duration, good, failed int) *store.Sweep {
		return &store.Sweep{Began: began, Ended: began.Add(took), Good: good, Failed: failed}
	}
	for name, test := range map[string]struct {
		status Status
		want   time.Duration
	}{
		"nothing yet":       {Status{}, 0},
		"none has ended":    {Status{Estimate: time.Hour, Current: &store.Sweep{Began: began}}, time.Hour},
		"slower than could": {Status{Estimate: time.Hour, Last: ended(8*time.Hour, 90, 10)}, 8 * time.Hour},
		"fleet has grown":   {Status{Estimate: 9 * time.Hour, Last: ended(8*time.Hour, 90, 10)}, 9 * time.Hour},
		"one probe a time":  {Status{Estimate: time.Hour, Last: ended(83*time.Hour, 10, 90)}, time.Hour},
	} {
		if got := test.status.achieved(); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

func TestStatus_Down(t *testing.T) {
	onEach(t, 1, func(t *testing.T, s *stage) {
		w := s.loaded("a", func(o *Options) { o.Rate, o.InFlight = 5000, 4 })
		w.gate = newGate(w.log, 100*time.Millisecond)
		status := func() Status {
			got, err := w.Status(t.Context())
			must(t, err)
			return got
		}
		if got := status(); !got.Down.IsZero() || got.Rate != 5000 || got.InFlight != 4 {
			t.Errorf("%+v", got)
		}
		began := time.Now()
		for range breakerReadings {
			w.gate.enter()(classUnavailable)
		}
		since := status().Down
		if since.Before(began) || since.After(time.Now()) {
			t.Fatalf("down since %v, it began at %v", since, began)
		}
		time.Sleep(150 * time.Millisecond)
		if got := status(); got.Breaker != Probing || !got.Down.Equal(since) {
			t.Errorf("while probing: %v, down since %v, want %v", got.Breaker, got.Down, since)
		}
		w.gate.enter()(classUnavailable)
		if got := status(); got.Breaker != Open || !got.Down.Equal(since) {
			t.Errorf("after a probe that failed: %v, down since %v, want %v", got.Breaker, got.Down, since)
		}
		time.Sleep(150 * time.Millisecond)
		w.gate.enter()("")
		if got := status(); got.Breaker != Closed || !got.Down.IsZero() {
			t.Errorf("well again: %v, down since %v", got.Breaker, got.Down)
		}
	})
}
