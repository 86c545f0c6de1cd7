package bot

import "github.com/backup-overview/backup-overview/formatting"

// These answer what cannot be done as it was typed.

// noCustomer asks for the customer that a command needs.
func noCustomer(q Request, example string) error {
	return &UserError{Message: formatting.NoCustomer(q.Command + " " + example)}
}

// badSpan answers a span that no trend has.
func badSpan() error { return &UserError{Message: formatting.BadSpan()} }

// badEnd answers the end of a pause that cannot be read, or is over.
func badEnd() error { return &UserError{Message: formatting.BadEnd()} }

// pauseForm shows how a pause is typed to who typed it otherwise.
func pauseForm(q Request, customer, end string) error {
	return &UserError{Message: formatting.PauseForm(q.Command + " unwatch " + customer + " until " + end)}
}

// oneExport answers who asks for a second export while the first is made.
func oneExport() error { return &UserError{Message: formatting.ExportUnderWay()} }

// nothingBeyond refuses what stands behind a quoted name, where nothing may:
// what was meant is not guessed at.
func (q query) nothingBeyond() error {
	if q.Rest == "" {
		return nil
	}
	return &UserError{Message: formatting.BeyondName(q.Customer, q.Rest)}
}

// alone refuses what stands behind a word that takes nothing.
func (q query) alone(command string) error {
	if q.Customer == "" && q.Rest == "" {
		return nil
	}
	return &UserError{Message: formatting.BeyondWord(command, q.Word)}
}
