package bot

import (
	"context"
	"errors"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/directory"
	"github.com/backup-overview/backup-overview/internal/store"
)

// What the store remembers makes an overview quicker and richer. It is no
// condition of it where Slack itself says who reads along: in direct messages
// people are answered from memory and by live calls while the store cannot be
// used. In channels nobody knows then what may be shown, so nothing is.

// recall is the last reading: the one in memory while it is fresh, otherwise
// the newer of memory's and the store's, which the sweep, another replica or
// an earlier life of this one may have written.
func (o *overviews) recall(ctx context.Context, c directory.Entry) (avepoint.Answer, bool) {
	if last, ok := o.cache.Peek(c.ID); ok && last.Fresh {
		return last, true
	}
	last, ok, err := o.watch.Last(ctx, c.ID)
	if err != nil {
		o.log.Warn("the last reading is not known", "customer_id", c.ID, "err", err)
	}
	if ok {
		o.cache.Keep(last)
	}
	return o.cache.Peek(c.ID)
}

// comparable is how far what is shown may be from now, and from the reading
// that the store compared with yesterday, for "3 more than yesterday" to hold.
const comparable = 6 * time.Hour

// compare adds what the history says of a reading: the change since yesterday,
// and since when nothing has changed.
func (o *overviews) compare(ctx context.Context, v *formatting.OverviewView, customerID string, shown avepoint.Overview) {
	standing, err := o.store.Standing(ctx, customerID, v.Now)
	if err != nil && !errors.Is(err, store.ErrUnknown) {
		o.log.Warn("the history is not known", "customer_id", customerID, "err", err)
	}
	if err != nil || standing.Read.IsZero() {
		return
	}
	now := total(shown)
	if standing.DayGap != nil && near(shown.FetchedAt, standing.Read) && near(v.Now, shown.FetchedAt) {
		change := now.Gap - *standing.DayGap
		v.Change = &change
	}
	if now.Gap == standing.Gap && now.Scanned == standing.Scanned {
		v.UnchangedSince = standing.Since
	}
}

func near(a, b time.Time) bool { return a.Sub(b).Abs() < comparable }

// total is a reading in sum.
func total(o avepoint.Overview) coverage.Total {
	var sum coverage.Total
	for _, m := range o.Modules {
		sum = sum.Plus(coverage.Count{Scanned: m.Scanned, Protected: m.Protected})
	}
	return sum
}

// gaps are the objects without backup of these customers, of those that were
// ever read.
func (o *overviews) gaps(ctx context.Context, entries []directory.Entry) map[string]int64 {
	gaps := make(map[string]int64, len(entries))
	if len(entries) == 0 {
		return gaps
	}
	ids := make([]string, len(entries))
	for i, c := range entries {
		ids[i] = c.ID
	}
	fleet, err := o.store.Fleet(ctx, store.FleetQuery{IDs: ids, Limit: len(ids), Now: time.Now()})
	if err != nil {
		o.log.Warn("the gaps are not known", "err", err)
	}
	for _, standing := range fleet.Page {
		if !standing.Read.IsZero() {
			gaps[standing.ID] = standing.Gap
		}
	}
	for _, c := range entries {
		if last, ok := o.cache.Peek(c.ID); ok {
			gaps[c.ID] = total(last.Overview).Gap
		}
	}
	return gaps
}
