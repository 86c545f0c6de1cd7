package formatting

import "github.com/slack-go/slack"

// HelpView is what help says in one channel.
type HelpView struct {
	Command string // the command as Slack sent it
	Shows   Shows  // what who asks may see here
	Unknown bool   // that cannot be told at the moment
}

// Help lists what one can type, with examples, and what this channel may see.
func Help(v HelpView) Message {
	scope := v.scope()
	lines := v.list()
	about := line{say("The answer tells how many objects AvePoint has scanned and how many of them have no backup. " +
		"Only you see it, until you press Share here.")}
	text := join(line{
		say("Type "), typed(v.Command + " contoso"), say(" for a customer, by any part of its name, its owner's e-mail, or its id; "),
		typed(v.Command), say(" alone for all that this channel may see. The other words are gaps, trend, export, subscribe, subscriptions, unsubscribe, alerts, snoozes, explain, status and scope, " +
			"and for admins bind, unbind, unwatch, watch, audit and forget."),
	}, about, scope)
	m := Message{Text: text.text(), Blocks: []slack.Block{paragraph(lines...), paragraph(about)}}
	if len(scope) > 0 {
		m.Blocks = append(m.Blocks, paragraph(scope))
	}
	return m
}

// list is one line for each thing to type.
func (v HelpView) list() []line {
	var lines []line
	for _, l := range [][2]string{
		{"", "this channel's customers, worst first"},
		{" contoso", "a customer, by any part of its name, its owner's e-mail, or its id"},
		{` "help desk ltd"`, "a customer whose name begins like a command"},
		{" gaps", "the customers that have gaps, worst first"},
		{" trend contoso 90d", "how its coverage went: 7d, 30d, 90d or 1y"},
		{" export", "a CSV file of all of them, in your direct messages; of one with its name"},
		{" subscribe weekdays 08:30", "a digest for this channel; subscribe alone opens a form"},
		{" subscriptions", "this channel's digests: send one now, pause or remove it"},
		{" alerts", "what is open, acknowledged or snoozed; with quiet and mention, how this channel is told (admins)"},
		{" snoozes", "what is silent, until when and why"},
		{" explain contoso exchange", "which rule and reading decided about a module"},
		{" status", "how old the data is, and how the bot does"},
		{" scope", "which customers this channel may see, and why"},
		{" bind", "choose them; unbind ends it (admins)"},
		{" unwatch contoso until friday", "read a customer no longer (admins)"},
		{" audit", "a CSV file of who did what and when (admins)"},
		{" watch contoso", "read it again (admins)"},
		{" forget contoso", "erase what is remembered of a customer that has left (admins)"},
		{" help", "this list"},
	} {
		lines = append(lines, line{typed(v.Command + l[0]), say(" " + l[1])})
	}
	return lines
}

// scope is the line that says what this channel may see.
func (v HelpView) scope() line {
	switch {
	case v.Unknown:
		return nil
	case v.Shows.All:
		return line{say("This channel may see ")}.with(v.Shows.says()...).with(say("."))
	}
	return line{say("This channel shows ")}.with(v.Shows.says()...).with(say("; "), typed(v.Command+" scope"), say(" says why."))
}

func allOf(n int) string {
	if n == 1 {
		return "the one customer there is"
	}
	return "all " + number(int64(n)) + " customers"
}
