package avepoint

import (
	"math"
	"strconv"
	"time"
)

// Modules by the names that overviews carry. The vendor's list is open.
const (
	exchange     = "Exchange Online"
	oneDrive     = "OneDrive"
	sharePoint   = "SharePoint Online"
	groups       = "Microsoft 365 Group"
	teams        = "Teams"
	teamsChat    = "Teams Chat"
	vivaEngage   = "Viva Engage"
	powerBI      = "Power BI"
	powerAuto    = "Power Automate"
	powerApps    = "Power Apps"
	project      = "Project"
	publicFolder = "Public Folders"
)

// growth says what makes a module's objects come and go.
type growth int

const (
	still growth = iota
	byPeople
	byPlaces
)

// line is a row of an overview as it stands at Start, and how it lives.
type line struct {
	tenant             int
	writer             string // e-mail in the row; empty means the owner
	service            string
	module             string
	scanned, protected int64
	grows              growth
	// keepsLeavers: data of people who left stays protected.
	keepsLeavers bool
	// own: the customer brings the storage.
	own bool
	// size is the text at all times; without it gb is, give or take.
	size string
	gb   float64
}

// kind is what is known of a module: objects a person, how they grow, and GB
// an object in an ordinary job.
type kind struct {
	module   string
	aPerson  float64
	grows    growth
	gbObject float64
}

// kinds lists the modules; nearly everyone backs up the first four.
func kinds() []kind {
	return []kind{
		{exchange, 1.18, byPeople, 0.11},
		{oneDrive, 0.94, byPeople, 0.31},
		{sharePoint, 0.36, byPlaces, 0.92},
		{groups, 0.24, byPlaces, 0.44},
		{teams, 0.19, byPlaces, 0.27},
		{teamsChat, 0.97, byPeople, 0.01},
		{vivaEngage, 0.03, still, 0.02},
		{powerBI, 0.05, still, 0.08},
		{powerAuto, 0.21, still, 0.001},
		{powerApps, 0.08, still, 0.002},
		{project, 0.04, still, 0.03},
		{publicFolder, 0.02, still, 0.6},
	}
}

// equip gives a tenant with so many people 4 to 12 modules, all complete.
func (c *company) equip(d *dice, tenant int, people int64, own bool) {
	all := kinds()
	chosen, rest := all[:4:4], all[4:]
	for extra := d.n(len(rest) + 1); extra > 0; extra-- {
		i := d.n(len(rest))
		chosen, rest = append(chosen, rest[i]), append(rest[:i:i], rest[i+1:]...)
	}
	for _, k := range chosen {
		l := k.line(d, tenant, people)
		l.own = own
		c.lines = append(c.lines, l)
	}
	c.people[tenant], c.places[tenant] = people, max(1, people/4)
}

// line makes a complete row of this kind; a few hold the data of leavers too.
func (k kind) line(d *dice, tenant int, people int64) line {
	n := max(1, int64(math.Round(float64(people)*k.aPerson*(0.8+0.4*d.unit()))))
	l := line{tenant: tenant, module: k.module, scanned: n, protected: n, grows: k.grows}
	l.gb = float64(n) * k.gbObject * (0.3 + 1.4*d.unit())
	if k.grows == byPeople && d.chance(0.1) {
		l.keepsLeavers = true
		l.protected += n * int64(d.between(1, 6)) / 100
	}
	return l
}

// openGaps takes the protection of some objects in one to three rows, never
// where leavers would hide it.
func (c *company) openGaps(d *dice) {
	opened := 0
	for wanted := d.between(1, 3); wanted > 0; wanted-- {
		l := &c.lines[d.n(len(c.lines))]
		if l.protected < l.scanned || l.keepsLeavers {
			continue
		}
		l.protected -= gapOf(d, l.scanned)
		opened++
	}
	if opened == 0 {
		l := &c.lines[2] // SharePoint Online, which keeps no leavers
		l.protected -= gapOf(d, l.scanned)
	}
}

// dateGaps says when each gap of an invented customer opened: in one or two
// steps within the quarter before Start, some of them within the last week.
func (f *fleet) dateGaps(c *company) {
	for i, l := range c.lines {
		gap := l.scanned - l.protected
		if gap <= 0 {
			continue
		}
		d := roll(f.seed, keyGapAt, bits(c.number), bits(i))
		u := d.unit()
		opened := -2*time.Hour - time.Duration(u*u*float64(100*day))
		more := gap * int64(d.n(3)) / 4
		c.script.changes = append(c.script.changes,
			change{at: opened, tenant: l.tenant, module: l.module, protected: more - gap},
			change{at: opened / 3, tenant: l.tenant, module: l.module, protected: -more})
	}
}

// gapOf is how many of n objects have no backup: a few, at times a third.
func gapOf(d *dice, n int64) int64 {
	if d.chance(0.15) {
		return max(1, n/3)
	}
	return max(1, min(n/2, int64(d.between(1, 12))))
}

// addTenant gives the company one more tenant.
func (c *company) addTenant(t Tenant) {
	c.Tenants = append(c.Tenants, t)
	c.people, c.places = append(c.people, 0), append(c.places, 0)
}

// writeAs puts another address in a tenant's rows.
func (c *company) writeAs(tenant int, email string) {
	for i := range c.lines {
		if c.lines[i].tenant == tenant {
			c.lines[i].writer = email
		}
	}
}

// sizeText writes a size as overviews do: "0 GB", "143.22 GB", "2.31 TB".
func sizeText(gb float64) string {
	unit := " GB"
	if gb >= 1024 {
		gb, unit = gb/1024, " TB"
	}
	return strconv.FormatFloat(math.Round(gb*100)/100, 'f', -1, 64) + unit
}
