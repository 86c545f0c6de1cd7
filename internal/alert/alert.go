// Package alert knows who hears of an incident, when, and what the message says.
//
// The rules find incidents while readings are recorded, in the same transaction
// ([store.Store.Record]); nothing has been said then. [Alerts.Run] takes what is
// untold, asks which channels may hear of it, and has a pure function plan what is
// said where: one message for an incident, or one for many that came at once, edits
// of what was told before, lines for the threads, reminders. The plan is committed
// whole ([store.Store.Tell]), deliveries included, or not at all. So a process that
// dies at any point neither loses a message nor says one twice.
//
// A delivery names incidents, and holds nothing of them: [Alerts.Render] makes the
// message from how they stand when it is sent, under what the channel may see then.
package alert

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

// AlertWork is the kind of the engine's work that [Alerts.Run] does.
const AlertWork = "alerts"

// What a delivery of an alert is, in [store.Delivery]: how [Alerts.Render] makes it.
const (
	WhatAlert    = "alert"          // one incident
	WhatGroup    = "alert_group"    // several
	WhatPage     = "alert_page"     // a part of the list of a group, in its thread
	WhatLine     = "alert_line"     // a step, in the thread
	WhatBatch    = "alert_batch"    // steps of a group, in its thread
	WhatOps      = "alert_ops"      // a trouble of the installation
	WhatHeadline = "alert_headline" // an event of the whole fleet, for whoever runs the bot
)

// Options are what alerts need. Store and Scope are required.
type Options struct {
	Store *store.Store

	// Scope says which customers may be named in a channel unasked at this moment,
	// and where none, why. An error: nobody knows, ask again later.
	Scope func(ctx context.Context, channel string) (access.Scope, access.Reason, error)
	// Channel hears of customers that no channel is bound to. Empty: nobody does.
	Channel string
	// Ops are the channels, or the ids of the people, that hear of the
	// installation's own troubles. nil: nobody does.
	Ops func(ctx context.Context) []string

	Rules coverage.Rules // those of the whole installation
	// RuleSet are the rules of a customer, for the time of its next reading. nil:
	// Rules.
	RuleSet func(store.Customer) coverage.RuleSet
	// Health says how the installation fares. nil: its troubles are not looked for.
	Health func(ctx context.Context, now time.Time) (coverage.Health, error)

	// Buttons gives the values of the buttons below an alert. nil: there are none.
	Buttons func(channel, incident string) formatting.AlertButtons
	// Portal is AvePoint's portal. Empty: no link to it.
	Portal string
	// Wake is called with "delivery" when something is to be sent. nil: it is found
	// in time.
	Wake func(kind string)
	// Command is the name of the bot's command, with its slash. nil: /backup-overview.
	Command func() string

	Now func() time.Time // nil: time.Now
	Log *slog.Logger     // nil: nothing is logged
}

// Alerts tells channels of incidents. Its methods may be called from many
// goroutines.
type Alerts struct {
	options Options

	mu     sync.Mutex
	looked time.Time // at the installation
}

// New makes alerts. It starts nothing.
func New(o Options) (*Alerts, error) {
	if o.Store == nil || o.Scope == nil {
		return nil, errors.New("alerts need a store, and someone who says what a channel may see")
	}
	if err := o.Rules.Check(); err != nil {
		return nil, err
	}
	if o.Ops == nil {
		o.Ops = func(context.Context) []string { return nil }
	}
	if o.RuleSet == nil {
		o.RuleSet = func(store.Customer) coverage.RuleSet { return o.Rules.Everywhere() }
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
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	return &Alerts{options: o}, nil
}
