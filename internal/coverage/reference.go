package coverage

import (
	"math/bits"
	"slices"
	"time"
)

// mostKept bounds the spans and the windows that are remembered of a series: more
// than there are hours in a month, the longest that a rule looks back.
const mostKept = 750

// held is a span of judged readings that all said the same.
type held struct {
	First int64 `json:"f"` // ms
	Last  int64 `json:"l"`
	Count
}

// window is the lowest coverage of a full window, by the time of its end.
type window struct {
	End int64 `json:"e"`
	Ratio
}

// best keeps the windows that may still become the best: each lower than those
// before it.
type best []window

func (b best) add(w window) best {
	for len(b) > 0 && b[len(b)-1].compare(w.Ratio) <= 0 {
		b = b[:len(b)-1]
	}
	if len(b) == mostKept { // a slow leak; the one in the middle says least
		b = slices.Delete(b, mostKept/2, mostKept/2+1)
	}
	return append(b, w)
}

func (b best) since(start int64) best {
	for len(b) > 0 && b[0].End < start {
		b = b[1:]
	}
	return b
}

// observed are the readings of a series as far back as a rule looks, and the
// windows that they formed.
type observed struct {
	Began   int64   `json:"b"`           // the first reading
	Recent  []int64 `json:"n,omitempty"` // the last few, as many as a window needs
	Spans   []held  `json:"s,omitempty"`
	Windows best    `json:"w,omitempty"`
}

func (o *observed) last() (held, bool) {
	if len(o.Spans) == 0 {
		return held{}, false
	}
	return o.Spans[len(o.Spans)-1], true
}

// see adds a reading.
func (o *observed) see(now int64, c Count, needed int64) {
	if len(o.Spans) == 0 && o.Began == 0 {
		o.Began = now
	}
	if n := len(o.Spans); n > 0 && o.Spans[n-1].Count == c {
		o.Spans[n-1].Last = now
	} else {
		o.Spans = append(o.Spans, held{First: now, Last: now, Count: c})
	}
	if len(o.Spans) > mostKept { // never still: the first step of many is taken with the next
		o.Spans = slices.Delete(o.Spans, 1, 2)
	}
	o.Recent = append(o.Recent, now)
	if extra := len(o.Recent) - int(needed); extra > 0 {
		o.Recent = o.Recent[extra:]
	}
}

// form ends a window at now, if there is a whole one.
func (o *observed) form(now int64, length time.Duration, needed int64, value func(Count) Ratio) {
	start := now - length.Milliseconds()
	if o.Began > start || int64(len(o.Recent)) < needed || o.Recent[0] < start {
		return
	}
	w := window{End: now, Ratio: Ratio{Kept: -1}}
	for _, s := range o.Spans {
		if r := value(s.Count); s.Last >= start && (w.Kept < 0 || r.compare(w.Ratio) < 0) {
			w.Ratio = r
		}
	}
	o.Windows = o.Windows.add(w)
}

// best is the highest window that began at oldest or later.
func (o *observed) best(oldest int64, length time.Duration) (Ratio, bool) {
	o.Windows = o.Windows.since(oldest + length.Milliseconds())
	if len(o.Windows) == 0 {
		return Ratio{}, false
	}
	return o.Windows[0].Ratio, true
}

// forget drops what ended before.
func (o *observed) forget(before int64) {
	for len(o.Spans) > 1 && o.Spans[1].First < before {
		o.Spans = o.Spans[1:]
	}
}

// missing is how many objects less than the reference are protected.
func missing(ref Ratio, c Count) int64 {
	if ref.Scanned <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(ref.Kept), uint64(c.Scanned))
	q, rem := bits.Div64(hi, lo, uint64(ref.Scanned))
	if rem > 0 {
		q++
	}
	return max(0, int64(q)-c.Kept())
}
