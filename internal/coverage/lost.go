package coverage

// swing is what a step between two readings took from the protected objects
// beyond what left the scan; negative: what it gave beyond what came to it.
func swing(a, b Count) int64 {
	fall, shrink := max(0, a.Kept()-b.Kept()), max(0, a.Scanned-b.Scanned)
	rise, growth := max(0, b.Kept()-a.Kept()), max(0, b.Scanned-a.Scanned)
	return max(0, fall-shrink) - max(0, rise-growth)
}

// lost is how many objects lost their protection by steps at since or later.
func (o *observed) lost(since int64) int64 {
	sum := int64(0)
	for i := 1; i < len(o.Spans); i++ {
		if o.Spans[i].First >= since {
			sum = max(0, sum+swing(o.Spans[i-1].Count, o.Spans[i].Count))
		}
	}
	return sum
}

// waited is how many of n missing objects have been missing since a time, if
// those that have waited longest are protected first.
func (o *observed) waited(n, since int64, ref Ratio) int64 {
	i := len(o.Spans) - 1
	for i >= 0 && o.Spans[i].First > since {
		i--
	}
	if i < 0 {
		return 0
	}
	then, paid := missing(ref, o.Spans[i].Count), int64(0)
	for j := i + 1; j < len(o.Spans); j++ {
		paid += swing(o.Spans[j-1].Count, o.Spans[j].Count)
	}
	return max(0, min(n, then-max(0, -paid)))
}
