package avepoint

import (
	"math"
	"time"
)

const week = 7 * day

// at is what the overview of a company holds so long after Start.
//
// Ordinary change happens in weeks counted from Start: so many come and so
// many leave on working days, in one to three batches, all of whose work is
// done before the week ends. The state at a week's end is therefore a plain
// multiplication, and any moment costs the same, ninety days back or years
// ahead.
func (f *fleet) at(c company, t time.Duration) State {
	trouble := f.trouble(c, t)
	rows := make([]Row, 0, len(c.lines))
	flows := f.flows(c, t)
	for i, l := range c.lines {
		if !c.script.joined(l, t) {
			continue
		}
		scanned, protected := flows[l.tenant].apply(l)
		ds, dp := c.script.effect(l, t, f.weekday)
		scanned, protected = trouble.apply(i, max(0, scanned+ds), max(0, protected+dp))
		r := f.row(c, i, t)
		r.Scanned, r.Protected = scanned, protected
		rows = append(rows, r)
	}
	status := c.Status
	if status == 0 {
		status = max(c.script.status(t), trouble.status)
	}
	return State{Rows: rows, Status: status}
}

// row is a line without its counts.
func (f *fleet) row(c company, i int, t time.Duration) Row {
	l := c.lines[i]
	r := Row{
		Customer: l.writer, TenantID: c.Tenants[l.tenant].ID, ServiceType: l.service, Module: l.module,
		Stored: f.sizeAt(c, i, t), StoredBYOS: "N/A", LastRun: f.lastRun(i, t),
	}
	if r.Customer == "" {
		r.Customer = c.OwnerEmail
	}
	if r.ServiceType == "" {
		r.ServiceType = ServiceM365
	}
	if l.own {
		r.Stored, r.StoredBYOS = "N/A", r.Stored
	}
	return r
}

// sizeAt is the size of the last job, which differs from day to day.
func (f *fleet) sizeAt(c company, i int, t time.Duration) string {
	l := c.lines[i]
	if l.size != "" {
		return l.size
	}
	d := roll(f.seed, keySize, bits(c.number), bits(i), bits(floorDiv(t, day)))
	return sizeText(l.gb * (0.85 + 0.3*d.unit()))
}

// lastRun is the time of the last of the day's four jobs, each module a little
// after the one before it.
func (f *fleet) lastRun(i int, t time.Duration) time.Time {
	const every = 6 * time.Hour
	now := f.start.Add(t).UTC()
	offset := time.Duration(i%97) * 97 * time.Second
	return now.Add(-offset).Truncate(every).Add(offset)
}

// flow is how many came and left in a tenant since Start, and of how many of
// the newcomers a backup exists by now.
type flow struct{ people, places movement }

type movement struct{ came, saved, left int64 }

// The part of the people (and of their sites and groups) that come and leave
// in a week.
const (
	comingAWeek  = 0.0035
	leavingAWeek = 0.0030
)

// flows computes the movements of each tenant.
func (f *fleet) flows(c company, t time.Duration) []flow {
	all := make([]flow, len(c.Tenants))
	for i := range all {
		all[i].people = f.movement(c.number, 2*i, c.people[i], t)
		all[i].places = f.movement(c.number, 2*i+1, c.places[i], t)
	}
	return all
}

func (f *fleet) movement(company, stream int, size int64, t time.Duration) movement {
	came, saved := f.batches(roll(f.seed, keyArrivals, bits(company), bits(stream)), float64(size)*comingAWeek, t)
	left, _ := f.batches(roll(f.seed, keyDepartures, bits(company), bits(stream)), float64(size)*leavingAWeek, t)
	return movement{came: came, saved: saved, left: left}
}

// batches counts what happened from Start to t, negative before Start, at so
// many a week, and how much of it was followed by a backup, 4 to 23 h later.
func (f *fleet) batches(d dice, aWeek float64, t time.Duration) (happened, saved int64) {
	w := floorDiv(t, week)
	phase := d.unit()
	until := func(w int) int64 { return int64(math.Floor(aWeek*float64(w) + phase)) }
	happened, saved = until(w), until(w)
	rest := until(w+1) - until(w)
	since := t - time.Duration(w)*week
	d = roll(uint64(d), bits(w))
	for rest > 0 {
		n := max(1, min(rest, int64(d.between(1, 3))*(1+int64(aWeek)/3)))
		rest -= n
		moment := f.workingMoment(&d)
		lag := time.Duration(d.between(4*60, 23*60)) * time.Minute
		if moment <= since {
			happened += n
		}
		if moment+lag <= since {
			saved += n
		}
	}
	return happened, saved
}

// workingMoment is a moment of a week from Start, within the twelve hours that
// follow its time of day, nearly always on a working day. The seventh day is
// left to what the six before it began.
func (f *fleet) workingMoment(d *dice) time.Duration {
	k := d.n(6)
	for d.chance(0.95) && f.weekend(k) {
		k = d.n(6)
	}
	return time.Duration(k)*day + 20*time.Minute + time.Duration(d.unit()*float64(12*time.Hour-20*time.Minute))
}

// weekend says whether the k-th day after Start begins on a Saturday or Sunday.
func (f *fleet) weekend(k int) bool { return (f.weekday+k)%7 >= 5 }

// apply moves a line's counts. What was never protected stays so; where data
// of leavers is kept, only the scan shrinks.
func (fl flow) apply(l line) (scanned, protected int64) {
	var m movement
	switch {
	case l.scanned == 0:
	case l.grows == byPeople:
		m = fl.people
	case l.grows == byPlaces:
		m = fl.places
	}
	scanned = max(0, l.scanned+m.came-m.left)
	switch {
	case l.protected == 0:
		return scanned, 0
	case l.keepsLeavers:
		return scanned, max(scanned-(m.came-m.saved), l.protected+m.saved)
	default:
		return scanned, l.protected + m.saved - m.left
	}
}

// bits are a number as a key of dice.
func bits(n int) uint64 { return uint64(n) } //nolint:gosec // any bits will do

// floorDiv is the whole number of units in t, rounded down also before 0.
func floorDiv(t, unit time.Duration) int {
	n := int(t / unit)
	if t%unit < 0 {
		n--
	}
	return n
}
