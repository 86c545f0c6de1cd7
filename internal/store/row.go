package store

import (
	"math"
	"time"
)

// Answers of standings.answer: what the last whole answer was.
const (
	answerNone = iota
	answerEmpty
	answerGaps
	answerComplete
)

const (
	// unknown is a gap that nobody knows.
	unknown = -1
	// noGrowth ranks a customer whose growth is unknown last.
	noGrowth = math.MinInt64 / 2
	// most bounds the counts of a customer, so that those of 100,000 still add
	// up in 64 bits.
	most = 90_000_000_000_000
)

// row is a row of standings.
type row struct {
	customer                      int64
	answer                        int
	tried, answered, readAt       int64
	scanned, gap, dayGap, weekGap int64
	since, spanFirst              int64
	failures                      int64
	class                         string
	failingSince, emptySince      int64
	bodySum                       int64
	written                       int64 // the sum as it was read
	swept                         int64
	leaseOwner                    string
	leaseUntil, leaseSweep        int64
}

// standingNames are the columns of standings; row.values gives the same but
// for state, and standingFresh what a new customer has.
const (
	standingNames = `customer, state, answer, tried, answered, read_at, scanned, gap, day_gap, week_gap, growth, since, span_first,
		failures, class, failing_since, empty_since, body_sum, sum, swept, lease_owner, lease_until, lease_sweep`
	standingFresh = `0, 0, 0, 0, 0, 0, 0, -1, -1, -4611686018427387904, 0, 0, 0, '', 0, 0, 0, CAST($3 AS BIGINT), 0, '', 0, 0`
	rowColumns    = `s.customer, s.answer, s.tried, s.answered, s.read_at, s.scanned, s.gap, s.day_gap, s.week_gap, s.since, s.span_first,
		s.failures, s.class, s.failing_since, s.empty_since, s.body_sum, s.sum, s.swept, s.lease_owner, s.lease_until, s.lease_sweep`
	rowUpdate = `ON CONFLICT (customer) DO UPDATE SET answer = excluded.answer, tried = excluded.tried, answered = excluded.answered,
		read_at = excluded.read_at, scanned = excluded.scanned, gap = excluded.gap, day_gap = excluded.day_gap, week_gap = excluded.week_gap,
		growth = excluded.growth, since = excluded.since, span_first = excluded.span_first, failures = excluded.failures, class = excluded.class,
		failing_since = excluded.failing_since, empty_since = excluded.empty_since, body_sum = excluded.body_sum, sum = excluded.sum, swept = excluded.swept,
		lease_owner = excluded.lease_owner, lease_until = excluded.lease_until, lease_sweep = excluded.lease_sweep`
)

func (r *row) fields() []any {
	return []any{
		&r.customer, &r.answer, &r.tried, &r.answered, &r.readAt, &r.scanned, &r.gap, &r.dayGap, &r.weekGap, &r.since, &r.spanFirst,
		&r.failures, &r.class, &r.failingSince, &r.emptySince, &r.bodySum, &r.written, &r.swept, &r.leaseOwner, &r.leaseUntil, &r.leaseSweep,
	}
}

// values are the columns of standingNames. The state is not written over one
// that is there.
func (r *row) values() []any {
	growth := int64(noGrowth)
	if r.dayGap != unknown {
		growth = r.gap - r.dayGap
	}
	return []any{
		r.customer, stateWatched, r.answer, r.tried, r.answered, r.readAt, r.scanned, r.gap, r.dayGap, r.weekGap, growth, r.since, r.spanFirst,
		r.failures, r.class, r.failingSince, r.emptySince, r.bodySum, r.sum().crc, r.swept, r.leaseOwner, r.leaseUntil, r.leaseSweep,
	}
}

// standing is the row as callers see it.
func (r *row) standing(c Customer) Standing {
	return Standing{
		Customer: c,
		Read:     at(r.readAt), Tried: at(r.tried), Answered: at(r.answered),
		Scanned: r.scanned, Kept: r.scanned - r.gap, Gap: r.gap,
		DayGap: known(r.dayGap), WeekGap: known(r.weekGap),
		Since: at(r.since), Failures: int(r.failures), Class: r.class,
		FailingSince: at(r.failingSince), EmptySince: at(r.emptySince),
	}
}

func known(gap int64) *int64 {
	if gap == unknown {
		return nil
	}
	return &gap
}

// A day and a week ago are what a gap is compared with.
const (
	day  = int64(24 * time.Hour / time.Millisecond)
	week = 7 * day
)
