// Package directory finds a customer from a few letters.
//
// An [Index] holds the customers' names in one text, folded: lower case,
// without accents, cut into words. A search is a walk through that text, which
// for 100,000 customers takes a few milliseconds and needs no other structure.
// Only when nothing fits, the words of all names are compared with what was
// typed by edit distance, for "did you mean".
//
// What was typed is never guessed at: a typing error leads to suggestions
// ([Result.Nearest]), not to hits.
package directory

import (
	"cmp"
	"slices"
	"strings"
)

// Entry is one customer as the directory knows it.
type Entry struct {
	ID    string
	Name  string
	Owner string // the owner's e-mail address, "" where unknown; tells namesakes apart
}

// Index finds entries. It never changes and may be used by many goroutines.
type Index struct {
	entries []Entry // by folded name, so that position is alphabetical order
	ids     map[string]int32
	names   lines // what a search for a name looks through, see [nameLine]
	owners  lines // the owners' addresses, see [ownerLine]
	words   vocabulary
}

// New builds an index. Of entries with the same id, which differ in case at
// most, the first one counts; those without an id are left out.
func New(entries []Entry) *Index {
	kept := distinct(entries)
	x := &Index{entries: make([]Entry, len(kept)), ids: make(map[string]int32, len(kept))}
	names, owners := make([]string, len(kept)), make([]string, len(kept))
	for i, e := range kept {
		x.entries[i] = e.Entry
		x.ids[idKey(e.ID)] = int32(i)
		names[i] = e.line
		owners[i] = ownerLine(e.Owner)
	}
	x.names, x.owners = newLines(names), newLines(owners)
	x.words = newVocabulary(kept)
	return x
}

// ByID returns the entry with an id, in whatever case.
func (x *Index) ByID(id string) (Entry, bool) {
	i, ok := x.ids[idKey(id)]
	if !ok {
		return Entry{}, false
	}
	return x.entries[i], true
}

// Len is the number of entries.
func (x *Index) Len() int { return len(x.entries) }

func idKey(id string) string { return strings.ToLower(strings.TrimSpace(id)) }

// named is an entry with its name as it is searched for.
type named struct {
	Entry
	readings [][]string
	line     string // of [Index.names]
}

// distinct returns one entry for each id, in alphabetical order. Namesakes
// stand in the order of their owners.
func distinct(entries []Entry) []named {
	seen := make(map[string]bool, len(entries))
	kept := make([]named, 0, len(entries))
	for _, e := range entries {
		if key := idKey(e.ID); key != "" && !seen[key] {
			seen[key] = true
			r := readings(e.Name)
			kept = append(kept, named{e, r, nameLine(r)})
		}
	}
	slices.SortFunc(kept, func(a, b named) int {
		if c := cmp.Compare(a.line, b.line); c != 0 {
			return c // nearly always: the rest need not be compared
		}
		return cmp.Or(
			cmp.Compare(a.Name, b.Name),
			cmp.Compare(a.Owner, b.Owner),
			cmp.Compare(a.ID, b.ID),
		)
	})
	return kept
}
