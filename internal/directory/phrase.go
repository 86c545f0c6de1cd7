package directory

import (
	"cmp"
	"slices"
	"strings"
)

// A name's line in [Index.names] holds the name in several forms, each between
// tabs, so that how well a query fits is a matter of which needle is in it:
//
//	\t contoso retail gmbh       the words
//	\t contoso retail\v gmbh     the same with the legal form set apart
//	\tcontosoretail              written as one word
//
// and the same again for a second reading. Each word has a space before it.
const (
	formStart = "\t"
	formApart = "\v"
)

// nameLine is the line for the readings of a name.
func nameLine(readings [][]string) string {
	var line strings.Builder
	for _, words := range readings {
		line.WriteString(formStart + spaced(words))
		body, form := core(words)
		if len(form) > 0 {
			line.WriteString(formStart + spaced(body) + formApart + spaced(short(form)))
		}
		if len(body) > 1 {
			line.WriteString(formStart + strings.Join(body, ""))
		}
	}
	return line.String() + formStart
}

// spaced writes words with a space before each.
func spaced(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return " " + strings.Join(words, " ")
}

func short(form []string) []string {
	out := make([]string, len(form))
	for i, word := range form {
		out[i] = abbreviated(word)
	}
	return out
}

// phrase is one reading of a query, with the needles to look for.
type phrase struct {
	rarest string   // the word, legal form aside, that the fewest names will have
	words  []string // the other words, each once
	form   []string // the legal form, where the query ends in one

	exact   string
	butForm string // exact but for the legal form
	prefix  string
	joined  []string // prefixes where only one of the two has spaces
}

func newPhrase(words []string, known vocabulary) phrase {
	body, form := core(words)
	p := phrase{
		form:    form,
		exact:   formStart + spaced(words) + formStart,
		butForm: formStart + spaced(body) + formApart,
		prefix:  formStart + spaced(words),
		joined:  []string{formStart + strings.Join(words, "")},
	}
	if len(words) > 1 {
		p.joined = append(p.joined, formStart+" "+strings.Join(words, ""))
	}
	body = slices.Compact(slices.Sorted(slices.Values(body)))
	p.rarest = slices.MinFunc(body, func(a, b string) int {
		return cmp.Or(cmp.Compare(known.beginning(a), known.beginning(b)), cmp.Compare(len(b), len(a)))
	})
	p.words = slices.DeleteFunc(body, func(word string) bool { return word == p.rarest })
	return p
}

// rank says how well the phrase fits a name's line that has its rarest word.
func (p phrase) rank(line string) rank {
	in := func(needle string) bool { return strings.Contains(line, needle) }
	begun := func(word string) bool { return in(" " + word) }
	switch {
	case !all(p.words, in):
		return none
	case !p.formFits(line):
		if in(formApart) {
			return none // of another legal form, so another company
		}
		return loose
	case !begun(p.rarest) || !all(p.words, begun):
		if slices.ContainsFunc(p.joined, in) {
			return prefix
		}
		return substrings
	case in(p.exact):
		return exact
	case in(p.butForm):
		return butForm
	case in(p.prefix):
		return prefix
	}
	return wordPrefixes
}

// formFits says whether a name has the legal form of the query, or other words
// that begin so: "contoso co" may become "Contoso Consulting". The "co" of
// "contoso" does not count.
func (p phrase) formFits(line string) bool {
	return all(p.form, func(form string) bool {
		_, apart, _ := strings.Cut(line, formApart)
		if strings.Contains(apart, " "+abbreviated(form)) {
			return true
		}
		name, _, _ := strings.Cut(line[len(formStart):], formStart)
		used := 0
		for _, word := range append(p.words, p.rarest) {
			if strings.HasPrefix(word, form) {
				used++
			}
		}
		return strings.Count(name, " "+form) > used
	})
}

func all(words []string, is func(string) bool) bool {
	return !slices.ContainsFunc(words, func(word string) bool { return !is(word) })
}
