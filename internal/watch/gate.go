package watch

import (
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"
)

const (
	// The breaker opens when, of this many readings or more within the window,
	// half or more failed; it then lets one reading through each probeEvery.
	breakerReadings = 10
	breakerWindow   = 2 * time.Minute
	probeEvery      = 30 * time.Second
)

// Breaker is how the sweep stands to AvePoint.
type Breaker int

// The states of a [Breaker].
const (
	// Closed is the ordinary state.
	Closed Breaker = iota
	// Probing lets one reading through to see whether AvePoint is well again.
	Probing
	// Open lets none through.
	Open
)

// String is the state as logs and metrics name it.
func (b Breaker) String() string {
	switch b {
	case Closed:
		return "closed"
	case Probing:
		return "probing"
	case Open:
		return "open"
	}
	return "unknown"
}

// What the breaker is told of a reading that gave no answer.
var (
	errTrouble = errors.New("AvePoint's own trouble")
	errAside   = errors.New("says nothing of AvePoint's health")
)

// gate holds the sweep back while AvePoint is in trouble. People's calls do not
// pass it.
type gate struct {
	breaker *gobreaker.TwoStepCircuitBreaker[struct{}]
	down    atomic.Pointer[time.Time] // since when it is not closed; nil: it is
}

func newGate(log *slog.Logger, probe time.Duration) *gate {
	g := &gate{}
	g.breaker = gobreaker.NewTwoStepCircuitBreaker[struct{}](gobreaker.Settings{
		MaxRequests:  1,
		Interval:     breakerWindow,
		BucketPeriod: breakerWindow / 6,
		Timeout:      probe,
		ReadyToTrip: func(c gobreaker.Counts) bool {
			settled := c.TotalSuccesses + c.TotalFailures
			return settled >= breakerReadings && 2*c.TotalFailures >= settled
		},
		IsSuccessful: func(err error) bool { return err == nil },
		IsExcluded:   func(err error) bool { return errors.Is(err, errAside) },
		OnStateChange: func(_ string, from, to gobreaker.State) {
			if to == gobreaker.StateHalfOpen || from == gobreaker.StateHalfOpen && to == gobreaker.StateOpen {
				return // once each half minute would be noise
			}
			g.changed(breakerOf(to), time.Now())
			log.Warn("the sweep's breaker changed", "breaker", breakerOf(to).String())
		},
	})
	return g
}

// changed takes note of the way to Open and the way back to Closed.
func (g *gate) changed(to Breaker, now time.Time) {
	if to == Closed {
		g.down.Store(nil)
		return
	}
	g.down.Store(&now)
}

// downSince is since when the breaker has not been closed; zero: it is.
func (g *gate) downSince() time.Time {
	if since := g.down.Load(); since != nil {
		return *since
	}
	return time.Time{}
}

func breakerOf(s gobreaker.State) Breaker {
	switch s {
	case gobreaker.StateOpen:
		return Open
	case gobreaker.StateHalfOpen:
		return Probing
	default:
		return Closed
	}
}

func (g *gate) state() Breaker { return breakerOf(g.breaker.State()) }

// enter says that a reading begins; the function it returns takes its class, ""
// for one that did not fail. A reading that was claimed before the breaker
// opened goes on and counts for nothing.
func (g *gate) enter() (settle func(class string)) {
	done, err := g.breaker.Allow()
	if err != nil {
		return func(string) {}
	}
	return func(class string) {
		switch {
		case troubled(class):
			done(errTrouble)
		case class == classEnded, class == classCredentials:
			done(errAside)
		default:
			done(nil) // AvePoint answered, be it with a refusal
		}
	}
}
