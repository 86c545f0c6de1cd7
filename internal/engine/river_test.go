package engine

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// nothing is a work that does nothing.
func nothing(kind string, every time.Duration) Work {
	return Work{Kind: kind, Every: every, Timeout: time.Minute, Run: func(context.Context) error { return nil }}
}

func TestRiver_goes_on_after_its_connections_were_cut(t *testing.T) {
	t.Parallel()
	b := riverBench(t)
	j := &journal{}
	e := b.run(t, j, nothing("work", time.Second))
	settledOnce(t, e)
	for range 3 {
		_ = b.number(t, `SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
		runs := e.Ticks()["work"].Runs
		took := eventually(t, 10*time.Second, "ticks after the cut", func() bool { return e.Ticks()["work"].Runs >= runs+3 })
		t.Logf("three ticks after %v", took)
	}
	if n := strings.Count(j.String(), "\n"); n > 20 {
		t.Errorf("%d lines of log:\n%s", n, j)
	}
}

// settledOnce waits for a first run.
func settledOnce(t *testing.T, e Engine) {
	t.Helper()
	eventually(t, resume, "a run", func() bool { return e.Ticks()["work"].Runs > 0 })
}

func TestRiver_replicas_share_one_tick_a_period(t *testing.T) {
	t.Parallel()
	b := riverBench(t)

	for range 3 {
		b.run(t, &journal{}, nothing("work", 2*time.Second))
	}
	const count = `SELECT COUNT(*) FROM river_job WHERE args->>'work' = 'work' AND args->>'wake' IS NULL`
	before := b.number(t, count)
	began := time.Now()
	time.Sleep(6 * time.Second)
	ticks, periods := b.number(t, count)-before, int(time.Since(began)/(2*time.Second))
	if ticks < periods-1 || ticks > periods+1 {
		t.Errorf("%d ticks in %d periods of three replicas", ticks, periods)
	}
}

func TestRiver_runs_what_another_replica_wakes(t *testing.T) {
	t.Parallel()
	b := riverBench(t)
	ran := make(chan struct{}, 100)
	busy := nothing("work", time.Hour)
	busy.Run = func(ctx context.Context) error {
		<-ctx.Done() // the one that wakes is at a long run
		return ctx.Err()
	}
	waker := b.run(t, &journal{}, busy)
	eventually(t, resume, "a long run", func() bool { return waker.Ticks()["work"].Running })
	free := nothing("work", time.Hour)
	free.Run = func(context.Context) error {
		ran <- struct{}{}
		return nil
	}
	b.run(t, &journal{}, free)
	// Either replica may take a wake; of twenty, the busy one hardly takes all.
	for range 20 {
		waker.Wake("work")
		time.Sleep(2 * sendPause)
	}
	select {
	case <-ran:
	case <-time.After(resume):
		t.Error("the free replica took none of 20 wakes")
	}
}

func TestRiver_start_without_tables(t *testing.T) {
	t.Parallel()
	b := emptyBench(t)
	e := b.make(t, &journal{}, nothing("work", time.Hour))
	if err := e.Start(t.Context()); err == nil {
		t.Error("Start found River's tables in an empty database")
	}
	stopWithin(t, e, resume)
}

func TestRiver_start_and_migrate_without_a_server(t *testing.T) {
	t.Parallel()
	pool, err := pgxpool.New(t.Context(), "postgres://nobody@127.0.0.1:1/none?sslmode=disable&connect_timeout=2")
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	e, err := NewRiver(pool, []Work{nothing("work", time.Hour)}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("Start: %v", err)
	}
	if err := Migrate(t.Context(), pool); err == nil || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("Migrate: %v", err)
	}
	e.Wake("work")
	stopWithin(t, e, resume)
}

func TestMigrate_again_and_with_one_connection(t *testing.T) {
	t.Parallel()
	b := emptyBench(t)
	cfg := b.pool.Config()
	cfg.MaxConns = 1
	pool, err := pgxpool.NewWithConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for range 2 {
		if err := Migrate(ctx, pool); err != nil {
			t.Fatal(err)
		}
	}
	// The server frees the lock when it has noticed that its connection ended.
	const held = `SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`
	eventually(t, resume, "the end of the lock", func() bool { return b.number(t, held) == 0 })
}
