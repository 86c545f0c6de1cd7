package avepoint

import (
	"slices"
	"time"
)

// Each script of the cast holds what happens while somebody watches, what
// happened in the days before Start, and what the quarter before it was like.

// mended is an incident that is over: so many objects of a row lose their
// backup, and have it again when so much time has gone by, two thirds of them
// a quarter earlier.
func mended(at, lasted time.Duration, module string, n int64) []change {
	most := n * 2 / 3
	return []change{
		{at: at, module: module, protected: -n},
		{at: at + lasted*3/4, module: module, protected: most},
		{at: at + lasted, module: module, protected: n - most},
	}
}

// arriving is objects that come over some weeks; their backup follows some
// days behind. Both take the same working days, so none is protected before it
// is scanned.
func arriving(from time.Duration, weeks int, behind time.Duration, module string, n int64) []slope {
	to := from + time.Duration(weeks)*week
	return []slope{
		{from: from, to: to, module: module, scanned: n},
		{from: from + behind, to: to + behind, module: module, protected: n},
	}
}

// retailScript: three groups lost their backup yesterday; 90 s after Start the
// mailboxes lose 150, then a few more, and recover within ten minutes. Five
// weeks ago a connector stood still for two days.
func retailScript() script {
	return script{
		changes: slices.Concat([]change{
			{at: -12 * day, module: groups, protected: -4},
			{at: -9 * day, module: exchange, protected: -3},
			{at: -20 * time.Hour, module: groups, protected: -3},
			{at: 90 * time.Second, module: exchange, protected: -150},
			{at: 210 * time.Second, module: exchange, protected: -22},
			{at: 6 * time.Minute, module: exchange, protected: 60},
			{at: 9 * time.Minute, module: exchange, protected: 112},
		},
			mended(-38*day, 52*time.Hour, exchange, 184),
			mended(-38*day+3*time.Hour, 45*time.Hour, oneDrive, 96),
			mended(-66*day, 30*time.Hour, groups, 9)),
		slopes: arriving(-84*day, 5, day, oneDrive, 130),
	}
}

// logisticsScript: a gap of two days closes. In the summer its sites moved to
// Microsoft 365, and their backup was set up a week behind.
func logisticsScript() script {
	return script{
		changes: slices.Concat([]change{
			{at: -2 * day, module: sharePoint, protected: -32},
			{at: 4 * time.Minute, module: sharePoint, protected: 20},
			{at: 5 * time.Minute, module: sharePoint, protected: 12},
		}, mended(-17*day, 20*time.Hour, exchange, 41)),
		slopes: arriving(-80*day, 4, 6*day, sharePoint, 230),
	}
}

// pharmaScript: sites lost their backup one by one for weeks, which nobody saw
// until it was put right at once.
func pharmaScript() script {
	return script{
		changes: []change{
			{at: -31 * day, module: sharePoint, protected: 47},
			{at: -11 * day, module: sharePoint, protected: -1},
		},
		slopes: []slope{{from: -82 * day, to: -32 * day, module: sharePoint, protected: -47}},
		joins:  []join{{at: -52 * day, module: powerBI}},
	}
}

// energyScript: all protection of Teams is lost for a while. A licence change
// cost the groups theirs for eleven days.
func energyScript() script {
	return script{
		changes: slices.Concat([]change{
			{at: 7 * time.Minute, module: teams, protected: -64},
			{at: 25 * time.Minute, module: teams, protected: 64},
		}, mended(-44*day, 11*day, groups, 25)),
		slopes: arriving(-60*day, 3, day, exchange, 45),
		joins:  []join{{at: -21 * day, module: powerAuto}},
	}
}

// fabrikamScript: two drives new since this morning; then the scan of the
// mailboxes shrinks, so that coverage alone would look perfect. A company that
// it bought came in over eight weeks.
func fabrikamScript() script {
	return script{
		changes: slices.Concat([]change{
			{at: -14 * time.Hour, module: oneDrive, protected: -2},
			{at: 3 * time.Minute, module: exchange, scanned: -1188, protected: -1188},
			{at: 12 * time.Minute, module: exchange, scanned: 1188, protected: 1188},
		}, mended(-19*day, 26*time.Hour, sharePoint, 38)),
		slopes: slices.Concat(
			arriving(-83*day, 8, 4*day, exchange, 520),
			arriving(-80*day, 8, 7*day, oneDrive, 140)),
		joins: []join{{at: -47 * day, module: publicFolder}},
	}
}

// northwindScript: complete again after three days; later a hundred new
// mailboxes wait for their first backup. Chats have been backed up since seven
// weeks ago.
func northwindScript() script {
	return script{
		changes: slices.Concat([]change{
			{at: -81 * time.Hour, module: exchange, protected: -14},
			{at: -9 * time.Hour, module: exchange, protected: 14},
			{at: 20 * time.Minute, module: exchange, scanned: 100},
			{at: 2 * time.Hour, module: exchange, protected: 100},
		}, mended(-67*day, 3*day, sharePoint, 21)),
		joins: []join{{at: -50 * day, module: teamsChat}},
	}
}

// tailspinScript: the API has been failing for this customer since yesterday,
// and did so twice before.
func tailspinScript() script {
	return script{
		changes: mended(-40*day, 40*time.Hour, oneDrive, 17),
		outages: []outage{
			{from: -58 * day, to: -53 * day, status: 500},
			{from: -27 * day, to: -26*day + 9*time.Hour, status: 503},
			{from: -16 * time.Hour, to: 5 * time.Minute, status: 503},
		},
	}
}

// statusScript: a customer that was signed up ten weeks ago and grew for three
// of them.
func statusScript() script {
	const signed = -70 * day
	return script{
		joins: []join{{at: signed}},
		slopes: slices.Concat(
			arriving(signed, 3, day, exchange, 22), arriving(signed, 3, day, oneDrive, 21),
			arriving(signed+week, 2, day, sharePoint, 8), arriving(signed+week, 2, day, groups, 5)),
	}
}

// leakScript: mailboxes have lost their backup one by one for a quarter.
func leakScript() script {
	return script{slopes: []slope{{from: -86 * day, to: -30 * time.Hour, module: exchange, protected: -15}}}
}

// tenantsScript: the third tenant came five weeks ago.
func tenantsScript() script { return script{joins: []join{{at: -36 * day, tenant: 2}}} }

// bigScript: a large customer lost an eighth of its mailboxes for a day.
func bigScript() script { return script{changes: mended(-33*day, 29*time.Hour, exchange, 6100)} }
