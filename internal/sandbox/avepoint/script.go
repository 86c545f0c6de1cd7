package avepoint

import "time"

// script is what happens to a company beside its ordinary life, as times since
// Start.
type script struct {
	changes []change
	slopes  []slope
	joins   []join
	outages []outage
}

// change adds to the counts of a row at a moment, for good. Rows are written
// as they stand at Start: a change before Start is taken back to look before
// it.
type change struct {
	at                 time.Duration
	tenant             int
	module             string
	scanned, protected int64
}

// slope is a change that takes its time: evenly, but on working days only.
type slope struct {
	from, to           time.Duration
	tenant             int
	module             string
	scanned, protected int64
}

// join is when a row first appears in the overview; module "" means all of the
// tenant's.
type join struct {
	at     time.Duration
	tenant int
	module string
}

// outage answers the overview with a status from a moment until another.
type outage struct {
	from, to time.Duration
	status   int
}

// effect sums what the script has done to a row since Start; before Start,
// what it has yet to do, with the sign turned. weekday is that of Start.
func (s script) effect(l line, t time.Duration, weekday int) (scanned, protected int64) {
	for _, c := range s.changes {
		if c.module != l.module || c.tenant != l.tenant {
			continue
		}
		switch {
		case 0 < c.at && c.at <= t:
			scanned, protected = scanned+c.scanned, protected+c.protected
		case t < c.at && c.at <= 0:
			scanned, protected = scanned-c.scanned, protected-c.protected
		}
	}
	for _, sl := range s.slopes {
		if sl.module == l.module && sl.tenant == l.tenant {
			now, start := sl.done(t, weekday), sl.done(0, weekday)
			scanned += part(sl.scanned, now) - part(sl.scanned, start)
			protected += part(sl.protected, now) - part(sl.protected, start)
		}
	}
	return scanned, protected
}

// done is the part of the slope that lies behind, from 0 to 1.
func (sl slope) done(t time.Duration, weekday int) float64 {
	whole := worked(sl.to, weekday) - worked(sl.from, weekday)
	return min(1, max(0, float64(worked(t, weekday)-worked(sl.from, weekday))/float64(whole)))
}

// worked is the working time until t, counted from the week of Start: five
// days of seven.
func worked(t time.Duration, weekday int) time.Duration {
	t += time.Duration(weekday) * day
	w := time.Duration(floorDiv(t, week))
	return w*5*day + min(t-w*week, 5*day)
}

// part is a share of n in whole objects, rounded towards nothing.
func part(n int64, share float64) int64 { return int64(float64(n) * share) }

// joined says whether the row is in the overview at t.
func (s script) joined(l line, t time.Duration) bool {
	for _, j := range s.joins {
		if t < j.at && j.tenant == l.tenant && (j.module == "" || j.module == l.module) {
			return false
		}
	}
	return true
}

// status is the status of the outage at t, or 0.
func (s script) status(t time.Duration) int {
	for _, o := range s.outages {
		if o.from <= t && t < o.to {
			return o.status
		}
	}
	return 0
}

const day = 24 * time.Hour
