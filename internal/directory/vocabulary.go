package directory

import (
	"cmp"
	"slices"
	"sort"
	"strings"
)

// vocabulary is every word of the names, once, in alphabetical order, with the
// entries that have it. Legal forms are left out: half of all customers have
// one.
type vocabulary struct {
	words   []string
	shared  []uint8 // how many letters a word has in common with the one before, if fewer than 256
	starts  []int32 // where a word's entries begin; one more than words
	entries []int32 // by number, ascending for each word
}

// use is one word of one entry, by the entry's number.
type use struct {
	word  string
	entry int32
}

// newVocabulary numbers entries by their place.
func newVocabulary(entries []named) vocabulary {
	uses := make([]use, 0, 3*len(entries))
	for i, e := range entries {
		for _, words := range e.readings {
			body, _ := core(words)
			for _, word := range body {
				uses = append(uses, use{word, int32(i)})
			}
		}
	}
	slices.SortFunc(uses, func(a, b use) int {
		return cmp.Or(cmp.Compare(a.word, b.word), cmp.Compare(a.entry, b.entry))
	})
	return index(slices.Compact(uses))
}

// index makes a vocabulary of sorted uses.
func index(uses []use) vocabulary {
	var v vocabulary
	last := ""
	for i, u := range uses {
		if i == 0 || u.word != last {
			word := strings.Clone(u.word) // else it would keep the whole name in memory
			v.words = append(v.words, word)
			v.shared = append(v.shared, commonLetters(last, word))
			v.starts = append(v.starts, int32(i))
			last = word
		}
		v.entries = append(v.entries, u.entry)
	}
	v.starts = append(v.starts, int32(len(uses)))
	return v
}

// commonLetters counts the letters with which two words begin alike.
func commonLetters(a, b string) uint8 {
	n := uint8(0)
	for i, letter := range b {
		if n == 255 || !strings.HasPrefix(a[min(i, len(a)):], string(letter)) {
			break
		}
		n++
	}
	return n
}

// having is the entries with a word, by its number.
func (v vocabulary) having(word int) []int32 {
	return v.entries[v.starts[word]:v.starts[word+1]]
}

// beginning is how often a word of the names begins with a word.
func (v vocabulary) beginning(word string) int {
	from := sort.SearchStrings(v.words, word)
	upTo := from + sort.Search(len(v.words)-from, func(i int) bool {
		return !strings.HasPrefix(v.words[from+i], word)
	})
	return int(v.starts[upTo] - v.starts[from])
}

// costs sets, for each entry, the cost of the word of it that is nearest to
// what was typed.
func (v vocabulary) costs(typed string, costs []uint8) {
	for i := range costs {
		costs[i] = far
	}
	c := newComparison(typed)
	for n, word := range v.words {
		cost := c.cost(word, int(v.shared[n]))
		if cost == far {
			continue
		}
		for _, i := range v.having(n) {
			costs[i] = min(costs[i], uint8(cost))
		}
	}
}
