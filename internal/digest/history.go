package digest

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

const (
	// mostKept is how many changes of a kind a digest keeps, and of how many the
	// history is asked. A message shows fewer.
	mostKept = 20
	// longestGap is how far back it is asked when a gap began.
	longestGap = 90 * oneDay
)

// detail completes the changes that are kept by what the history knows: what a
// module had before its gap is new, and how long a closed one was open. It gives
// all changes, of which only the first [mostKept] of a kind are complete.
func (d *Digests) detail(ctx context.Context, c changes, since, now time.Time) (changes, error) {
	from := now.Add(-longestGap)
	if since.Before(from) {
		from = since
	}
	asked := histories{store: d.options.Store, from: from, to: now.Add(oneDay), known: map[string]coverage.History{}}
	for i := range min(len(c.New), mostKept) {
		if c.New[i].unheard {
			continue
		}
		points, err := asked.of(ctx, c.New[i].series)
		if err != nil {
			return c, err
		}
		// With a gap then, nobody read the customer: to the channel it is new.
		if p, ok := inForce(points, since); ok && p.Gap() == 0 {
			c.New[i].Known, c.New[i].Was = true, amount{Scanned: p.Scanned}
		}
	}
	closed, err := d.closed(ctx, c.Closed, &asked, now)
	c.Closed = closed
	return c, err
}

// closed are the gaps that are closed indeed: that nobody reads a customer any
// more closes none. A module that is gone has nothing scanned.
func (d *Digests) closed(ctx context.Context, candidates []change, asked *histories, now time.Time) ([]change, error) {
	here, err := d.watched(ctx, candidates, now)
	if err != nil {
		return nil, err
	}
	var closed []change
	for _, ch := range candidates {
		if !here[ch.same().Customer] {
			continue
		}
		if len(closed) < mostKept {
			points, err := asked.of(ctx, ch.series)
			if err != nil {
				return nil, err
			}
			if len(points) == 0 || points[len(points)-1].Gap() > 0 {
				continue // forgotten, or open again, this very moment
			}
			ch.Now, ch.For = amount{Scanned: points[len(points)-1].Scanned}, lasted(points)
		}
		closed = append(closed, ch)
	}
	return closed, nil
}

// watched says which customers of changes are watched and listed.
func (d *Digests) watched(ctx context.Context, list []change, now time.Time) (map[string]bool, error) {
	ids := make([]string, 0, len(list))
	for _, ch := range list {
		ids = append(ids, ch.Customer)
	}
	here := map[string]bool{}
	if len(ids) == 0 {
		return here, nil
	}
	fleet, err := d.options.Store.Fleet(ctx, store.FleetQuery{IDs: ids, Limit: len(ids), Now: now})
	for _, s := range fleet.Page {
		here[strings.ToLower(s.ID)] = true
	}
	return here, err
}

// histories are asked once a customer.
type histories struct {
	store    *store.Store
	from, to time.Time
	known    map[string]coverage.History
}

// of are the points of a module, none of a customer that is gone.
func (h *histories) of(ctx context.Context, s series) ([]coverage.Point, error) {
	known, ok := h.known[s.Customer]
	if !ok {
		var err error
		known, err = h.store.History(ctx, s.Customer, h.from, h.to)
		if err != nil && !errors.Is(err, store.ErrUnknown) {
			return nil, err
		}
		h.known[s.Customer] = known
	}
	for _, line := range known.Series {
		if line.Tenant == s.Tenant && line.Module == s.Module {
			return line.Points, nil
		}
	}
	return nil, nil
}

// inForce is the point in force at a time; false: the module was not there.
func inForce(points []coverage.Point, at time.Time) (coverage.Point, bool) {
	var last coverage.Point
	for _, p := range points {
		if p.At.After(at) {
			break
		}
		last = p
	}
	return last, !last.At.IsZero() && !last.Absent
}

// lasted is how long the gap was open that the last points closed; 0 where
// that is unknown.
func lasted(points []coverage.Point) time.Duration {
	end := len(points) - 1
	for end > 0 && points[end-1].Gap() == 0 {
		end--
	}
	if end <= 0 {
		return 0
	}
	began := end - 1
	for began > 0 && points[began-1].Gap() > 0 {
		began--
	}
	if began == 0 {
		return 0 // open since before anybody looked
	}
	return points[end].At.Sub(points[began].At)
}
