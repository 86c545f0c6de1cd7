package bot

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestDesk_refusesWhenFull(t *testing.T) {
	t.Parallel()
	d := newDesk(2)
	release := make(chan struct{})
	for range 2 {
		if got := d.submit(func(context.Context) { <-release }); got != accepted {
			t.Fatalf("got %v, want accepted", got)
		}
	}
	if got := d.submit(func(context.Context) {}); got != full {
		t.Errorf("got %v, want full", got)
	}
	close(release)
	d.finish(time.Minute)
	if got := d.submit(func(context.Context) {}); got != closed {
		t.Errorf("got %v, want closed", got)
	}
}

func TestDesk_finishLetsWorkEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(2)
		ended := false
		d.submit(func(context.Context) {
			time.Sleep(5 * time.Second)
			ended = true
		})
		start := time.Now()
		d.finish(12 * time.Second)
		if !ended || time.Since(start) != 5*time.Second {
			t.Errorf("ended %v after %v; want true after 5 s", ended, time.Since(start))
		}
	})
}

func TestDesk_finishCutsOffAfterGrace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(2)
		var cause error
		d.submit(func(ctx context.Context) {
			<-ctx.Done()
			cause = context.Cause(ctx)
		})
		start := time.Now()
		d.finish(12 * time.Second)
		if took := time.Since(start); took != 12*time.Second || !errors.Is(cause, errStopping) {
			t.Errorf("after %v with %v; want 12 s and %v", took, cause, errStopping)
		}
	})
}

// Work that hears nothing must not hold the process for ever.
func TestDesk_finishLeavesDeafWork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(2)
		d.submit(func(context.Context) { time.Sleep(time.Hour) })
		start := time.Now()
		d.finish(12 * time.Second)
		if took := time.Since(start); took != 12*time.Second+lastWords {
			t.Errorf("finish took %v", took)
		}
		time.Sleep(2 * time.Hour)
	})
}
