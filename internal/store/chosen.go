package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
)

// idsAtOnce is how many ids one statement names. PostgreSQL goes through the
// whole table for some hundreds already, so the fewer statements the better;
// SQLite looks each up, and is slow with long statements.
func (s *Store) idsAtOnce() int {
	if s.pool == nil {
		return pageOf
	}
	return 10_000
}

// light is what ranks a customer.
type light struct {
	customer, readAt, gap, growth int64
}

// chosen gives the fleet of the customers of a list, which may be longer than
// a statement could name.
func (s *Store) chosen(ctx context.Context, tx *sql.Tx, q FleetQuery) (Fleet, error) {
	var f Fleet
	var ranked []light
	for _, chunk := range chunksOf(s.idsAtOnce(), folded(q.IDs)) {
		err := each(ctx, tx, `SELECT s.state, s.answer, s.answered, s.scanned, s.gap, s.customer, s.read_at, s.growth
			FROM standings s JOIN customers c ON c.num = s.customer WHERE c.id_key IN (`+marks(1, len(chunk))+`)`, chunk,
			func(rows *sql.Rows) error {
				g := group{customers: 1}
				var l light
				err := rows.Scan(&g.state, &g.answer, &g.oldest, &g.scanned, &g.gap, &l.customer, &l.readAt, &l.growth)
				l.gap = g.gap
				f.add(g)
				if g.state == stateWatched && g.answer != answerNone && (g.oldest < ms(q.StaleBefore) || g.oldest > q.future()) {
					f.stale(g)
				}
				if g.state == stateWatched && (!q.GapsOnly || l.gap > 0) {
					ranked = append(ranked, l)
				}
				return err
			})
		if err != nil {
			return Fleet{}, err
		}
	}
	f.Kept, f.Ranked = f.Scanned-f.Gap, len(ranked)
	slices.SortFunc(ranked, q.Order.rank)
	from := min(max(0, q.Offset), len(ranked))
	var err error
	f.Page, err = pageFrom(ctx, tx, q, ranked[from:min(from+max(0, q.Limit), len(ranked))])
	return f, err
}

// pageFrom are the standings of customers who are ranked already.
func pageFrom(ctx context.Context, tx *sql.Tx, q FleetQuery, ranked []light) ([]Standing, error) {
	nums := make([]int64, len(ranked))
	for i, l := range ranked {
		nums[i] = l.customer
	}
	var page []Standing
	for _, chunk := range chunks(nums) {
		part, err := standings(ctx, tx, q.Now, `s.customer IN (`+marks(1, len(chunk))+`) ORDER BY `+orders(q.Order), chunk...)
		if err != nil {
			return nil, err
		}
		page = append(page, part...)
	}
	return page, nil
}

// rank compares two customers as the databases' ORDER BY does.
func (o Order) rank(a, b light) int {
	switch o {
	case ByDrop:
		return cmp.Or(cmp.Compare(b.growth, a.growth), cmp.Compare(a.customer, b.customer))
	case ByAge:
		return cmp.Or(cmp.Compare(a.readAt, b.readAt), cmp.Compare(a.customer, b.customer))
	}
	return cmp.Or(cmp.Compare(b.gap, a.gap), cmp.Compare(a.customer, b.customer))
}
