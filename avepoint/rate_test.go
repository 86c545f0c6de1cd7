package avepoint

import (
	"context"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Who waits when the rate changes goes by the new one from then on.
func TestClient_SetRate_waiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := (&stub{api: answers("[]")}).client(t, func(o *Options) { o.Rate = 0.001 })
		l := c.shared.limiter
		time.AfterFunc(time.Minute, func() { c.ForPerson().SetRate(10) })
		granted := load(t.Context(), l, sweep, 91, 0)
		if first, last := granted[0], granted[90]; first != 0 || last.Round(time.Second) != 70*time.Second {
			t.Errorf("from %s to %s, want one at once and 90 in the 10 s after the change at 60 s", first, last)
		}
		time.AfterFunc(time.Second, func() { c.SetRate(1) })
		granted = load(t.Context(), l, sweep, 27, 0)
		if last := granted[26].Round(time.Second); last != 21*time.Second {
			t.Errorf("the last of 27 came after %s, want 9 in the first second and the others at 0.9 a second", last)
		}
	})
}

// A lower rate takes back what was saved up at a higher one.
func TestClient_SetRate_saved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(10_000, 300)
		time.Sleep(time.Hour)
		load(t.Context(), l, sweep, 1, 0)
		l.setRate(1)
		if n := most(load(t.Context(), l, sweep, 20, 0), time.Second); n > burst {
			t.Errorf("%d calls in a second at a rate of 1", n)
		}
	})
}

func TestClient_SetRate_people(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(1000, 16)
		ctx, cancel := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() { load(ctx, l, sweep, 5000, time.Second) })
		for _, rate := range []float64{1, 100, 0.5, 4} {
			l.setRate(rate)
			time.Sleep(time.Duration(11.3 / rate * float64(time.Second)))
			if waited := load(t.Context(), l, person, 1, 0)[0]; waited > 0 {
				t.Errorf("rate %v: a person waited %s for the sweep", rate, waited)
			}
		}
		cancel()
		group.Wait()
	})
}

// What a 429 took stays taken in proportion, and comes back in the same time.
func TestClient_SetRate_lowered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(8, 16)
		for range 2 {
			time.Sleep(time.Millisecond)
			g, err := l.acquire(t.Context(), sweep)
			if err != nil {
				t.Fatal(err)
			}
			g.slowDown(0)
			g.release()
		}
		share := l.sweepRate(time.Now()) / 8
		for _, rate := range []float64{80, 0.8, 4} {
			l.setRate(rate)
			if got := l.sweepRate(time.Now()) / rate; math.Abs(got-share) > 1e-9 {
				t.Errorf("rate %v: a share of %v, want %v as before", rate, got, share)
			}
		}
		if got := l.sweepRate(time.Now().Add(recovery / 2)); math.Abs(got-4*(share+0.5)) > 1e-6 {
			t.Errorf("rate %v after half the recovery, want half the whole regained", got)
		}
	})
}

func TestClient_SetRate_ignored(t *testing.T) {
	t.Parallel()
	c := (&stub{api: answers("[]")}).client(t, func(o *Options) { o.Rate = 7 })
	for _, rate := range []float64{0, -1, math.NaN(), math.Inf(1), math.Inf(-1)} {
		if c.SetRate(rate); c.Stats().Rate != 7 {
			t.Errorf("%v was taken for a rate", rate)
		}
	}
}

// At high rates the sweep keeps to its share although timers are late, and
// still does not exceed it.
func TestLimiter_highRate(t *testing.T) {
	t.Parallel()
	const rate, calls = 2000, 1801
	granted := load(t.Context(), newLimiter(rate, 4096), sweep, calls, 0)
	if last := granted[calls-1]; last < 960*time.Millisecond {
		t.Errorf("%d calls within %s at a rate of %d", calls, last, rate)
	}
}

func BenchmarkLimiter(b *testing.B) {
	for name, rate := range map[string]float64{"rate far away": 1e9, "rate near": 1e6} {
		b.Run(name, func(b *testing.B) {
			l := newLimiter(rate, 74)
			b.SetParallelism(64)
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					g, err := l.acquire(b.Context(), sweep)
					if err != nil {
						b.Error(err)
						return
					}
					g.release()
				}
			})
		})
	}
}
