package watch

import (
	"testing"
	"time"
)

func TestPace(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	for after, want := range map[time.Duration]float64{
		-time.Hour:       0, // the clock was set back
		0:                0,
		12 * time.Minute: 0.25,
		24 * time.Minute: 0.5,
		48 * time.Minute: 1,
		59 * time.Minute: 1,
		48 * time.Hour:   1,
	} {
		if got := pace(began, time.Hour, began.Add(after)); got != want {
			t.Errorf("after %s: %v, want %v", after, got, want)
		}
	}
	if got := pace(began, 0, began); got != 1 {
		t.Errorf("without an interval: %v", got)
	}
}

func TestSlots_neverMoreThanTheRateLetsGo(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		inFlight int
		rate     float64
		want     int
	}{{64, 3.6, 64}, {64, 1, 20}, {64, 0.9, 18}, {16, 3.6, 16}, {16, 0.01, 1}, {16, 0, 1}, {1, 100, 1}} {
		if got := slots(test.inFlight, test.rate); got != test.want {
			t.Errorf("%d in flight at %v: %d, want %d", test.inFlight, test.rate, got, test.want)
		}
	}
}

func TestAhead(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		slots   int
		latency time.Duration
		want    int
	}{{64, 4600 * time.Millisecond, 27}, {16, 4600 * time.Millisecond, 6}, {64, 46 * time.Millisecond, 64}, {64, 4 * time.Second, 32}, {1, 4 * time.Second, 0}, {64, 0, 0}} {
		if got := ahead(test.slots, test.latency); got != test.want {
			t.Errorf("%d slots at %s: %d, want %d", test.slots, test.latency, got, test.want)
		}
	}
}

func TestExtrapolate(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	now := began.Add(10 * time.Minute)
	for _, test := range []struct {
		done, total int
		want        time.Time
	}{
		{0, 100, time.Time{}},
		{25, 100, now.Add(30 * time.Minute)},
		{100, 100, now},
		{120, 100, now}, // some are new since it began
	} {
		if got := extrapolate(began, test.done, test.total, now); !got.Equal(test.want) {
			t.Errorf("%d of %d: %v, want %v", test.done, test.total, got, test.want)
		}
	}
	if got := extrapolate(now, 5, 10, began); !got.IsZero() {
		t.Errorf("a clock set back gives %v", got)
	}
}

func TestStopClaiming(t *testing.T) {
	t.Parallel()
	now := time.Now()
	if got := stopClaiming(t.Context(), now); !got.IsZero() {
		t.Errorf("without a deadline: %v", got)
	}
	for timeout, want := range map[time.Duration]time.Duration{
		time.Hour:        time.Hour - longestReading - goodbye,
		30 * time.Second: 15 * time.Second,
	} {
		ctx, cancel := contextUntil(t, now.Add(timeout))
		if got := stopClaiming(ctx, now).Sub(now); got != want {
			t.Errorf("with %s: %s, want %s", timeout, got, want)
		}
		cancel()
	}
}
