package avepoint

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"time"
)

// fleet computes customers from their number. It holds no customer.
type fleet struct {
	seed      uint64
	size      int
	start     time.Time
	weekday   int // of Start: 0 on a Monday, in UTC
	countries []country
	plain     *strings.Replacer
	cast      []role
}

// company is a customer of the fleet: what does not change, and what the story
// needs to tell how its rows change.
type company struct {
	Customer
	number int
	lines  []line
	// people and places are how many of each a tenant has at Start.
	people, places []int64
	script         script
	slow           bool
	// named companies meet only what their script says.
	named bool
}

func newFleet(seed int64, size int, start time.Time) *fleet {
	return &fleet{
		seed: uint64(seed), //nolint:gosec // any bits will do
		size: size, start: start, weekday: (int(start.UTC().Weekday()) + 6) % 7, countries: countries(), plain: plainLetters(), cast: cast(),
	}
}

// company makes the i-th customer: those of the cast first, then invented ones.
func (f *fleet) company(i int) company {
	c := company{number: i}
	c.ID = f.id(i)
	d := roll(f.seed, keyCompany, uint64(i)) //nolint:gosec // i >= 0
	if i < len(f.cast) {
		f.play(&c, &d)
	} else {
		f.invent(&c, &d)
	}
	return c
}

// listed is the i-th customer as the directory has it, without its rows.
func (f *fleet) listed(i int) Customer {
	if i < len(f.cast) {
		return f.company(i).Customer
	}
	c := company{number: i}
	c.ID = f.id(i)
	d := roll(f.seed, keyCompany, bits(i))
	f.register(&c, &d)
	return c.Customer
}

// name is what company(i) has as its name and owner, without the rest.
func (f *fleet) name(i int) Name {
	if i < len(f.cast) {
		r := f.cast[i]
		return Name{ID: f.id(i), Organization: r.name, Owner: r.owner}
	}
	name, at, domain := f.inventName(i - len(f.cast))
	return Name{ID: f.id(i), Organization: name, Owner: f.contact(i, 0, at, domain)}
}

// invent makes an ordinary customer.
func (f *fleet) invent(c *company, d *dice) {
	at, domain, own := f.register(c, d)
	for t := range c.Tenants {
		c.equip(d, t, headcount(d, t), own)
		if t > 0 {
			c.writeAs(t, f.contact(c.number, t, at, domain))
		}
	}
	if f.hasGap(c.number) {
		c.openGaps(d)
		f.dateGaps(c)
	}
}

// register is the part of invent that the directory shows.
func (f *fleet) register(c *company, d *dice) (at country, domain string, own bool) {
	c.Organization, at, domain = f.inventName(c.number - len(f.cast))
	c.Country = at.name
	c.OwnerEmail = f.contact(c.number, 0, at, domain)
	c.JobStatus, c.ManagementMode = 1, 1
	own = d.chance(0.25)
	for t := range tenantCount(d) {
		c.addTenant(f.tenant(c.number, t, domain))
	}
	if f.hasGap(c.number) {
		c.JobStatus = 5
	}
	return at, domain, own
}

// tenantCount is 1 for most.
func tenantCount(d *dice) int {
	switch u := d.unit(); {
	case u < 0.80:
		return 1
	case u < 0.95:
		return 2
	default:
		return 3
	}
}

// headcount is how many people work in a tenant: a few dozen mostly, some
// thousands at times; further tenants are smaller.
func headcount(d *dice, tenant int) int64 {
	n := math.Exp(4.1 + 1.05*d.bell())
	if tenant > 0 {
		n /= 3
	}
	return int64(math.Round(max(4, min(n, 9000))))
}

// hasGap picks two of each seventeen invented customers, so that a fleet of
// 212 has some 31 with gaps whatever the seed.
func (f *fleet) hasGap(i int) bool {
	const block, chosen = 17, 2
	i -= len(f.cast)
	d := roll(f.seed, keyGap, uint64(i/block)) //nolint:gosec // i >= 0
	first := d.n(block)
	second := (first + 1 + d.n(block-chosen+1)) % block
	return i%block == first || i%block == second
}

// contact is an e-mail address at a customer: the owner for tenant 0.
func (f *fleet) contact(i, tenant int, at country, domain string) string {
	d := roll(f.seed, keyContact, uint64(i), uint64(tenant)) //nolint:gosec // not negative
	if d.chance(0.3) {
		return pick(&d, []string{"it", "admin", "office", "backup", "helpdesk"}) + "@" + domain
	}
	return f.slug(pick(&d, at.first)) + "." + f.slug(pick(&d, at.stems)) + "@" + domain
}

// tenant names a tenant as Microsoft does, under the reserved domain.
func (f *fleet) tenant(i, t int, domain string) Tenant {
	label, _, _ := strings.Cut(domain, ".")
	label = strings.ReplaceAll(label, "-", "")
	if t > 0 {
		label += strconv.Itoa(t + 1)
	}
	d := roll(f.seed, keyTenant, uint64(i), uint64(t)) //nolint:gosec // not negative
	return Tenant{ID: uuid(uint32(d.next()), &d), Name: label + ".onmicrosoft.example"}
}

// Numbers are hidden in ids by a multiplication that can be undone, so that
// 100,000 ids need no table.
const (
	idFactor  uint32 = 0x9E3779B1
	idInverse uint32 = 0x0E8B2F51 // idFactor * idInverse = 1 modulo 2^32
	idOffset  uint32 = 0x5EED
)

// id is the id of the i-th customer.
func (f *fleet) id(i int) string {
	n := uint32(i) //nolint:gosec // below maxCustomers
	d := roll(f.seed, keyID, uint64(n))
	return uuid((n+uint32(f.seed)+idOffset)*idFactor, &d) //nolint:gosec // any bits will do
}

// number finds the customer with an id, in any case.
func (f *fleet) number(id string) (int, bool) {
	head, _, _ := strings.Cut(id, "-")
	n, err := strconv.ParseUint(head, 16, 32)
	if err != nil {
		return 0, false
	}
	i := int(uint32(n)*idInverse - idOffset - uint32(f.seed)) //nolint:gosec // any bits will do
	if i >= f.size || !strings.EqualFold(f.id(i), id) {
		return 0, false
	}
	return i, true
}

// uuid writes a version 4 UUID that begins with head.
func uuid(head uint32, d *dice) string {
	var b [16]byte
	binary.BigEndian.PutUint32(b[:], head)
	binary.BigEndian.PutUint64(b[4:], d.next())
	binary.BigEndian.PutUint32(b[12:], uint32(d.next())) //nolint:gosec // any bits will do
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	text := make([]byte, 0, 36)
	for i, part := range [][]byte{b[:4], b[4:6], b[6:8], b[8:10], b[10:]} {
		if i > 0 {
			text = append(text, '-')
		}
		text = hex.AppendEncode(text, part)
	}
	return string(text)
}
