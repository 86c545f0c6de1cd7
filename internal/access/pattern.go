package access

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// patternLongest bounds a pattern, in bytes: matching costs its length times
// that of a name.
const patternLongest = 1000

// Pattern means customers by their names: it matches a name that one of its
// parts matches from the first letter to the last. In a part, * stands for any
// letters, or none. Upper and lower case are the same, and so are all kinds of
// space. The zero Pattern matches nothing.
type Pattern struct {
	parts []string // folded
	text  string
}

// ParsePattern reads a pattern as people write it: parts separated by commas,
// such as "contoso*, * (north)". A comma in a name is met by a *. A part that
// would match everything is refused: all customers are bound by saying so. The
// errors are sentences for people.
func ParsePattern(text string) (Pattern, error) {
	if len(text) > patternLongest {
		return Pattern{}, fmt.Errorf("a pattern has at most %d letters", patternLongest)
	}
	var p Pattern
	var shown []string
	for part := range strings.SplitSeq(text, ",") {
		part = strings.Join(strings.Fields(part), " ")
		if part == "" {
			continue
		}
		if !strings.ContainsFunc(part, readable) {
			return Pattern{}, fmt.Errorf("%q names no customer: a pattern needs a letter or a digit", part)
		}
		shown = append(shown, part)
		p.parts = append(p.parts, fold(part))
	}
	if len(p.parts) == 0 {
		return Pattern{}, errors.New("a pattern is a part of a name, such as contoso*")
	}
	p.text = strings.Join(shown, ", ")
	return p, nil
}

// String is the pattern in the form that [ParsePattern] reads.
func (p Pattern) String() string { return p.text }

// Matches says whether the pattern means the customer of this name.
func (p Pattern) Matches(name string) bool {
	name = fold(name)
	for _, part := range p.parts {
		if matches(part, name) {
			return true
		}
	}
	return false
}

// matches compares a folded part with a folded name. Only the last star is
// ever tried again, so that no pattern takes longer than its length times the
// name's.
func matches(part, name string) bool {
	at, star, from := 0, -1, 0
	for i := 0; i < len(name); {
		switch {
		case at < len(part) && part[at] == '*':
			star, from = at, i
			at++
		case at < len(part) && part[at] == name[i]:
			at++
			i++
		case star >= 0:
			from++
			at, i = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(part[at:], "*") == ""
}

// fold makes names that read the same the same.
func fold(text string) string {
	text = cases.Fold().String(norm.NFC.String(text))
	return strings.Join(strings.Fields(norm.NFC.String(text)), " ")
}

func readable(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
