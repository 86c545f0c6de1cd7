package main

import (
	"context"
	"time"
)

// beatEvery is how often a process says that it lives, which is also when it
// notices how many share the rate with it.
const beatEvery = 10 * time.Second

// beatsUntilTold again: a database that is down for an hour is not told of 360
// times.
const beatsUntilTold = 30

// beatOn beats until ctx ends.
func (p *parts) beatOn(ctx context.Context) {
	ticker := time.NewTicker(beatEvery)
	defer ticker.Stop()
	for missed := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := p.watch.Beat(ctx); err == nil || ctx.Err() != nil {
			missed = 0
		} else if missed++; missed%beatsUntilTold == 1 {
			p.log.WarnContext(ctx, "heartbeat not stored", "missed", missed, "err", err)
		}
	}
}

// beat says for the first time that this process lives, before it works: two
// that start must not both take the whole rate.
func (p *parts) beat(ctx context.Context) {
	if err := p.watch.Beat(ctx); err != nil && ctx.Err() == nil {
		p.log.WarnContext(ctx, "heartbeat not stored", "missed", 1, "err", err)
	}
}
