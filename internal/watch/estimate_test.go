package watch

import (
	"math"
	"testing"
	"time"
)

func TestEstimate(t *testing.T) {
	t.Parallel()
	const latency = 4600 * time.Millisecond
	for _, test := range []struct {
		customers int
		rate      float64
		inFlight  int
		latency   time.Duration
		want      time.Duration
	}{
		{0, 4, 16, latency, 0},
		{3_600, 4, 64, latency, 1000 * time.Second},                        // the rate is the bound
		{10_000, 100, 64, latency, 718*time.Second + 750*time.Millisecond}, // the latency is
		{1_000, 1_000, 1, latency, 4600 * time.Second},                     // one after another
		{100_000, 4, 16, latency, 28_750 * time.Second},                    // 8 h
		{10, 0, 1, time.Second, 10 * time.Second},
		{10, 1, 0, time.Second, 11_111_111_111 * time.Nanosecond},
		{math.MaxInt, 1e-9, 1, latency, math.MaxInt64},
	} {
		got := Estimate(test.customers, test.rate, test.inFlight, test.latency)
		if diff := got - test.want; diff.Abs() > time.Microsecond {
			t.Errorf("%+v: %s", test, got)
		}
	}
}

func TestStaleAfter(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ achieved, interval, want time.Duration }{
		{0, time.Hour, 6 * time.Hour},
		{40 * time.Minute, time.Hour, 6 * time.Hour},
		{150 * time.Minute, 3 * time.Hour, 9 * time.Hour},
		{8 * time.Hour, time.Hour, 24 * time.Hour},
		{2 * time.Hour, time.Hour, 6 * time.Hour},
	} {
		if got := StaleAfter(test.achieved, test.interval); got != test.want {
			t.Errorf("achieved %s of %s: %s, want %s", test.achieved, test.interval, got, test.want)
		}
	}
}
