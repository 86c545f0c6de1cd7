package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// stopGrace bounds Stop when its context does not: what has not ended by then
// ends with the process.
const stopGrace = 10 * time.Second

// A Work is one kind of work that is to be done again and again. What of it is
// due stands in the tables that Run claims from; the engine only says when to
// look. So Run may be called twice, late, by several replicas at once, or not
// at all for a while, without harm.
type Work struct {
	// Kind names the work: two or more small letters, digits, '_' or '-'.
	Kind string
	// Every is the time from one tick to the next, at least a second. A tick
	// while this process is at the same kind of work is left out.
	Every time.Duration
	// Timeout ends a run by its context.
	Timeout time.Duration
	// Run does what is due now and returns. When its context has ended, it
	// finishes what cannot be cut off, gives up its claims, and returns soon. A
	// run that stops for its Timeout and returns nil has not failed.
	Run func(ctx context.Context) error
}

// An Engine runs works on time. [Local] and [River] are the two.
type Engine interface {
	// Start runs each work once, and from then on with each tick and wake until
	// Stop. ctx bounds the start alone. An engine starts once.
	Start(ctx context.Context) error
	// Stop takes up nothing more, ends the contexts of the runs under way and
	// returns when these have returned: with an error if ctx ends, or ten
	// seconds pass, before they have.
	Stop(ctx context.Context) error
	// Wake asks for a run of kind soon, for something that has become due. It
	// returns at once. Wakes that come close together make one run, and one
	// that comes during a run makes one more after it. A wake may be lost; then
	// the next tick does its work.
	Wake(kind string)
	// Ticks tells what this process has run of each kind.
	Ticks() map[string]Tick
	// Ticked tells when each kind was last taken up, in this process or another
	// replica. A kind that never was is left out. An age far above Every and
	// Timeout together means that nobody says when any more.
	Ticked(ctx context.Context) (map[string]time.Time, error)
}

// A Tick is what a process has run of one kind of work.
type Tick struct {
	Started  time.Time // of the newest run; zero: none yet
	Ended    time.Time // of the newest run that has ended; zero: none yet
	Running  bool      // a run is under way
	Runs     int       // that have ended
	Failures int       // of Runs: those with an error or a panic
	Err      error     // of the newest run that has ended; nil: it was good
}

// Options are what both engines are told beside their works.
type Options struct {
	Log *slog.Logger // nil: nothing is logged
}

func (o Options) log() *slog.Logger {
	if o.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return o.Log
}

var (
	// errStopping is why runs end when their engine stops.
	errStopping = errors.New("the engine is stopping")
	errStarted  = errors.New("the engine was started before")
)

// validate finds what the programmer of a list of works has overlooked.
func validate(works []Work) error {
	if len(works) == 0 {
		return errors.New("an engine without works")
	}
	seen := map[string]bool{}
	for _, w := range works {
		switch {
		case !named(w.Kind):
			return fmt.Errorf("%q cannot be the name of a kind of work", w.Kind)
		case seen[w.Kind]:
			return fmt.Errorf("two works of kind %q", w.Kind)
		case w.Every < time.Second:
			return fmt.Errorf("work %q: %v from tick to tick is less than a second", w.Kind, w.Every)
		case w.Timeout <= 0:
			return fmt.Errorf("work %q has no time limit", w.Kind)
		case w.Run == nil:
			return fmt.Errorf("work %q has nothing to run", w.Kind)
		}
		seen[w.Kind] = true
	}
	return nil
}

// named tells whether kind is one that both engines take.
func named(kind string) bool {
	strange := func(r rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789_-", r) }
	return len(kind) >= 2 && kind[0] != '-' && !strings.ContainsFunc(kind, strange)
}
