package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/bot"
	"github.com/backup-overview/backup-overview/internal/alert"
	"github.com/backup-overview/backup-overview/internal/digest"
	"github.com/backup-overview/backup-overview/internal/engine"
	"github.com/backup-overview/backup-overview/internal/outbox"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/watch"
)

// parts are what a running process consists of. Health and metrics ask them
// how they are.
type parts struct {
	owner   string
	began   time.Time
	client  *avepoint.Client
	cache   *avepoint.Cache
	store   *store.Store
	watch   *watch.Watch
	digests *digest.Digests
	outbox  *outbox.Outbox
	alerts  *alert.Alerts
	engine  engine.Engine
	bot     *bot.Bot
	log     *slog.Logger

	life context.Context // of what is recorded beside the works
	end  context.CancelFunc

	// before, if not nil, has to be done before the works begin. The bot
	// answers meanwhile.
	before func(context.Context) error
}

// assemble wires the parts around an open store. It does no I/O. The parts are
// to be closed before the store.
func assemble(cfg Config, client *avepoint.Client, db *store.Store, log *slog.Logger) (*parts, error) {
	p := &parts{owner: owner(), began: time.Now(), client: client, store: db, log: log}
	p.life, p.end = context.WithCancel(context.Background())
	var err error
	p.watch, err = watch.New(watch.Options{
		Client:   client,
		Store:    db,
		Interval: cfg.Sweep.Interval.V,
		InFlight: sweepInFlight(cfg.AvePoint.Concurrency.V),
		Rate:     cfg.AvePoint.Rate.V,
		Owner:    p.owner,
		Ping:     cfg.Ping.URL.Reveal(),
		Log:      log,
	})
	if err != nil {
		return nil, err
	}
	if err := p.unasked(cfg); err != nil {
		return nil, err
	}
	keep := store.Retention{Readings: days(cfg.Retention.Days.V), Rollups: days(cfg.Rollup.Days.V)}
	all := works(p.watch, p.digests, p.outbox, p.alerts, db, cfg.Sweep.Interval.V, keep, log)
	if p.engine, err = newEngine(db, all, log); err != nil {
		return nil, err
	}
	p.cache = avepoint.NewCache(client.ForPerson(), avepoint.CacheOptions{TTL: cfg.Cache.TTL.V, Max: cachedOverviews, Read: p.heard})
	options, err := botOptions(cfg, p.cache, log)
	if err != nil {
		return nil, err
	}
	options.Store, options.Watch, options.Wake = db, p.watch, p.engine.Wake
	options.SendNow, options.Back = p.digests.SendNow, p.back
	options.Rules, options.RuleSource = cfg.rules.of, cfg.rules.sources
	p.bot, err = bot.New(options)
	return p, err
}

// hearing bounds the recording of one live look-up.
const hearing = 10 * time.Second

// heard records what a person's live look-up read. Who asked has the answer
// already; a database that cannot be used costs the history this reading.
func (p *parts) heard(o avepoint.Overview) {
	ctx, cancel := context.WithTimeout(p.life, hearing)
	defer cancel()
	if err := p.watch.Heard(ctx, o); err != nil {
		p.log.Warn("a live look-up is not recorded", "customer_id", o.CustomerID, "err", err)
	}
}

// close ends the live look-ups under way. What they have read is recorded if the
// database takes it soon.
func (p *parts) close() {
	late := time.AfterFunc(lastRecord, p.end)
	defer late.Stop()
	p.cache.Close()
	p.end()
}

// newEngine chooses by the database: several processes may share PostgreSQL,
// one alone has a SQLite file.
func newEngine(db *store.Store, works []engine.Work, log *slog.Logger) (engine.Engine, error) {
	if pool := db.Pool(); pool != nil {
		return engine.NewRiver(pool, works, engine.Options{Log: log})
	}
	return engine.NewLocal(works, engine.Options{Log: log}), nil
}

// sweepInFlight leaves an eighth of the calls in flight, one at least, to
// people who wait.
func sweepInFlight(concurrency int) int {
	return max(1, concurrency-max(1, concurrency/8))
}

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

// owner names this process in leases: never the same twice, also on hosts that
// are made from one image and give each process the same number.
func owner() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown-host"
	}
	return fmt.Sprintf("%s/%d/%s", host, os.Getpid(), rand.Text()[:8])
}

// run runs the bot and the works until ctx ends. The works stop at once, so
// that other replicas go on with them; commands under way are answered first.
func (p *parts) run(ctx context.Context) error {
	group, life := errgroup.WithContext(ctx)
	group.Go(func() error { return p.bot.Run(life) })
	group.Go(func() error { return p.work(life) })
	return group.Wait()
}

// begin starts the engine. On PostgreSQL that asks the database, which may be
// lost since it was opened: people are answered meanwhile, and it is tried again
// until ctx ends.
func (p *parts) begin(ctx context.Context) error {
	for pause := openPause; ; pause = min(2*pause, openPauseMost) {
		err := p.engine.Start(ctx)
		switch {
		case err == nil || ctx.Err() != nil:
			return nil
		case p.store.Pool() == nil:
			return fmt.Errorf("start the engine: %w", err)
		}
		p.log.WarnContext(ctx, "the engine has not started", "wait", pause, "err", err)
		if !sleep(ctx, pause) {
			return nil
		}
	}
}

// How long the steps of a stop may take at most. Together with a second for the
// bot's last words, one to close the database and one for health they stay below
// the 15 s in which a process stops, also if the database says nothing any more.
const (
	botGrace    = 10 * time.Second // for commands under way; beside it end the works:
	engineGrace = 8 * time.Second
	leaveGrace  = 2 * time.Second
	lastRecord  = time.Second // after these
)

// work runs the engine, and a heartbeat beside it, until ctx ends. Then it stops
// the works, whose leases end with them, and takes its leave of the others.
func (p *parts) work(ctx context.Context) error {
	p.beat(ctx)
	if p.before != nil {
		if err := p.before(ctx); err != nil || ctx.Err() != nil {
			return err
		}
	}
	if err := p.begin(ctx); err != nil || ctx.Err() != nil {
		return err
	}
	p.beatOn(ctx)
	ending := context.WithoutCancel(ctx)
	grace, cancel := context.WithTimeout(ending, engineGrace)
	defer cancel()
	if err := p.engine.Stop(grace); err != nil {
		p.log.Warn("works cut off", "err", err)
	}
	leave, cancel := context.WithTimeout(ending, leaveGrace)
	defer cancel()
	if err := p.store.Leave(leave, p.owner); err != nil {
		p.log.Warn("leases not given back", "err", err)
	}
	return nil
}
