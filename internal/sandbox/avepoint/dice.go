package avepoint

import "math"

// dice are random numbers that depend on nothing but the keys they were made
// from, so that any fact of the fleet can be computed alone and again.
type dice uint64

// roll makes dice from a seed and what they are for.
func roll(seed uint64, keys ...uint64) dice {
	d := dice(seed)
	for _, k := range keys {
		d = dice(d.next() ^ k)
	}
	return d
}

// next is one step of SplitMix64 (https://prng.di.unimi.it/splitmix64.c).
func (d *dice) next() uint64 {
	*d += 0x9E3779B97F4A7C15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// n is a number from 0 to k-1.
func (d *dice) n(k int) int { return int(d.next() % uint64(k)) } //nolint:gosec // k > 0

// between is a number from lo to hi, both included.
func (d *dice) between(lo, hi int) int { return lo + d.n(hi-lo+1) }

// unit is a number in [0, 1).
func (d *dice) unit() float64 { return float64(d.next()>>11) / (1 << 53) }

// chance is true with probability p.
func (d *dice) chance(p float64) bool { return d.unit() < p }

// bell is roughly normal with mean 0 and deviation 1.
func (d *dice) bell() float64 { return (d.unit() + d.unit() + d.unit() + d.unit() - 2) * math.Sqrt(3) }

// pick is one of the choices.
func pick[T any](d *dice, choices []T) T { return choices[d.n(len(choices))] }

// Keys that keep the dice of different facts apart.
const (
	keyID uint64 = iota + 1
	keyTenant
	keyCompany
	keyContact
	keyGap
	keyLine
	keyArrivals
	keyDepartures
	keyTrouble
	keySize
	keyLatency
	keyRequest
	keyGapAt
)
