package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Retention is how long history is kept.
type Retention struct {
	Readings time.Duration // each change; of older days the worst is kept
	Rollups  time.Duration // the worst of each day
}

// UpkeepReport is what [Store.Upkeep] did.
type UpkeepReport struct {
	Days    int64 // days of customers that were made into their worst
	Removed int64 // rows of history deleted, those made into others included
	Freed   int64 // bytes given back to the file system, on SQLite
}

// together is how many customers one transaction of the upkeep treats.
const together = 20

// silent is how far now may lie beyond all that was read, for the upkeep to
// believe it.
const silent = 7 * 24 * time.Hour

// Upkeep makes days that are older than Readings into their worst: of each
// customer, and of each module; deletes what is older than Rollups, deliveries
// that ended 30 days ago, slots after 90 days and what Slack sent after 48 hours;
// and gives room back. It works in small transactions and may be cut short, repeated, or
// run on two replicas at once, without harm: it goes on where it was cut. Where
// now lies more than a week beyond the last sweep and the last reading it deletes
// nothing: either there is nothing to do or the clock is ahead.
//
// On SQLite it also looks through the whole file, and returns [ErrCorrupt] with
// the words that mend it where something is wrong, after all the rest is done.
func (s *Store) Upkeep(ctx context.Context, keep Retention, now time.Time) (UpkeepReport, error) {
	var report UpkeepReport
	until := startOf(ms(now.Add(-keep.Readings)))
	end := startOf(ms(now.Add(-max(keep.Readings, keep.Rollups))))
	believed, err := s.believes(ctx, now)
	if err == nil && believed {
		// What is too old goes first: rolling may take longer than there is time.
		err = s.expire(ctx, end, until, &report)
		err = errors.Join(err, s.prune(ctx, now), s.rollUp(ctx, until, &report))
	}
	if err == nil && s.pool == nil {
		report.Freed, err = s.tidy(ctx)
	}
	if err != nil {
		return report, fmt.Errorf("upkeep: %w", err)
	}
	return report, nil
}

// believes reports whether now is not far beyond all that was read.
func (s *Store) believes(ctx context.Context, now time.Time) (bool, error) {
	var newest int64
	err := s.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT max(t) FROM (SELECT coalesce(max(began), 0) AS t FROM sweeps
			UNION ALL SELECT coalesce(max(tried), 0) FROM standings) AS times`).Scan(&newest)
	})
	if err != nil {
		return false, err
	}
	if newest > 0 && now.Sub(at(newest)) > silent {
		s.log.Warn("the upkeep deletes nothing: nothing was read for long, or the clock is ahead", "now", now, "read", at(newest))
		return false, nil
	}
	return true, nil
}

// rolled is how far the rolling has come.
type rolled struct {
	from, until int64 // the days that a rolling that was cut short was at; until 0: none was
	last        int64 // the last customer that has them behind it
}

// rollUp rolls every customer whose readings up to until need it. What an
// earlier upkeep was at and did not end comes first.
func (s *Store) rollUp(ctx context.Context, until int64, report *UpkeepReport) error {
	var r rolled
	err := s.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT daily_until, roll_until, rolled FROM directory`).Scan(&r.from, &r.until, &r.last)
	})
	if err != nil || r.from >= until {
		return err
	}
	if r.until > r.from && r.until < until && r.last > 0 {
		if err := s.rollDays(ctx, r, report); err != nil {
			return err
		}
		r = rolled{from: r.until}
	}
	if r.until != until {
		r.last = 0
	}
	r.until = until
	return s.rollDays(ctx, r, report)
}

// rollDays rolls the days of one rolling.
func (s *Store) rollDays(ctx context.Context, r rolled, report *UpkeepReport) error {
	// A customer without a span that ended meanwhile says the same all along.
	nums, err := s.nums(ctx, `SELECT DISTINCT customer FROM spans WHERE last_at >= $1 AND last_at < $2 AND customer > $3 ORDER BY customer`, r.from, r.until, r.last)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(nums, together) {
		var done UpkeepReport
		err := s.write(ctx, func(tx *sql.Tx, _ bool) error {
			done = UpkeepReport{}
			for _, num := range part {
				if err := s.rollOne(ctx, tx, num, r.from, r.until, &done); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		report.Days += done.Days
		report.Removed += done.Removed
		err = s.write(ctx, func(tx *sql.Tx, _ bool) error {
			_, err := tx.ExecContext(ctx, `UPDATE directory SET roll_until = $1, rolled = $2 WHERE roll_until < $1 OR roll_until = $1 AND rolled < $2`,
				r.until, part[len(part)-1])
			return err
		})
		if err != nil {
			return err
		}
	}
	return s.write(ctx, func(tx *sql.Tx, _ bool) error {
		_, err := tx.ExecContext(ctx, `UPDATE directory SET daily_until = $1 WHERE daily_until < $1`, r.until)
		return err
	})
}

func (s *Store) nums(ctx context.Context, query string, args ...any) ([]int64, error) {
	var nums []int64
	err := s.read(ctx, func(tx *sql.Tx) error {
		nums = nil
		return each(ctx, tx, query, args, func(rows *sql.Rows) error {
			var num int64
			err := rows.Scan(&num)
			nums = append(nums, num)
			return err
		})
	})
	return nums, err
}

// rollOne rolls one customer.
func (s *Store) rollOne(ctx context.Context, tx *sql.Tx, num, from, until int64, report *UpkeepReport) error {
	p, err := s.pastOf(ctx, tx, num, from, until)
	if err != nil || len(p.spans) == 0 {
		return err
	}
	r := p.roll(from, until)
	removed, err := changed(ctx, tx, `DELETE FROM spans WHERE customer = $1 AND last_at >= $2 AND first_at < $3`, num, from-day, until)
	if err != nil {
		return err
	}
	points, err := changed(ctx, tx, `DELETE FROM points WHERE customer = $1 AND at >= $2 AND at < $3`, num, from, until)
	if err != nil {
		return err
	}
	report.Days += r.days
	report.Removed += removed + points
	var spans, rolled [][]any
	for _, s := range r.spans {
		spans = append(spans, s.values(num))
	}
	for _, series := range slices.Sorted(maps.Keys(r.points)) {
		for _, p := range r.points[series] {
			rolled = append(rolled, p.values(num, series))
		}
	}
	err = insert(ctx, tx, insertSpans, ``, spans)
	if err == nil {
		err = insert(ctx, tx, insertPoints, ``, rolled)
	}
	if err == nil && r.open != p.open.first {
		p.row.spanFirst = r.open
		_, err = tx.ExecContext(ctx, `UPDATE standings SET span_first = $1, sum = $2 WHERE customer = $3`, r.open, p.row.sum().crc, num)
	}
	return err
}

// pastOf loads what rolling looks at, and keeps readings of this customer
// waiting. The day before from is there to be prolonged.
func (s *Store) pastOf(ctx context.Context, tx *sql.Tx, num, from, until int64) (*past, error) {
	p := &past{points: map[int64][]point{}}
	r, err := rowOf(ctx, tx, num, s.forUpdate("s"))
	p.row, p.open = r, r.open()
	if err == nil {
		err = each(ctx, tx, `SELECT first_at, last_at, scanned, gap, sum FROM spans WHERE customer = $1 AND last_at >= $2 ORDER BY last_at`,
			[]any{num, from - day}, func(rows *sql.Rows) error {
				var s span
				var written int64
				if err := rows.Scan(&s.first, &s.last, &s.scanned, &s.gap, &written); err != nil {
					return err
				}
				if s.first < until {
					p.spans = append(p.spans, s)
				}
				return s.sum(num).check(written)
			})
	}
	if err == nil {
		// Of what came before, only what was in force at from.
		err = each(ctx, tx, `SELECT p.series, p.at, p.scanned, p.protected, p.sum FROM series n JOIN points p ON p.customer = n.customer AND p.series = n.no
			AND p.at <= $2 AND p.at >= coalesce((SELECT max(q.at) FROM points q WHERE q.customer = n.customer AND q.series = n.no AND q.at < $3), 0)
			WHERE n.customer = $1 ORDER BY p.series, p.at`,
			[]any{num, until, from}, func(rows *sql.Rows) error {
				var series, written int64
				var v point
				if err := rows.Scan(&series, &v.at, &v.scanned, &v.protected, &written); err != nil {
					return err
				}
				p.points[series] = append(p.points[series], v)
				return v.sum(num, series).check(written)
			})
	}
	return p, err
}

// expire deletes what is older than end. What was in force then stays. Sweeps
// are kept as long as single readings.
func (s *Store) expire(ctx context.Context, end, until int64, report *UpkeepReport) error {
	nums, err := s.nums(ctx, `SELECT DISTINCT customer FROM spans WHERE last_at < $1 ORDER BY customer`, end)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(nums, together) {
		var done int64
		err := s.write(ctx, func(tx *sql.Tx, _ bool) error {
			done = 0
			for _, num := range part {
				n, err := s.expireOne(ctx, tx, num, end)
				if err != nil {
					return err
				}
				done += n
			}
			return nil
		})
		if err != nil {
			return err
		}
		report.Removed += done
	}
	return s.write(ctx, func(tx *sql.Tx, _ bool) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM sweeps WHERE is_open IS NULL AND began < $1 AND id < (SELECT max(id) FROM sweeps)`, until)
		return err
	})
}

func (s *Store) expireOne(ctx context.Context, tx *sql.Tx, num, end int64) (int64, error) {
	if _, err := rowOf(ctx, tx, num, s.forUpdate("s")); err != nil {
		return 0, err
	}
	spans, err := changed(ctx, tx, `DELETE FROM spans WHERE customer = $1 AND last_at < $2`, num, end)
	if err != nil {
		return 0, err
	}
	points, err := changed(ctx, tx, `DELETE FROM points WHERE customer = $1 AND (at < (SELECT max(p.at) FROM points p
		WHERE p.customer = points.customer AND p.series = points.series AND p.at <= $2))`, num, end)
	if err != nil {
		return 0, err
	}
	// Not being named is also what a series says before its first point.
	unnamed, err := changed(ctx, tx, `DELETE FROM points WHERE customer = $1 AND at <= $2 AND scanned = -1`, num, end)
	if err != nil {
		return 0, err
	}
	_, err = changed(ctx, tx, `DELETE FROM series WHERE customer = $1 AND scanned = -1
		AND NOT EXISTS (SELECT 1 FROM points p WHERE p.customer = series.customer AND p.series = series.no)`, num)
	return spans + points + unnamed, err
}

// changed executes a statement and counts its rows.
func changed(ctx context.Context, tx *sql.Tx, query string, args ...any) (int64, error) {
	result, err := tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// tidy gives room back, empties the log, and looks for damage.
func (s *Store) tidy(ctx context.Context) (freed int64, err error) {
	if freed, err = s.giveBack(ctx); err != nil {
		return freed, err
	}
	if err := s.emptyLog(ctx); err != nil {
		return freed, err
	}
	// On a connection of its own, so that nobody waits for it.
	db, err := openDB(dsn(s.path, 5*time.Second, "deferred", "query_only(on)"), 1)
	if err != nil {
		return freed, err
	}
	return freed, errors.Join(s.explain(ctx, s.examine(ctx, db, "integrity_check(1)")), db.Close())
}

// giveBack returns free pages of the file to the file system, some at a time.
func (s *Store) giveBack(ctx context.Context) (int64, error) {
	var freed, size int64
	for {
		var free int64
		err := s.db.QueryRowContext(ctx, `SELECT freelist_count, page_size FROM pragma_freelist_count(), pragma_page_size()`).Scan(&free, &size)
		if err != nil || free == 0 {
			return freed * size, s.explain(ctx, err)
		}
		if err := each(ctx, s.db, `PRAGMA incremental_vacuum(1000)`, nil, func(*sql.Rows) error { return nil }); err != nil {
			return freed * size, s.explain(ctx, err)
		}
		var left int64
		if err := s.db.QueryRowContext(ctx, `PRAGMA freelist_count`).Scan(&left); err != nil {
			return freed * size, s.explain(ctx, err)
		}
		freed += free - left
		if left >= free {
			return freed * size, nil
		}
	}
}
