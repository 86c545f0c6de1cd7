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
	Rest     string // what follows the closing quote; "" where nothing is quoted
}

// parse reads the text of a command, already [plain]. An exact command word
// wins, unless the name is quoted: "Status GmbH". Arguments of a word stand to
// the right of the customer: [query.span] and [query.end] take them off.
func parse(text string, words []string) query {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, `"`) {
		return customer(text)
	}
	first, rest, _ := strings.Cut(text, " ")
	word := strings.ToLower(first)
	if !slices.Contains(words, word) {
		return query{Customer: text}
	}
	q := customer(rest)
	q.Word = word
	return q
}

// customer reads a customer, quoted or not. A quote that was never closed is
// taken for closed at the end.
func customer(text string) query {
	text = strings.TrimSpace(text)
	inner, quoted := strings.CutPrefix(text, `"`)
	if !quoted {
		return query{Customer: text}
	}
	name, rest, _ := strings.Cut(inner, `"`)
	return query{Customer: strings.TrimSpace(name), Quoted: true, Rest: strings.TrimSpace(rest)}
}

// span takes a span of time off the right: trend contoso retail 30d. A last
// word that is made like one, such as 30x, is one that was mistyped and no part
// of a name; "" says that there is none.
func (q query) span() (query, string) {
	if q.Quoted {
		text := q.Rest
		q.Rest = ""
		return q, text
	}
	at := strings.LastIndex(q.Customer, " ") + 1
	last := q.Customer[at:]
	if !spanShaped(last) {
		return q, ""
	}
	q.Customer = strings.TrimSpace(q.Customer[:at])
	return q, last
}

// spanShaped reports whether a word is a number and one letter.
func spanShaped(word string) bool {
	digits := strings.TrimRight(word, letters)
	return digits != "" && len(word)-len(digits) == 1 && strings.Trim(digits, "0123456789") == ""
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// end takes the end of a pause off the right: unwatch contoso until friday.
// "" says that there is none.
func (q query) end() (query, string) {
	const word = "until"
	text := q.Rest
	if !q.Quoted {
		fields := strings.Fields(q.Customer)
		at := lastWord(fields, word)
		if at < 0 {
			return q, ""
		}
		q.Customer, text = strings.Join(fields[:at], " "), strings.Join(fields[at:], " ")
	}
	q.Rest = ""
	if fields := strings.Fields(text); lastWord(fields[:min(1, len(fields))], word) == 0 {
		text = strings.Join(fields[1:], " ")
		if text == "" {
			text = word // without a day: an end that cannot be read, not none
		}
	}
	return q, text
}

// pause takes a length off the right that was typed instead of an end: unwatch
// contoso for 2w. "" says that there is none.
func (q query) pause() (query, string) {
	fields := strings.Fields(q.Customer)
	at := len(fields) - 2
	if q.Quoted || at < 1 || !strings.EqualFold(fields[at], "for") {
		return q, ""
	}
	length := fields[at+1]
	if _, ok := pauseDays(strings.ToLower(length)); !ok {
		return q, ""
	}
	q.Customer = strings.Join(fields[:at], " ")
	return q, length
}

// typed is the customer as one types it.
func (q query) typed() string {
	if q.Quoted {
		return `"` + q.Customer + `"`
	}
	return q.Customer
}

// lastWord is where a word stands last, or -1.
func lastWord(fields []string, word string) int {
	for i, field := range slices.Backward(fields) {
		if strings.EqualFold(field, word) {
			return i
		}
	}
	return -1
}
