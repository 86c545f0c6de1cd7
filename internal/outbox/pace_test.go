package outbox

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestBackoff_is_jittered_and_capped(t *testing.T) {
	t.Parallel()
	tests := []struct {
		failures int
		most     time.Duration
		part     float64
		want     time.Duration
	}{
		{0, backoffMost, 1, time.Second},
		{1, backoffMost, 1, time.Second},
		{2, backoffMost, 1, 2 * time.Second},
		{6, backoffMost, 1, 32 * time.Second},
		{7, backoffMost, 1, time.Minute},
		{7, backoffMost, 0.25, 15 * time.Second},
		{7, backoffMost, 0, 0},
		{1 << 40, backoffMost, 1, time.Minute},
		{20, refusedMost, 1, 15 * time.Minute},
	}
	for _, tt := range tests {
		if got := backoff(tt.failures, tt.most, tt.part); got != tt.want {
			t.Errorf("backoff(%d, %v, %v) = %v, want %v", tt.failures, tt.most, tt.part, got, tt.want)
		}
	}
}

func TestObeying_is_never_shorter_than_asked(t *testing.T) {
	t.Parallel()
	for _, part := range []float64{0, 0.5, 1} {
		if got := obeying(10*time.Second, part); got < 10*time.Second || got > 11*time.Second {
			t.Errorf("%v: %v", part, got)
		}
	}
}

func TestHalting_grows_from_a_minute_to_fifteen(t *testing.T) {
	t.Parallel()
	for failures, want := range []time.Duration{1, 1, 2, 4, 8, 15, 15} {
		if got := halting(failures); got != want*time.Minute {
			t.Errorf("%d: %v", failures, got)
		}
	}
}

// Ten minutes of a backlog: never more than the rate, and all of it.
func TestPace_gives_the_whole_rate_and_no_more(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPace(1, 5)
		var went []time.Time
		for end := time.Now().Add(10 * time.Minute); time.Now().Before(end); {
			if p.take(3, time.Now()) > 0 {
				went = append(went, time.Now())
			}
			time.Sleep(p.next(time.Now()))
		}
		if len(went) != 3000 {
			t.Errorf("%d messages in ten minutes, want 3,000", len(went))
		}
		for i := 1; i < len(went); i++ {
			if gap := went[i].Sub(went[i-1]); gap < 200*time.Millisecond {
				t.Fatalf("message %d came %v after the one before", i, gap)
			}
		}
	})
}

func TestPace_keeps_a_second_in_a_channel_and_none_between_channels(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPace(1, 5)
		p.called("C1", time.Now())
		time.Sleep(300 * time.Millisecond)
		if wait := p.wait("C1", time.Now()); wait != 700*time.Millisecond {
			t.Errorf("C1 waits %v", wait)
		}
		if wait := p.wait("C2", time.Now()); wait != 0 {
			t.Errorf("C2 waits %v", wait)
		}
	})
}

// F1: repeated 429s halve a lane's rate, down to a bound, and it comes back.
func TestPace_halves_a_lane_that_is_limited_again_and_again(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPace(1, 5)
		spacing := func() time.Duration {
			now := time.Now()
			return p.spacing(p.lane("C1", now), now)
		}
		for i, want := range []time.Duration{1, 2, 4, 8, 16, 16} {
			p.limited("C1", time.Now())
			if got := spacing(); got != want*time.Second {
				t.Errorf("after %d: %v, want %v s", i+1, got, int(want))
			}
		}
		time.Sleep(time.Hour)
		if got := spacing(); got != time.Second {
			t.Errorf("an hour later: %v", got)
		}
		p.limited("C1", time.Now())
		if got := spacing(); got != time.Second {
			t.Errorf("one 429 a day: %v", got)
		}
	})
}

func TestPace_forgets_lanes_that_are_idle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPace(1, 5)
		for i := range 1000 {
			p.called(string(rune('a'+i)), time.Now())
		}
		time.Sleep(time.Hour)
		if p.wait("C1", time.Now()); len(p.lanes) != 1 {
			t.Errorf("%d lanes", len(p.lanes))
		}
	})
}

func TestGate_waits_longer_each_time_and_not_for_a_new_token(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var g gate
		refused := Outcome{Verdict: Halted, Class: "invalid_auth"}
		for _, want := range []time.Duration{1, 2, 4, 8, 15, 15} {
			until, _ := g.close(refused, "old", time.Now())
			again, first := g.close(refused, "old", time.Now()) // one that was under way
			if until != again || first || time.Until(until) != want*time.Minute {
				t.Errorf("until %v and %v, want %v m", time.Until(until), time.Until(again), int(want))
			}
			if v := g.look("old", time.Now()); v.open || v.due {
				t.Errorf("%+v", v)
			}
			if v := g.look("new", time.Now()); !v.due {
				t.Errorf("a new token is not tried: %+v", v)
			}
			time.Sleep(time.Until(until))
			if v := g.look("old", time.Now()); !v.due {
				t.Errorf("%+v", v)
			}
		}
		if !g.open() || !g.look("old", time.Now()).open || g.open() {
			t.Error("it does not open once")
		}
	})
}
