package avepoint

import (
	"container/list"
	"context"
	"sync"
	"time"
)

// class says for whom a call is made.
type class int

const (
	sweep class = iota
	person
)

func (cl class) String() string {
	if cl == person {
		return "person"
	}
	return "sweep"
}

const (
	// sweepShare of the rate; the rest is kept for people.
	sweepShare = 0.9
	// burst of the whole: one call of the sweep, and one for a person who
	// comes right after it.
	burst = 2
	// slack is the time for which unused tokens of a high rate are kept: a
	// timer comes some hundreds of microseconds late, which at a thousand calls
	// a second would otherwise cost a good part of the rate. Up to 50 a second
	// it changes nothing.
	slack = 20 * time.Millisecond
	// recovery is how long the sweep's rate takes from nothing back to the
	// whole.
	recovery = 5 * time.Minute
	// lowestShare of the rate is what repeated 429s leave to the sweep.
	lowestShare = 1.0 / 32
	// longestPause bounds what a Retry-After can do to the sweep.
	longestPause = time.Hour
)

// limiter lets calls go one by one: people before the sweep, the sweep at no
// more than its share of the rate. A 429 halves the sweep's rate, which then
// recovers slowly; a Retry-After pauses the sweep. Neither touches people.
type limiter struct {
	slots      int // calls in flight
	sweepSlots int // calls in flight of the sweep

	mu       sync.Mutex
	rate     float64      // requests a second, people and sweep together
	inFlight [2]int       // by class
	queue    [2]list.List // of *waiter by class, first come first served
	at       time.Time    // of the two below
	tokens   float64      // of the whole
	sweeps   float64      // of the sweep
	lowered  float64      // the sweep's rate at lowerAt
	lowerAt  time.Time
	pausedTo time.Time // of the sweep
	timer    *time.Timer
	timerAt  time.Time // when it fires; zero: it is not set
}

type waiter struct {
	ready   chan struct{}
	granted bool
	started time.Time
}

func newLimiter(rate float64, slots int) *limiter {
	return &limiter{
		rate:       rate,
		slots:      slots,
		sweepSlots: max(1, slots-max(1, slots/8)),
		tokens:     burst,
		sweeps:     1,
		lowered:    rate,
	}
}

// grant is the permission to send one request.
type grant struct {
	limiter *limiter
	class   class
	started time.Time
}

// acquire waits for a grant. Where a pause of the sweep outlasts ctx's deadline
// it does not wait at all, but fails as AvePoint's own answer did.
func (l *limiter) acquire(ctx context.Context, cl class) (*grant, error) {
	l.mu.Lock()
	now := time.Now()
	if deadline, ok := ctx.Deadline(); ok && cl == sweep && l.pausedTo.After(deadline) {
		l.mu.Unlock()
		return nil, &Error{Kind: ErrRateLimited, RetryAfter: l.pausedTo.Sub(now), Reason: "paused at AvePoint's request"}
	}
	w := &waiter{ready: make(chan struct{})}
	place := l.queue[cl].PushBack(w)
	l.dispatch(now)
	l.mu.Unlock()

	select {
	case <-w.ready:
		return &grant{limiter: l, class: cl, started: w.started}, nil
	case <-ctx.Done():
		l.leave(place, cl)
		return nil, ctx.Err()
	}
}

// leave takes back what a waiter who gave up was about to use.
func (l *limiter) leave(place *list.Element, cl class) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if place.Value.(*waiter).granted {
		l.inFlight[cl]--
	} else {
		l.queue[cl].Remove(place)
	}
	l.dispatch(time.Now())
}

// release ends a call.
func (g *grant) release() {
	l := g.limiter
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inFlight[g.class]--
	l.dispatch(time.Now())
}

// setRate changes the rate for all who wait and come. What the sweep lost by a
// 429 stays lost in proportion, and comes back in the same time.
func (l *limiter) setRate(rate float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.refill(now)
	l.lowered *= rate / l.rate
	l.rate = rate
	l.sweeps = min(l.sweeps, l.depth())
	l.tokens = min(l.tokens, l.depth()+1)
	l.dispatch(now)
}

// slowDown is told of a 429. Calls that were under way when the rate was
// lowered tell of the same congestion and do not lower it again.
func (g *grant) slowDown(retryAfter time.Duration) {
	l := g.limiter
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if g.started.After(l.lowerAt) {
		l.lowered = max(l.sweepRate(now)/2, l.rate*lowestShare)
		l.lowerAt = now
	}
	if until := now.Add(min(retryAfter, longestPause)); retryAfter > 0 && until.After(l.pausedTo) {
		l.pausedTo = until
	}
}

// sweepRate is the rate from which the sweep's share is taken.
func (l *limiter) sweepRate(now time.Time) float64 {
	regained := l.rate * now.Sub(l.lowerAt).Seconds() / recovery.Seconds()
	return min(l.rate, l.lowered+regained)
}

// dispatch grants what may go now and sees to it that the next is not
// forgotten. The caller holds the lock.
func (l *limiter) dispatch(now time.Time) {
	l.refill(now)
	for {
		cl := sweep
		if l.queue[person].Len() > 0 {
			cl = person
		}
		if l.queue[cl].Len() == 0 || !l.free(cl) {
			return // nobody waits, or a release will come
		}
		if wait := l.wait(cl, now); wait > 0 {
			l.wakeAt(now.Add(wait), wait)
			return
		}
		l.grant(cl, now)
	}
}

// wakeAt sets the timer unless it fires before that anyway: most calls find it
// set, and to be woken too early costs less than to set it each time.
func (l *limiter) wakeAt(at time.Time, wait time.Duration) {
	if !l.timerAt.IsZero() && !l.timerAt.After(at) {
		return
	}
	l.timerAt = at
	if l.timer == nil {
		l.timer = time.AfterFunc(wait, l.wake)
		return
	}
	l.timer.Reset(wait)
}

func (l *limiter) wake() {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if l.timerAt.After(now) {
		return // this one fired while it was being set anew
	}
	l.timerAt = time.Time{}
	l.dispatch(now)
}

func (l *limiter) refill(now time.Time) {
	if elapsed := now.Sub(l.at).Seconds(); elapsed > 0 && !l.at.IsZero() {
		l.tokens = min(l.depth()+1, l.tokens+elapsed*l.rate)
		l.sweeps = min(l.depth(), l.sweeps+elapsed*l.sweepRate(now)*sweepShare)
	}
	l.at = now
}

// depth is how many calls the sweep can save up.
func (l *limiter) depth() float64 { return max(1, l.rate*slack.Seconds()) }

// free reports whether a slot is free for the class.
func (l *limiter) free(cl class) bool {
	if l.inFlight[sweep]+l.inFlight[person] >= l.slots {
		return false
	}
	return cl == person || l.inFlight[sweep] < l.sweepSlots
}

// wait is how long the class has to wait for its tokens. The sweep leaves one
// for a person.
func (l *limiter) wait(cl class, now time.Time) time.Duration {
	if cl == person {
		return untilFull(1-l.tokens, l.rate)
	}
	return max(
		untilFull(burst-l.tokens, l.rate),
		untilFull(1-l.sweeps, l.sweepRate(now)*sweepShare),
		l.pausedTo.Sub(now),
	)
}

// untilFull is the time in which what is missing comes in. It forgives the
// rounding of the refill and is never so short that a timer would spin.
func untilFull(missing, rate float64) time.Duration {
	if missing < 1e-6 {
		return 0
	}
	return time.Duration(missing/rate*float64(time.Second)) + time.Microsecond
}

func (l *limiter) grant(cl class, now time.Time) {
	w := l.queue[cl].Remove(l.queue[cl].Front()).(*waiter)
	l.inFlight[cl]++
	l.tokens--
	if cl == sweep {
		l.sweeps--
	}
	w.granted, w.started = true, now
	close(w.ready)
}
