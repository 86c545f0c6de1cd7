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
		group.Go(func() {
			for shared.wait(ctx, 0) == nil {
				mu.Lock()
				times = append(times, time.Now())
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return times
}

func TestOpenings_tenAMinuteUnderAnyStorm(t *testing.T) {
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

func TestOpenings_firstTenDoNotWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		o := newOpenings()
		for i := range openingsMost {
			if err := o.wait(t.Context(), 0); err != nil || time.Since(start) != 0 {
				t.Errorf("opening %d waits %v (%v)", i+1, time.Since(start), err)
			}
		}
		if err := o.wait(t.Context(), 0); err != nil || time.Since(start) < time.Minute {
			t.Errorf("opening %d waits %v (%v), want a minute", openingsMost+1, time.Since(start), err)
		}
	})
}

func TestOpenings_stopWaitingWithTheirContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := newOpenings().wait(ctx, time.Minute); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the context's end", err)
		}
	})
}

// A connection in a long pause must not hold up another's refresh.
func TestOpenings_onePauseHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := newOpenings()
		ctx, cancel := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() { _ = o.wait(ctx, 15*time.Minute) })
		synctest.Wait()
		start := time.Now()
		if err := o.wait(t.Context(), 0); err != nil || time.Since(start) != 0 {
			t.Errorf("the other waits %v (%v)", time.Since(start), err)
		}
		cancel()
		group.Wait()
	})
}
