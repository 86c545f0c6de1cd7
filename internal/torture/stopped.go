package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

const (
	// postMost is how long Slack takes for a post while the program is stopped: one
	// that ends before the stop, one that the stop waits for, and one that is given
	// up.
	postMost = 5 * time.Second
	// stopWait gives a post four seconds.
	stopWait = 18 * time.Second
	// stopEvery is how often each channel has a digest.
	stopEvery = 2 * time.Second
)

// stopped asks the program to stop while it delivers, again and again.
func (s settings) stopped(ctx context.Context, st *stage) error {
	if err := s.subscribe(ctx, st, stopEvery); err != nil {
		return err
	}
	victims, err := s.victims(ctx, st, nil)
	if err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(uint64(s.seed), 0x5709))
	var longest time.Duration
	for i := range s.times {
		st.slack.ClearFaults()
		st.slack.Fail("chat.postMessage", fakeslack.Fault{Delay: between(random, 0, postMost)})
		took, err := s.stopOnce(ctx, st, victims[0], between(random, 0, time.Second))
		if err != nil {
			return fmt.Errorf("stop %d of %d: %w", i+1, s.times, err)
		}
		longest = max(longest, took)
	}
	fmt.Fprintf(s.stdout, "%d times stopped, at the longest in %v\n", s.times, longest.Round(10*time.Millisecond))
	f, err := st.figures(ctx, victims)
	if err != nil {
		return err
	}
	return s.settle(ctx, st, f)
}

// stopOnce starts the program, waits until it posts and a moment longer, and asks
// it to stop.
func (s settings) stopOnce(ctx context.Context, st *stage, v *victim, moment time.Duration) (time.Duration, error) {
	select {
	case <-st.witness.posting: // of the one before
	default:
	}
	p, err := startProcess(v.command())
	if err != nil {
		return 0, err
	}
	timer := time.NewTimer(time.Minute)
	defer timer.Stop()
	select {
	case <-st.witness.posting:
		rest(ctx, moment)
	case <-p.ended:
	case <-timer.C:
		_, _ = v.kill(ctx, p)
		return 0, fmt.Errorf("nothing was posted within a minute:\n%s", p.printed.tail())
	case <-ctx.Done():
	}
	code, took := p.stop()
	switch {
	case ctx.Err() != nil:
		return took, ctx.Err()
	case code != 0 || took > stopMost:
		return took, fmt.Errorf("%w: ended with %d, %v after SIGTERM:\n%s", errWrong, code, took, p.printed.tail())
	}
	return took, nil
}
