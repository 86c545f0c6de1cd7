package formatting

import "strings"

// Field is a text from outside as a field of a CSV file: always in quotes, since
// a program that takes the semicolon for the separator must not find one in a
// name, and nothing in it that a spreadsheet would take for a formula.
func Field(text string) string {
	return `"` + strings.ReplaceAll(harmless(text), `"`, `""`) + `"`
}

// formulas are the characters with which a cell becomes a formula, the
// full-width ones too.
// https://owasp.org/www-community/attacks/CSV_Injection
const formulas = "=+-@\t\r\n＝＋－＠"

// harmless puts an apostrophe before what a spreadsheet would take for a
// formula: at the beginning, and after whatever a spreadsheet that was told so,
// or by the custom of its country, takes for the end of a cell.
func harmless(field string) string {
	if !strings.ContainsAny(field, formulas) {
		return field
	}
	var out strings.Builder
	begins := true
	for _, r := range field {
		if begins && strings.ContainsRune(formulas, r) {
			out.WriteByte('\'')
		}
		out.WriteRune(r)
		begins = strings.ContainsRune(";|\t\r\n", r) || begins && r == ' '
	}
	return out.String()
}
