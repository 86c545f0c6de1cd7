package main

import (
	"cmp"
	"context"
	"io"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/alert"
	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/digest"
	"github.com/backup-overview/backup-overview/internal/outbox"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/watch"
)

// unasked wires what the bot says of its own accord. Both parts ask the bot and
// the engine, which are there before the works begin.
func (p *parts) unasked(cfg Config) error {
	options := digest.Options{
		Store:      p.store,
		Owner:      p.owner,
		Scope:      p.posting,
		Config:     cfg.Digest.configured(),
		Buttons:    func(channel, subscription string) (string, string) { return p.bot.DigestButtons(channel, subscription) },
		StaleAfter: p.staleAfter,
		Wake:       p.wake,
		Command:    p.command,
		Log:        p.log,
	}
	var err error
	if p.digests, err = digest.New(options); err != nil {
		return err
	}
	if p.alerts, err = alert.New(p.alertOptions(cfg)); err != nil {
		return err
	}
	type message = func(context.Context, store.Delivery) (formatting.Message, error)
	type file = func(context.Context, store.Delivery) (string, func(io.Writer) error, error)
	p.outbox, err = outbox.New(outbox.Options{
		Store:  p.store,
		Owner:  p.owner,
		APIURL: cfg.Slack.API.URL,
		Token:  func() (string, error) { return p.bot.Token() },
		Wait:   cfg.Delivery.Wait.V,
		Render: map[string]message{
			digest.WhatDigest:  p.digests.Render,
			digest.WhatTest:    p.digests.Render,
			digest.WhatSummary: p.digests.Render,

			alert.WhatAlert:    p.alerts.Render,
			alert.WhatGroup:    p.alerts.Render,
			alert.WhatPage:     p.alerts.Render,
			alert.WhatLine:     p.alerts.Render,
			alert.WhatBatch:    p.alerts.Render,
			alert.WhatOps:      p.alerts.Render,
			alert.WhatHeadline: p.alerts.Render,
		},
		Files:   map[string]file{digest.WhatCSV: p.digests.CSV},
		Summary: p.digests.Summary,
		Ops:     func(ctx context.Context) []string { return p.bot.Ops(ctx) },
		Shut:    p.shut,
		Command: p.command,
		Log:     p.log,
	})
	return err
}

// alertOptions are what alerts need.
func (p *parts) alertOptions(cfg Config) alert.Options {
	return alert.Options{
		Store:   p.store,
		Scope:   p.posting,
		Channel: cfg.Alert.Channel,
		Ops:     func(ctx context.Context) []string { return p.bot.Ops(ctx) },
		Rules:   cfg.rules.base,
		RuleSet: cfg.rules.of,
		Health: func(ctx context.Context, now time.Time) (coverage.Health, error) {
			return p.health(ctx, cfg.AvePoint.credentialEnd(), now)
		},
		Buttons: func(channel, incident string) formatting.AlertButtons { return p.bot.AlertButtons(channel, incident) },
		Portal:  cfg.AvePoint.environment.PortalURL,
		Wake:    p.wake,
		Command: p.command,
		Log:     p.log,
	}
}

// health is how the installation fares.
func (p *parts) health(ctx context.Context, expires, now time.Time) (coverage.Health, error) {
	status, err := p.watch.Status(ctx)
	if err != nil {
		return coverage.Health{}, err
	}
	deliveries, err := p.store.DeliveryStats(ctx, now)
	return healthOf(status, deliveries, expires, now), err
}

// healthOf is how the installation fares by what reading and sending say. Channels
// that cannot be reached and messages that were given up have notices of their own.
func healthOf(status watch.Status, deliveries store.DeliveryStats, expires, now time.Time) coverage.Health {
	h := coverage.Health{At: now, Expires: expires, SignIn: status.SignInFailures, Customers: status.Watched, Failing: status.Failures}
	if !status.Down.IsZero() { // nobody is read until AvePoint is well, whoever failed before
		class, _ := h.Worst()
		h.Failing = map[string]int{cmp.Or(class, "unavailable"): status.Watched}
	}
	if deliveries.Parked == 0 {
		h.Unsent = deliveries.Oldest
	}
	return h
}

// configured is the digest of the configuration; nil: there is none.
func (d DigestConfig) configured() *digest.Config {
	if d.Channel == "" {
		return nil
	}
	return &digest.Config{Channel: d.Channel, Schedule: d.Schedule.V, Zone: d.zone()}
}

func (p *parts) wake(kind string) { p.engine.Wake(kind) }

func (p *parts) command() string { return p.bot.Command() }

func (p *parts) posting(ctx context.Context, channel string) (access.Scope, access.Reason, error) {
	return p.bot.Posting(ctx, channel)
}

// shut is why nothing may be posted in a channel now.
func (p *parts) shut(ctx context.Context, channel string) (access.Reason, error) {
	_, reason, err := p.bot.Posting(ctx, channel)
	return reason, err
}

// staleAfter is the age from which data counts as stale; while the database
// says nothing, it is the least there is.
func (p *parts) staleAfter(ctx context.Context) time.Duration {
	status, err := p.watch.Status(ctx)
	if err != nil {
		return 6 * time.Hour
	}
	return status.StaleAfter
}

// back lets a channel have what waited for it. Whether it can be reached is
// found out on the way.
func (p *parts) back(ctx context.Context, channel string) {
	if err := p.outbox.Back(ctx, channel); err != nil {
		p.log.WarnContext(ctx, "what waits for a channel that is back waits on", "channel_id", channel, "err", err)
		return
	}
	p.wake(outbox.DeliveryWork)
}
