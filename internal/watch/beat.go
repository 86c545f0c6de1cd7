package watch

import (
	"context"
	"fmt"
)

// Beat is for each process to call every ten seconds. It says that this replica
// lives, and takes this replica's share of the rate: the whole divided by the
// replicas that live. Where the store cannot be used the share stays.
func (w *Watch) Beat(ctx context.Context) error {
	live, err := w.store.Beat(ctx, w.owner, w.now())
	if err != nil {
		return fmt.Errorf("beat: %w", err)
	}
	live = max(1, live)
	if before := w.live.Swap(int64(live)); before != int64(live) {
		w.log.Info("replicas changed", "replicas", live, "rate", w.share())
	}
	w.client.SetRate(w.share())
	return nil
}

// share of the rate that is this replica's, in requests a second.
func (w *Watch) share() float64 { return w.rate / float64(w.live.Load()) }
