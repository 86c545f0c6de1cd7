package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

// slotEvery is how often the configured digest is due.
const slotEvery = 5 * time.Second

// A calm lasts long enough for whole slots.
const (
	calmLeast = 3 * slotEvery
	calmMost  = 5 * slotEvery
	stormy    = 5 // lives of a storm for each calm
)

// slotted has the program say one digest every 5 s, with storms and calms, until
// it has seen enough whole slots.
func (s settings) slotted(ctx context.Context, st *stage) error {
	victims, err := s.victims(ctx, st, s.weather, "DIGEST_CHANNEL="+channelID(0), "DIGEST_SCHEDULE=@every "+slotEvery.String())
	if err != nil {
		return err
	}
	s.infect(st.slack)
	c := course{Every: slotEvery, From: time.Now()}
	living, cancel := context.WithCancel(ctx)
	defer cancel()
	group, living := errgroup.WithContext(living)
	for _, v := range victims {
		group.Go(func() error { return v.run(living) })
	}
	for living.Err() == nil && st.course(c, victims).seen() < s.slots {
		rest(living, time.Second)
	}
	cancel()
	if err := group.Wait(); err != nil && (!errors.Is(err, context.Canceled) || ctx.Err() != nil) {
		return err
	}
	c = st.course(c, victims)
	f, err := st.figures(ctx, victims)
	if err != nil {
		return err
	}
	if c.Said, err = st.slots(ctx); err != nil {
		return err
	}
	return s.judge(countSlots(c), f)
}

// judge prints the figures of the slots.
func (s settings) judge(t slotTally, f figures) error {
	fmt.Fprintf(s.stdout, "%d slots, %d of them whole, %d said; missing %d, doubled %d, strange %d; kills %d, ambiguous %d, possible doubles %d\n",
		t.Slots, t.Whole, t.Said, len(t.Missing), len(t.Doubled), len(t.Strange), f.kills, f.ambiguous, f.possible)
	for _, line := range slices.Concat(t.Missing, t.Doubled, t.Strange) {
		fmt.Fprintln(s.stdout, " ", line)
	}
	allowed := 0
	if !s.history {
		allowed = min(f.ambiguous, f.possible)
	}
	if len(t.Missing)+len(t.Strange) > 0 || len(t.Doubled) > allowed {
		return fmt.Errorf("%w: slots missing %d, doubled %d of at most %d, strange %d",
			errWrong, len(t.Missing), len(t.Doubled), allowed, len(t.Strange))
	}
	return nil
}

// weather draws a calm after some lives of a storm.
func (s settings) weather(replica int) func() (time.Duration, bool) {
	random := rand.New(rand.NewPCG(uint64(s.seed), uint64(replica)))
	lives := 0
	return func() (time.Duration, bool) {
		if lives++; lives%(stormy+1) == 0 {
			return between(random, calmLeast, calmMost), false
		}
		return between(random, stormLeast, stormMost), true
	}
}

// course is what has happened until now.
func (st *stage) course(c course, victims []*victim) course {
	c.To = time.Now()
	for _, v := range victims {
		v.set(func() { c.Up = append(c.Up, v.lives...) })
	}
	for _, call := range st.witness.all() {
		if call.Outcome == lost {
			c.Cut = append(c.Cut, call.Begun, call.End)
		}
	}
	return c
}

// seen counts the whole slots.
func (c course) seen() int {
	for i := range c.Up {
		if c.Up[i].To.After(c.To) {
			c.Up[i].To = c.To
		}
	}
	return countSlots(c).Whole
}
