package directory

import "strings"

// NearestWord returns the one of some words, say commands, that a word was
// probably meant for: one that it begins, with three letters or more, or one
// that a typing error explains. Case does not matter. Of words that are
// equally near the first is returned; if none is near, false.
func NearestWord(word string, words []string) (string, bool) {
	c := newComparison(strings.ToLower(word))
	nearest, least := "", c.limit+1
	for _, candidate := range words {
		whole, begun := c.edits(strings.ToLower(candidate), 0)
		if begun == 0 && c.limit > 0 {
			whole = min(whole, 1) // unfinished: as far as one edit
		}
		if whole < least {
			nearest, least = candidate, whole
		}
	}
	return nearest, least <= c.limit
}
