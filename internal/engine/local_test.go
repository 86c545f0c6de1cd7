package engine

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A diary holds when runs began, in seconds since the test began.
type diary struct {
	began time.Time
	at    []float64
}

func (d *diary) note() { d.at = append(d.at, time.Since(d.began).Seconds()) }

// startLocal starts an engine with one work in a bubble.
func startLocal(t *testing.T, j *journal, w Work) *Local {
	t.Helper()
	l := NewLocal([]Work{w}, j.options())
	if err := l.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stopWithin(t, l, stopGrace) })
	return l
}

func TestLocal_ticks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		takes time.Duration
		want  []float64
	}{
		{"at once and on time, without drift", 300 * time.Millisecond, []float64{0, 10, 20, 30}},
		{"longer than a period: the tick within is left out", 12 * time.Second, []float64{0, 20}},
		{"just a period", 10 * time.Second, []float64{0, 20}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d := diary{began: time.Now()}
				startLocal(t, &journal{}, Work{Kind: "work", Every: 10 * time.Second, Timeout: time.Minute, Run: func(ctx context.Context) error {
					d.note()
					return rest(ctx, tt.takes)
				}})
				time.Sleep(35 * time.Second)
				synctest.Wait()
				if diff := cmp.Diff(tt.want, d.at); diff != "" {
					t.Errorf("runs began at (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// rest waits unless ctx ends.
func rest(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func TestLocal_wakes_become_one_run_and_move_no_tick(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := diary{began: time.Now()}
		l := startLocal(t, &journal{}, Work{Kind: "work", Every: 10 * time.Second, Timeout: time.Minute, Run: func(ctx context.Context) error {
			d.note()
			return rest(ctx, time.Second)
		}})
		time.Sleep(4 * time.Second)
		for range 1000 { // 4.0: the first starts a run, the others come during it
			l.Wake("work")
			synctest.Wait()
		}
		time.Sleep(20 * time.Second)
		synctest.Wait()
		if diff := cmp.Diff([]float64{0, 4, 5, 10, 20}, d.at); diff != "" {
			t.Errorf("runs began at (-want +got):\n%s", diff)
		}
	})
}

func TestLocal_kinds_do_not_wait_for_each_other(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := diary{began: time.Now()}
		l := NewLocal([]Work{
			{Kind: "slow", Every: time.Second, Timeout: time.Hour, Run: func(ctx context.Context) error { return rest(ctx, time.Hour) }},
			{Kind: "quick", Every: 10 * time.Second, Timeout: time.Minute, Run: func(context.Context) error { d.note(); return nil }},
		}, Options{})
		if err := l.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(25 * time.Second)
		synctest.Wait()
		if diff := cmp.Diff([]float64{0, 10, 20}, d.at); diff != "" {
			t.Errorf("runs began at (-want +got):\n%s", diff)
		}
		ticks := l.Ticks()
		want := map[string]Tick{
			"slow":  {Started: d.began, Running: true},
			"quick": {Started: d.began.Add(20 * time.Second), Ended: d.began.Add(20 * time.Second), Runs: 3},
		}
		if diff := cmp.Diff(want, ticks); diff != "" {
			t.Errorf("ticks (-want +got):\n%s", diff)
		}
		stopWithin(t, l, time.Second)
	})
}

func TestLocal_failures_are_logged_once_a_minute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		j := &journal{}
		l := startLocal(t, j, Work{Kind: "work", Every: time.Second, Timeout: time.Minute, Run: func(context.Context) error {
			if time.Since(began) < 150*time.Second {
				return errors.New("the database is away")
			}
			return nil
		}})
		time.Sleep(200*time.Second + time.Millisecond)
		synctest.Wait()
		var said []string
		for line := range strings.Lines(j.String()) {
			said = append(said, strings.TrimSpace(line[strings.Index(line, "level="):]))
		}
		want := []string{
			`level=WARN msg="work failed" kind=work failures=1 err="the database is away"`,
			`level=WARN msg="work failed" kind=work failures=61 err="the database is away"`,
			`level=WARN msg="work failed" kind=work failures=121 err="the database is away"`,
			`level=INFO msg="work succeeds again" kind=work failures=150`,
		}
		if diff := cmp.Diff(want, said); diff != "" {
			t.Errorf("the log (-want +got):\n%s", diff)
		}
		if tick := l.Ticks()["work"]; tick.Runs != 201 || tick.Failures != 150 || tick.Err != nil {
			t.Errorf("ticks: %+v", tick)
		}
	})
}

func TestLocal_stop_waits_ten_seconds_at_most(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		deaf := make(chan struct{})
		l := NewLocal([]Work{{Kind: "deaf", Every: time.Hour, Timeout: time.Minute, Run: func(context.Context) error {
			<-deaf
			return nil
		}}}, Options{})
		if err := l.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		began := time.Now()
		err := l.Stop(context.Background())
		if took := time.Since(began); took != stopGrace || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Stop returned %v after %v", err, took)
		}
		close(deaf)
	})
}

func TestLocal_time_limit_that_a_run_heeds_is_no_failure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := startLocal(t, &journal{}, Work{Kind: "work", Every: time.Hour, Timeout: time.Minute, Run: func(ctx context.Context) error {
			<-ctx.Done()
			return nil
		}})
		time.Sleep(time.Minute)
		synctest.Wait()
		if tick := l.Ticks()["work"]; tick.Runs != 1 || tick.Failures != 0 || !tick.Ended.Equal(tick.Started.Add(time.Minute)) {
			t.Errorf("ticks: %+v", tick)
		}
	})
}

func TestFollowing(t *testing.T) {
	t.Parallel()
	at := func(s int) time.Time { return time.Unix(int64(s), 0) }
	tests := []struct{ next, now, want int }{
		{20, 15, 20},
		{20, 20, 30},
		{20, 29, 30},
		{20, 30, 40},
		{20, 7205, 7210}, // two hours asleep
		{20, -5000, 20},  // a clock set back
	}
	for _, tt := range tests {
		if got := following(at(tt.next), 10*time.Second, at(tt.now)); !got.Equal(at(tt.want)) {
			t.Errorf("after %d, with the next at %d: %d, want %d", tt.now, tt.next, got.Unix(), tt.want)
		}
	}
}
