// Package fleet plays a fleet of customers for a month, with the noise and the
// incidents of a real one, and tells how well rules find these: how many, after how
// long, and how often they cry for nothing. The same seed plays the same month.
//
// Every rate is an assumption, written down in [World]; the rules are tuned on it, so
// it is to be refitted once real readings are there.
package fleet

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

const (
	hour = time.Hour
	day  = 24 * hour
)

// World is what is assumed of a fleet.
type World struct {
	Seed      uint64
	Customers int           // each with four modules
	Length    time.Duration // of the play

	NewADay, LeavingADay    float64 // of a module's objects
	Errors, Empty, Glitched float64 // of the readings
}

// modulesEach is how many modules a customer has.
const modulesEach = 4

// Usual is a fleet of 500 series over 30 days.
func Usual(seed uint64) World {
	return World{
		Seed: seed, Customers: 125, Length: 30 * day,
		NewADay: 0.002, LeavingADay: 0.0015, Errors: 0.01, Empty: 0.002, Glitched: 0.003,
	}
}

// SeriesDays is how many series are played for how many days, multiplied.
func (w World) SeriesDays() float64 {
	return float64(w.Customers*modulesEach) * w.Length.Hours() / 24
}

// step is a change of a series.
type step struct {
	at                 time.Duration
	scanned, protected int64
}

// span is a time, from the beginning of the play.
type span struct{ from, to time.Duration }

func (s span) holds(t time.Duration) bool { return t >= s.from && t < s.to }

// series is a module of a customer: how many objects it has, and what happens to it.
type series struct {
	steps    []step
	next     int
	count    coverage.Count
	share    float64 // of the objects that are protected by choice
	incident *Incident
}

// at is what the module says at a time, later than the last.
func (s *series) at(t time.Duration) coverage.Count {
	for s.next < len(s.steps) && s.steps[s.next].at <= t {
		s.count.Scanned = max(0, s.count.Scanned+s.steps[s.next].scanned)
		s.count.Protected = max(0, s.count.Protected+s.steps[s.next].protected)
		s.next++
	}
	c := s.count
	c.Protected = min(c.Protected, c.Scanned)
	if i := s.incident; i != nil && i.holds(t) {
		c = i.change(c)
	}
	return c
}

// customer is four modules, and the noise of its readings.
type customer struct {
	modules  []*series
	glitches []glitch
	incident *Incident // of the whole customer
}

// glitch is a time in which readings are wrong.
type glitch struct {
	span
	module int // -1: all
	kind   int // half, zero, a third, nothing, absent
}

// play makes the customers of a world, and its incidents.
func (w World) play() ([]*customer, []*Incident) {
	random := rand.New(rand.NewPCG(w.Seed, 0xF1EE7))
	customers := make([]*customer, w.Customers)
	for n := range customers {
		customers[n] = &customer{glitches: w.noise(random)}
		for range modulesEach {
			customers[n].modules = append(customers[n].modules, w.series(random))
		}
	}
	return customers, w.incidents(customers, random)
}

// series makes a module: 5 to 20,000 objects, most of them small, a third of the
// modules partly protected by choice, or with a few objects that nobody protects.
func (w World) series(random *rand.Rand) *series {
	size := int64(5)
	for range 12 {
		if size < 20_000 && random.Float64() < 0.62 {
			size *= 2
		}
	}
	size = min(20_000, size+random.Int64N(size))
	s := &series{share: 1, count: coverage.Count{Scanned: size, Protected: size}}
	switch random.IntN(6) {
	case 0:
		s.share = 0.3 + 0.6*random.Float64()
		s.count.Protected = int64(float64(size) * s.share)
	case 1:
		s.count.Protected = size - min(size/4, random.Int64N(1+size/50+3))
	}
	for t := time.Duration(0); t < w.Length; t += day {
		s.steps = append(s.steps, w.changes(random, s, size, t)...)
	}
	slices.SortStableFunc(s.steps, func(a, b step) int { return int(a.at - b.at) })
	return s
}

// changes are the objects that come and leave in a day. What comes is protected some
// hours later, if it is at all.
func (w World) changes(random *rand.Rand, s *series, size int64, from time.Duration) []step {
	var steps []step
	for range drawn(random, w.NewADay*float64(size)) {
		at := from + time.Duration(random.Int64N(int64(day)))
		steps = append(steps, step{at, 1, 0})
		if random.Float64() < s.share {
			steps = append(steps, step{at + 4*hour + time.Duration(random.Int64N(int64(19*hour))), 0, 1})
		}
	}
	for range drawn(random, w.LeavingADay*float64(size)) {
		leaves := step{from + time.Duration(random.Int64N(int64(day))), -1, 0}
		if random.Float64() < s.share {
			leaves.protected = -1
		}
		steps = append(steps, leaves)
	}
	return steps
}

// drawn is a whole number with a mean.
func drawn(random *rand.Rand, mean float64) int {
	n := int(mean)
	if random.Float64() < mean-float64(n) {
		n++
	}
	return n
}

// longestGlitch is how long wrong readings last at most.
const longestGlitch = 24 * time.Minute

// noise are the glitches of a customer: of so many hourly readings one is wrong.
func (w World) noise(random *rand.Rand) []glitch {
	var all []glitch
	for t := time.Duration(0); t < w.Length; t += hour {
		// One that lasts so long on average is met by a fifth of the readings.
		if random.Float64() < w.Glitched*float64(hour)/(float64(longestGlitch)/2) {
			from := t + time.Duration(random.Int64N(int64(hour)))
			g := glitch{span: span{from, from + time.Duration(random.Int64N(int64(longestGlitch)))}, module: -1, kind: random.IntN(5)}
			if random.IntN(2) == 0 {
				g.module = random.IntN(modulesEach)
			}
			all = append(all, g)
		}
	}
	return all
}

// wrong is what a glitch makes of a module; false: it is absent.
func (g glitch) wrong(c coverage.Count) (coverage.Count, bool) {
	switch g.kind {
	case 0:
		c.Protected /= 2
	case 1:
		c.Protected = 0
	case 2:
		c.Scanned, c.Protected = c.Scanned/3, c.Protected/3
	case 3:
		c = coverage.Count{}
	default:
		return c, false
	}
	return c, true
}
