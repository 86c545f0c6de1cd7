package watch

import (
	"context"
	"fmt"
	"time"
)

// beating bounds one beat, so that a database that hangs delays none but its
// own.
const beating = 5 * time.Second

// Beat is for each process to call every ten seconds. It says that this replica
// lives, and takes this replica's share of the rate: the whole divided by the
// replicas that live. The first call belongs before the first [Watch.Sweep], so
// that two replicas never both take the whole. Where the store cannot be used it
// returns an error, within five seconds, and the share stays as it was.
func (w *Watch) Beat(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, beating)
	defer cancel()
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
