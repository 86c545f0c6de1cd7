package engine

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// asReplica makes the test binary be a process with an engine, so that kills,
// signals and starts are real. The variable holds a role.
const asReplica = "ENGINE_TEST_AS_REPLICA"

// A role is what a process of the suite does.
type role struct {
	Engine  string // local or river
	URL     string
	Owner   string
	Migrate bool          // River's tables, before the start
	Every   time.Duration // of both works
	Row     time.Duration // of work for one row
	Lease   time.Duration
	Batch   int
	Hang    bool // each run of the work "tick" lasts until it is told to end
}

// lifetime ends a process that its test has forgotten.
const lifetime = 2 * time.Minute

// beReplica runs until SIGTERM and returns the exit code. It says "up" before it
// does anything, and "ready" with the name of its engine when that has started.
func beReplica(text string) int {
	time.AfterFunc(lifetime, func() { os.Exit(9) })
	fmt.Println("up")
	var r role
	err := json.Unmarshal([]byte(text), &r)
	if err == nil {
		err = r.live()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// live starts the engine, waits for the signal, and stops it.
func (r role) live() error {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	e, name, err := r.open(ctx)
	if err != nil {
		return err
	}
	if err := e.Start(ctx); err != nil {
		return err
	}
	fmt.Println("ready", name)
	<-ctx.Done()
	stop, cancel := context.WithTimeout(context.Background(), stopGrace)
	defer cancel()
	return e.Stop(stop)
}

// open connects to the database and makes the engine.
func (r role) open(ctx context.Context) (e Engine, name string, err error) {
	options := Options{Log: slog.New(slog.NewTextHandler(os.Stderr, nil))}
	if r.Engine == "local" {
		db, err := openSQLite(r.URL)
		return NewLocal(r.works(db), options), r.Owner, err
	}
	pool, err := pgxpool.New(ctx, r.URL)
	if err != nil {
		return nil, "", err
	}
	if r.Migrate {
		if err := Migrate(ctx, pool); err != nil {
			return nil, "", err
		}
	}
	over, err := NewRiver(pool, r.works(stdlib.OpenDBFromPool(pool)), options)
	if err != nil {
		return nil, "", err
	}
	return over, over.client.ID(), nil
}

// works are the two kinds of the suite: one drains the table, one only says
// that it was started.
func (r role) works(db *sql.DB) []Work {
	tb := table{db}
	var draining, ticking atomic.Bool
	return []Work{
		{Kind: "drain", Every: r.Every, Timeout: 30 * time.Second, Run: func(ctx context.Context) error {
			return r.alone(ctx, tb, &draining, func() error { return r.drain(ctx, tb) })
		}},
		{Kind: "tick", Every: r.Every, Timeout: 30 * time.Second, Run: func(ctx context.Context) error {
			return r.alone(ctx, tb, &ticking, func() error { return r.tick(ctx, tb) })
		}},
	}
}

// alone reports a run of a kind that is under way in this process.
func (r role) alone(ctx context.Context, tb table, under *atomic.Bool, run func() error) error {
	if !under.CompareAndSwap(false, true) {
		return tb.started(ctx, "overlap", r.Owner)
	}
	defer under.Store(false)
	return run()
}

func (r role) tick(ctx context.Context, tb table) error {
	if err := tb.started(ctx, "tick", r.Owner); err != nil {
		return err
	}
	if r.Hang {
		<-ctx.Done()
	}
	return nil
}

// drain does what is due. However it ends, it gives back what it has claimed
// and not done: the end of its context may have hidden the answer to a claim.
func (r role) drain(ctx context.Context, tb table) (err error) {
	defer func() { err = errors.Join(err, tb.release(context.WithoutCancel(ctx), r.Owner)) }()
	if err := tb.started(ctx, "drain", r.Owner); err != nil {
		return err
	}
	for {
		keys, err := tb.claim(ctx, r.Owner, r.Batch, r.Lease)
		if err != nil || len(keys) == 0 {
			return err
		}
		for _, key := range keys {
			if err := r.do(ctx, tb, key); err != nil {
				return err
			}
		}
	}
}

// do works on one row.
func (r role) do(ctx context.Context, tb table, key int64) error {
	select {
	case <-time.After(r.Row):
		return tb.finish(ctx, r.Owner, key)
	case <-ctx.Done():
		return ctx.Err()
	}
}
