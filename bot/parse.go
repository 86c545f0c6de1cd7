package bot

import (
	"slices"
	"strings"
)

// query is what stands after the command: a command word with what follows,
// or a customer.
type query struct {
	Word     string // a known command word, in lower case; "" where a customer is meant
	Customer string // the customer's name or a part of it, without quotes
	Quoted   bool   // quotes force a customer, even one named like a word
}

// parse reads the text of a command, already [plain]. An exact command word
// wins, unless the name is quoted: "Status GmbH".
func parse(text string, words []string) query {
	text = strings.TrimSpace(text)
	if name, ok := unquoted(text); ok {
		return query{Customer: name, Quoted: true}
	}
	first, rest, _ := strings.Cut(text, " ")
	word := strings.ToLower(first)
	if !slices.Contains(words, word) {
		return query{Customer: text}
	}
	name, marked := unquoted(strings.TrimSpace(rest))
	return query{Word: word, Customer: name, Quoted: marked}
}

// unquoted takes the quotes off text. One that was never closed is taken for
// closed at the end.
func unquoted(text string) (string, bool) {
	inner, ok := strings.CutPrefix(text, `"`)
	if !ok {
		return text, false
	}
	return strings.TrimSpace(strings.TrimSuffix(inner, `"`)), true
}
