package avepoint

import "time"

// trouble is what is wrong with one line, or with the whole customer, at one
// moment. The zero value is no trouble.
type trouble struct {
	kind   troubleKind
	line   int
	share  float64
	status int
}

type troubleKind int

const (
	untroubled troubleKind = iota
	lost                   // some objects lose their backup
	lostAll                // all of them do
	shrunk                 // the scan finds a small part
	flooded                // new objects wait for their first backup
	silent                 // the API fails for this customer
)

// troubleAWeek is how likely a customer of the ordinary kind is to have an
// incident in a week: some fifty in a fleet of 212 and ninety days.
const troubleAWeek = 0.02

// trouble is the incident of the customer's week, if there is one and it is
// under way. It begins and ends within the week, so that nothing of it has to
// be remembered.
func (f *fleet) trouble(c company, t time.Duration) trouble {
	w := floorDiv(t, week)
	d := roll(f.seed, keyTrouble, bits(c.number), bits(w))
	if c.named || len(c.lines) == 0 || !d.chance(troubleAWeek) {
		return trouble{}
	}
	from := 2*time.Hour + time.Duration(d.unit()*float64(4*day))
	to := from + 2*time.Hour + time.Duration(d.unit()*float64(46*time.Hour))
	since := t - time.Duration(w)*week
	if since < from || to <= since {
		return trouble{}
	}
	tr := trouble{kind: lost + troubleKind(d.n(int(silent))), line: d.n(len(c.lines)), share: 0.1 + 0.3*d.unit()}
	if tr.kind == silent {
		tr.status = pick(&d, []int{500, 503})
	}
	return tr
}

// apply changes the counts of the line that is in trouble.
func (tr trouble) apply(line int, scanned, protected int64) (int64, int64) {
	part := func(n int64) int64 { return int64(float64(n)*tr.share) + 1 }
	if line != tr.line {
		return scanned, protected
	}
	switch tr.kind {
	case lost:
		return scanned, max(0, protected-part(protected))
	case lostAll:
		return scanned, 0
	case shrunk:
		return min(scanned, part(scanned)/4), min(protected, part(protected)/4)
	case flooded:
		return scanned + part(scanned), protected
	default:
		return scanned, protected
	}
}
