package engine

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A journal is a log that a test reads while it is written.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func (j *journal) options() Options {
	return Options{Log: slog.New(slog.NewTextHandler(j, nil))}
}

// make is an engine of the bench's kind in this process.
func (b *bench) make(t *testing.T, j *journal, works ...Work) Engine {
	t.Helper()
	if b.engine == "local" {
		return NewLocal(works, j.options())
	}
	r, err := NewRiver(b.pool, works, j.options())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// run starts an engine of the bench's kind in this process until the test ends.
func (b *bench) run(t *testing.T, j *journal, works ...Work) Engine {
	t.Helper()
	e := b.make(t, j, works...)
	if err := e.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stopWithin(t, e, stopGrace) })
	return e
}

func stopWithin(t *testing.T, e Engine, limit time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	if err := e.Stop(ctx); err != nil {
		t.Errorf("Stop: %v", err)
	}
}

// settled waits until the runs of a start are over, and tells how many they were.
func settled(t *testing.T, e Engine, kind string) int {
	t.Helper()
	const still = 500 * time.Millisecond
	eventually(t, resume, "the end of the start", func() bool {
		tick := e.Ticks()[kind]
		return tick.Runs > 0 && !tick.Running && time.Since(tick.Ended) > still
	})
	return e.Ticks()[kind].Runs
}

func TestEngine_wake_runs_at_once(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		ran := make(chan time.Time, 100)
		e := b.run(t, &journal{}, Work{Kind: "work", Every: time.Hour, Timeout: time.Minute, Run: func(context.Context) error {
			ran <- time.Now()
			return nil
		}})
		settled(t, e, "work")
		for len(ran) > 0 {
			<-ran
		}
		for range 5 {
			asked := time.Now()
			e.Wake("work")
			select {
			case at := <-ran:
				t.Logf("a wake ran after %v", at.Sub(asked))
			case <-time.After(resume):
				t.Fatalf("no run within %v of a wake", resume)
			}
		}
	})
}

func TestEngine_wakes_during_a_run_make_one_more(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		var hold atomic.Bool
		gate := make(chan struct{})
		e := b.run(t, &journal{}, Work{Kind: "work", Every: time.Hour, Timeout: time.Minute, Run: func(context.Context) error {
			if hold.Load() {
				<-gate
			}
			return nil
		}})
		before := settled(t, e, "work")
		hold.Store(true)
		e.Wake("work")
		eventually(t, resume, "a run that is held", func() bool { return e.Ticks()["work"].Running })
		for range 20 {
			e.Wake("work")
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(1200 * time.Millisecond) // River looks each second for what it was not told of
		hold.Store(false)
		close(gate)
		time.Sleep(800 * time.Millisecond)
		if n := settled(t, e, "work") - before; n != 2 {
			t.Errorf("%d runs, want the one that was held and one for the 20 wakes within it", n)
		}
	})
}

func TestEngine_panic_ends_a_run_and_nothing_else(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		j := &journal{}
		var runs atomic.Int32
		e := b.run(t, j, Work{Kind: "work", Every: time.Second, Timeout: time.Minute, Run: func(context.Context) error {
			if runs.Add(1) == 1 {
				panic("a row of poison")
			}
			return nil
		}})
		eventually(t, resume, "a good run", func() bool {
			tick := e.Ticks()["work"]
			return tick.Runs > tick.Failures && tick.Err == nil
		})
		if n := e.Ticks()["work"].Failures; n != 1 {
			t.Errorf("%d failures are counted", n)
		}
		for _, want := range []string{"level=ERROR msg=\"work failed\" kind=work failures=1", "a row of poison", "both_test.go", "work succeeds again"} {
			if !strings.Contains(j.String(), want) {
				t.Errorf("the log does not say %q:\n%s", want, j)
			}
		}
	})
}

func TestEngine_time_limit_ends_a_run(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		j := &journal{}
		e := b.run(t, j, Work{Kind: "work", Every: time.Hour, Timeout: 200 * time.Millisecond, Run: func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		}})
		eventually(t, resume, "the end of the run", func() bool { return e.Ticks()["work"].Runs > 0 })
		err := e.Ticks()["work"].Err
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "time limit of 200ms") {
			t.Errorf("the run ended with %v", err)
		}
	})
}

func TestEngine_stop_tells_runs_and_waits_for_them(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		var begun, tidied atomic.Bool
		e := b.make(t, &journal{}, Work{Kind: "work", Every: time.Hour, Timeout: time.Minute, Run: func(ctx context.Context) error {
			begun.Store(true)
			<-ctx.Done()
			time.Sleep(300 * time.Millisecond)
			tidied.Store(true)
			return ctx.Err()
		}})
		if err := e.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		eventually(t, resume, "a run", begun.Load)
		stopWithin(t, e, resume)
		if !tidied.Load() {
			t.Error("Stop did not wait for the run to tidy up")
		}
		if tick := e.Ticks()["work"]; tick.Failures != 0 || tick.Running {
			t.Errorf("to be stopped counts as a failure, or still runs: %+v", tick)
		}
		runs := e.Ticks()["work"].Runs
		e.Wake("work")
		time.Sleep(300 * time.Millisecond)
		if got := e.Ticks()["work"].Runs; got != runs {
			t.Errorf("%d runs after Stop", got-runs)
		}
		stopWithin(t, e, resume)
		if err := e.Start(t.Context()); err == nil {
			t.Error("a stopped engine starts")
		}
	})
}

func TestEngine_stop_gives_up_with_its_context(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		var begun atomic.Bool
		deaf := make(chan struct{})
		e := b.make(t, &journal{}, Work{Kind: "deaf", Every: time.Hour, Timeout: time.Minute, Run: func(context.Context) error {
			begun.Store(true)
			<-deaf
			return nil
		}})
		if err := e.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		eventually(t, resume, "a run", begun.Load)
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		began := time.Now()
		err := e.Stop(ctx)
		if took := time.Since(began); err == nil || !strings.Contains(err.Error(), "[deaf] did not end") || took > 2*time.Second {
			t.Errorf("Stop returned %v after %v", err, took)
		}
		close(deaf)
		stopWithin(t, e, resume)
	})
}

func TestEngine_refuses_a_second_start_and_takes_a_stop_before_the_first(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		idle := Work{Kind: "idle", Every: time.Hour, Timeout: time.Minute, Run: func(context.Context) error { return nil }}
		e := b.run(t, &journal{}, idle)
		if err := e.Start(t.Context()); err == nil {
			t.Error("a second start is taken")
		}
		never := b.make(t, &journal{}, idle)
		stopWithin(t, never, resume)
		if err := never.Start(t.Context()); err == nil {
			t.Error("a stopped engine starts")
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		late := b.make(t, &journal{}, idle)
		if err := late.Start(ended); err == nil {
			t.Error("a start with an ended context succeeds")
		}
		stopWithin(t, late, resume)
	})
}

func TestEngine_ticked_knows_the_other_replicas(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		began := time.Now()
		work := func(kind string) Work {
			return Work{Kind: kind, Every: time.Hour, Timeout: time.Minute, Run: func(context.Context) error { return nil }}
		}
		e := b.run(t, &journal{}, work("one"), work("two"))
		settled(t, e, "one")
		settled(t, e, "two")
		asked := e
		if b.engine == "river" { // one that has run nothing itself
			asked = b.make(t, &journal{}, work("one"), work("two"), work("three"))
		}
		times, err := asked.Ticked(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range []string{"one", "two"} {
			if at := times[kind]; at.Before(began.Add(-time.Second)) || at.After(time.Now().Add(time.Second)) {
				t.Errorf("%s was last taken up at %v, the test began at %v", kind, at, began)
			}
		}
		if at, ok := times["three"]; ok {
			t.Errorf("a kind that never ran was taken up at %v", at)
		}
	})
}

func TestEngine_wake_of_an_unknown_kind_is_logged(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		j := &journal{}
		b.make(t, j, Work{Kind: "work", Every: time.Hour, Timeout: time.Minute, Run: func(context.Context) error { return nil }}).Wake("wrok")
		if !strings.Contains(j.String(), "kind=wrok") {
			t.Errorf("the log says %q", j)
		}
	})
}
