package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
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

// longestID bounds an id in bytes. AvePoint's have 36; an index of PostgreSQL
// takes no more than some 2,700.
const longestID = 256

// SaveDirectory takes over one whole reading of the directory. Only ID, Name,
// Owner, JobStatus and Tenants of the customers count; ids that differ in case
// only are one. New ones are watched at once; those that were not listed three
// times in a row are marked as gone and claimed no longer. Customers whose id is
// longer than 256 bytes are left out, with a line in the log.
//
// It saves in small transactions. One that was cut short is not counted as a
// reading: what it marked is marked under the number that the next one has too.
func (s *Store) SaveDirectory(ctx context.Context, customers []Customer, now time.Time) (DirectoryChange, error) {
	known, reading, err := s.listed(ctx)
	if err != nil {
		return DirectoryChange{}, fmt.Errorf("save the directory: %w", err)
	}
	d := compare(known, customers, reading)
	if d.tooLong > 0 {
		s.log.Warn("customers are left out of the directory: their ids are too long", "customers", d.tooLong, "bytes", longestID)
	}
	if err := s.saveChanges(ctx, d, now); err != nil {
		return DirectoryChange{}, fmt.Errorf("save the directory: %w", err)
	}
	err = s.write(ctx, func(tx *sql.Tx, _ bool) error { return conclude(ctx, tx, reading, now) })
	if err != nil {
		return DirectoryChange{}, fmt.Errorf("save the directory: %w", err)
	}
	return d.DirectoryChange, nil
}

// saveChanges saves all but that the directory was read.
func (s *Store) saveChanges(ctx context.Context, d *difference, now time.Time) error {
	for part := range slices.Chunk(d.fresh, partOf) {
		if err := s.write(ctx, func(tx *sql.Tx, _ bool) error { return add(ctx, tx, part, now) }); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(d.changed, partOf) {
		if err := s.write(ctx, func(tx *sql.Tx, _ bool) error { return s.change(ctx, tx, part) }); err != nil {
			return err
		}
	}
	for _, m := range d.marks(now) {
		for part := range slices.Chunk(m.nums, partOf) {
			if err := s.write(ctx, func(tx *sql.Tx, _ bool) error { return s.mark(ctx, tx, m, part) }); err != nil {
				return err
			}
		}
	}
	return nil
}

// listed is a customer of the reading, or of the table.
type listed struct {
	num          int64
	id           string
	values       []any // name, owner, job_status, tenants, sum
	sum          int64
	jobStatus    int64
	missing      int   // readings in a row without it, this one included where it is marked already
	missedIn     int64 // the number of the last of these
	gone, found  bool
	otherVersion bool // more than the job status changed
}

// difference is what a reading of the directory changes.
type difference struct {
	DirectoryChange
	reading                        int64 // its number
	tooLong                        int
	fresh, changed                 []*listed
	missing, gone, found, returned []int64
}

// listed are the customers of the table by id, and the number of the reading
// that comes next.
func (s *Store) listed(ctx context.Context) (known map[string]*listed, reading int64, err error) {
	known = map[string]*listed{}
	err = s.read(ctx, func(tx *sql.Tx) error {
		clear(known)
		if err := tx.QueryRowContext(ctx, `SELECT reading + 1 FROM directory`).Scan(&reading); err != nil {
			return err
		}
		return each(ctx, tx, `SELECT num, id, id_key, sum, job_status, missing, missed_in, gone_at > 0 FROM customers`, nil, func(rows *sql.Rows) error {
			l := &listed{}
			var key string
			err := rows.Scan(&l.num, &l.id, &key, &l.sum, &l.jobStatus, &l.missing, &l.missedIn, &l.gone)
			known[key] = l
			return err
		})
	})
	return known, reading, err
}

// compare compares the table with the reading. Of two customers with one id
// the first counts; an id stays as it was written first.
func compare(known map[string]*listed, customers []Customer, reading int64) *difference {
	d := &difference{reading: reading}
	for _, c := range customers {
		key := fold(c.ID)
		l, ok := known[key]
		if key == "" || ok && l.found {
			continue
		}
		if len(key) > longestID {
			d.tooLong++
			continue
		}
		d.Total++
		if !ok {
			l = &listed{id: strings.TrimSpace(text(c.ID))}
			l.values, l.sum = saved(l.id, c)
			known[key] = l
			d.fresh = append(d.fresh, l)
			d.Added++
		}
		l.found = true
		d.note(l, c)
	}
	for _, l := range known {
		if l.found || l.gone {
			continue
		}
		missing := l.missing
		if l.missedIn < reading {
			missing++
		}
		if missing >= believed {
			d.gone = append(d.gone, l.num)
			d.Gone++
		} else {
			d.missing = append(d.missing, l.num)
			d.Missing++
		}
	}
	return d
}

// note notes what is new about a customer that is listed.
func (d *difference) note(l *listed, c Customer) {
	if values, sum := saved(l.id, c); sum != l.sum {
		before := c
		before.JobStatus = int(l.jobStatus)
		_, same := saved(l.id, before)
		l.otherVersion = same != l.sum
		l.values, l.sum = values, sum
		d.changed = append(d.changed, l)
		d.Changed++
	}
	switch {
	case l.gone:
		d.Returned++
		d.returned = append(d.returned, l.num)
	case l.missing > 0:
		d.found = append(d.found, l.num)
	}
}

// saved are the columns of a customer that come from AvePoint.
func saved(id string, c Customer) ([]any, int64) {
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
	all := customerSum(id, text(c.Name), text(c.Owner), int64(c.JobStatus), tenants)
	return append(values, all), all
}

// partOf is how many customers one transaction saves.
const partOf = 2 * pageOf

// add adds new customers, watched.
func add(ctx context.Context, tx *sql.Tx, fresh []*listed, now time.Time) error {
	var last int64
	err := tx.QueryRowContext(ctx, `UPDATE directory SET numbered = numbered + $1 RETURNING numbered`, len(fresh)).Scan(&last)
	if err != nil {
		return err
	}
	rows := make([][]any, len(fresh))
	for i, l := range fresh {
		rows[i] = append([]any{last - int64(len(fresh)-1-i), l.id, fold(l.id)}, append(l.values, ms(now), ms(now))...)
		rows[i] = append(rows[i], 0, 0, 0, 0, 0, "")
	}
	err = insert(ctx, tx, `INSERT INTO customers (num, id, id_key, name, owner, job_status, tenants, sum, first_seen, seen_at,
		missing, missed_in, gone_at, unwatched, unwatched_until, unwatched_by) VALUES `, `ON CONFLICT (id_key) DO NOTHING`, rows)
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

// change gives customers their new names, owners and tenants. Nobody finds a
// customer by a job status: that alone makes no new version.
func (s *Store) change(ctx context.Context, tx *sql.Tx, changed []*listed) error {
	err := s.alone(ctx, tx)
	if err == nil && slices.ContainsFunc(changed, func(l *listed) bool { return l.otherVersion }) {
		err = newVersion(ctx, tx)
	}
	if err != nil {
		return err
	}
	for _, l := range changed {
		_, err := tx.ExecContext(ctx, `UPDATE customers SET name = $1, owner = $2, job_status = $3, tenants = $4, sum = $5 WHERE num = $6`,
			append(l.values, l.num)...)
		if err != nil {
			return err
		}
	}
	return nil
}

// mark is what is said of customers by their being listed or not.
type mark struct {
	nums   []int64
	set    string
	states bool // whether they are claimed changes with it
}

// marks are those of a reading.
func (d *difference) marks(now time.Time) []mark {
	// seen_at is that of the last listing, which the directory's read_at tells
	// as long as the customer is listed.
	missed := fmt.Sprintf(`seen_at = CASE WHEN missing = 0 THEN (SELECT read_at FROM directory) ELSE seen_at END,
		missing = CASE WHEN missed_in < %[1]d THEN missing + 1 ELSE missing END, missed_in = %[1]d`, d.reading)
	return []mark{
		{d.missing, missed, false},
		{d.found, `missing = 0`, false},
		{d.gone, missed + fmt.Sprintf(`, gone_at = %d`, ms(now)), true},
		{d.returned, `missing = 0, gone_at = 0`, true},
	}
}

func (s *Store) mark(ctx context.Context, tx *sql.Tx, m mark, nums []int64) error {
	if err := s.alone(ctx, tx); err != nil {
		return err
	}
	for _, chunk := range chunks(nums) {
		if _, err := tx.ExecContext(ctx, `UPDATE customers SET `+m.set+` WHERE num IN (`+marks(1, len(chunk))+`)`, chunk...); err != nil {
			return err
		}
	}
	if !m.states {
		return nil
	}
	if err := s.settle(ctx, tx, nums); err != nil {
		return err
	}
	return newVersion(ctx, tx)
}

// conclude says that the directory was read, once.
func conclude(ctx context.Context, tx *sql.Tx, reading int64, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE directory SET read_at = $1, reading = $2,
		listed = (SELECT count(*) FROM customers WHERE gone_at = 0) WHERE reading < $2`, ms(now), reading)
	return err
}
