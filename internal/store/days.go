package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"
)

// DayGap is what customers lacked at one time.
type DayGap struct {
	At           time.Time
	Gap, Scanned int64 // objects
	Customers    int   // of which it is known what they lacked then
}

// GapDays gives what the customers of a list, or all where it is nil, lacked at
// some times, as far as they are watched and listed now: of each, what its
// readings said then. Nothing is known of one whose last reading before lies too
// far back.
func (s *Store) GapDays(ctx context.Context, ids []string, days []time.Time) ([]DayGap, error) {
	var g gapDays
	err := s.read(ctx, func(tx *sql.Tx) (err error) {
		g = gapDays{}
		for _, t := range days {
			g.times = append(g.times, ms(t))
			g.days = append(g.days, DayGap{At: t})
		}
		if len(days) == 0 {
			return nil
		}
		if g.reach, err = reach(ctx, tx, s.gap); err != nil {
			return err
		}
		return s.ofCustomers(ids, func(where string, args []any) error { return g.read(ctx, tx, where, args) })
	})
	if err != nil {
		return nil, fmt.Errorf("gaps of some days: %w", err)
	}
	return g.days, nil
}

// gapDays adds up spans.
type gapDays struct {
	reach int64 // for how long after its last reading a span holds
	times []int64
	days  []DayGap

	customer int64
	opened   int64  // when the customer's open span begins
	held     []span // by time, the customer's last span that began by then; zero: none did
}

// read goes through the spans of the customers of a condition, each customer's
// in order; the open one lies with the standing, and is the last.
func (g *gapDays) read(ctx context.Context, tx *sql.Tx, where string, args []any) error {
	opened := map[int64]int64{}
	err := each(ctx, tx, `SELECT s.customer, s.span_first, s.read_at, s.scanned, s.gap FROM standings s JOIN customers c ON c.num = s.customer
		WHERE s.state = 0 AND s.read_at > 0 AND `+where, args, func(rows *sql.Rows) error {
		var customer int64
		var open span
		err := rows.Scan(&customer, &open.first, &open.last, &open.scanned, &open.gap)
		opened[customer] = open.first
		for i, t := range g.times {
			if open.first <= t {
				g.add(i, open)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	n := len(args)
	err = each(ctx, tx, `SELECT p.customer, p.first_at, p.last_at, p.scanned, p.gap, p.sum
		FROM spans p JOIN standings s ON s.customer = p.customer JOIN customers c ON c.num = s.customer
		WHERE s.state = 0 AND p.last_at > `+marks(n+1, 1)+` AND p.first_at <= `+marks(n+2, 1)+` AND `+where+` ORDER BY p.customer, p.last_at`,
		append(slices.Clone(args), slices.Min(g.times)-g.reach, slices.Max(g.times)), func(rows *sql.Rows) error {
			var customer, written int64
			var closed span
			if err := rows.Scan(&customer, &closed.first, &closed.last, &closed.scanned, &closed.gap, &written); err != nil {
				return err
			}
			if customer != g.customer {
				g.flush()
				g.customer, g.opened = customer, opened[customer]
			}
			for i, t := range g.times {
				if closed.first <= t {
					g.held[i] = closed
				}
			}
			return closed.sum(customer).check(written)
		})
	g.flush()
	g.customer = 0
	return err
}

// flush adds the closed spans of one customer.
func (g *gapDays) flush() {
	for i, held := range g.held {
		if held.first > 0 && g.times[i] < g.opened {
			g.add(i, held)
		}
	}
	g.held = make([]span, len(g.times))
}

// add adds a span to a time that it reaches.
func (g *gapDays) add(i int, s span) {
	if g.times[i]-s.last >= g.reach {
		return
	}
	g.days[i].Gap += s.gap
	g.days[i].Scanned += s.scanned
	g.days[i].Customers++
}
