package main

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/coverage"
	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
)

const (
	// demoTroubled is the customer to whom it happens, and demoTroubledModule what
	// it happens to.
	demoTroubled       = "Lamna Healthcare"
	demoTroubledModule = "Exchange Online"
	// demoAlerts is the channel that hears of it.
	demoAlerts = "C0OPS"
	// demoQuiet is how long nothing happens, so that one has looked round.
	demoQuiet = 25 * time.Second
	// demoPatience is how long the story waits for who looks to acknowledge.
	demoPatience = 30 * time.Second
	// demoScene is how long things stay as they are.
	demoScene = 10 * time.Second
)

// demoRules have an alert come in seconds. What takes hours or days elsewhere does
// so here too.
func demoRules() coverage.Rules {
	r := coverage.DefaultRules()
	r.Poll = demoInterval
	r.ReferenceWindow, r.Confirm = 3*demoInterval, 8*time.Second
	r.Recheck, r.Recover, r.GroupWait = 4*time.Second, 4*time.Second, time.Second
	r.AccessReadings = 1 << 30 // some customers of the demo cannot be read, from the first day on
	r.DataStale, r.DataStaleCrit = 24*365*time.Hour, 24*365*time.Hour
	return r
}

// A tale is what happens in the demo: a customer loses protection, it gets worse,
// and is over.
type tale struct {
	platform  *fakeavepoint.Platform
	workspace *fakeslack.Workspace
	store     *store.Store
	log       *slog.Logger

	present atomic.Bool // the past is over, and readings are judged
}

// judge judges nothing of the past, whose alerts nobody would have to hear now.
func (t *tale) judge(store.Customer) coverage.RuleSet {
	r := demoRules()
	if !t.present.Load() {
		const never = 100 * 365 * 24 * time.Hour
		r.ReferenceWindow, r.ReferenceHistory, r.EmptyAnswer, r.ModuleMissing = never, never, never, never
	}
	return r.Everywhere()
}

// tell lets it happen, once.
func (t *tale) tell(ctx context.Context) error {
	id, ok := t.platform.ID(demoTroubled)
	if !ok || !sleep(ctx, demoQuiet) || !t.until(ctx, func() bool { return t.learned(ctx, id) }) {
		return nil
	}
	t.says(id, 6)
	if !t.until(ctx, func() bool { return t.open(ctx, id) != nil }) {
		return nil
	}
	if !t.acknowledged(ctx, id) || !sleep(ctx, demoScene) {
		return nil
	}
	t.says(id, 15)
	worse := func() bool {
		i := t.open(ctx, id)
		return i == nil || i.Severity == coverage.Crit
	}
	if !t.until(ctx, worse) || !sleep(ctx, demoScene) {
		return nil
	}
	t.says(id, 0)
	return nil
}

// until waits until something is so. False: the demo ends.
func (t *tale) until(ctx context.Context, so func() bool) bool {
	for !so() {
		if !sleep(ctx, 500*time.Millisecond) {
			return false
		}
	}
	return true
}

// learned reports whether the rules know what is normal.
func (t *tale) learned(ctx context.Context, id string) bool {
	state, err := t.store.Judgement(ctx, id)
	if err != nil || state == nil || !t.present.Load() {
		return false
	}
	for key := range state.Series {
		if key.Module == demoTroubledModule && state.Explain(key, demoRules().Everywhere()).Learning {
			return false
		}
	}
	return true
}

// says has the module lose so many percent of what is protected.
func (t *tale) says(id string, percent int64) {
	state, _ := t.platform.State(id, time.Now())
	for i, row := range state.Rows {
		if row.Module == demoTroubledModule {
			state.Rows[i].Protected = row.Scanned - row.Scanned*percent/100
			break
		}
	}
	t.platform.SetRows(id, state.Rows)
}

// open is the incident, once it is told.
func (t *tale) open(ctx context.Context, id string) *store.Incident {
	open, _, err := t.store.OpenIncidents(ctx, store.IncidentQuery{IDs: []string{id}})
	if err != nil || len(open) == 0 {
		return nil
	}
	return &open[0]
}

// acknowledged waits for whoever looks at the demo to acknowledge; after a while a
// colleague does.
func (t *tale) acknowledged(ctx context.Context, id string) bool {
	deadline := time.Now().Add(demoPatience)
	return t.until(ctx, func() bool {
		i := t.open(ctx, id)
		if i == nil || !i.Acked.At.IsZero() {
			return true
		}
		if time.Now().After(deadline) {
			t.press("U0MIA")
		}
		return false
	})
}

// press presses Acknowledge below the newest alert.
func (t *tale) press(user string) {
	messages := t.workspace.Messages(demoAlerts, user)
	for i := len(messages) - 1; i >= 0; i-- {
		_, err := t.workspace.Click(context.Background(), fakeslack.Click{
			UserID: user, ChannelID: demoAlerts, MessageTS: messages[i].TS, ActionID: formatting.ActionAck,
		})
		if err == nil {
			return
		}
	}
}
