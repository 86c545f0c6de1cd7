package avepoint

import "time"

// script is what happens to a company of the cast, as times since Start.
type script struct {
	changes []change
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

// outage answers the overview with a status from a moment until another.
type outage struct {
	from, to time.Duration
	status   int
}

// effect sums what the script has done to a row since Start; before Start,
// what it has yet to do, with the sign turned.
func (s script) effect(l line, t time.Duration) (scanned, protected int64) {
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
	return scanned, protected
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

// retailScript: three groups lost their backup yesterday; 90 s after Start the
// mailboxes lose 150, then a few more, and recover within ten minutes.
func retailScript() script {
	return script{changes: []change{
		{at: -12 * day, module: groups, protected: -4},
		{at: -9 * day, module: exchange, protected: -3},
		{at: -20 * time.Hour, module: groups, protected: -3},
		{at: 90 * time.Second, module: exchange, protected: -150},
		{at: 210 * time.Second, module: exchange, protected: -22},
		{at: 6 * time.Minute, module: exchange, protected: 60},
		{at: 9 * time.Minute, module: exchange, protected: 112},
	}}
}

// logisticsScript: a gap of two days closes.
func logisticsScript() script {
	return script{changes: []change{
		{at: -2 * day, module: sharePoint, protected: -32},
		{at: 4 * time.Minute, module: sharePoint, protected: 20},
		{at: 5 * time.Minute, module: sharePoint, protected: 12},
	}}
}

// energyScript: all protection of Teams is lost for a while.
func energyScript() script {
	return script{changes: []change{
		{at: 7 * time.Minute, module: teams, protected: -64},
		{at: 25 * time.Minute, module: teams, protected: 64},
	}}
}

// fabrikamScript: two drives new since this morning; then the scan of the
// mailboxes shrinks, so that coverage alone would look perfect.
func fabrikamScript() script {
	return script{changes: []change{
		{at: -14 * time.Hour, module: oneDrive, protected: -2},
		{at: 3 * time.Minute, module: exchange, scanned: -1188, protected: -1188},
		{at: 12 * time.Minute, module: exchange, scanned: 1188, protected: 1188},
	}}
}

// northwindScript: complete again after three days; later a hundred new
// mailboxes wait for their first backup.
func northwindScript() script {
	return script{changes: []change{
		{at: -81 * time.Hour, module: exchange, protected: -14},
		{at: -9 * time.Hour, module: exchange, protected: 14},
		{at: 20 * time.Minute, module: exchange, scanned: 100},
		{at: 2 * time.Hour, module: exchange, protected: 100},
	}}
}

// tailspinScript: the API has been failing for this customer since yesterday.
func tailspinScript() script {
	return script{outages: []outage{{from: -16 * time.Hour, to: 5 * time.Minute, status: 503}}}
}
