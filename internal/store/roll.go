package store

import (
	"cmp"
	"math/bits"
	"slices"
)

// point is a row of points.
type point struct {
	at int64
	value
}

// past is what rolling looks at of one customer.
type past struct {
	spans  []span            // oldest first
	row    *row              // the customer's
	open   span              // the one that is still open; last 0: there is none
	points map[int64][]point // by series, oldest first, all before the horizon and those at it
}

// A rolling is what replaces a part of the past.
type rolling struct {
	days   int64
	spans  []span // in place of past.spans
	points map[int64][]point
	open   int64 // the new beginning of the open span
}

// daily is the worst of a day.
type daily struct {
	start int64
	span
	other bool // readings beside those of the open span
	worst map[int64]value
}

// roll makes the readings from from up to until, both the beginning of a UTC
// day, into the worst of each day: of the customer, and of each series. What
// was rolled before stays as it is, so rolling twice does no harm. Days in a
// row that say the same become one span.
func (p *past) roll(from, until int64) rolling {
	r := rolling{points: map[int64][]point{}, open: p.open.first}
	days := p.days(from, until)
	var later []span
	for _, s := range p.spans {
		if s.first < from {
			r.spans = append(r.spans, span{s.first, min(s.last, from-1), s.scanned, s.gap})
		}
		if s.last >= until {
			later = append(later, span{max(s.first, until), s.last, s.scanned, s.gap})
		}
	}
	// An open span that ends before the horizon stays as it is: there is
	// nothing after it.
	ended := p.open.last < until
	if p.open.last > 0 && !ended {
		r.open = max(r.open, until)
	}
	for _, d := range days {
		if ended && p.open.last > 0 {
			if !d.other {
				continue
			}
			if d.last >= p.open.first {
				d.last = p.open.first - 1
			}
		}
		r.days++
		r.spans = appendDay(r.spans, d.span)
	}
	r.spans = append(r.spans, later...)
	for series, points := range p.points {
		r.points[series] = rollPoints(series, points, days, from, until)
	}
	return r
}

// appendDay appends a day, or prolongs the last span where that ends the day
// before and says the same.
func appendDay(spans []span, d span) []span {
	if n := len(spans); n > 0 {
		last := &spans[n-1]
		if startOf(last.last)+day >= startOf(d.first) && last.scanned == d.scanned && last.gap == d.gap {
			last.last = d.last
			return spans
		}
	}
	return append(spans, d)
}

// days are the days with readings, oldest first.
func (p *past) days(from, until int64) []*daily {
	byDay := map[int64]*daily{}
	note := func(s span, other bool) {
		last := min(s.last, until-1)
		for first := max(s.first, from); first <= last; first = startOf(first) + day {
			d := byDay[startOf(first)]
			piece := span{first, min(last, startOf(first)+day-1), s.scanned, s.gap}
			if d == nil {
				d = &daily{start: startOf(first), span: piece, worst: map[int64]value{}}
				byDay[d.start] = d
			}
			d.note(piece, other)
			for series, points := range p.points {
				d.noteSeries(series, inForce(points, first))
			}
		}
	}
	for _, s := range p.spans {
		note(s, true)
	}
	if p.open.last > 0 {
		note(p.open, false)
	}
	days := make([]*daily, 0, len(byDay))
	for _, d := range byDay {
		days = append(days, d)
	}
	slices.SortFunc(days, func(a, b *daily) int { return cmp.Compare(a.start, b.start) })
	return days
}

func (d *daily) note(s span, other bool) {
	d.first, d.last = min(d.first, s.first), max(d.last, s.last)
	d.other = d.other || other
	a, b := value{d.scanned, d.scanned - d.gap}, value{s.scanned, s.scanned - s.gap}
	if b.worse(a) {
		d.scanned, d.gap = s.scanned, s.gap
	}
}

func (d *daily) noteSeries(series int64, v value) {
	if old, ok := d.worst[series]; !ok || v.worse(old) {
		d.worst[series] = v
	}
}

// rollPoints are the points of a series from from to until, day by day, with
// what is in force at until.
func rollPoints(series int64, points []point, days []*daily, from, until int64) []point {
	says := inForce(points, from-1)
	var rolled []point
	for _, d := range days {
		if v := d.worst[series]; v != says {
			says = v
			rolled = append(rolled, point{d.start, v})
		}
	}
	at := points[len(points)-1]
	if at.at == until {
		return rolled // it is there already
	}
	if v := inForce(points, until-1); v != says {
		rolled = append(rolled, point{until, v})
	}
	return rolled
}

// inForce is what a series said at t.
func inForce(points []point, t int64) value {
	n, found := slices.BinarySearchFunc(points, t, func(p point, t int64) int { return cmp.Compare(p.at, t) })
	if found {
		return points[n].value
	}
	if n == 0 {
		return absent()
	}
	return points[n-1].value
}

// worse reports whether v has a lower coverage than o, or the same and a
// larger gap. What was not scanned has no coverage, and is worse only than not
// being named.
func (v value) worse(o value) bool {
	if v.scanned <= 0 || o.scanned <= 0 {
		return v.scanned > o.scanned
	}
	kept, kept2 := min(v.scanned, v.protected), min(o.scanned, o.protected)
	hi, lo := bits.Mul64(uint64(kept), uint64(o.scanned))
	hi2, lo2 := bits.Mul64(uint64(kept2), uint64(v.scanned))
	if c := cmp.Or(cmp.Compare(hi, hi2), cmp.Compare(lo, lo2)); c != 0 {
		return c < 0
	}
	return v.scanned-kept > o.scanned-kept2
}

// startOf is the beginning of the UTC day.
func startOf(t int64) int64 { return t - ((t%day)+day)%day }
