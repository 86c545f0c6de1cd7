package avepoint

import (
	"context"
	"errors"
	"maps"
	"math"
	"sync"
	"time"
)

// SetRate changes [Options.Rate] of a client at work, for all its views. It
// takes effect at once, for those who wait already too. What a 429 took from
// the sweep is kept in proportion; people keep their tenth and wait for no
// sweep. A rate that is not a positive number is ignored.
func (c *Client) SetRate(rate float64) {
	if rate > 0 && !math.IsInf(rate, 1) {
		c.shared.limiter.setRate(rate)
	}
}

// Stats are figures of a client and all its views since it was made.
type Stats struct {
	// Requests that were answered or have failed, each try counted by itself.
	Requests map[Requests]int64
	// Retries are requests sent again, after a failure or with a new token.
	Retries int64
	// RateLimited are answers with status 429, of the identity service too.
	RateLimited int64
	// InFlight and Waiting are requests that are under way and that have no
	// grant yet. The identity service's are in neither.
	InFlight, Waiting Load
	// Rate is the requests a second, and SweepRate what the sweep may take of
	// it at the moment: less after a 429.
	Rate, SweepRate float64
	// PausedUntil is the end of the last pause that AvePoint asked for. The
	// sweep makes no request before it.
	PausedUntil time.Time
	// Overviews is how long AvePoint takes for an overview.
	Overviews Latency
}

// Requests are the labels of one count in [Stats].
type Requests struct {
	// Class is "person" or "sweep", and "all" for the identity service: a token
	// is for all calls. The directory is read in the class of its view.
	Class string
	// Endpoint is "overview", "directory", "customer" or "identity".
	Endpoint string
	// Outcome of the request, not of what was read with it: "good" or, named
	// like the Err values, "not_found", "forbidden", "rate_limited", "busy",
	// "unavailable", "unreadable", "credentials", "too_large",
	// "ended" where the caller gave up, and "refused" for any other status.
	Outcome string
}

// Load is a number of requests by class.
type Load struct{ Person, Sweep int }

// Latency is the time from a request's sending to the end of its answer, over
// the requests that were answered well.
type Latency struct {
	// Last answer's and, at one tenth each, the mean over the last ones; 0
	// before the first.
	Last, Mean time.Duration
	// Answers and Sum over all of them.
	Answers int64
	Sum     time.Duration
}

// Stats returns the figures as they are now.
func (c *Client) Stats() Stats {
	s := c.shared.counts.stats()
	c.shared.limiter.report(&s, time.Now())
	return s
}

// report adds what the limiter knows.
func (l *limiter) report(s *Stats, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s.InFlight = Load{Person: l.inFlight[person], Sweep: l.inFlight[sweep]}
	s.Waiting = Load{Person: l.queue[person].Len(), Sweep: l.queue[sweep].Len()}
	s.Rate, s.SweepRate, s.PausedUntil = l.rate, l.sweepRate(now)*sweepShare, l.pausedTo
}

// target is what a request is counted under.
type target string

const (
	toOverview  target = "overview"
	toDirectory target = "directory"
	toCustomer  target = "customer"
	toIdentity  target = "identity"

	// ofAll is the class of the identity service's requests.
	ofAll = "all"
)

// recentShare is the weight of the newest answer in the mean.
const recentShare = 0.1

// counts are what a client counts itself.
type counts struct {
	mu       sync.Mutex
	requests map[Requests]int64
	retries  int64
	limited  int64
	overview Latency
}

func newCounts() *counts { return &counts{requests: map[Requests]int64{}} }

// add counts one request that took so long and ended in err, or well. ctx is
// the caller's.
func (c *counts) add(ctx context.Context, class string, to target, err error, took time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests[Requests{Class: class, Endpoint: string(to), Outcome: outcomeOf(ctx, err)}]++
	switch {
	case err == nil && to == toOverview:
		c.overview.add(took)
	case errors.Is(err, ErrRateLimited):
		c.limited++
	}
}

func (c *counts) retry() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.retries++
}

func (c *counts) stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Stats{Requests: maps.Clone(c.requests), Retries: c.retries, RateLimited: c.limited, Overviews: c.overview}
}

func (l *Latency) add(took time.Duration) {
	if l.Answers == 0 {
		l.Mean = took
	}
	l.Last, l.Answers, l.Sum = took, l.Answers+1, l.Sum+took
	l.Mean += time.Duration(recentShare * float64(took-l.Mean))
}

// outcomeOf names what became of a request.
func outcomeOf(ctx context.Context, err error) string {
	switch {
	case err == nil:
		return "good"
	case errors.Is(ctx.Err(), context.Canceled):
		return "ended"
	case errors.Is(err, ErrNotFound):
		return "not_found"
	case errors.Is(err, ErrForbidden):
		return "forbidden"
	case errors.Is(err, ErrRateLimited):
		return "rate_limited"
	case errors.Is(err, ErrBusy):
		return "busy"
	case errors.Is(err, ErrUnavailable):
		return "unavailable"
	case errors.Is(err, ErrUnreadable):
		return "unreadable"
	case errors.Is(err, ErrCredentials):
		return "credentials"
	case errors.Is(err, ErrTooLarge):
		return "too_large"
	}
	return "refused"
}
