package watch

import "time"

// spreadOver is the share of the interval over which a sweep is spread. The
// rest is for what is slow, so that a sweep ends before the next is due.
const spreadOver = 0.8

// pace is the share of a sweep's customers, 0 to 1, that may have been taken by
// now. A clock that was set back takes nothing early and nothing twice: it only
// waits.
func pace(began time.Time, interval time.Duration, now time.Time) float64 {
	window := spreadOver * float64(interval)
	if window <= 0 {
		return 1
	}
	return min(1, max(0, float64(now.Sub(began))/window))
}

// queueing bounds how long a reading may wait for its turn at the client's rate
// limit, which counts towards the reading's own time budget of 90 s.
const queueing = 20 * time.Second

// slots is how many customers may be in flight: as many as allowed, and no more
// than the rate lets go within queueing.
func slots(inFlight int, sweepRate float64) int {
	byRate := sweepRate * queueing.Seconds()
	if byRate >= float64(inFlight) {
		return inFlight
	}
	return max(1, int(byRate))
}

// extrapolate estimates when a sweep ends that began then and has done so many
// of all by now; zero where nothing can be said yet: of a few, one that was slow
// would say everything.
func extrapolate(began time.Time, done, total int, now time.Time) time.Time {
	elapsed := now.Sub(began)
	if done <= 0 || elapsed <= 0 || done < min((total+4)/5, fewReadings) {
		return time.Time{}
	}
	left := float64(max(0, total-done)) / float64(done)
	return now.Add(time.Duration(left * float64(elapsed)))
}

// fewReadings, and a fifth of a small fleet, are enough to estimate a sweep by.
const fewReadings = 10

// ahead is how many customers to claim beyond the free slots, so that no slot
// waits while a claim is under way: as many as end within claiming, and never
// more than the slots.
func ahead(slots int, latency time.Duration) int {
	if latency <= 0 {
		return 0
	}
	return min(slots, int(float64(slots)*float64(claiming)/float64(latency)))
}
