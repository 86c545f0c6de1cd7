package avepoint

import (
	"slices"
	"strings"
	"time"
)

// Put adds a customer, or replaces the one with this id, with rows that stay
// as they are. An empty ID is made from the organization. It returns the id.
func (p *Platform) Put(c Customer) string {
	if c.ID == "" {
		d := roll(p.fleet.seed, keyID)
		for _, r := range c.Organization {
			d = roll(uint64(d), uint64(r)) //nolint:gosec // any bits will do
		}
		c.ID = uuid(uint32(d.next()), &d) //nolint:gosec // any bits will do
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keep(c)
	return c.ID
}

// keep stores a customer; the lock is held.
func (p *Platform) keep(c Customer) {
	key := strings.ToLower(c.ID)
	_, inFleet := p.fleet.number(key)
	if _, known := p.put[key]; !known && !inFleet {
		p.order = append(p.order, key)
	}
	c.Rows, c.Tenants = slices.Clone(c.Rows), slices.Clone(c.Tenants)
	p.put[key] = c
	delete(p.removed, key)
}

// Remove takes a customer out of the directory; its overview answers 404.
func (p *Platform) Remove(customerID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.removed[strings.ToLower(customerID)] = true
}

// SetRows replaces the rows of a customer; from then on they stay as they are.
// A customer that does not exist is added.
func (p *Platform) SetRows(customerID string, rows []Row) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c, ok := p.customer(customerID)
	if !ok {
		c = Customer{ID: customerID, Organization: customerID}
	}
	c.Rows = rows
	p.keep(c)
}

// customer is what is known of a customer without its rows, unless they were
// put; the lock is held.
func (p *Platform) customer(id string) (Customer, bool) {
	key := strings.ToLower(id)
	if p.removed[key] {
		return Customer{}, false
	}
	if c, ok := p.put[key]; ok {
		return c, true
	}
	if i, ok := p.fleet.number(key); ok {
		return p.fleet.listed(i), true
	}
	return Customer{}, false
}

// find is customer with the lock taken.
func (p *Platform) find(id string) (Customer, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.customer(id)
}

// State is what a customer's overview holds at a time, before or after Start;
// false if there is no such customer. Rows that were put are the same at all
// times. Faults do not show.
func (p *Platform) State(customerID string, at time.Time) (State, bool) {
	key := strings.ToLower(customerID)
	p.mu.Lock()
	put, static := p.put[key]
	removed := p.removed[key]
	p.mu.Unlock()
	i, inFleet := p.fleet.number(key)
	switch {
	case removed:
		return State{}, false
	case static:
		return State{Rows: slices.Clone(put.Rows), Status: put.Status}, true
	case inFleet:
		return p.fleet.at(p.fleet.company(i), at.Sub(p.fleet.start)), true
	default:
		return State{}, false
	}
}

// slow says whether a customer's answers take several times as long.
func (p *Platform) slow(customerID string) bool {
	i, ok := p.fleet.number(customerID)
	return ok && i < len(p.fleet.cast) && p.fleet.company(i).slow
}

// Names are all customers in the order of the directory: the named ones of the
// story first, those that were put last.
func (p *Platform) Names() []Name {
	p.mu.Lock()
	defer p.mu.Unlock()
	ids, _ := p.window(0, p.fleet.size+len(p.order))
	names := make([]Name, len(ids))
	for i, id := range ids {
		names[i] = p.name(id)
	}
	return names
}

// name is who a customer is; the lock is held.
func (p *Platform) name(id string) Name {
	if c, ok := p.put[id]; ok {
		return Name{ID: c.ID, Organization: c.Organization, Owner: c.OwnerEmail}
	}
	i, _ := p.fleet.number(id)
	return p.fleet.name(i)
}

// ID is the id of the customer with exactly this organization name.
func (p *Platform) ID(organization string) (string, bool) {
	for _, n := range p.Names() {
		if n.Organization == organization {
			return n.ID, true
		}
	}
	return "", false
}

// window are the ids at some positions of the directory, and how long it is;
// the lock is held. Without removals a page costs the same wherever it is.
func (p *Platform) window(from, to int) (ids []string, total int) {
	all := p.fleet.size + len(p.order)
	if len(p.removed) == 0 {
		for i := min(from, all); i < min(to, all); i++ {
			ids = append(ids, p.idAt(i))
		}
		return ids, all
	}
	for i := range all {
		id := p.idAt(i)
		if p.removed[id] {
			continue
		}
		if from <= total && total < to {
			ids = append(ids, id)
		}
		total++
	}
	return ids, total
}

// idAt is the id at a position, removed or not; the lock is held.
func (p *Platform) idAt(i int) string {
	if i < p.fleet.size {
		return p.fleet.id(i)
	}
	return p.order[i-p.fleet.size]
}
