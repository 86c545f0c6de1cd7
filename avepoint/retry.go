package avepoint

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// retryClass says what a failed call is worth.
type retryClass int

const (
	// never: another try would end the same way.
	never retryClass = iota
	// passing: the service or the connection failed.
	passing
	// limited: the service asked for fewer requests.
	limited
)

// retryPolicy decides whether a failed call is sent again. It holds data only.
type retryPolicy struct {
	// ceilings of the wait before each repeat of a passing failure.
	ceilings []time.Duration
	// unasked is the shortest and longest wait after a 429 without Retry-After.
	unasked [2]time.Duration
	// limitedRepeats after 429.
	limitedRepeats int
}

// sweepRetries are for readings that nobody waits for.
func sweepRetries() retryPolicy {
	p := personRetries()
	p.unasked = [2]time.Duration{30 * time.Second, 60 * time.Second}
	return p
}

// personRetries are for readings that somebody waits for.
func personRetries() retryPolicy {
	return retryPolicy{
		ceilings:       []time.Duration{time.Second, 4 * time.Second, 15 * time.Second},
		unasked:        [2]time.Duration{time.Second, 3 * time.Second},
		limitedRepeats: 2,
	}
}

// next says how long to wait before sending a call again that has been sent
// sent times and failed with e, or that it is not to be sent again: because it
// would end the same way, was repeated enough, or because the wait does not fit
// into what is left of the time budget. jitter is in [0, 1).
func (p retryPolicy) next(e *Error, sent int, left time.Duration, jitter float64) (time.Duration, bool) {
	var wait time.Duration
	switch {
	case e.retry == limited && sent <= p.limitedRepeats:
		wait = between(p.unasked[0], p.unasked[1], jitter)
	case e.retry == passing && sent <= len(p.ceilings):
		wait = between(0, p.ceilings[sent-1], jitter)
	default:
		return 0, false
	}
	if e.RetryAfter > 0 {
		wait = e.RetryAfter
	}
	return wait, wait < left
}

func between(low, high time.Duration, at float64) time.Duration {
	return low + time.Duration(at*float64(high-low))
}

// longestRetryAfter bounds what a header can say: no caller waits longer.
const longestRetryAfter = 24 * time.Hour

// parseRetryAfter reads the header as seconds or as an HTTP date. Missing, past
// and unreadable values are 0: the vendor documents no form.
func parseRetryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if value != "" && areDigits(value) {
		seconds, err := strconv.ParseInt(value, 10, 32)
		if err != nil { // more than fits is still an answer
			return longestRetryAfter
		}
		return min(time.Duration(seconds)*time.Second, longestRetryAfter)
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), 0), longestRetryAfter)
}
