package watch

import (
	"context"
	"time"

	"github.com/backup-overview/backup-overview/internal/store"
)

const (
	// Readings are recorded in groups of so many, or as many as came in within
	// so long after the first: one commit for all of them.
	groupSize = 64
	groupWait = 250 * time.Millisecond
	// recording bounds one commit.
	recording = 10 * time.Second
)

// record records the readings until no more come. After a failure it records
// nothing, cancels the calls, and takes what still comes, so that nobody waits
// for it. What was read is recorded though ctx is done.
func (r *run) record(ctx context.Context, cancel context.CancelCauseFunc) {
	ctx = context.WithoutCancel(ctx)
	var failed error
	for group := range groups(r.readings) {
		if failed != nil {
			continue
		}
		if failed = r.recordGroup(ctx, group); failed != nil {
			cancel(failed)
		}
	}
}

func (r *run) recordGroup(ctx context.Context, group []store.Reading) error {
	ctx, cancel := context.WithTimeout(ctx, recording)
	defer cancel()
	return r.store.Record(ctx, r.owner, group)
}

// groups ranges over what comes in, in groups. A group is valid until the next.
func groups(in <-chan store.Reading) func(yield func([]store.Reading) bool) {
	return func(yield func([]store.Reading) bool) {
		group := make([]store.Reading, 0, groupSize)
		for first := range in {
			group = gather(append(group[:0], first), in)
			if !yield(group) {
				return
			}
		}
	}
}

// gather fills a group up.
func gather(group []store.Reading, in <-chan store.Reading) []store.Reading {
	full := time.NewTimer(groupWait)
	defer full.Stop()
	for len(group) < groupSize {
		select {
		case reading, ok := <-in:
			if !ok {
				return group
			}
			group = append(group, reading)
		case <-full.C:
			return group
		}
	}
	return group
}
