package directory

import (
	"slices"
	"strings"
)

// MaxHits is how many hits a [Result] lists at most: as many as a menu in
// Slack holds. https://docs.slack.dev/reference/block-kit/block-elements
const MaxHits = 100

// maxQuery is how many bytes of text are taken for a query. No name is longer.
const maxQuery = 1000

// Kind says how many customers a search found.
type Kind int

const (
	None    Kind = iota // no customer; [Result.Nearest] may help
	One                 // one customer, or one that is exactly what was asked for
	Several             // more than one
)

// Result is what a search found.
type Result struct {
	Kind    Kind
	Hits    []Entry // best first, at most [MaxHits]
	Total   int     // how many fit, also beyond those listed
	Nearest []Entry // suggestions where nothing fits, at most [MaxNearest]
}

// rank is how well an entry fits a query, the best first.
type rank uint8

const (
	verbatim     rank = iota // the name as it is written
	exact                    // the name, folded, or the owner's whole address
	butForm                  // the name without its legal form
	prefix                   // the name begins so
	wordPrefixes             // each word of the query begins a word of the name
	substrings               // each word of the query is somewhere in the name
	ownership                // the owner's address begins or ends so
	loose                    // the query has a legal form, the name none; counts only alone
	none
)

// Find returns the customers that a query fits: by id (exactly), by name, part
// of a name, words or beginnings of words in any order, or by the owner's
// e-mail address or its domain. Case, accents and punctuation do not matter.
//
// An id wins over everything, a whole name over longer ones. Otherwise hits
// are ordered by how they fit: whole name, beginning of the name, beginnings
// of words, other parts, owner; and by name where they fit alike.
//
// What visible refuses does not exist for this search, in hits and suggestions;
// nil sees everything.
func (x *Index) Find(query string, visible func(id string) bool) Result {
	query = strings.TrimSpace(query)
	if len(query) > maxQuery {
		return Result{}
	}
	if visible == nil {
		visible = func(string) bool { return true }
	}
	if e, ok := x.ByID(query); ok && visible(e.ID) {
		return Result{Kind: One, Hits: []Entry{e}, Total: 1}
	}
	result := x.pick(x.ranks(query), visible)
	if result.Kind == None {
		result.Nearest = x.nearest(query, visible)
	}
	return result
}

// ranks judges every entry.
func (x *Index) ranks(query string) []rank {
	ranks := slices.Repeat([]rank{none}, len(x.entries))
	better := func(i int, r rank) { ranks[i] = min(ranks[i], r) }
	for _, words := range readings(query) {
		if len(words) == 0 {
			continue
		}
		p := newPhrase(words, x.words)
		for i, line := range x.names.containing(p.rarest) {
			better(i, p.rank(line))
			if ranks[i] == exact && x.entries[i].Name == query {
				ranks[i] = verbatim
			}
		}
	}
	x.rankOwners(query, better)
	return ranks
}

// pick turns ranks into a result. The entries are in alphabetical order, so
// those of one rank are too.
func (x *Index) pick(ranks []rank, visible func(id string) bool) Result {
	var listed [none][]Entry
	var total [none]int
	for i, r := range ranks {
		if r == none || !visible(x.entries[i].ID) {
			continue
		}
		if len(listed[r]) < MaxHits {
			listed[r] = append(listed[r], x.entries[i])
		}
		total[r]++
	}
	for _, end := range [...]rank{exact, butForm, loose, none} {
		n := sum(total[:end])
		if n == 0 || end == exact && n > 1 {
			continue // two of the very same name are no better than two alike
		}
		hits := slices.Concat(listed[:end]...)
		return Result{Kind: kindOf(n), Hits: hits[:min(len(hits), MaxHits)], Total: n}
	}
	return Result{}
}

func kindOf(total int) Kind {
	if total == 1 {
		return One
	}
	return Several
}

func sum(numbers []int) int {
	total := 0
	for _, n := range numbers {
		total += n
	}
	return total
}
