package watch

import (
	"math"
	"time"
)

const (
	// leastStale is the age below which data never counts as stale.
	leastStale = 6 * time.Hour
	// staleSweeps is how many sweeps may pass a customer by.
	staleSweeps = 3
	// sweepShare of the rate is the sweep's; the rest is kept for people.
	sweepShare = 0.9
	// usualLatency of an overview, as seen at a live partner account in December
	// 2025. It stands in until this process has measured its own.
	usualLatency = 4600 * time.Millisecond
)

// StaleAfter is the age from which data counts as stale: three achieved sweeps,
// at least six hours. A sweep is not achieved faster than it is wanted, so a
// quick one counts as its interval.
func StaleAfter(achieved, interval time.Duration) time.Duration {
	return max(staleSweeps*max(achieved, interval), leastStale)
}

// Estimate is how long a sweep of so many customers takes at least: what the
// rate (requests a second of all replicas together) allows, less the tenth that
// is kept for people, or what the calls in flight at once (of all replicas)
// allow at this latency, whichever is longer. It counts one request a customer.
// A bound that is not positive does not count.
func Estimate(customers int, rate float64, inFlight int, latency time.Duration) time.Duration {
	var seconds float64
	if rate > 0 {
		seconds = float64(customers) / (sweepShare * rate)
	}
	if inFlight > 0 {
		seconds = max(seconds, float64(customers)*latency.Seconds()/float64(inFlight))
	}
	if seconds >= math.MaxInt64/float64(time.Second) {
		return math.MaxInt64
	}
	return time.Duration(seconds * float64(time.Second))
}
