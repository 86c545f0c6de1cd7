package coverage

import "math/bits"

// breach is what one reading says against its reference: what is wrong by the
// objects that lost their protection, and by all that have none.
type breach struct {
	fast, slow       Condition // 0: nothing
	fastSev, slowSev Severity
	waited           bool // enough objects have waited for slow to be told
	recovers         bool // far enough from any breach
	missing, lost    int64
}

func (b breach) none() bool { return b.fast == 0 && b.slow == 0 }

// worst is the class of the reading.
func (b breach) worst() (Condition, Severity) {
	if b.fast != 0 {
		return b.fast, b.fastSev
	}
	return b.slow, b.slowSev
}

// judge compares a reading with its reference. Losses count from since.
func (r Rules) judge(o *observed, ref Ratio, c Count, since, now int64) breach {
	b := breach{missing: missing(ref, c)}
	lost := o.lost(since)
	b.lost = min(b.missing, lost)
	b.fast, b.fastSev = r.fast(b, lost, ref, c)
	b.slow, b.slowSev = r.slow(b, ref, c)
	b.waited = r.waited(b, o, ref, c, now)
	b.recovers = b.none() && !above(ref, c, r.DropPoints, 200) &&
		2*b.missing <= max(r.LossObjects, r.LossPermille*c.Scanned/1000)
	return b
}

// fast is C1 or C4: what was protected is so no more.
func (r Rules) fast(b breach, lost int64, ref Ratio, c Count) (Condition, Severity) {
	if c.Kept() == 0 && ref.Kept > 0 {
		return ProtectedZero, r.severe(b.missing >= r.CritAtLeast)
	}
	points := drops(ref, c, r.DropPoints) && 100*lost >= r.DropPoints*c.Scanned && b.lost >= r.DropObjects
	if !points && !r.large(b.lost, c) {
		return 0, 0
	}
	crit := drops(ref, c, r.CritPoints) && 100*lost >= r.CritPoints*c.Scanned ||
		b.lost >= r.CritObjects && 1000*b.lost >= r.CritPermille*c.Scanned
	return CoverageDrop, r.severe(crit && b.lost >= r.CritAtLeast)
}

// slow is C2 or C3: something has no backup, lost or not.
func (r Rules) slow(b breach, ref Ratio, c Count) (Condition, Severity) {
	dropped := drops(ref, c, r.DropPoints)
	if dropped && b.missing >= r.DropObjects || r.large(b.missing, c) {
		return Lag, r.severe(drops(ref, c, r.CritPoints) && b.missing >= r.CritAtLeast)
	}
	if dropped && r.few(b, ref) > 0 {
		return SmallGap, Warn
	}
	return 0, 0
}

// few is what C3 looks at: in a module that is partly protected by choice, only
// what was lost.
func (r Rules) few(b breach, ref Ratio) int64 {
	if ref.Kept < ref.Scanned {
		return b.lost
	}
	return b.missing
}

// waited reports whether enough objects have waited for a slow condition.
func (r Rules) waited(b breach, o *observed, ref Ratio, c Count, now int64) bool {
	switch b.slow {
	case Lag:
		w := o.waited(b.missing, now-r.Lag.Milliseconds(), ref)
		return w >= r.DropObjects && 100*w >= r.DropPoints*c.Scanned || r.large(w, c)
	case SmallGap:
		w := o.waited(b.missing, now-r.SmallGap.Milliseconds(), ref)
		return w >= 1 && 100*w >= r.DropPoints*c.Scanned
	}
	return false
}

// large reports whether n objects are many whatever the points.
func (r Rules) large(n int64, c Count) bool {
	return n >= r.LossObjects && 1000*n >= r.LossPermille*c.Scanned
}

func (r Rules) severe(crit bool) Severity {
	if crit {
		return Crit
	}
	return Warn
}

// drops reports whether coverage is some points or more below the reference.
func drops(ref Ratio, c Count, points int64) bool { return !less(ref, c, points, 100) }

// less and above compare the drop with points of a whole of so many.
func less(ref Ratio, c Count, points, whole int64) bool {
	hi1, lo1, hi2, lo2 := sides(ref, c, points, whole)
	return hi1 < hi2 || hi1 == hi2 && lo1 < lo2
}

func above(ref Ratio, c Count, points, whole int64) bool {
	hi1, lo1, hi2, lo2 := sides(ref, c, points, whole)
	return hi1 > hi2 || hi1 == hi2 && lo1 > lo2
}

// sides are whole·kept/scanned of the reference and points + whole·kept/scanned
// of the reading, multiplied out in 128 bits.
func sides(ref Ratio, c Count, points, whole int64) (hi1, lo1, hi2, lo2 uint64) {
	hi1, lo1 = bits.Mul64(uint64(ref.Kept), uint64(whole*c.Scanned))
	hi2, lo2 = bits.Mul64(uint64(ref.Scanned), uint64(points*c.Scanned+whole*c.Kept()))
	return hi1, lo1, hi2, lo2
}
