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
type seriesKey struct {
	tenant string // folded
	module string
}

// value is what a module says. scanned is -1 where it is not named.
type value struct{ scanned, protected int64 }

// said is what a reading says of a series, with the tenant as it writes it.
type said struct {
	tenant string
	value
}

// absent is a module that is not named.
func absent() value { return value{scanned: -1} }

// seriesRow is a row of series.
type seriesRow struct {
	no     int64
	tenant string // as it was written first
	value
	dirty bool
}

// collect adds the rows of a reading: those of one tenant and module to what
// that series says, and all to the total, row by row.
func collect(rows []coverage.Row) (map[seriesKey]said, coverage.Total) {
	type sums struct {
		n      int
		tenant string
		count  coverage.Count
		total  coverage.Total
	}
	var total coverage.Total
	grouped := map[seriesKey]sums{}
	for _, r := range rows {
		total = total.Plus(r.Count)
		key := seriesKey{fold(r.Tenant), text(r.Module)}
		g, ok := grouped[key]
		if !ok {
			g.tenant = text(r.Tenant)
		}
		grouped[key] = sums{n: g.n + 1, tenant: g.tenant, count: r.Count, total: g.total.Plus(r.Count)}
	}
	values := make(map[seriesKey]said, len(grouped))
	for key, g := range grouped {
		v := value{scanned: max(0, g.count.Scanned), protected: max(0, g.count.Protected)}
		if g.n > 1 {
			v = value{scanned: g.total.Scanned, protected: g.total.Kept()}
		}
		values[key] = said{g.tenant, value{scanned: min(v.scanned, most), protected: min(v.protected, most)}}
	}
	return values, total
}

// compare compares a good reading with the last one, notes a point for each
// series that changed, and reports whether there was any.
func (r *recorder) compare(customer int64, values map[seriesKey]said, t int64) bool {
	series := r.series[customer]
	if series == nil {
		series = map[seriesKey]*seriesRow{}
		r.series[customer] = series
	}
	before := len(r.points)
	for _, key := range slices.SortedFunc(maps.Keys(values), seriesKey.compare) {
		s := series[key]
		if s == nil {
			r.lastNo[customer]++
			s = &seriesRow{no: r.lastNo[customer], tenant: values[key].tenant, value: absent()}
			series[key] = s
		}
		r.point(customer, s, values[key].value, t)
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
		ids[fold(reading.CustomerID)] = true
		if reading.Kind == Good {
			good[fold(reading.CustomerID)] = true
		}
	}
	if err := r.loadRows(ctx, slices.Sorted(maps.Keys(ids))); err != nil {
		return err
	}
	if err := r.loadJudgements(ctx); err != nil {
		return err
	}
	open, err := openSweep(ctx, r.tx)
	if err != nil {
		return err
	}
	r.open = open
	if err := r.stretch(ctx); err != nil {
		return err
	}
	ahead, err := r.ahead(ctx, readings)
	if err != nil {
		return err
	}
	var nums []int64
	for id := range good {
		if row := r.rows[id]; row != nil {
			nums = append(nums, row.customer)
		}
	}
	for _, a := range ahead {
		nums = append(nums, a.row.customer)
	}
	slices.Sort(nums)
	nums = slices.Compact(nums)
	if err := r.loadSeries(ctx, nums); err != nil {
		return err
	}
	for _, a := range ahead {
		if err := r.rewind(ctx, a.row, a.to); err != nil {
			return err
		}
	}
	// In the oldest good reading of the batch, a week back.
	return r.loadPast(ctx, nums, ms(readings[0].At)-week-r.gap)
}

func (r *recorder) loadRows(ctx context.Context, ids []string) error {
	r.rows = make(map[string]*row, len(ids))
	for _, chunk := range chunks(ids) {
		err := each(ctx, r.tx, `SELECT c.id_key, `+rowColumns+` FROM standings s JOIN customers c ON c.num = s.customer
			WHERE c.id_key IN (`+marks(1, len(chunk))+`) ORDER BY s.customer`+r.store.forUpdate("s"), chunk,
			func(rows *sql.Rows) error {
				var key string
				found := &row{}
				if err := rows.Scan(append([]any{&key}, found.fields()...)...); err != nil {
					return err
				}
				r.rows[key] = found
				return found.sum().check(found.written)
			})
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *recorder) loadSeries(ctx context.Context, nums []int64) error {
	r.series, r.lastNo = make(map[int64]map[seriesKey]*seriesRow, len(nums)), make(map[int64]int64, len(nums))
	for _, chunk := range chunks(nums) {
		err := each(ctx, r.tx, `SELECT customer, no, tenant, module, scanned, protected, sum FROM series WHERE customer IN (`+marks(1, len(chunk))+`)`, chunk,
			func(rows *sql.Rows) error {
				var customer, written int64
				var key seriesKey
				s := &seriesRow{}
				if err := rows.Scan(&customer, &s.no, &s.tenant, &key.module, &s.scanned, &s.protected, &written); err != nil {
					return err
				}
				if r.series[customer] == nil {
					r.series[customer] = map[seriesKey]*seriesRow{}
				}
				key.tenant = fold(s.tenant)
				r.series[customer][key] = s
				r.lastNo[customer] = max(r.lastNo[customer], s.no)
				return s.sum(customer, key.module).check(written)
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
				series = append(series, []any{customer, s.no, s.tenant, key.module, s.scanned, s.protected, s.sum(customer, key.module).crc})
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
		r.saveJudgements(ctx),
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
