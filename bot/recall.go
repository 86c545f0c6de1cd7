package bot

import (
	"cmp"
	"context"
	"slices"
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

// recalled is what is known of a customer when somebody asks for it.
type recalled struct {
	last     avepoint.Answer   // the last reading
	read     bool              // whether there is one
	good     avepoint.Overview // the last that had modules; none where it has none
	standing store.Standing    // what the history says; its Read is zero where nothing is known
}

// recall is the last reading, which is the one in memory while it is fresh,
// otherwise the newer of memory's and the store's: the sweep, another replica
// or an earlier life of this one may have written that. Each request asks once.
func (o *overviews) recall(ctx context.Context, c directory.Entry) recalled {
	var r recalled
	r.last, r.read = o.cache.Peek(c.ID)
	o.aside.ask(ctx, func(ctx context.Context) (err error) {
		if !r.last.Fresh || len(r.last.Overview.Modules) == 0 {
			last, ok, err := o.watch.Last(ctx, c.ID)
			if err != nil {
				return err
			}
			if ok {
				r.good = last
				o.cache.Keep(last)
				r.last, r.read = o.cache.Peek(c.ID)
			}
		}
		r.standing, err = o.store.Standing(ctx, c.ID, time.Now())
		return err
	})
	if last := r.last.Overview; len(last.Modules) > 0 && !last.FetchedAt.Before(r.good.FetchedAt) {
		r.good = last
	}
	return r
}

// emptySince is since when AvePoint has answered without modules for a customer
// that had some, as an answer is to be shown; zero where it does not.
func (r recalled) emptySince(answer avepoint.Overview) time.Time {
	since := r.standing.EmptySince
	switch {
	case len(answer.Modules) > 0 && answer.FetchedAt.Before(since):
		return since // another answer came after this one
	case len(answer.Modules) > 0, r.standing.Read.IsZero() && len(r.good.Modules) == 0:
		return time.Time{}
	case since.IsZero():
		return answer.FetchedAt
	}
	return since
}

// nearby is how far what is shown may be from now, and from the reading that
// the store compared with yesterday, for "3 more than yesterday" to hold.
const nearby = 6 * time.Hour

func near(a, b time.Time) bool { return a.Sub(b).Abs() < nearby }

// compare adds what the history says of a reading: the change since yesterday,
// and since when nothing has changed.
func (r recalled) compare(v *formatting.OverviewView, shown avepoint.Overview) {
	s := r.standing
	if s.Read.IsZero() || !near(v.Now, shown.FetchedAt) {
		return
	}
	if s.DayGap != nil && near(shown.FetchedAt, s.Read) {
		change := total(shown).Gap - *s.DayGap
		v.Change = &change
	}
	if r.repeats(shown) {
		v.UnchangedSince = s.Since
	}
}

// repeats reports whether a reading is the one that the history ends with, or
// says the same of each module.
func (r recalled) repeats(shown avepoint.Overview) bool {
	if sameMoment(shown.FetchedAt, r.standing.Read) {
		return true
	}
	return r.read && sameMoment(r.last.Overview.FetchedAt, r.standing.Read) &&
		slices.Equal(counts(shown), counts(r.last.Overview))
}

// sameMoment compares times as the store keeps them.
func sameMoment(a, b time.Time) bool { return a.UnixMilli() == b.UnixMilli() }

// moduleCount is what a reading says of one module of one tenant.
type moduleCount struct {
	tenant, module string
	coverage.Count
}

// counts are the modules of a reading in an order of their own.
func counts(o avepoint.Overview) []moduleCount {
	all := make([]moduleCount, len(o.Modules))
	for i, m := range o.Modules {
		all[i] = moduleCount{m.Tenant, m.Name, coverage.Count{Scanned: m.Scanned, Protected: m.Protected}}
	}
	slices.SortFunc(all, func(a, b moduleCount) int {
		return cmp.Or(
			cmp.Compare(a.tenant, b.tenant), cmp.Compare(a.module, b.module),
			cmp.Compare(a.Scanned, b.Scanned), cmp.Compare(a.Protected, b.Protected),
		)
	})
	return all
}

// total is a reading in sum.
func total(o avepoint.Overview) coverage.Total {
	var sum coverage.Total
	for _, m := range o.Modules {
		sum = sum.Plus(coverage.Count{Scanned: m.Scanned, Protected: m.Protected})
	}
	return sum
}

// gaps are the objects without backup of these customers, of those that were
// ever read: as the newest reading has them, memory's or the store's.
func (o *overviews) gaps(ctx context.Context, entries []directory.Entry) map[string]int64 {
	gaps := make(map[string]int64, len(entries))
	if len(entries) == 0 {
		return gaps
	}
	ids := make([]string, len(entries))
	for i, c := range entries {
		ids[i] = c.ID
	}
	var fleet store.Fleet
	o.aside.ask(ctx, func(ctx context.Context) (err error) {
		fleet, err = o.store.Fleet(ctx, store.FleetQuery{IDs: ids, Limit: len(ids), Now: time.Now()})
		return err
	})
	read := make(map[string]time.Time, len(entries))
	for _, standing := range fleet.Page {
		if !standing.Read.IsZero() {
			gaps[standing.ID], read[standing.ID] = standing.Gap, standing.Read
		}
	}
	for _, c := range entries {
		if last, ok := o.cache.Peek(c.ID); ok && last.Overview.FetchedAt.After(read[c.ID]) {
			gaps[c.ID] = total(last.Overview).Gap
		}
	}
	return gaps
}
