package alert

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/outbox"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
)

// town is a real store, a real outbox and a stand-in Slack with channels, each bound
// to some customers.
type town struct {
	t       *testing.T
	store   *store.Store
	slack   *fakeslack.Workspace
	alerts  *Alerts
	outbox  *outbox.Outbox
	now     time.Time
	rules   coverage.Rules
	bound   map[string]map[string]bool // customers by channel
	modules []string
}

const opsChannel = "C0OPS"

func channelOf(n int) string { return fmt.Sprintf("C%04d", n) }

func customerOf(n int) string { return fmt.Sprintf("customer-%05d", n) }

// newTown has so many customers in so many channels.
func newTown(t *testing.T, customers, channels int, rules coverage.Rules) *town {
	t.Helper()
	w := &town{
		t: t, store: storetest.OpenJudging(t, storetest.SQLite(t), rules), rules: rules, slack: fakeslack.New(fakeslack.Options{RateLimits: true}),
		now: time.Now().UTC().Add(-2 * time.Hour), bound: map[string]map[string]bool{},
	}
	for n := range 8 {
		w.modules = append(w.modules, fmt.Sprintf("Module %d", n))
	}
	server := httptest.NewServer(w.slack.Handler())
	t.Cleanup(func() {
		w.slack.Close()
		server.Close()
	})
	w.slack.SetURL(server.URL)
	w.slack.AddChannel(fakeslack.Channel{ID: opsChannel, Name: "ops", Members: []string{w.slack.BotUserID()}})
	for n := range channels {
		w.slack.AddChannel(fakeslack.Channel{ID: channelOf(n), Name: strings.ToLower(channelOf(n)), Members: []string{w.slack.BotUserID()}})
		w.bound[channelOf(n)] = map[string]bool{}
	}
	w.people(customers, channels)
	var err error
	if w.alerts, err = New(Options{
		Store: w.store, Scope: w.scope, Channel: opsChannel, Ops: func(context.Context) []string { return []string{opsChannel} },
		Rules: rules, Now: func() time.Time { return w.now },
	}); err != nil {
		t.Fatal(err)
	}
	render := map[string]func(context.Context, store.Delivery) (formatting.Message, error){}
	for _, what := range []string{WhatAlert, WhatGroup, WhatPage, WhatLine, WhatBatch, WhatOps, WhatHeadline} {
		render[what] = w.alerts.Render
	}
	w.outbox, err = outbox.New(outbox.Options{
		Store: w.store, Owner: "me", APIURL: server.URL + "/api/", Token: func() (string, error) { return w.slack.BotToken(), nil },
		Render: render, Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// people are the customers, each bound to one channel.
func (w *town) people(customers, channels int) {
	w.t.Helper()
	all := make([]store.Customer, customers)
	for n := range all {
		all[n] = store.Customer{ID: customerOf(n), Name: fmt.Sprintf("Customer %d", n)}
		if channels > 0 {
			w.bound[channelOf(n%channels)][customerOf(n)] = true
		}
	}
	if _, err := w.store.SaveDirectory(w.t.Context(), all, w.now.AddDate(0, 0, -2)); err != nil {
		w.t.Fatal(err)
	}
	for channel, ids := range w.bound {
		b := store.Binding{Channel: channel, By: "U1", At: w.now}
		for id := range ids {
			b.Customers = append(b.Customers, id)
		}
		if err := w.store.SetBinding(w.t.Context(), b); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *town) scope(_ context.Context, channel string) (access.Scope, access.Reason, error) {
	if channel == opsChannel {
		return access.Scope{All: true}, access.ReasonNone, nil
	}
	return access.Scope{IDs: w.bound[channel]}, access.ReasonNone, nil
}

// read has customers say at a time how many of 1,000 objects of each module are
// protected.
func (w *town) read(from, to int, at time.Time, protected int64) {
	w.t.Helper()
	var group []store.Reading
	for n := from; n < to; n++ {
		r := store.Reading{CustomerID: customerOf(n), At: at, Kind: store.Good}
		for _, module := range w.modules {
			r.Rows = append(r.Rows, coverage.Row{Module: module, Count: coverage.Count{Scanned: 1000, Protected: protected}})
		}
		if group = append(group, r); len(group) == 500 || n == to-1 {
			if err := w.store.Record(w.t.Context(), "me", group); err != nil {
				w.t.Fatal(err)
			}
			group = nil
		}
	}
}

// well gives customers good readings for long enough to be normal, up to now.
func (w *town) well(customers int) {
	w.t.Helper()
	needed := w.rules.ReferenceReadings
	for n := range needed + 1 {
		w.read(0, customers, w.now.Add(w.rules.ReferenceWindow/time.Duration(needed)*time.Duration(n-needed-1)), 1000)
	}
}

// fall has customers lose protection, until that is sure.
func (w *town) fall(from, to int) {
	w.t.Helper()
	for n := range w.rules.ConfirmReadings {
		if n > 0 {
			w.now = w.now.Add(w.rules.Recheck)
		}
		w.read(from, to, w.now, 900)
	}
}

// tell has the alerts run until nothing is due for a time.
func (w *town) tell(for_ time.Duration) {
	w.t.Helper()
	for end := w.now.Add(for_); w.now.Before(end); w.now = w.now.Add(for_ / 20) {
		if err := w.alerts.Run(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
	}
}

// send has the outbox send until something is so.
func (w *town) send(within time.Duration, so func() bool) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), within)
	defer cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			if err := w.outbox.Run(ctx); err != nil && ctx.Err() == nil {
				w.t.Error(err)
				return
			}
			time.Sleep(5 * time.Millisecond)
		}
	}()
	for !so() && ctx.Err() == nil {
		time.Sleep(10 * time.Millisecond)
	}
	if ctx.Err() != nil {
		w.t.Error("it does not come to that")
	}
	cancel()
	<-done
}

// roots are the messages of a channel that are no replies.
func (w *town) roots(channel string) []fakeslack.Message {
	var roots []fakeslack.Message
	for _, m := range w.slack.Messages(channel, "") {
		if m.ThreadTS == "" || m.ThreadTS == m.TS {
			roots = append(roots, m)
		}
	}
	return roots
}

// A platform event of 500 customers of 8 modules is one message a channel and one
// headline, all out within seconds; nobody is told twice.
func TestStorm(t *testing.T) {
	t.Parallel()
	storm(t, 500, 8)
}

// And one of 5,000, of one module.
func TestStorm_large(t *testing.T) {
	t.Parallel()
	storm(t, 5000, 1)
}

func storm(t *testing.T, customers, modules int) {
	t.Helper()
	const channels = 40
	rules := coverage.DefaultRules() // but for fewer readings: what they say is told alike
	rules.ReferenceReadings, rules.ConfirmReadings, rules.Confirm = 1, 2, rules.Recheck
	w := newTown(t, customers, channels, rules)
	w.modules = w.modules[:modules]
	w.well(customers)
	w.fall(0, customers)
	w.tell(2 * time.Minute)
	planned := time.Now()
	w.tell(45 * time.Minute) // two rechecks
	began := time.Now()
	t.Logf("planned in %v", began.Sub(planned).Round(100*time.Millisecond))
	w.send(5*time.Minute, func() bool {
		for n := range channels {
			if len(w.roots(channelOf(n))) == 0 {
				return false
			}
		}
		return len(w.roots(opsChannel)) > 0
	})
	t.Logf("all roots of %d customers in %d channels were out after %v", customers, channels, time.Since(began).Round(100*time.Millisecond))
	for n := range channels {
		if roots := w.roots(channelOf(n)); len(roots) != 1 || !strings.Contains(roots[0].Text, "customers lost protection") {
			t.Errorf("%s: %d roots: %+v", channelOf(n), len(roots), roots)
		}
	}
	if ops := w.roots(opsChannel); len(ops) != 1 || !strings.Contains(ops[0].Text, "fell at once") {
		t.Errorf("ops: %d: %v", len(ops), ops)
	}
}
