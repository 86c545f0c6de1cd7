package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// believed is how many readings of the directory in a row must miss a customer
// before it counts as gone: a list that shrinks from 500 to 3 is more often a
// fault than the truth.
const believed = 3

// DirectoryChange is what one reading of the directory changed, in customers.
type DirectoryChange struct {
	Added    int // seen for the first time, watched at once
	Changed  int // another name, owner, job status or other tenants
	Missing  int // not listed, and not for long enough to be believed gone
	Gone     int // marked as gone by this reading
	Returned int // listed again after they were gone
	Total    int // listed by this reading
}

// SaveDirectory takes over one whole reading of the directory. Only ID, Name,
// Owner, JobStatus and Tenants of the customers count. New ones are watched at
// once; those that were not listed three times in a row are marked as gone and
// claimed no longer. It saves in small transactions; only the last one says
// who is missing, so that one that was cut short marks nobody.
func (s *Store) SaveDirectory(ctx context.Context, customers []Customer, now time.Time) (DirectoryChange, error) {
	known, err := s.listed(ctx)
	if err != nil {
		return DirectoryChange{}, fmt.Errorf("save the directory: %w", err)
	}
	d := compare(known, customers)
	for _, part := range parts(d.fresh) {
		if err := s.write(ctx, func(tx *sql.Tx, _ bool) error { return add(ctx, tx, part, now) }); err != nil {
			return DirectoryChange{}, fmt.Errorf("save the directory: %w", err)
		}
	}
	for _, part := range parts(d.changed) {
		if err := s.write(ctx, func(tx *sql.Tx, _ bool) error { return change(ctx, tx, part) }); err != nil {
			return DirectoryChange{}, fmt.Errorf("save the directory: %w", err)
		}
	}
	err = s.write(ctx, func(tx *sql.Tx, unsure bool) error { return s.conclude(ctx, tx, d, now, unsure) })
	if err != nil {
		return DirectoryChange{}, fmt.Errorf("save the directory: %w", err)
	}
	return d.DirectoryChange, nil
}

// listed is a customer of the reading, or of the table.
type listed struct {
	num         int64
	id          string
	values      []any // name, owner, job_status, tenants, sum
	sum         int64
	missing     int
	gone, found bool
}

// difference is what a reading of the directory changes.
type difference struct {
	DirectoryChange
	fresh, changed      []*listed
	missing, gone, back []int64
}

// listed are the customers of the table by id.
func (s *Store) listed(ctx context.Context) (map[string]*listed, error) {
	known := map[string]*listed{}
	err := s.read(ctx, func(tx *sql.Tx) error {
		clear(known)
		return each(ctx, tx, `SELECT num, id, sum, missing, gone_at > 0 FROM customers`, nil, func(rows *sql.Rows) error {
			l := &listed{}
			err := rows.Scan(&l.num, &l.id, &l.sum, &l.missing, &l.gone)
			known[l.id] = l
			return err
		})
	})
	return known, err
}

// compare compares the table with the reading. Of two customers with one id
// the first counts.
func compare(known map[string]*listed, customers []Customer) *difference {
	d := &difference{}
	for _, c := range customers {
		id := text(c.ID)
		l, ok := known[id]
		if id == "" || ok && l.found {
			continue
		}
		d.Total++
		values, sum := saved(c)
		switch {
		case !ok:
			l = &listed{id: id, values: values, sum: sum}
			known[id] = l
			d.fresh = append(d.fresh, l)
			d.Added++
		case l.sum != sum:
			l.values, l.sum = values, sum
			d.changed = append(d.changed, l)
			d.Changed++
		}
		l.found = true
		if l.gone {
			d.Returned++
		}
		if l.gone || l.missing > 0 {
			d.back = append(d.back, l.num)
		}
	}
	for _, l := range known {
		switch {
		case l.found || l.gone:
		case l.missing+1 >= believed:
			d.gone = append(d.gone, l.num)
			d.Gone++
		default:
			d.missing = append(d.missing, l.num)
			d.Missing++
		}
	}
	return d
}

// saved are the columns of a customer that come from AvePoint.
func saved(c Customer) ([]any, int64) {
	tenants := ""
	if len(c.Tenants) > 0 {
		list := make([]Tenant, len(c.Tenants))
		for i, t := range c.Tenants {
			list[i] = Tenant{ID: text(t.ID), Name: text(t.Name)}
		}
		encoded, err := json.Marshal(list)
		if err == nil { // strings always can be
			tenants = string(encoded)
		}
	}
	values := []any{text(c.Name), text(c.Owner), int64(c.JobStatus), tenants}
	all := customerSum(text(c.ID), text(c.Name), text(c.Owner), int64(c.JobStatus), tenants)
	return append(values, all), all
}

// parts cuts a list into what one transaction saves.
func parts(all []*listed) [][]*listed {
	var cut [][]*listed
	for len(all) > 0 {
		n := min(len(all), 2*pageOf)
		cut = append(cut, all[:n])
		all = all[n:]
	}
	return cut
}

// add adds new customers, watched.
func add(ctx context.Context, tx *sql.Tx, fresh []*listed, now time.Time) error {
	var last int64
	err := tx.QueryRowContext(ctx, `UPDATE directory SET numbered = numbered + $1 RETURNING numbered`, len(fresh)).Scan(&last)
	if err != nil {
		return err
	}
	rows := make([][]any, len(fresh))
	for i, l := range fresh {
		rows[i] = append([]any{last - int64(len(fresh)-1-i), l.id}, append(l.values, ms(now), ms(now))...)
		rows[i] = append(rows[i], 0, 0, 0, 0, "")
	}
	err = insert(ctx, tx, `INSERT INTO customers (num, id, name, owner, job_status, tenants, sum, first_seen, seen_at,
		missing, gone_at, unwatched, unwatched_until, unwatched_by) VALUES `, `ON CONFLICT (id) DO NOTHING`, rows)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO standings (`+standingNames+`)
		SELECT num, `+standingFresh+` FROM customers WHERE num > $1 AND num <= $2 ON CONFLICT (customer) DO NOTHING`,
		last-int64(len(fresh)), last, (&row{dayGap: unknown, weekGap: unknown}).sum().crc)
	if err != nil {
		return err
	}
	return newVersion(ctx, tx)
}

// newVersion has every replica read the directory from the store again.
func newVersion(ctx context.Context, tx *sql.Tx) error {
	return run(ctx, tx, `UPDATE directory SET version = version + 1`)
}

// change gives customers their new names, owners and tenants.
func change(ctx context.Context, tx *sql.Tx, changed []*listed) error {
	for _, l := range changed {
		_, err := tx.ExecContext(ctx, `UPDATE customers SET name = $1, owner = $2, job_status = $3, tenants = $4, sum = $5 WHERE num = $6`,
			append(l.values, l.num)...)
		if err != nil {
			return err
		}
	}
	return newVersion(ctx, tx)
}

// conclude says who is missing, gone and back, and that the directory was read.
func (s *Store) conclude(ctx context.Context, tx *sql.Tx, d *difference, now time.Time, unsure bool) error {
	var readAt int64
	if err := tx.QueryRowContext(ctx, `SELECT read_at FROM directory`+s.forUpdate("directory")).Scan(&readAt); err != nil {
		return err
	}
	if unsure && readAt == ms(now) {
		return nil // the commit counted
	}
	for _, step := range []struct {
		set  string
		nums []int64
	}{
		// seen_at is that of the last listing, which the directory's read_at
		// tells as long as the customer is listed.
		{`seen_at = CASE WHEN missing = 0 THEN (SELECT read_at FROM directory) ELSE seen_at END, missing = missing + 1`, d.missing},
		{fmt.Sprintf(`seen_at = CASE WHEN missing = 0 THEN (SELECT read_at FROM directory) ELSE seen_at END, missing = missing + 1, gone_at = %d`, ms(now)), d.gone},
		{`missing = 0, gone_at = 0`, d.back},
	} {
		for _, chunk := range chunks(step.nums) {
			if _, err := tx.ExecContext(ctx, `UPDATE customers SET `+step.set+` WHERE num IN (`+marks(1, len(chunk))+`)`, chunk...); err != nil {
				return err
			}
		}
		if err := settle(ctx, tx, step.nums); err != nil {
			return err
		}
	}
	if d.Gone+d.Returned > 0 {
		if err := newVersion(ctx, tx); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `UPDATE directory SET read_at = $1`, ms(now))
	return err
}
