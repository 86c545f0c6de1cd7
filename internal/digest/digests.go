package digest

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/store"
)

// DigestWork is the kind of the engine's work that [Digests.Run] does.
const DigestWork = "digests"

// What a delivery of a digest is, in [store.Delivery]: how it is rendered.
const (
	WhatDigest  = "digest"      // by its schedule, by [Digests.Render]
	WhatTest    = "digest_test" // because somebody wanted it now, by [Digests.Render]
	WhatSummary = "summary"     // after a channel could not be reached, by [Digests.Render]
	WhatCSV     = "digest_csv"  // the file in the thread of a digest, by [Digests.CSV]
)

// ErrClosed says that a channel may not be told anything now. The error is a
// [ClosedError].
var ErrClosed = errors.New("the channel may not be told anything")

// ClosedError says why a channel may not be told anything.
type ClosedError struct{ Reason access.Reason }

// Error says the reason, for a log.
func (e *ClosedError) Error() string { return ErrClosed.Error() + ": " + e.Reason.String() }

// Is makes it an [ErrClosed].
func (e *ClosedError) Is(target error) bool { return target == ErrClosed }

// ErrNoSubscription says that there is no subscription of an id any more.
var ErrNoSubscription = errors.New("there is no such subscription")

// Config is the one subscription that the configuration makes.
type Config struct {
	Channel  string
	Schedule Schedule
	Zone     *time.Location // nil: UTC
}

// Options are what digests need. Store, Owner and Scope are required.
type Options struct {
	Store *store.Store
	Owner string // unique per process

	// Scope says which customers may be named in a channel unasked at this
	// moment, and where none, why. An error: nobody knows, ask again later.
	Scope func(ctx context.Context, channel string) (access.Scope, access.Reason, error)

	// Buttons gives the values of "Send now" and "Manage" below a digest. nil:
	// there are none.
	Buttons func(channel, subscription string) (sendNow, manage string)

	Config *Config // nil: the configuration makes none, and ends the one it made

	// StaleAfter is how old a reading may be and still be fresh. nil: 6 h.
	StaleAfter func(ctx context.Context) time.Duration
	// Wake is called with "delivery" when something is to be sent. nil: it is
	// found in time.
	Wake func(kind string)
	// Command is the name of the bot's command, with its slash. nil: /backup-overview.
	Command func() string

	Now func() time.Time // nil: time.Now
	Log *slog.Logger     // nil: nothing is logged
}

// Digests makes the digests of all subscriptions, and renders them. Its methods
// may be called from many goroutines.
type Digests struct {
	options  Options
	look     look
	settings settings
	shut     shut
}

// New checks the options. It starts nothing.
func New(o Options) (*Digests, error) {
	switch {
	case o.Store == nil || o.Owner == "" || o.Scope == nil:
		return nil, errors.New("digests need a store, an owner and a scope")
	case o.Config != nil && o.Config.Schedule.Kind() == 0:
		return nil, errors.New("the configured digest has no schedule")
	}
	if o.Config != nil {
		c := *o.Config
		if c.Zone == nil {
			c.Zone = time.UTC
		}
		o.Config = &c
	}
	if o.Buttons == nil {
		o.Buttons = func(string, string) (string, string) { return "", "" }
	}
	if o.StaleAfter == nil {
		o.StaleAfter = func(context.Context) time.Duration { return leastStale }
	}
	if o.Wake == nil {
		o.Wake = func(string) {}
	}
	if o.Command == nil {
		o.Command = func() string { return "/backup-overview" }
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Digests{options: o}, nil
}

// leastStale is the age from which data is stale at the earliest.
const leastStale = 6 * time.Hour
