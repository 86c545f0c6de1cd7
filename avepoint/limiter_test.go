package avepoint

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// load runs n calls of the class at once, each taking hold, and returns when
// each was granted, counted from now.
func load(ctx context.Context, l *limiter, cl class, n int, hold time.Duration) []time.Duration {
	start := time.Now()
	var mu sync.Mutex
	var granted []time.Duration
	var group sync.WaitGroup
	for range n {
		group.Go(func() {
			g, err := l.acquire(ctx, cl)
			if err != nil {
				return
			}
			mu.Lock()
			granted = append(granted, time.Since(start))
			mu.Unlock()
			time.Sleep(hold)
			g.release()
		})
	}
	group.Wait()
	slices.Sort(granted)
	return granted
}

// most is the highest number of grants within any span of time.
func most(granted []time.Duration, span time.Duration) int {
	highest := 0
	for i, from := range granted {
		n := 0
		for _, at := range granted[i:] {
			if at < from+span {
				n++
			}
		}
		highest = max(highest, n)
	}
	return highest
}

func TestLimiter_sweepRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		granted := load(t.Context(), newLimiter(4, 16), sweep, 361, 0)
		if last := granted[360].Round(time.Second); last != 100*time.Second {
			t.Errorf("360 calls took %s, want 100 s: nine tenths of 4 a second", last)
		}
		if n := most(granted, time.Second); n > 4 {
			t.Errorf("%d calls in a second", n)
		}
	})
}

func TestLimiter_personRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		granted := load(t.Context(), newLimiter(4, 64), person, 40, 0)
		if n := most(granted, 10*time.Second); n > 42 {
			t.Errorf("%d calls in 10 s", n)
		}
		if last := granted[39]; last > 10*time.Second {
			t.Errorf("40 calls took %s", last)
		}
	})
}

// However busy the sweep is, a person's call starts at once, and all together
// keep to the rate.
func TestLimiter_personBeforeSweep(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ rate, spacing float64 }{{0.5, 11.3}, {1, 11.3}, {4, 11.3}, {50, 11.3}, {4, 1.05}} {
		rate := test.rate
		synctest.Test(t, func(t *testing.T) {
			l := newLimiter(rate, 16)
			ctx, cancel := context.WithCancel(t.Context())
			var group sync.WaitGroup
			var sweeps []time.Duration
			start := time.Now()
			group.Go(func() { sweeps = load(ctx, l, sweep, 500, 20*time.Second) })
			var people []time.Duration
			for range 20 {
				time.Sleep(time.Duration(test.spacing / rate * float64(time.Second)))
				asked := time.Now()
				g, err := l.acquire(ctx, person)
				if err != nil {
					t.Error(err)
					break
				}
				if waited := time.Since(asked); waited > 0 {
					t.Errorf("rate %v: a person waited %s", rate, waited)
				}
				people = append(people, time.Since(start))
				g.release()
			}
			cancel()
			group.Wait()
			all := append(sweeps, people...)
			slices.Sort(all)
			span := 20 * time.Second
			if n, limit := most(all, span), rate*span.Seconds()+burst; float64(n) > limit {
				t.Errorf("rate %v: %d calls in %s, want at most %v", rate, n, span, limit)
			}
		})
	}
}

func TestLimiter_slots(t *testing.T) {
	t.Parallel()
	for slots, forSweep := range map[int]int{1: 1, 2: 1, 8: 7, 16: 14} {
		synctest.Test(t, func(t *testing.T) {
			l := newLimiter(1e6, slots)
			const hold = time.Minute
			if n := most(load(t.Context(), l, sweep, 100, hold), hold); n != forSweep {
				t.Errorf("%d slots: %d calls of the sweep at once, want %d", slots, n, forSweep)
			}
			if n := most(load(t.Context(), l, person, 100, hold), hold); n != slots {
				t.Errorf("%d slots: %d calls of people at once", slots, n)
			}
		})
	}
}

func TestLimiter_slowDown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(4, 16)
		var grants []*grant
		for range 4 {
			g, err := l.acquire(t.Context(), sweep)
			if err != nil {
				t.Fatal(err)
			}
			grants = append(grants, g)
		}
		for _, g := range grants {
			g.slowDown(0)
			g.release()
		}
		if got := l.sweepRate(time.Now()); got != 2 {
			t.Errorf("rate %v after 429 for four calls under way, want one halving", got)
		}
		if waited := load(t.Context(), l, person, 1, 0)[0]; waited > 0 {
			t.Errorf("a person waited %s", waited)
		}
		later := func(d time.Duration) float64 { return l.sweepRate(time.Now().Add(d)) }
		if r := later(75 * time.Second); r < 2.9 || r > 3.1 {
			t.Errorf("rate %v after 75 s", r)
		}
		if r := later(time.Hour); r != 4 {
			t.Errorf("rate %v after an hour", r)
		}
		for range 50 {
			g, err := l.acquire(t.Context(), sweep)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Millisecond)
			g.slowDown(0)
			g.release()
		}
		if r := l.sweepRate(time.Now()); r < 4*lowestShare {
			t.Errorf("rate %v: the sweep would stand still", r)
		}
	})
}

func TestLimiter_pause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(4, 16)
		g, err := l.acquire(t.Context(), sweep)
		if err != nil {
			t.Fatal(err)
		}
		g.slowDown(40 * time.Second)
		g.slowDown(10 * time.Second) // does not shorten it
		g.release()
		if waited := load(t.Context(), l, person, 1, 0)[0]; waited > 0 {
			t.Errorf("a person waited %s", waited)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		start := time.Now()
		_, err = l.acquire(ctx, sweep)
		var e *Error
		if !errors.Is(err, ErrRateLimited) || !errors.As(err, &e) || e.RetryAfter != 40*time.Second || time.Since(start) > 0 {
			t.Errorf("a pause beyond the deadline: %v after %s", err, time.Since(start))
		}
		if waited := load(t.Context(), l, sweep, 1, 0)[0]; waited != 40*time.Second {
			t.Errorf("the sweep waited %s, want 40 s", waited)
		}
		g, err = l.acquire(t.Context(), sweep)
		if err != nil {
			t.Fatal(err)
		}
		g.slowDown(longestRetryAfter)
		g.release()
		if waited := load(t.Context(), l, sweep, 1, 0)[0]; waited > longestPause {
			t.Errorf("the sweep stood still for %s", waited)
		}
	})
}

// Who gives up leaves nothing behind: neither a slot nor a place in the queue.
func TestLimiter_leave(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(1e6, 1)
		g, err := l.acquire(t.Context(), person)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := l.acquire(ctx, person); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		g.release()
		for range 3 {
			if n := len(load(t.Context(), l, sweep, 1, time.Second)); n != 1 {
				t.Errorf("%d grants", n)
			}
		}
		// One that was granted while it gave up hands its slot back.
		w := &waiter{ready: make(chan struct{})}
		l.mu.Lock()
		place := l.queue[person].PushBack(w)
		l.dispatch(time.Now())
		l.mu.Unlock()
		<-w.ready
		l.leave(place, person)
		if l.inFlight != [2]int{} || l.queue[person].Len()+l.queue[sweep].Len() != 0 {
			t.Errorf("in flight %v", l.inFlight)
		}
	})
}

// A sweep that AvePoint slows down still lets people through at once.
func TestClient_personDuringPause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{api: steps(status(429, "Retry-After", "600"), answers("[]"))}
		c := s.client(t, func(o *Options) { o.Rate, o.Concurrency = 4, 4 })
		if _, err := c.Overview(t.Context(), theID); !errors.Is(err, ErrRateLimited) {
			t.Error(err)
		}
		if _, err := c.Overview(t.Context(), theID); !errors.Is(err, ErrRateLimited) {
			t.Error("the sweep was not paused:", err)
		}
		start := time.Now()
		if _, err := c.ForPerson().Overview(t.Context(), theID); err != nil || time.Since(start) > 0 {
			t.Errorf("%v after %s", err, time.Since(start))
		}
		if calls, _ := s.counts(); calls != 2 {
			t.Errorf("%d calls, want one of the sweep and one of a person", calls)
		}
	})
}
