package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

const (
	insertPoints = `INSERT INTO points (customer, series, at, scanned, protected, sum) VALUES `
	insertSpans  = `INSERT INTO spans (customer, first_at, last_at, scanned, gap, sum) VALUES `
)

// span is a row of spans.
type span struct{ first, last, scanned, gap int64 }

// seriesKey names a module of a tenant.
type seriesKey struct{ tenant, module string }

// value is what a module says. scanned is -1 where it is not named.
type value struct{ scanned, protected int64 }

// absent is a module that is not named.
func absent() value { return value{scanned: -1} }

// seriesRow is a row of series.
type seriesRow struct {
	no int64
	value
	dirty bool
}

// collect adds the rows of a reading: those of one tenant and module to what
// that series says, and all to the total, row by row.
func collect(rows []coverage.Row) (map[seriesKey]value, coverage.Total) {
	type sums struct {
		n     int
		count coverage.Count
		total coverage.Total
	}
	var total coverage.Total
	grouped := map[seriesKey]sums{}
	for _, r := range rows {
		total = total.Plus(r.Count)
		key := seriesKey{text(r.Tenant), text(r.Module)}
		g := grouped[key]
		grouped[key] = sums{n: g.n + 1, count: r.Count, total: g.total.Plus(r.Count)}
	}
	values := make(map[seriesKey]value, len(grouped))
	for key, g := range grouped {
		v := value{scanned: max(0, g.count.Scanned), protected: max(0, g.count.Protected)}
		if g.n > 1 {
			v = value{scanned: g.total.Scanned, protected: g.total.Kept()}
		}
		values[key] = value{scanned: min(v.scanned, most), protected: min(v.protected, most)}
	}
	return values, total
}

// compare compares a good reading with the last one, notes a point for each
// series that changed, and reports whether there was any.
func (r *recorder) compare(customer int64, values map[seriesKey]value, t int64) bool {
	series := r.series[customer]
	if series == nil {
		series = map[seriesKey]*seriesRow{}
		r.series[customer] = series
	}
	before := len(r.points)
	for _, key := range slices.SortedFunc(maps.Keys(values), seriesKey.compare) {
		s := series[key]
		if s == nil {
			s = &seriesRow{no: int64(len(series)) + 1, value: absent()}
			for taken(series, s.no) {
				s.no++
			}
			series[key] = s
		}
		r.point(customer, s, values[key], t)
	}
	for key, s := range series {
		if _, named := values[key]; !named {
			r.point(customer, s, absent(), t)
		}
	}
	return len(r.points) > before
}

func (k seriesKey) compare(o seriesKey) int {
	return cmp.Or(cmp.Compare(k.tenant, o.tenant), cmp.Compare(k.module, o.module))
}

// taken reports whether a number is that of another series. Numbers have
// holes where series were deleted.
func taken(series map[seriesKey]*seriesRow, no int64) bool {
	for _, s := range series {
		if s.no == no {
			return true
		}
	}
	return false
}

func (r *recorder) point(customer int64, s *seriesRow, v value, t int64) {
	if s.value == v {
		return
	}
	s.value, s.dirty = v, true
	r.points = append(r.points, point{t, v}.values(customer, s.no))
}

// load reads what is known of the customers of the readings, and keeps other
// transactions from changing it.
func (r *recorder) load(ctx context.Context, readings []Reading) error {
	ids := map[string]bool{}
	good := map[string]bool{}
	for _, reading := range readings {
		ids[text(reading.CustomerID)] = true
		if reading.Kind == Good {
			good[text(reading.CustomerID)] = true
		}
	}
	if err := r.loadRows(ctx, slices.Sorted(maps.Keys(ids))); err != nil {
		return err
	}
	open, err := openSweep(ctx, r.tx)
	if err != nil {
		return err
	}
	r.open = open
	var nums []int64
	for id := range good {
		if row := r.rows[id]; row != nil {
			nums = append(nums, row.customer)
		}
	}
	slices.Sort(nums)
	if err := r.loadSeries(ctx, nums); err != nil {
		return err
	}
	// In the oldest good reading of the batch, a week back.
	return r.loadPast(ctx, nums, ms(readings[0].At)-week-r.store.gap.Milliseconds())
}

func (r *recorder) loadRows(ctx context.Context, ids []string) error {
	r.rows = make(map[string]*row, len(ids))
	for _, chunk := range chunks(ids) {
		err := each(ctx, r.tx, `SELECT c.id, `+rowColumns+` FROM standings s JOIN customers c ON c.num = s.customer
			WHERE c.id IN (`+marks(1, len(chunk))+`) ORDER BY s.customer`+r.store.forUpdate("s"), chunk,
			func(rows *sql.Rows) error {
				var id string
				found := &row{}
				if err := rows.Scan(append([]any{&id}, found.fields()...)...); err != nil {
					return err
				}
				r.rows[id] = found
				return found.sum().check(found.written)
			})
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *recorder) loadSeries(ctx context.Context, nums []int64) error {
	r.series = make(map[int64]map[seriesKey]*seriesRow, len(nums))
	for _, chunk := range chunks(nums) {
		err := each(ctx, r.tx, `SELECT customer, no, tenant, module, scanned, protected, sum FROM series WHERE customer IN (`+marks(1, len(chunk))+`)`, chunk,
			func(rows *sql.Rows) error {
				var customer, written int64
				var key seriesKey
				s := &seriesRow{}
				if err := rows.Scan(&customer, &s.no, &key.tenant, &key.module, &s.scanned, &s.protected, &written); err != nil {
					return err
				}
				if r.series[customer] == nil {
					r.series[customer] = map[seriesKey]*seriesRow{}
				}
				r.series[customer][key] = s
				return key.sum(customer, s.no, s.value).check(written)
			})
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *recorder) loadPast(ctx context.Context, nums []int64, from int64) error {
	r.past = map[int64][]span{}
	for _, chunk := range chunks(nums) {
		err := each(ctx, r.tx, `SELECT customer, first_at, last_at, scanned, gap, sum FROM spans
			WHERE customer IN (`+marks(2, len(chunk))+`) AND last_at >= $1 ORDER BY customer, last_at`, append([]any{from}, chunk...),
			func(rows *sql.Rows) error {
				var customer, written int64
				var s span
				if err := rows.Scan(&customer, &s.first, &s.last, &s.scanned, &s.gap, &written); err != nil {
					return err
				}
				r.past[customer] = append(r.past[customer], s)
				return s.sum(customer).check(written)
			})
		if err != nil {
			return err
		}
	}
	return nil
}

// save writes what the readings changed.
func (r *recorder) save(ctx context.Context) error {
	var series, rows [][]any
	for customer, all := range r.series {
		for key, s := range all {
			if s.dirty {
				series = append(series, []any{customer, s.no, key.tenant, key.module, s.scanned, s.protected, key.sum(customer, s.no, s.value).crc})
			}
		}
	}
	for _, row := range slices.SortedFunc(maps.Values(r.rows), func(a, b *row) int { return cmp.Compare(a.customer, b.customer) }) {
		rows = append(rows, row.values())
	}
	err := errors.Join(
		insert(ctx, r.tx, `INSERT INTO series (customer, no, tenant, module, scanned, protected, sum) VALUES `,
			`ON CONFLICT (customer, no) DO UPDATE SET scanned = excluded.scanned, protected = excluded.protected, sum = excluded.sum`, series),
		insert(ctx, r.tx, insertPoints, ``, r.points),
		insert(ctx, r.tx, insertSpans, ``, r.spans),
		insert(ctx, r.tx, `INSERT INTO overviews (customer, packed, body) VALUES `,
			`ON CONFLICT (customer) DO UPDATE SET packed = excluded.packed, body = excluded.body`, lastOf(r.bodies)),
		insert(ctx, r.tx, `INSERT INTO standings (`+standingNames+`) VALUES `, rowUpdate, rows),
	)
	if err != nil {
		return err
	}
	for _, sweep := range slices.Sorted(maps.Keys(r.tally)) {
		t := r.tally[sweep]
		_, err := r.tx.ExecContext(ctx, `UPDATE sweeps SET good = good + $1, empty = empty + $2, failed = failed + $3 WHERE id = $4`,
			t.good, t.empty, t.failed, sweep)
		if err != nil {
			return err
		}
	}
	return nil
}

// lastOf keeps the last row of each customer: one statement may touch a row
// only once.
func lastOf(rows [][]any) [][]any {
	last := map[any][]any{}
	for _, row := range rows {
		last[row[0]] = row
	}
	return slices.Collect(maps.Values(last))
}
