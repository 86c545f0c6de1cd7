package fleet

import (
	"math/rand/v2"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// Kind is what happens.
type Kind int

// Kinds of incidents.
const (
	Drop     Kind = iota // a part loses protection
	Large                // a small part of a large module does
	Zero                 // all of it does
	Collapse             // the scan shrinks
	Missing              // the module is in no answer
	Small                // one to four objects of a small module lose protection
	Lag                  // what is new is not protected
	Silent               // no answers
	Emptied              // empty answers
)

// String is the name in a report.
func (k Kind) String() string {
	return [...]string{"drop", "large", "zero", "collapse", "missing", "small", "lag", "silent", "emptied"}[k]
}

// fast reports whether it is to be told within an hour and a half.
func (k Kind) fast() bool { return k <= Collapse }

// Incident is one thing that goes wrong.
type Incident struct {
	Kind
	span
	customer, module int     // module -1: the whole customer
	part             float64 // of what was there
	objects          int64

	told time.Duration // when it was told; 0: never
}

// change is what an incident makes of a module.
func (i *Incident) change(c coverage.Count) coverage.Count {
	switch i.Kind {
	case Drop, Large:
		c.Protected -= max(5, int64(float64(c.Protected)*i.part))
	case Zero:
		c.Protected = 0
	case Collapse:
		c.Scanned = int64(float64(c.Scanned) * i.part)
		c.Protected = min(c.Protected, c.Scanned)
	case Small:
		c.Protected -= i.objects
	case Lag:
		c.Scanned += max(6, int64(float64(c.Scanned)*i.part))
	}
	c.Protected = max(0, c.Protected)
	return c
}

// plan is how many incidents of each kind a play has.
func plan() map[Kind]int {
	return map[Kind]int{Drop: 24, Large: 5, Zero: 6, Collapse: 6, Missing: 5, Small: 4, Lag: 2, Silent: 1, Emptied: 1}
}

// incidents puts incidents into series that have none, of customers that have none.
func (w World) incidents(customers []*customer, random *rand.Rand) []*Incident {
	var all []*Incident
	taken := map[int]bool{}
	for kind := Drop; kind <= Emptied; kind++ {
		for n := 0; n < plan()[kind]*w.Customers/125; n++ {
			for range 10_000 {
				c, m := random.IntN(len(customers)), random.IntN(modulesEach)
				s := customers[c].modules[m]
				if taken[c] || !kind.suits(s) {
					continue
				}
				taken[c] = true
				i := kind.incident(random, s, w.Length)
				i.customer, i.module = c, m
				if kind == Silent || kind == Emptied {
					i.module = -1
					customers[c].incident = i
				} else {
					s.incident = i
				}
				all = append(all, i)
				break
			}
		}
	}
	return all
}

// suits reports whether an incident can happen to a module and be one: so many
// objects, and so many of them protected.
func (k Kind) suits(s *series) bool {
	size, full := s.count.Scanned, s.share == 1
	switch k {
	case Large:
		return size >= 12_000 && full
	case Small:
		return size >= 5 && size <= 45 && full && s.count.Protected == size
	case Drop:
		return size >= 60
	case Collapse:
		return size >= 40
	case Lag:
		return size >= 60 && full
	case Zero, Missing:
		return s.count.Protected > 0
	}
	return true
}

// incident draws when and how bad.
func (k Kind) incident(random *rand.Rand, s *series, length time.Duration) *Incident {
	lasts := 8*hour + time.Duration(random.Int64N(int64(40*hour)))
	i := &Incident{Kind: k, part: 0.1 + 0.4*random.Float64()}
	switch k {
	case Large:
		i.part = 0.007 + 0.01*random.Float64()
	case Small:
		i.objects, lasts = 1+random.Int64N(min(4, s.count.Protected-1)), 40*hour
	case Lag:
		i.part, lasts = 0.08+0.1*random.Float64(), 60*hour
	case Collapse:
		i.part = 0.02 + 0.4*random.Float64()
	case Silent:
		lasts = 12 * hour
	case Emptied:
		lasts = 12 * hour
	}
	i.from = 3*day + time.Duration(random.Int64N(int64(length-6*day)))
	i.to = i.from + lasts
	return i
}

func (i *Incident) holds(t time.Duration) bool { return i.span.holds(t) }
