package main

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/bot"
)

// outside is what can be asked of a process over HTTP, from its first moment
// on: before there is a database, there are no parts, and it says so.
type outside struct {
	cfg    Config
	client *avepoint.Client
	parts  atomic.Pointer[parts]
	wanted atomic.Pointer[string] // why there is no database yet; nil: no try has ended
	memory remembered
}

func newOutside(cfg Config, client *avepoint.Client) *outside {
	return &outside{cfg: cfg, client: client}
}

// waiting notes why the database is not open yet.
func (o *outside) waiting(err error) {
	problem := storeProblem(err)
	o.wanted.Store(&problem)
}

// show makes the parts be asked from now on.
func (o *outside) show(p *parts) { o.parts.Store(p) }

// handler answers /livez, /readyz and /metrics.
func (o *outside) handler(log *slog.Logger) http.Handler {
	metrics := promhttp.HandlerFor(newRegistry(o), promhttp.HandlerOpts{
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		// What can be told is told: a part in trouble must not hide the others.
		ErrorHandling: promhttp.ContinueOnError,
		// Whoever asks faster than answers come gets the same answer as others.
		MaxRequestsInFlight: 3,
	})
	return healthHandler(version(), o.problems, o.warnings, metrics)
}

// problems says why a command would not be answered, or no customer read, now.
func (o *outside) problems(ctx context.Context) []string {
	p := o.parts.Load()
	if p == nil {
		if wanted := o.wanted.Load(); wanted != nil {
			return []string{*wanted}
		}
		return []string{"the database is being opened"}
	}
	problems := notReady(p.bot.State())
	m := o.memory.of(ctx, p)
	if m.err != nil {
		return append(problems, storeProblem(m.err))
	}
	now := time.Now()
	problems = append(problems, workProblems(p.engine.Ticks(), m.silence(p.began, now))...)
	return append(problems, deliveryProblems(m.deliveries, p.outbox.Stats().Halted, m.unsent(p.began, now), now)...)
}

// warnings says what is wrong beside that.
func (o *outside) warnings(ctx context.Context) []string {
	p := o.parts.Load()
	if p == nil {
		return nil
	}
	return deliveryWarnings(o.memory.of(ctx, p).deliveries)
}

// notReady says why a command would not be answered now.
func notReady(s bot.State) []string {
	var problems []string
	switch {
	case s.Stopping:
		problems = append(problems, "the bot is stopping")
	case s.Refused:
		problems = append(problems, "Slack refuses the bot's tokens")
	case s.Connections == 0:
		problems = append(problems, "no connection to Slack, or nothing heard on it for 35 seconds")
	}
	return problems
}
