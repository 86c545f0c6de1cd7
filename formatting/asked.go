package formatting

// These answer what cannot be done as it was typed: what is wrong, and what to
// type instead.

// NoCustomer asks for the customer that a command needs; example is the whole
// command with one.
func NoCustomer(example string) Message {
	return notice(line{say("Which customer? Type it after the word, for example "), typed(example), say(".")})
}

// BadSpan answers a span that no trend has.
func BadSpan() Message {
	return notice(line{
		say("A trend looks back 7d, 30d, 90d or 1y. If that is part of the customer's name, put the name in quotes: "),
		typed(`"Media 24h"`), say("."),
	})
}

// BadEnd answers the end of a pause that cannot be read, or is over.
func BadEnd() Message {
	return notice(line{
		say("A pause ends on a day to come: "), typed("until tomorrow"), say(", "), typed("until friday"), say(", "),
		typed("until 1 december"), say(", "), typed("until 31.12."), say(", "), typed("until 2026-12-01"), say(", or "), typed("until 3d"), say(" for three days."),
	})
}

// PauseForm answers who typed a pause in another way than it is read; example
// is the whole command in the right one.
func PauseForm(example string) Message {
	return notice(line{
		say("Nothing was changed. To leave a customer out for a while, type "), typed(example),
		say(". If that is part of its name, put the name in quotes."),
	})
}

// ExportUnderWay answers who asks for a second export while the first is made.
func ExportUnderWay() Message {
	return notice(line{say("Your last export is still being written. It comes to your direct messages; please ask again once it is there.")})
}

// BeyondName refuses what was typed behind a quoted name, where nothing may
// stand.
func BeyondName(quoted, beyond string) Message {
	return notice(line{
		say("Nothing was done, as it is not clear what "), typed(beyond), say(" means behind "), typed(`"` + quoted + `"`),
		say(". If it is part of the name, put it in the quotes, too."),
	})
}

// BeyondWord refuses what was typed behind a word of a command that takes
// nothing.
func BeyondWord(command, word string) Message {
	return notice(line{
		typed(command + " " + word), say(" takes nothing more. For one customer type "), typed(command),
		say(" and its name; put a name that begins with this word in quotes."),
	})
}
