package bot

import "github.com/backup-overview/backup-overview/formatting"

// These answer what cannot be done as it was typed: what is wrong, and what to
// type instead.

// noCustomer asks for the customer that a command needs.
func noCustomer(q Request, example string) error {
	return said("Which customer? Type it after the word, for example " + q.Command + " " + example + ".")
}

// badSpan answers a span that no trend has.
func badSpan() error {
	return said(`A trend looks back 7d, 30d, 90d or 1y. If that is part of the customer's name, put the name in quotes: "Media 24h".`)
}

// badEnd answers the end of a pause that cannot be read, or is over.
func badEnd() error {
	return said("A pause ends on a day to come: until tomorrow, until friday, until 1 december, until 2026-12-01, or until 3d for three days.")
}

// oneExport answers who asks for a second export while the first is made.
func oneExport() error {
	return said("Your last export is still being written. It comes to your direct messages; please ask again once it is there.")
}

func said(text string) error { return &UserError{Message: formatting.Message{Text: text}} }
