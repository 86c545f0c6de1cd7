package watch

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	sandbox "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
)

func TestSweep_readsEachOnceAnInterval(t *testing.T) {
	onEach(t, 30, func(t *testing.T, s *stage) {
		w := s.loaded("a")
		s.sweep(w)
		s.sweep(w) // nothing is due
		s.wantCalls(0, 30, 1)
		s.clock.add(time.Hour - time.Minute)
		s.sweep(w)
		s.wantCalls(0, 30, 1)
		s.clock.add(time.Minute)
		s.sweep(w)
		s.wantCalls(0, 30, 2)
		sweeps := s.sweeps(5)
		if len(sweeps) != 2 {
			t.Fatalf("%d sweeps", len(sweeps))
		}
		for _, sweep := range sweeps {
			if sweep.Ended.IsZero() || sweep.Good != 30 || sweep.Failed+sweep.Empty+sweep.Skipped != 0 {
				t.Errorf("%+v", sweep)
			}
		}
		standing := s.standing(3)
		if standing.Scanned != 150 || standing.Gap != 7 || standing.Read.Before(sweeps[0].Began) {
			t.Errorf("%+v", standing)
		}
	})
}

func TestSweep_knowsNobodyAndWaits(t *testing.T) {
	onEach(t, 3, func(t *testing.T, s *stage) {
		w := s.watch("a")
		s.sweep(w)
		if n := len(s.sweeps(1)); n != 0 {
			t.Error("a sweep of nobody began, and the first customers would wait for the next")
		}
		must(t, w.Load(t.Context()))
		s.sweep(w)
		s.wantCalls(0, 3, 1)
	})
}

func TestSweep_replicasShare(t *testing.T) {
	t.Parallel()
	s := newStage(t, storetest.Postgres(t), 80)
	s.Fault(sandbox.Match{Endpoint: sandbox.EndpointOverview}, sandbox.Fault{Delay: 20 * time.Millisecond})
	a := s.loaded("a", func(o *Options) { o.InFlight = 4 })
	b := s.watch("b", func(o *Options) {
		o.InFlight = 4
		o.Store = storetest.Open(t, s.url)
	})
	for round := 1; round <= 2; round++ {
		var both sync.WaitGroup
		for _, w := range []*Watch{a, b} {
			both.Go(func() {
				for range 50 {
					if err := w.Sweep(t.Context()); err != nil {
						t.Error(err)
						return
					}
					if !s.sweeps(1)[0].Ended.IsZero() {
						return
					}
				}
			})
		}
		both.Wait()
		s.wantCalls(0, 80, round)
		if n := s.MaxInFlight(); n <= 4 || n > 8 {
			t.Errorf("%d calls at once: they did not share", n)
		}
		if sweep := s.sweeps(1)[0]; sweep.Good != 80 || len(s.sweeps(9)) != round {
			t.Errorf("round %d: %+v", round, sweep)
		}
		s.clock.add(time.Hour)
	}
}

func TestSweep_leavesOutTheUnwatched(t *testing.T) {
	onEach(t, 5, func(t *testing.T, s *stage) {
		w := s.loaded("a")
		now := s.clock.Now()
		must(t, s.store.Unwatch(t.Context(), id(0), store.By{User: "U1", At: now}, time.Time{}))
		must(t, s.store.Unwatch(t.Context(), id(1), store.By{User: "U1", At: now}, now.Add(90*time.Minute)))
		for hour, want := range []struct{ forever, paused, others int }{{0, 0, 1}, {0, 0, 2}, {0, 1, 3}} {
			s.sweep(w)
			got := [3]int{s.CallsFor(id(0)), s.CallsFor(id(1)), s.CallsFor(id(2))}
			if got != [3]int{want.forever, want.paused, want.others} {
				t.Errorf("after %d h: %v, want %v", hour, got, want)
			}
			s.clock.add(time.Hour)
		}
		must(t, s.store.Watch(t.Context(), id(0), store.By{User: "U1"}))
		s.sweep(w)
		s.wantCalls(0, 1, 1)
	})
}

func TestSweep_customersComeAndGo(t *testing.T) {
	onEach(t, 4, func(t *testing.T, s *stage) {
		w := s.loaded("a")
		s.sweep(w)
		s.put(4)
		s.Remove(id(0))
		for range 3 {
			s.clock.add(20 * time.Minute)
			must(t, w.Directory(t.Context()))
		}
		s.sweep(w)
		s.wantCalls(0, 1, 1) // gone
		s.wantCalls(1, 4, 2)
		s.wantCalls(4, 5, 1) // new
		if c := s.standing(0); c.GoneAt.IsZero() || c.Scanned != 150 {
			t.Errorf("who has gone is not kept: %+v", c)
		}
	})
}

// A sweep takes three intervals: the two it runs over are skipped, nobody joins
// it with one of his own, and those who were read late are not read twice.
func TestSweep_longerThanItsInterval(t *testing.T) {
	onEach(t, 12, func(t *testing.T, s *stage) {
		a, b := s.loaded("a", func(o *Options) { o.InFlight = 1 }), s.watch("b", func(o *Options) { o.InFlight = 1 })
		a.lease = 24 * time.Hour // the calls take no time of this clock
		reads := 0
		s.before = func(string) {
			if reads++; reads == 6 {
				s.clock.add(3*time.Hour - time.Minute)
				if err := a.Sweep(t.Context()); err != nil { // the tick meets the run under way
					t.Error(err)
				}
				if n := len(s.sweeps(9)); n != 1 {
					t.Errorf("%d sweeps", n)
				}
			}
		}
		s.sweep(a)
		s.wantCalls(0, 12, 1)
		s.before = nil
		s.clock.add(2 * time.Minute)
		s.sweep(b)
		s.wantCalls(0, 12, 2)
		if sweep := s.sweeps(1)[0]; sweep.Skipped != 2 {
			t.Errorf("%+v, want 2 skipped", sweep)
		}
	})
}

func TestSweep_oldestFirst(t *testing.T) {
	onEach(t, 8, func(t *testing.T, s *stage) {
		w := s.loaded("a", func(o *Options) { o.InFlight = 1 })
		must(t, s.store.Unwatch(t.Context(), id(2), store.By{User: "U1", At: s.clock.Now()}, time.Time{}))
		s.sweep(w)
		first := s.asked(0)
		s.clock.add(time.Hour)
		s.Fault(sandbox.Match{CustomerID: id(5)}, sandbox.Fault{Status: 404, Times: 1})
		must(t, s.store.Watch(t.Context(), id(2), store.By{User: "U1"}))
		s.sweep(w)
		want := append([]string{id(2)}, first...) // never read, then as before
		if got := s.asked(7); !slices.Equal(got, want) {
			t.Errorf("read in the order %v, want %v", got, want)
		}
		s.clock.add(time.Hour)
		s.sweep(w)
		if got := s.asked(15); !slices.Equal(got, want) { // the one that failed was tried
			t.Errorf("read in the order %v, want %v", got, want)
		}
	})
}

func TestSweep_isSpread(t *testing.T) {
	onEach(t, 40, func(t *testing.T, s *stage) {
		w := s.loaded("a", func(o *Options) { o.Burst = false })
		s.sweep(w)
		s.wantCalls(0, 40, 1) // who was never read does not wait
		s.clock.add(time.Hour)
		for minute := range 60 {
			s.sweep(w)
			got, want := len(s.asked(40)), 40*min(float64(minute)/48, 1)
			if float64(got) < want-1 || float64(got) > want+2 {
				t.Errorf("after %d min %d were read, want about %.1f", minute, got, want)
			}
			s.clock.add(time.Minute)
		}
		s.wantCalls(0, 40, 2)
		if sweep := s.sweeps(1)[0]; sweep.Ended.IsZero() || sweep.Ended.Sub(sweep.Began) > 50*time.Minute {
			t.Errorf("%+v", sweep)
		}
	})
}

func TestSweep_boundsCallsInFlight(t *testing.T) {
	onEach(t, 40, func(t *testing.T, s *stage) {
		s.Fault(sandbox.Match{Endpoint: sandbox.EndpointOverview}, sandbox.Fault{Delay: 20 * time.Millisecond})
		w := s.loaded("a", func(o *Options) { o.InFlight = 5 })
		s.sweep(w)
		if got := s.MaxInFlight(); got != 5 {
			t.Errorf("%d calls at once, want 5", got)
		}
	})
}

// One customer takes as long as all others together: its slot alone waits.
func TestSweep_waitsForNoSlowest(t *testing.T) {
	onEach(t, 40, func(t *testing.T, s *stage) {
		release := s.held(func(customerID string) bool { return customerID == id(0) })
		w := s.loaded("a", func(o *Options) { o.InFlight = 4 })
		done := make(chan error, 1)
		go func() { done <- w.Sweep(t.Context()) }()
		eventually(t, "all others read and recorded", func() bool { return s.sweeps(1) != nil && s.sweeps(1)[0].Good == 39 })
		release()
		must(t, <-done)
		s.wantCalls(0, 40, 1)
	})
}

// The sweep has all the slots it may have, and none of its calls ends.
func TestSweep_personWaitsForNone(t *testing.T) {
	onEach(t, 60, func(t *testing.T, s *stage) {
		w := s.loaded("a", func(o *Options) { o.InFlight = 60 }) // the client lets 35 of them go
		must(t, s.store.Unwatch(t.Context(), id(59), store.By{User: "U1", At: s.clock.Now()}, time.Time{}))
		release := s.held(func(customerID string) bool { return customerID != id(59) })
		done := make(chan error, 1)
		go func() { done <- w.Sweep(t.Context()) }()
		eventually(t, "a full sweep", func() bool { return s.calls() == 35 && w.client.Stats().Waiting.Sweep > 10 })
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if _, err := w.client.ForPerson().Overview(ctx, id(59)); err != nil {
			t.Errorf("a person waited for the sweep: %v", err)
		}
		if got := s.good(); got != 0 {
			t.Errorf("%d of the sweep's calls ended meanwhile", got)
		}
		release()
		must(t, <-done)
		s.wantCalls(0, 60, 1)
	})
}

func TestSweep_tellsAndPings(t *testing.T) {
	onEach(t, 10, func(t *testing.T, s *stage) {
		pings := newPings(t)
		w := s.loaded("a", func(o *Options) { o.Ping = pings.url + "/secret-path" })
		s.sweep(w)
		s.sweep(w)
		if n := pings.count(); n != 1 {
			t.Errorf("%d pings after a good sweep", n)
		}
		if log := s.log.String(); strings.Count(log, `msg="sweep ended"`) != 1 || !strings.Contains(log, "good=10") {
			t.Errorf("log:\n%s", log)
		}
		s.Fault(sandbox.Match{Endpoint: sandbox.EndpointOverview}, sandbox.Fault{Status: 404, Times: 2})
		s.clock.add(time.Hour)
		s.sweep(w)
		if n := pings.count(); n != 1 {
			t.Errorf("%d pings: a sweep with a fifth of failures is not good", n)
		}
		pings.fail()
		s.clock.add(time.Hour)
		s.sweep(w)
		if log := s.log.String(); !strings.Contains(log, "status 500") || strings.Contains(log, "secret-path") {
			t.Errorf("log:\n%s", log)
		}
	})
}

func TestWatch_Status(t *testing.T) {
	onEach(t, 6, func(t *testing.T, s *stage) {
		w := s.loaded("a", func(o *Options) { o.Burst, o.Rate = false, 0.001 })
		must(t, s.store.Unwatch(t.Context(), id(0), store.By{User: "U1", At: s.clock.Now()}, time.Time{}))
		s.Fault(sandbox.Match{CustomerID: id(1)}, sandbox.Fault{Status: 403})
		began := s.clock.Now()
		s.sweep(w)
		s.clock.add(time.Hour)
		s.sweep(w)
		s.clock.add(24 * time.Minute)
		s.sweep(w)
		got, err := w.Status(t.Context())
		must(t, err)
		if got.Watched != 5 || got.Unwatched != 1 || got.Never != 1 || got.DirectoryAt.IsZero() || got.Oldest.Before(began) {
			t.Errorf("fleet: %+v", got)
		}
		if got.Last == nil || got.Last.Good != 4 || got.Last.Failed != 1 || got.Current == nil || got.Total != 5 || got.Done < 2 || got.Done > 4 {
			t.Errorf("sweeps: %+v, last %+v", got, got.Last)
		}
		if left := got.Ends.Sub(s.clock.Now()); left < 5*time.Minute || left > 40*time.Minute {
			t.Errorf("it ends in %s", left)
		}
		if !got.TooSlow || got.Estimate != Estimate(5, 0.001, 8, got.Latency) || got.StaleAfter != 6*time.Hour || got.Failures["forbidden"] != 1 {
			t.Errorf("estimate: %+v", got)
		}
		if got.Breaker != Closed || !got.CredentialsRefused.IsZero() || got.Replicas != 1 {
			t.Errorf("trouble: %+v", got)
		}
	})
}

func TestProgress_onceAMinute(t *testing.T) {
	onEach(t, 4, func(t *testing.T, s *stage) {
		w := s.loaded("a", func(o *Options) { o.Burst = false })
		s.sweep(w)
		s.clock.add(time.Hour)
		s.sweep(w)
		now := time.Now()
		current := s.sweeps(1)[0].ID
		for after, want := range map[time.Duration]bool{0: false, 59 * time.Second: false} {
			if got := w.progress.due(current, now.Add(after)); got != want {
				t.Errorf("after %s: %v", after, got)
			}
		}
		if !w.progress.due(current, now.Add(time.Minute)) || w.progress.due(current, now.Add(119*time.Second)) {
			t.Error("not once a minute")
		}
		s.clock.add(24 * time.Minute)
		s.sweep(w)
		w.say(t.Context(), current)
		if log := s.log.String(); !strings.Contains(log, `msg="sweep runs"`) || !strings.Contains(log, "customers=4") || !strings.Contains(log, "ends=2026-11-24T10:") {
			t.Errorf("log:\n%s", log)
		}
	})
}

func TestNew_saysWhatIsWrong(t *testing.T) {
	t.Parallel()
	_, err := New(Options{Interval: -1, InFlight: -1, Rate: -1, Ping: "mailto:secret"})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, word := range []string{"Client", "Store", "Owner", "Interval", "InFlight", "Rate", "Ping"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q does not name %s", err, word)
		}
	}
	if strings.Contains(err.Error(), "secret") {
		t.Error("the URL is shown")
	}
}
