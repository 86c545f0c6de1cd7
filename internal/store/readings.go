package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// Kind is what came of reading a customer.
type Kind int

// Kinds of reading. Only good ones become history.
const (
	KindUnknown Kind = iota
	Good             // a whole overview with at least one row
	Empty            // a whole overview without rows
	Partial          // an overview that lacks a part
	Failed           // no overview
)

// Reading is one look at one customer.
type Reading struct {
	CustomerID string
	At         time.Time
	Kind       Kind
	// Class says why, of Partial and Failed: forbidden, not_found,
	// rate_limited, busy, unavailable, unreadable, partial, credentials,
	// other_customer, too_large.
	Class string
	// Rows are those of a Good reading. Several of one tenant and module add up
	// as the rows of an overview do: what is protected beyond the scanned of one
	// backs up nothing of another.
	Rows []coverage.Row
	// Body is the whole overview of a Good reading, in the encoding of whoever
	// records it; [Store.Last] gives it back. One that equals the last is not
	// written again, so it had better not hold the time of the reading.
	Body []byte
	// Live is whether a person's look-up read it and not the sweep. It counts as
	// a reading, and neither for the sweep nor against a lease.
	Live bool
}

// Record takes over readings, all or none, and ends owner's leases on these
// customers. A reading that is not newer than the last of its customer changes
// nothing else, nor does one of a customer that is not known (any more); so it
// does no harm to record readings twice. Where the last one is dated more than a
// day ahead of the clock, it counts as read just before the new one: a clock
// that was ahead once must not hold a customer up until its time comes.
func (s *Store) Record(ctx context.Context, owner string, readings []Reading) error {
	if len(readings) == 0 {
		return nil
	}
	readings = slices.Clone(readings)
	slices.SortStableFunc(readings, func(a, b Reading) int { return a.At.Compare(b.At) })
	err := s.write(ctx, func(tx *sql.Tx, _ bool) error {
		r := &recorder{store: s, tx: tx, owner: owner, gap: s.gap.Milliseconds(), tally: map[int64]*tally{}}
		if err := r.load(ctx, readings); err != nil {
			return err
		}
		for _, reading := range readings {
			if err := r.take(reading); err != nil {
				return err
			}
		}
		return r.save(ctx)
	})
	if err != nil {
		return fmt.Errorf("record readings: %w", err)
	}
	return nil
}

// tally counts readings of a sweep.
type tally struct{ good, empty, failed int64 }

// recorder takes over the readings of one transaction.
type recorder struct {
	store *Store
	tx    *sql.Tx
	owner string
	gap   int64 // readings that lie less far apart are one span

	rows  map[string]*row // by the customer's id
	open  Sweep           // zero: none is open
	tally map[int64]*tally
	past  map[int64][]span // closed spans of the last week by customer, oldest first

	series map[int64]map[seriesKey]*seriesRow // by customer
	lastNo map[int64]int64                    // the highest number of a series by customer
	// What is to be written, beside the rows.
	spans  [][]any
	points [][]any
	bodies [][]any

	judged  map[int64]*judgement // by customer
	changed []*incidentRow
	lines   [][]any
}

// take applies one reading.
func (r *recorder) take(reading Reading) error {
	row := r.rows[fold(reading.CustomerID)]
	if row == nil {
		return nil
	}
	if reading.Kind == Good && len(reading.Rows) == 0 {
		reading.Kind = Empty
	}
	if !reading.Live {
		r.count(row, reading)
	}
	t := ms(reading.At)
	if t <= row.tried {
		return nil
	}
	row.tried = t
	r.judge(row, reading)
	switch reading.Kind {
	case Good:
		row.answered, row.emptySince = t, 0
		row.failures, row.class, row.failingSince = 0, "", 0
		return r.good(row, reading)
	case Empty:
		r.empty(row, t)
	default:
		row.failures++
		row.class = text(reading.Class)
		if row.failingSince == 0 {
			row.failingSince = t
		}
	}
	return nil
}

// empty applies an answer without rows. Of a customer that had rows it takes
// nothing away: what was read last goes on counting, and gets older.
func (r *recorder) empty(row *row, t int64) {
	row.failures, row.class, row.failingSince = 0, "", 0
	if row.emptySince == 0 {
		row.emptySince = t
	}
	if row.readAt == 0 {
		row.answered, row.answer = t, answerEmpty
	}
}

// count counts the reading for its sweep, once, and ends the lease.
func (r *recorder) count(row *row, reading Reading) {
	sweep := int64(0)
	switch {
	case row.leaseOwner == r.owner && row.leaseUntil > 0:
		sweep = row.leaseSweep
		row.leaseOwner, row.leaseUntil = "", 0
	case r.open.ID > 0 && !reading.At.Before(r.open.Began):
		sweep = r.open.ID
	}
	if sweep <= row.swept {
		return
	}
	row.swept = sweep
	t := r.tally[sweep]
	if t == nil {
		t = &tally{}
		r.tally[sweep] = t
	}
	switch reading.Kind {
	case Good:
		t.good++
	case Empty:
		t.empty++
	default:
		t.failed++
	}
}

// good applies a good reading to a customer's standing and history.
func (r *recorder) good(row *row, reading Reading) error {
	t := ms(reading.At)
	values, total := collect(reading.Rows)
	changed := r.compare(row.customer, values, t)
	scanned, gap := min(total.Scanned, most), min(total.Gap, most)
	switch {
	case row.readAt == 0:
		row.since, row.spanFirst = t, t
	case changed || scanned != row.scanned || gap != row.gap:
		r.close(row)
		row.since, row.spanFirst = t, t
	case t-row.readAt >= r.gap:
		r.close(row)
		row.spanFirst = t
	}
	row.readAt, row.scanned, row.gap = t, scanned, gap
	row.answer = answerOf(scanned, gap)
	row.dayGap, row.weekGap = r.gapAt(row, t-day), r.gapAt(row, t-week)
	return r.body(row, reading.Body)
}

// answerOf is what a whole answer says: 0 of 0 is no complete backup.
func answerOf(scanned, gap int64) int {
	switch {
	case gap > 0:
		return answerGaps
	case scanned == 0:
		return answerEmpty
	}
	return answerComplete
}

// body keeps the overview where it is not the last one again.
func (r *recorder) body(row *row, body []byte) error {
	if body == nil {
		return nil
	}
	n := bodySum(body)
	if n == row.bodySum {
		return nil
	}
	packed, stored, err := r.store.pack.packed(body)
	if err != nil {
		return err
	}
	row.bodySum = n
	r.bodies = append(r.bodies, []any{row.customer, packed, stored})
	return nil
}

// close ends the span of a customer that is still open.
func (r *recorder) close(row *row) {
	s := row.open()
	r.past[row.customer] = append(r.past[row.customer], s)
	r.spans = append(r.spans, s.values(row.customer))
}

// gapAt is what the customer's gap was at t. It is unknown where the next
// reading before lies too far back.
func (r *recorder) gapAt(row *row, t int64) int64 {
	if t >= row.spanFirst {
		return row.gap
	}
	for _, s := range slices.Backward(r.past[row.customer]) {
		if s.first <= t {
			if t-s.last < r.gap {
				return s.gap
			}
			break
		}
	}
	return unknown
}
