package watch

import (
	"context"
	"errors"
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

// recordGroup records all of a group, or, where one of them cannot be recorded,
// each by itself. Where none can, the same customers are not read again at once.
func (r *run) recordGroup(ctx context.Context, group []store.Reading) error {
	err := r.commit(ctx, group...)
	if spoiled(err) {
		err = r.recordEach(ctx, group)
	}
	switch {
	case err == nil:
		r.storing.succeeded()
	case !passing(err):
		r.storing.failed(time.Now())
	}
	return err
}

// recordEach records readings one by one. One that cannot be recorded counts as
// failed. An error means that nothing could be recorded of any, or not in time.
func (r *run) recordEach(ctx context.Context, group []store.Reading) error {
	recorded := 0
	var last error
	for _, reading := range group {
		err := r.commit(ctx, reading)
		if spoiled(err) {
			r.log.Error("a reading cannot be recorded", "customer_id", reading.CustomerID, "err", err)
			err = r.commit(ctx, store.Reading{
				CustomerID: reading.CustomerID, At: reading.At, Kind: store.Failed, Class: classStorage,
			})
		}
		switch {
		case err == nil:
			recorded++
		case spoiled(err): // nor the failure: the claim stays until it runs out
			last = err
		default:
			return err
		}
	}
	if recorded > 0 {
		return nil
	}
	return last
}

func (r *run) commit(ctx context.Context, readings ...store.Reading) error {
	ctx, cancel := context.WithTimeout(ctx, recording)
	defer cancel()
	return r.store.Record(ctx, r.owner, readings)
}

// spoiled reports whether an error of Record may be of one reading, or of what
// the store holds of one customer, so that others may be recorded.
func spoiled(err error) bool {
	return err != nil && !errors.Is(err, context.DeadlineExceeded) &&
		(errors.Is(err, store.ErrCorrupt) || !store.Unavailable(err))
}

// passing reports whether the store works again as soon as it can be reached,
// so that the next tick finds out without a call.
func passing(err error) bool {
	return errors.Is(err, store.ErrUnreachable) || errors.Is(err, store.ErrBusy)
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
