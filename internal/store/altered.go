package store

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// errAltered means that a row is not what was written. SQLite sees damage to
// the structure of a file, and none to a digit within a row; so rows whose
// numbers people rely on carry a sum.
var errAltered = errors.New("a row is not what was written")

// sums adds up the values of a row.
type sums struct{ crc uint32 }

func (s *sums) ints(values ...int64) {
	var b [8]byte
	for _, v := range values {
		binary.LittleEndian.PutUint64(b[:], uint64(v))
		s.crc = crc32.Update(s.crc, crc32.IEEETable, b[:])
	}
}

func (s *sums) text(values ...string) {
	for _, v := range values {
		s.crc = crc32.Update(s.crc, crc32.IEEETable, []byte(v))
		s.ints(int64(len(v)))
	}
}

// check compares with what was written.
func (s *sums) check(written int64) error {
	if int64(s.crc) != written {
		return errAltered
	}
	return nil
}

// intSum is the sum of a row of numbers.
func intSum(values ...int64) *sums {
	s := &sums{}
	s.ints(values...)
	return s
}

// values are a row of spans.
func (s span) values(customer int64) []any {
	return []any{customer, s.first, s.last, s.scanned, s.gap, s.sum(customer).crc}
}

func (s span) sum(customer int64) *sums {
	return intSum(customer, s.first, s.last, s.scanned, s.gap)
}

// values are a row of points.
func (p point) values(customer, series int64) []any {
	return []any{customer, series, p.at, p.scanned, p.protected, p.sum(customer, series).crc}
}

func (p point) sum(customer, series int64) *sums {
	return intSum(customer, series, p.at, p.scanned, p.protected)
}

func (r *seriesRow) sum(customer int64, module string) *sums {
	s := intSum(customer, r.no, r.scanned, r.protected)
	s.text(r.tenant, module)
	return s
}

// sum is that of what readings say; leases are written by others too.
func (r *row) sum() *sums {
	s := intSum(int64(r.answer), r.tried, r.answered, r.readAt, r.scanned, r.gap, r.dayGap, r.weekGap, r.since, r.spanFirst,
		r.failures, r.failingSince, r.emptySince, r.bodySum)
	s.text(r.class)
	return s
}
