package formatting

import "github.com/slack-go/slack"

// HelpView is what help says in one channel.
type HelpView struct {
	Command   string   // the command as Slack sent it
	Customers int      // how many customers may be seen here; 0 is not known yet
	Only      []string // their names where the channel is bound, from outside; nil is all
}

// Help lists what one can type, with examples, and what this channel may see.
func Help(v HelpView) Message {
	scope := v.scope()
	lines := []line{
		{typed(v.Command + " contoso"), say(" a customer, by any part of its name, its owner's e-mail, or its id")},
		{typed(v.Command + ` "help desk ltd"`), say(" a customer whose name begins like a command")},
		{typed(v.Command + " help"), say(" this list")},
	}
	about := line{say("The answer tells how many objects AvePoint has scanned and how many of them have no backup. " +
		"Only you see it, until you press Share here.")}
	text := join(line{
		say("Type "), typed(v.Command + " contoso"),
		say(" for a customer, by any part of its name, its owner's e-mail, or its id."),
	}, about, scope)
	return Message{
		Text:   text.text(),
		Blocks: []slack.Block{paragraph(lines...), paragraph(about), paragraph(scope)},
	}
}

// scope is the line that says what this channel may see.
func (v HelpView) scope() line {
	switch {
	case v.Only != nil:
		return line{say("This channel shows ")}.with(onlyThese(v.Only)...).with(say("."))
	case v.Customers == 0:
		return line{say("This channel may see all customers.")}
	}
	return line{say("This channel may see " + allOf(v.Customers) + ".")}
}

func allOf(n int) string {
	if n == 1 {
		return "the one customer there is"
	}
	return "all " + number(int64(n)) + " customers"
}
