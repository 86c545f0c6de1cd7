package bot

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// most is the largest number of times within any window.
func most(times []time.Time, window time.Duration) int {
	slices.SortFunc(times, time.Time.Compare)
	n := 0
	for i, end := range times {
		n = max(n, len(within(times[:i+1], end.Add(-window))))
	}
	return n
}

// storm has lines dial again at once for an hour, as when Slack ends every
// connection, and returns when they did.
func storm(t *testing.T, lines int) []time.Time {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	var mu sync.Mutex
	var times []time.Time
	shared := newOpenings()
	var group sync.WaitGroup
	for range lines {
		o := &turns{openings: shared}
		group.Go(func() {
			for o.wait(ctx, 0) == nil {
				mu.Lock()
				times = append(times, time.Now())
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return times
}

func TestTurns_tenAMinuteUnderAnyStorm(t *testing.T) {
	t.Parallel()
	for _, lines := range []int{1, 2, 10} {
		synctest.Test(t, func(t *testing.T) {
			times := storm(t, lines)
			if n := most(times, time.Minute); n > openingsMost {
				t.Errorf("%d lines: %d openings within a minute, want at most %d", lines, n, openingsMost)
			}
			if len(times) < 60 {
				t.Errorf("%d lines: only %d openings in an hour: nothing would ever connect again", lines, len(times))
			}
		})
	}
}

func TestTurns_firstOpeningsDoNotWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		o := &turns{openings: newOpenings()}
		for i := range openingsFree {
			if err := o.wait(t.Context(), 0); err != nil {
				t.Fatal(err)
			}
			if waited := time.Since(start); waited != 0 {
				t.Errorf("opening %d waits %v", i+1, waited)
			}
		}
		if err := o.wait(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(start); waited < openingsWait {
			t.Errorf("opening %d waits %v, want at least %v", openingsFree+1, waited, openingsWait)
		}
	})
}

func TestTurns_calmResetsTheWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := &turns{openings: newOpenings()}
		for range openingsFree + 2 {
			_ = o.wait(t.Context(), 0)
		}
		time.Sleep(openingsWindow + time.Second)
		start := time.Now()
		_ = o.wait(t.Context(), 0)
		if waited := time.Since(start); waited != 0 {
			t.Errorf("after a calm minute an opening waits %v", waited)
		}
	})
}

func TestTurns_stopsWaitingWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := &turns{openings: newOpenings()}
		for range openingsFree + 4 {
			_ = o.wait(t.Context(), 0)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := o.wait(ctx, 0); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the context's end", err)
		}
	})
}
