package store

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"time"
)

// Order is how [Store.Fleet] ranks customers.
type Order int

// Orders. Ties go by the order in which the customers came.
const (
	ByGap  Order = iota // most objects without backup first
	ByDrop              // the gap that grew most within a day first, those where that is unknown last
	ByAge               // never read first, then the oldest reading
)

// FleetQuery asks for a page of the fleet and its totals.
type FleetQuery struct {
	Order         Order
	Offset, Limit int
	StaleBefore   time.Time // a whole answer older than this is stale
	Now           time.Time
	GapsOnly      bool     // rank customers with a gap only; the totals are of all
	IDs           []string // nil: all customers
}

// Fleet is the totals of all customers and a page of them. WithGaps, Complete,
// Empty, Stale and Never are disjoint and add up to Customers, the watched and
// listed ones; Unwatched and Gone are beside them. Only watched and listed
// customers are ranked.
type Fleet struct {
	Customers int
	WithGaps  int // fresh, and something has no backup
	Complete  int // fresh, and nothing is missing
	Empty     int // fresh, and nothing scanned: never any rows, or 0 of 0
	Stale     int // no whole answer since StaleBefore, or one dated more than a day ahead of Now
	Never     int // no whole answer at all
	Unwatched int
	Gone      int

	Scanned, Kept, Gap int64     // objects of WithGaps and Complete
	Oldest             time.Time // the oldest of the last whole answers; zero: there is none
	Page               []Standing
	Ranked             int // how many customers the order lists in all
}

// Fleet gives the totals and a page.
func (s *Store) Fleet(ctx context.Context, q FleetQuery) (Fleet, error) {
	// A pause that is over and cannot be ended now, for want of room, is no
	// reason to answer nothing.
	if err := s.endPauses(ctx, q.Now); err != nil && !Unavailable(err) {
		return Fleet{}, fmt.Errorf("fleet: %w", err)
	}
	var f Fleet
	err := s.read(ctx, func(tx *sql.Tx) (err error) {
		if q.IDs != nil {
			f, err = s.chosen(ctx, tx, q)
		} else {
			f, err = whole(ctx, tx, q)
		}
		return err
	})
	if err != nil {
		return Fleet{}, fmt.Errorf("fleet: %w", err)
	}
	return f, nil
}

// group is customers of one state and answer.
type group struct {
	state, answer     int
	customers, oldest int64
	scanned, gap      int64
}

// whole gives the fleet of all customers. An index holds all that is added up,
// in the order of the groups, and each order has its own.
func whole(ctx context.Context, tx *sql.Tx, q FleetQuery) (Fleet, error) {
	var f Fleet
	groups := func(where string, args []any, take func(group)) error {
		return each(ctx, tx, `SELECT state, answer, count(*), min(answered), sum(scanned), sum(gap) FROM standings`+where+` GROUP BY state, answer`,
			args, func(rows *sql.Rows) error {
				var g group
				err := rows.Scan(&g.state, &g.answer, &g.customers, &g.oldest, &g.scanned, &g.gap)
				take(g)
				return err
			})
	}
	if err := groups(``, nil, f.add); err != nil {
		return Fleet{}, err
	}
	err := groups(` WHERE state = 0 AND answer IN (1, 2, 3) AND answered < $1`, []any{ms(q.StaleBefore)}, f.stale)
	if err != nil {
		return Fleet{}, err
	}
	err = groups(` WHERE state = 0 AND answer IN (1, 2, 3) AND answered > $1`, []any{max(q.future(), ms(q.StaleBefore)-1)}, f.stale)
	if err != nil {
		return Fleet{}, err
	}
	f.Kept = f.Scanned - f.Gap
	where := `state = 0`
	f.Ranked = f.Customers
	if q.GapsOnly {
		where += ` AND gap > 0`
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM standings WHERE `+where).Scan(&f.Ranked); err != nil {
			return Fleet{}, err
		}
	}
	if q.Limit <= 0 {
		return f, nil
	}
	order := orders(q.Order)
	f.Page, err = standings(ctx, tx, q.Now, `s.customer IN
		(SELECT s.customer FROM standings s WHERE `+where+` ORDER BY `+order+` LIMIT $1 OFFSET $2) ORDER BY `+order, q.Limit, max(0, q.Offset))
	return f, err
}

func orders(o Order) string {
	switch o {
	case ByDrop:
		return `s.growth DESC, s.customer`
	case ByAge:
		return `s.read_at, s.customer`
	}
	return `s.gap DESC, s.customer`
}

// future is the time after which no answer can have come: that of a clock that
// was ahead says nothing of how fresh it is.
func (q FleetQuery) future() int64 {
	if q.Now.IsZero() {
		return math.MaxInt64
	}
	return ms(q.Now) + day
}

// add adds a group as if all its answers were fresh.
func (f *Fleet) add(g group) {
	n := int(g.customers)
	switch g.state {
	case stateUnwatched:
		f.Unwatched += n
		return
	case stateGone:
		f.Gone += n
		return
	}
	f.Customers += n
	if g.answer == answerNone {
		f.Never += n
		return
	}
	f.fresh(g, 1)
	if oldest := at(g.oldest); f.Oldest.IsZero() || oldest.Before(f.Oldest) {
		f.Oldest = oldest
	}
}

// stale moves customers of a group from what they were added to, to the stale.
func (f *Fleet) stale(g group) {
	f.Stale += int(g.customers)
	f.fresh(g, -1)
}

// fresh counts a group by its answer: 1 adds it, and -1 takes it away again.
func (f *Fleet) fresh(g group, sign int64) {
	n := int(sign * g.customers)
	switch g.answer {
	case answerEmpty:
		f.Empty += n
	case answerGaps:
		f.WithGaps += n
		f.Scanned += sign * g.scanned
		f.Gap += sign * g.gap
	case answerComplete:
		f.Complete += n
		f.Scanned += sign * g.scanned
	}
}
