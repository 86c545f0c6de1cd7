package directory

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// MaxNearest is how many suggestions a [Result] has at most: as many as a
// sentence can name.
const MaxNearest = 3

// maxCompared is how many words of a query are compared with all others: the
// longest, which say most.
const maxCompared = 4

// nearest returns the entries that a query without hits may have been meant
// for, nearest first. Only the best stand beside each other: where one edit
// makes a name of what was typed, names that are two edits away are left out.
func (x *Index) nearest(query string, visible func(id string) bool) []Entry {
	if text, ok := asAddress(query); ok {
		domain := text[strings.Index(text, "@")+1:]
		if colleagues := x.ownedAt(domain, visible); len(colleagues) > 0 {
			return colleagues
		}
		query = label(domain)
	}
	words, _ := core(readings(query)[0])
	distances := x.words.distances(words, len(x.entries))
	if len(words) > 1 {
		joined := x.words.distances([]string{strings.Join(words, "")}, len(x.entries))
		for i, d := range joined {
			distances[i] = min(distances[i], d)
		}
	}
	return x.closest(distances, visible)
}

// ownedAt returns the first entries whose owner's address is at a domain.
func (x *Index) ownedAt(domain string, visible func(id string) bool) []Entry {
	var found []Entry
	for i := range x.owners.containing("@" + domain + "\n") {
		if len(found) == MaxNearest {
			break
		}
		if visible(x.entries[i].ID) {
			found = append(found, x.entries[i])
		}
	}
	return found
}

// label is the part of a domain that is most likely a customer's name.
func label(domain string) string {
	labels := strings.Split(domain, ".")
	return slices.MaxFunc(labels, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
}

// distance is how far an entry is from a query. Letters of words that the
// entry lacks weigh more than edits, and these more than unfinished words.
type distance int32

const unrelated distance = math.MaxInt32

func newDistance(lacking, edits, unfinished int) distance {
	return distance(lacking<<16 | edits<<8 | unfinished)
}

// tier is a distance but for unfinished words.
func (d distance) tier() distance { return d >> 8 }

// distances compares words with those of each of n entries. An entry that has
// none of the words, or so few that less than a third of the letters is
// accounted for, is unrelated.
func (v vocabulary) distances(words []string, n int) []distance {
	words = longest(words)
	letters := utf8.RuneCountInString(strings.Join(words, ""))
	whole := newDistance(letters, 0, 0)
	distances := slices.Repeat([]distance{whole}, n)
	costs := make([]uint8, n)
	for _, word := range words {
		v.costs(word, costs)
		has := newDistance(utf8.RuneCountInString(word), 0, 0)
		for i, cost := range costs {
			if cost < far {
				distances[i] += newDistance(0, int(cost/2), int(cost%2)) - has
			}
		}
	}
	for i, d := range distances {
		if d >= whole-whole/3 {
			distances[i] = unrelated
		}
	}
	return distances
}

// longest returns the words to compare, each once.
func longest(words []string) []string {
	words = slices.Compact(slices.Sorted(slices.Values(words)))
	slices.SortStableFunc(words, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	return words[:min(len(words), maxCompared)]
}

// closest returns the visible entries of the least distance.
func (x *Index) closest(distances []distance, visible func(id string) bool) []Entry {
	type candidate struct {
		Entry
		distance
	}
	var best []candidate
	for i, d := range distances {
		full := len(best) == MaxNearest
		if d == unrelated || full && d >= best[MaxNearest-1].distance || !visible(x.entries[i].ID) {
			continue
		}
		at, _ := slices.BinarySearchFunc(best, d+1, func(c candidate, d distance) int { return cmp.Compare(c.distance, d) })
		best = slices.Insert(best, at, candidate{x.entries[i], d})[:min(len(best)+1, MaxNearest)]
	}
	var found []Entry
	for _, c := range best {
		if c.tier() == best[0].tier() {
			found = append(found, c.Entry)
		}
	}
	return found
}
