package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/riverqueue/river"
)

// startLane has a lane send to insert until the test ends.
func startLane(t *testing.T, j *journal, every time.Duration, insert insert) *lane {
	t.Helper()
	l := newLane(&runner{work: Work{Kind: "work", Every: every, Timeout: time.Minute}, log: j.options().log()})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		l.send(ctx, insert)
		close(done)
	}()
	t.Cleanup(func() { cancel(); <-done })
	return l
}

func TestLane_sends_a_tick_in_the_middle_of_each_period(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sent []string
		startLane(t, &journal{}, time.Hour, func(_ context.Context, o order, opts *river.InsertOpts) error {
			sent = append(sent, fmt.Sprint(time.Now().UTC().Format("15:04:05 "), o.Wake, opts.UniqueOpts.ByPeriod, opts.UniqueOpts.ByArgs, len(opts.UniqueOpts.ByState)))
			return nil
		})
		time.Sleep(3 * time.Hour)
		synctest.Wait()
		if diff := cmp.Diff([]string{"00:30:00 false 1h0m0s true 0", "01:30:00 false 1h0m0s true 0", "02:30:00 false 1h0m0s true 0"}, sent); diff != "" {
			t.Errorf("sent (-want +got):\n%s", diff)
		}
	})
}

func TestLane_wakes_come_in_no_burst_and_wait_for_nobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sent []time.Duration
		began := time.Now()
		l := startLane(t, &journal{}, time.Hour, func(ctx context.Context, o order, opts *river.InsertOpts) error {
			if !o.Wake || opts != nil {
				t.Errorf("sent %+v with %+v", o, opts)
			}
			sent = append(sent, time.Since(began))
			<-ctx.Done() // a database that does not answer
			return ctx.Err()
		})
		for range 1000 {
			l.wake()
		}
		if took := time.Since(began); took != 0 {
			t.Errorf("1000 wakes took %v", took)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		second := sendLimit + sendPause
		// One is under way when the others come, and they are one.
		if len(sent) == 0 || sent[0] != 0 || len(sent) > 2 || len(sent) == 2 && sent[1] != second {
			t.Errorf("sent after %v", sent)
		}
	})
}

func TestLane_losses_are_logged_once_a_minute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		j := &journal{}
		began := time.Now()
		startLane(t, j, time.Second, func(context.Context, order, *river.InsertOpts) error {
			if time.Since(began) < 90*time.Second {
				return errors.New("connection refused")
			}
			return nil
		})
		time.Sleep(2 * time.Minute)
		var said []string
		for line := range strings.Lines(j.String()) {
			said = append(said, strings.TrimSpace(line[strings.Index(line, "level="):]))
		}
		want := []string{
			`level=WARN msg="a tick or wake was lost" kind=work failures=1 err="connection refused"`,
			`level=WARN msg="a tick or wake was lost" kind=work failures=61 err="connection refused"`,
			`level=INFO msg="ticks and wakes get through again" kind=work failures=90`,
		}
		if diff := cmp.Diff(want, said); diff != "" {
			t.Errorf("the log (-want +got):\n%s", diff)
		}
	})
}

func TestLane_take_leaves_a_tick_out_and_keeps_a_wake(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ wake, again bool }{{false, false}, {true, true}} {
		runs := 0
		l := newLane(&runner{log: Options{}.log(), work: Work{Kind: "work", Timeout: time.Minute}})
		l.work.Run = func(ctx context.Context) error {
			runs++
			l.take(ctx, tt.wake) // comes during the run
			return nil
		}
		l.take(t.Context(), false)
		if runs != 1 || (len(l.wakes) == 1) != tt.again {
			t.Errorf("wake %v during a run: %d runs, %d wakes sent", tt.wake, runs, len(l.wakes))
		}
	}
}

func TestTickAfter_is_the_same_for_clocks_a_little_apart(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 24, 23, 59, 59, 0, time.UTC)
	for _, every := range []time.Duration{time.Second, 10 * time.Second, 7 * time.Minute, time.Hour, 24 * time.Hour} {
		tick := tickAfter(start, every)
		for range 100 {
			next := tickAfter(tick, every)
			if next.Sub(tick) != every {
				t.Fatalf("every %v: %v after %v", every, next, tick)
			}
			early, late := next.Add(-every/3), next.Add(every/3)
			if !early.Truncate(every).Equal(late.Truncate(every)) {
				t.Fatalf("every %v: a third of that before and after %v are two periods", every, next)
			}
			tick = next
		}
	}
}

func TestCalm_hands_on_each_warning_once_a_minute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		j := &journal{}
		log := slog.New(newCalm(j.options().log().Handler()))
		for range 121 {
			log.Info("client started")
			log.With("queue", "default").Error("error fetching jobs", "err", "connection refused")
			log.Warn("another")
			time.Sleep(time.Second)
		}
		for message, want := range map[string]int{"client started": 0, "queue=default": 3, "another": 3} {
			if got := strings.Count(j.String(), message); got != want {
				t.Errorf("%q is logged %d times, want %d", message, got, want)
			}
		}
	})
}
