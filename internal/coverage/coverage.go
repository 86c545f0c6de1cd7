// Package coverage judges readings: how much of what AvePoint scanned has a
// backup, what has none, and what is odd.
//
// It is pure: integers in, integers out, no clock and no I/O. The rules are
// these. A gap is counted row by row (tenant and module) and summed, never
// netted: 300 scanned with 312 protected beside 100 with 88 is a gap of 12,
// because a surplus in one place backs up nothing in another. Coverage is
// an exact pair and is rounded down, so 100 % means that nothing is missing.
package coverage

import (
	"cmp"
	"math"
	"math/bits"
)

// Count is what AvePoint says of one row: objects scanned, and objects
// protected. Protected may be the larger, since data of people who have left
// is kept. Counts are never negative; a negative one is read as 0.
type Count struct{ Scanned, Protected int64 }

// Gap is how many scanned objects have no backup.
func (c Count) Gap() int64 { return max(0, max(0, c.Scanned)-max(0, c.Protected)) }

// Kept is how many scanned objects have a backup: what is protected beyond
// the scanned does not count.
func (c Count) Kept() int64 { return max(0, min(c.Scanned, c.Protected)) }

// Surplus is how many objects are protected beyond those scanned.
func (c Count) Surplus() int64 { return max(0, max(0, c.Protected)-max(0, c.Scanned)) }

// Coverage is the share of scanned objects that have a backup.
func (c Count) Coverage() Ratio { return Ratio{Kept: c.Kept(), Scanned: max(0, c.Scanned)} }

// Total is the sum of rows, each judged by itself. Sums too large for 64 bits
// stay at the largest number, and Gap never exceeds Scanned.
type Total struct {
	Scanned int64
	Gap     int64 // scanned objects without backup
	Surplus int64 // objects protected beyond those scanned, which fill no gap
}

// Plus returns t with one more row.
func (t Total) Plus(c Count) Total {
	return t.And(Total{Scanned: max(0, c.Scanned), Gap: c.Gap(), Surplus: c.Surplus()})
}

// And returns t and other together.
func (t Total) And(other Total) Total {
	return Total{
		Scanned: add(t.Scanned, other.Scanned),
		Gap:     add(t.Gap, other.Gap),
		Surplus: add(t.Surplus, other.Surplus),
	}
}

// Kept is how many scanned objects have a backup.
func (t Total) Kept() int64 { return t.Scanned - t.Gap }

// Complete is whether something was scanned and nothing of it is missing.
func (t Total) Complete() bool { return t.Scanned > 0 && t.Gap == 0 }

// Coverage is the share of scanned objects that have a backup.
func (t Total) Coverage() Ratio { return Ratio{Kept: t.Kept(), Scanned: t.Scanned} }

// Ratio is coverage as an exact pair.
type Ratio struct{ Kept, Scanned int64 }

// Tenths returns the coverage in tenths of a percent, rounded down: 996 for
// 99.67 %, and 1000 only where nothing is missing. It returns false for 0 of
// 0, which is no coverage and not a bad one.
func (r Ratio) Tenths() (int64, bool) {
	if r.Scanned <= 0 {
		return 0, false
	}
	if r.Kept >= r.Scanned {
		return 1000, true
	}
	// 128 bits: counts of 10^16 and more would overflow the product.
	hi, lo := bits.Mul64(uint64(max(0, r.Kept)), 1000)
	tenths, _ := bits.Div64(hi, lo, uint64(r.Scanned))
	return int64(tenths), true
}

// compare orders coverages, the lower first; no coverage comes last, since
// nothing is known to be missing there.
func (r Ratio) compare(o Ratio) int {
	switch {
	case r.Scanned <= 0 && o.Scanned <= 0:
		return 0
	case r.Scanned <= 0:
		return 1
	case o.Scanned <= 0:
		return -1
	}
	// r.Kept/r.Scanned against o.Kept/o.Scanned, multiplied out exactly.
	hi1, lo1 := bits.Mul64(uint64(max(0, r.Kept)), uint64(o.Scanned))
	hi2, lo2 := bits.Mul64(uint64(max(0, o.Kept)), uint64(r.Scanned))
	if hi1 != hi2 {
		return cmp.Compare(hi1, hi2)
	}
	return cmp.Compare(lo1, lo2)
}

// add returns a+b for a and b not below 0, and the largest number where the
// sum has no room.
func add(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}
