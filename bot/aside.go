package bot

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/backup-overview/backup-overview/internal/store"
)

const (
	// asidePatience bounds what an answer waits for that it could do without.
	asidePatience = 500 * time.Millisecond
	// asidePause is how long the store is not asked for such things once it
	// has failed: a hung one costs one asker half a second, not each.
	asidePause = 5 * time.Second
	// storePatience bounds what an answer waits for that cannot do without the
	// store.
	storePatience = 4 * time.Second
)

// aside asks the store for what makes an answer richer and is no condition of
// it. After a failure it leaves the store alone for a while.
type aside struct {
	now   func() time.Time
	until atomic.Pointer[time.Time] // when the store is asked again
	log   *slog.Logger
}

// newAside returns one that asks by the clock now.
func newAside(now func() time.Time, log *slog.Logger) *aside { return &aside{now: now, log: log} }

// ask runs f, which is cut off after a moment, or does not run it at all. What
// f has no answer for must be nothing worse than a poorer answer.
func (a *aside) ask(ctx context.Context, f func(context.Context) error) {
	if until := a.until.Load(); until != nil && a.now().Before(*until) {
		return
	}
	limited, cancel := context.WithTimeout(ctx, asidePatience)
	defer cancel()
	err := f(limited)
	if err == nil || errors.Is(err, store.ErrUnknown) || ctx.Err() != nil {
		return // the last: who asked is out of time, which says nothing of the store
	}
	until := a.now().Add(asidePause)
	a.until.Store(&until)
	a.log.Warn("answers do without the store for a while", "pause", asidePause, "err", err)
}

// errStoreHangs ends an answer for which the store takes too long.
var errStoreHangs = errors.New("the store does not answer in time")

// inTime runs f, which needs the store, within [storePatience].
func inTime[T any](ctx context.Context, f func(context.Context) (T, error)) (T, error) {
	limited, cancel := context.WithTimeoutCause(ctx, storePatience, errStoreHangs)
	defer cancel()
	result, err := f(limited)
	if _, told := errors.AsType[*UserError](err); err != nil && !told && hangs(limited) {
		err = errors.Join(errStoreHangs, err)
	}
	return result, err
}

// hangs reports whether ctx has ended because the store takes too long.
func hangs(ctx context.Context) bool { return errors.Is(context.Cause(ctx), errStoreHangs) }
