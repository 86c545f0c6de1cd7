package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// History is what is remembered of a customer from from to to: the spans of
// readings that touch this time, whole, and of each module its points in it,
// and the one in force at its beginning. [ErrUnknown]: there is no such
// customer.
func (s *Store) History(ctx context.Context, id string, from, to time.Time) (coverage.History, error) {
	var h coverage.History
	err := s.read(ctx, func(tx *sql.Tx) error {
		h = coverage.History{}
		num, err := number(ctx, tx, id)
		if err != nil {
			return err
		}
		var until int64
		if err := tx.QueryRowContext(ctx, `SELECT daily_until FROM directory`).Scan(&until); err != nil {
			return err
		}
		h.DailyUntil = at(until)
		spans, err := spansOf(ctx, tx, num, ms(from), ms(to))
		if err != nil {
			return err
		}
		for _, sp := range spans {
			h.Spans = append(h.Spans, coverage.Span{
				First: at(sp.first), Last: at(sp.last),
				Count: coverage.Count{Scanned: sp.scanned, Protected: sp.scanned - sp.gap},
			})
		}
		h.Series, err = seriesOf(ctx, tx, num, ms(from), ms(to))
		return err
	})
	if err != nil {
		return coverage.History{}, fmt.Errorf("history of customer: %w", err)
	}
	return h, nil
}

// spansOf are the spans that touch a time, the one that is still open
// included.
func spansOf(ctx context.Context, q queryer, num, from, to int64) ([]span, error) {
	var spans []span
	err := each(ctx, q, `SELECT first_at, last_at, scanned, gap, sum FROM spans WHERE customer = $1 AND last_at >= $2 ORDER BY last_at`,
		[]any{num, from}, func(rows *sql.Rows) error {
			var s span
			var written int64
			if err := rows.Scan(&s.first, &s.last, &s.scanned, &s.gap, &written); err != nil {
				return err
			}
			if s.first <= to {
				spans = append(spans, s)
			}
			return s.sum(num).check(written) // also of one that a damaged time leaves out
		})
	if err != nil {
		return nil, err
	}
	r, err := rowOf(ctx, q, num, "")
	open := r.open()
	if err == nil && open.last > 0 && open.last >= from && open.first <= to {
		spans = append(spans, open)
	}
	return spans, err
}

// rowOf is the customer's row of standings, and a zero one where it was
// forgotten meanwhile.
func rowOf(ctx context.Context, q queryer, num int64, lock string) (*row, error) {
	r := &row{}
	err := each(ctx, q, `SELECT `+rowColumns+` FROM standings s WHERE s.customer = $1`+lock, []any{num}, func(rows *sql.Rows) error {
		if err := rows.Scan(r.fields()...); err != nil {
			return err
		}
		return r.sum().check(r.written)
	})
	return r, err
}

// open is the span of readings that is not closed.
func (r *row) open() span { return span{r.spanFirst, r.readAt, r.scanned, r.gap} }

// seriesOf are the modules' points of a time.
func seriesOf(ctx context.Context, q queryer, num, from, to int64) ([]coverage.SeriesHistory, error) {
	var all []coverage.SeriesHistory
	before := int64(-1)
	err := each(ctx, q, `SELECT n.no, n.tenant, n.module, n.scanned, n.protected, n.sum, p.at, p.scanned, p.protected, p.sum
		FROM series n JOIN points p ON p.customer = n.customer AND p.series = n.no
		WHERE n.customer = $1 AND p.at <= $2 ORDER BY n.tenant, n.module, n.no, p.at`, []any{num, to}, func(rows *sql.Rows) error {
		var no, written, writtenPoint int64
		var h coverage.SeriesHistory
		var current value
		var p point
		if err := rows.Scan(&no, &h.Tenant, &h.Module, &current.scanned, &current.protected, &written,
			&p.at, &p.scanned, &p.protected, &writtenPoint); err != nil {
			return err
		}
		if err := (&seriesRow{no: no, tenant: h.Tenant, value: current}).sum(num, h.Module).check(written); err != nil {
			return err
		}
		if no != before {
			all, before = append(all, h), no
		}
		last := &all[len(all)-1]
		if p.at <= from {
			last.Points = last.Points[:0] // only the last of these is in force
		}
		last.Points = append(last.Points, p.value.point(p.at))
		return p.sum(num, no).check(writtenPoint)
	})
	if err != nil {
		return nil, err
	}
	named := all[:0]
	for _, h := range all {
		if len(h.Points) > 1 || !h.Points[0].Absent {
			named = append(named, h)
		}
	}
	return named, nil
}

func (v value) point(t int64) coverage.Point {
	if v == absent() {
		return coverage.Point{At: at(t), Absent: true}
	}
	return coverage.Point{At: at(t), Count: coverage.Count{Scanned: v.scanned, Protected: v.protected}}
}
