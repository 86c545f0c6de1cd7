package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/backup-overview/backup-overview/internal/engine"
	"github.com/backup-overview/backup-overview/internal/outbox"
	"github.com/backup-overview/backup-overview/internal/store"
)

const (
	// rememberedFor is how long an answer of the database counts: probes may
	// come each second, from several sides.
	rememberedFor = 3 * time.Second
	// askedFor bounds the wait for that answer.
	askedFor = 2 * time.Second
	// silenceMost is how long no work may have been started by any replica. There
	// is a tick every few seconds, also when another replica has just died.
	silenceMost = 2 * time.Minute
	// waitMost is how long a message may wait to be sent, or for the outcome of
	// an attempt: longer than a pause that Slack asks for, and DELIVERY_WAIT.
	waitMost = 10 * time.Minute
	// unsentMost is how long nobody may have begun to send what is due: a run may
	// take its whole time limit.
	unsentMost = shortWork + silenceMost
)

// memory is what the database said when it was last asked.
type memory struct {
	ping   error                // it does not answer
	err    error                // it cannot be used; ping, or the works' tables
	ticked map[string]time.Time // newest start of each kind of work, in any replica

	deliveries store.DeliveryStats
}

// silence is how long no work has been started by anybody, as this process can
// know it.
func (m memory) silence(began, now time.Time) time.Duration {
	newest := began
	for _, at := range m.ticked {
		if at.After(newest) {
			newest = at
		}
	}
	return now.Sub(newest)
}

// unsent is silence of the work that sends.
func (m memory) unsent(began, now time.Time) time.Duration {
	if at := m.ticked[outbox.DeliveryWork]; at.After(began) {
		return now.Sub(at)
	}
	return now.Sub(began)
}

// remembered keeps a memory for a few seconds.
type remembered struct {
	mu    sync.Mutex
	asked time.Time
	last  memory
}

// of asks the parts' database, unless that was done a moment ago.
func (r *remembered) of(ctx context.Context, p *parts) memory {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.asked.IsZero() && time.Since(r.asked) < rememberedFor {
		return r.last
	}
	// An asker who goes away must not leave an error for the next one.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), askedFor)
	defer cancel()
	var m memory
	m.ping = p.store.Ping(ctx)
	if m.err = m.ping; m.err == nil {
		m.ticked, m.err = p.engine.Ticked(ctx)
	}
	if m.err == nil {
		m.deliveries, m.err = p.store.DeliveryStats(ctx, time.Now())
	}
	r.last, r.asked = m, time.Now()
	return m
}

// workProblems says why readings are not made, or not kept. A work that runs
// is no silence, however long ago it was started. The upkeep's trouble stops no
// reading: there may be no room for a whole copy and enough for the database.
func workProblems(ticks map[string]engine.Tick, silence time.Duration) []string {
	var problems []string
	running := false
	for _, kind := range slices.Sorted(maps.Keys(ticks)) {
		tick := ticks[kind]
		running = running || tick.Running
		if kind != upkeepWork && store.Unavailable(tick.Err) && !slices.Contains(problems, storeProblem(tick.Err)) {
			problems = append(problems, storeProblem(tick.Err))
		}
	}
	if silence > silenceMost && !running {
		problems = append(problems, "no work has been started for two minutes")
	}
	return problems
}

// deliveryProblems says why no message goes out. halted is the class of Slack's
// refusal to take any, unsent how long nobody has tried; what waits for a parked
// channel alone is no problem.
func deliveryProblems(d store.DeliveryStats, halted string, unsent time.Duration, now time.Time) []string {
	var problems []string
	if halted != "" {
		problems = append(problems, fmt.Sprintf("Slack takes no message of the bot (%s)", halted))
	}
	if unsent > unsentMost {
		problems = append(problems, "nobody has looked for messages to send for seven minutes")
	}
	if d.Parked == 0 && !d.Oldest.IsZero() && now.Sub(d.Oldest) > waitMost {
		problems = append(problems, "messages to Slack have waited for ten minutes")
	}
	return problems
}

// deliveryWarnings says which messages do not go out while others do.
func deliveryWarnings(d store.DeliveryStats) []string {
	var warnings []string
	if d.Parked > 0 {
		warnings = append(warnings, fmt.Sprintf("channels that cannot be reached, for which messages wait: %d", d.Parked))
	}
	if d.Dead > 0 {
		warnings = append(warnings, fmt.Sprintf("messages that could not be delivered in the last seven days: %d", d.Dead))
	}
	return warnings
}

// storeProblem says what is wrong with the database in words without any part
// of its address.
func storeProblem(err error) string {
	for _, p := range []struct {
		kind error
		text string
	}{
		{store.ErrUnreachable, "the database cannot be reached"},
		{store.ErrFull, "there is no room left for the database"},
		{store.ErrBusy, "the database is locked by another program"},
		{store.ErrReadOnly, "the database cannot be written to"},
		{store.ErrCorrupt, "the database is damaged"},
	} {
		if errors.Is(err, p.kind) {
			return p.text
		}
	}
	return "the database cannot be used"
}
