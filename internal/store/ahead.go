package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"time"
)

// longestGap bounds how far the length of a sweep stretches [Options.Gap]: one
// that ended after days of standstill says nothing of how often readings come.
const longestGap = 3 * 24 * time.Hour

// stretch has readings of a fleet that takes long to sweep still make spans: a
// gap is at least three times the length of the last sweep.
func (r *recorder) stretch(ctx context.Context) (err error) {
	r.gap, err = reach(ctx, r.tx, r.store.gap)
	return err
}

// reach is how far apart readings of one span may lie, in milliseconds.
func reach(ctx context.Context, q queryer, gap time.Duration) (int64, error) {
	last, err := newestSweep(ctx, q, `is_open IS NULL`)
	took := min(last.Ended.Sub(last.Began), longestGap/3)
	return max(gap, 3*took).Milliseconds(), err
}

// ahead is a customer whose last try is dated ahead, and what it is dated back
// to.
type ahead struct {
	row *row
	to  int64
}

// ahead are the customers of the readings whose last try lies more than a day
// ahead of the clock, where a reading does not.
func (r *recorder) ahead(ctx context.Context, readings []Reading) ([]ahead, error) {
	if !slices.ContainsFunc(slices.Collect(maps.Values(r.rows)), func(row *row) bool { return row.tried > ms(readings[0].At)+day }) {
		return nil, nil
	}
	clock, err := r.store.clock(ctx, r.tx, time.Now())
	if err != nil {
		return nil, err
	}
	var all []ahead
	seen := map[int64]bool{}
	for _, reading := range readings { // oldest first
		row, t := r.rows[fold(reading.CustomerID)], ms(reading.At)
		if row == nil || seen[row.customer] || row.tried <= clock+day || t > clock+day {
			continue
		}
		seen[row.customer] = true
		all = append(all, ahead{row, t - 1})
	}
	return all, nil
}

// rewind dates back to t what is dated later. What a customer said then is what
// it said last before t: only the times of it were wrong.
func (r *recorder) rewind(ctx context.Context, row *row, t int64) error {
	for _, when := range []*int64{&row.tried, &row.answered, &row.readAt, &row.since, &row.spanFirst, &row.failingSince, &row.emptySince} {
		*when = min(*when, t)
	}
	if err := r.rewindSpans(ctx, row.customer, t); err != nil {
		return err
	}
	if _, err := r.tx.ExecContext(ctx, `DELETE FROM points WHERE customer = $1 AND at >= $2`, row.customer, t); err != nil {
		return err
	}
	if row.readAt == 0 {
		return nil
	}
	for _, s := range r.series[row.customer] {
		r.points = append(r.points, point{t, s.value}.values(row.customer, s.no))
	}
	return nil
}

// rewindSpans takes away what lies after t, of the span that reaches over it
// the end.
func (r *recorder) rewindSpans(ctx context.Context, customer, t int64) error {
	var across [][]any
	err := each(ctx, r.tx, `SELECT first_at, last_at, scanned, gap, sum FROM spans WHERE customer = $1 AND last_at >= $2`,
		[]any{customer, t}, func(rows *sql.Rows) error {
			var s span
			var written int64
			if err := rows.Scan(&s.first, &s.last, &s.scanned, &s.gap, &written); err != nil {
				return err
			}
			if s.first < t {
				across = append(across, span{s.first, t - 1, s.scanned, s.gap}.values(customer))
			}
			return s.sum(customer).check(written)
		})
	if err != nil {
		return err
	}
	if _, err := r.tx.ExecContext(ctx, `DELETE FROM spans WHERE customer = $1 AND last_at >= $2`, customer, t); err != nil {
		return err
	}
	return insert(ctx, r.tx, insertSpans, ``, across)
}
