package watch

import (
	"log/slog"
	"testing"
	"testing/synctest"
	"time"
)

// outcomes lets readings of these classes through one after another and
// reports the state after them.
func outcomes(g *gate, classes ...string) Breaker {
	for _, c := range classes {
		g.enter()(c)
	}
	return g.state()
}

func times(n int, class string) []string {
	classes := make([]string, n)
	for i := range classes {
		classes[i] = class
	}
	return classes
}

func TestGate_opensAtHalfOfTen(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		classes []string
		want    Breaker
	}{
		"nine of nine":            {times(9, classBusy), Closed},
		"ten of ten":              {times(10, classUnavailable), Open},
		"five of ten":             {append(times(5, ""), times(5, classRateLimited)...), Open},
		"five of eleven":          {append(times(6, ""), times(5, classRateLimited)...), Closed},
		"refusals of customers":   {append(times(20, classForbidden), times(20, classNotFound)...), Closed},
		"bad answers":             {append(times(20, classUnreadable), times(20, classOtherCustomer)...), Closed},
		"cancelled do not count":  {append(times(9, classBusy), times(9, classEnded)...), Closed},
		"credentials are another": {times(30, classCredentials), Closed},
	} {
		if got := outcomes(newGate(slog.New(slog.DiscardHandler), probeEvery), test.classes...); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestGate_probesEach30Seconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := newGate(slog.New(slog.DiscardHandler), probeEvery)
		outcomes(g, times(10, classBusy)...)
		late := g.enter() // claimed before, begins after: counts for nothing
		time.Sleep(probeEvery - time.Millisecond)
		if g.state() != Open {
			t.Fatalf("before its time: %v", g.state())
		}
		time.Sleep(2 * time.Millisecond)
		late("")
		if g.state() != Probing {
			t.Fatalf("after 30 s: %v", g.state())
		}
		if got := outcomes(g, classBusy); got != Open {
			t.Fatalf("after a probe that failed: %v", got)
		}
		time.Sleep(probeEvery + time.Millisecond)
		if got := outcomes(g, classEnded); got != Probing {
			t.Fatalf("after a probe that was cancelled: %v", got)
		}
		if got := outcomes(g, ""); got != Closed {
			t.Fatalf("after a probe that was answered: %v", got)
		}
		if got := outcomes(g, times(9, classBusy)...); got != Closed {
			t.Errorf("old failures count on: %v", got)
		}
	})
}

func TestGate_forgetsWhatIsOld(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := newGate(slog.New(slog.DiscardHandler), probeEvery)
		for range 30 {
			outcomes(g, classBusy)
			time.Sleep(breakerWindow / 8)
		}
		if g.state() != Closed {
			t.Error("a failure now and then opened it")
		}
	})
}

func TestSignIn_oneTryEach15Minutes(t *testing.T) {
	t.Parallel()
	var s signIn
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	if s.held(now) || s.settle(false, now) {
		t.Fatal("it does not begin in the ordinary state")
	}
	if !s.settle(true, now) || s.settle(true, now.Add(time.Minute)) || s.failures() != 2 {
		t.Fatal("a refusal is news once")
	}
	if !s.since().Equal(now) || !s.held(now.Add(signInEvery-time.Second)) || s.held(now.Add(signInEvery)) {
		t.Fatalf("held wrongly, since %v", s.since())
	}
	s.trying(now.Add(signInEvery))
	if !s.held(now.Add(signInEvery+time.Second)) || s.held(now.Add(2*signInEvery)) {
		t.Error("one try was due, not more")
	}
	if !s.settle(false, now.Add(20*time.Minute)) || s.held(now.Add(20*time.Minute)) || !s.since().IsZero() || s.failures() != 0 {
		t.Error("it does not end")
	}
}
