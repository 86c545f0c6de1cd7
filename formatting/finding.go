package formatting

import (
	"unicode/utf8"

	"github.com/slack-go/slack"
)

// Choice is a customer that a query may mean.
type Choice struct {
	Name   string // from outside
	Detail string // from outside: shown where several have this name; may be ""
	Value  string // opaque; at most 150 characters in a [Picker]

	Gap   int64 // objects without backup
	Known bool  // whether there is a reading that tells Gap
}

// PickerView is a query that several customers match.
type PickerView struct {
	Query string   // as typed
	Hits  []Choice // best first
	Total int      // all hits, where Hits holds the first of them only; 0 is len(Hits)

	Action string // of the select; "" is [ActionPick]
}

// Picker asks which one, with a select of as many hits
// as a message holds, at most 100; where that is not all, it says so.
func Picker(v PickerView) Message {
	options := fittingOptions(v.Hits)
	total := max(v.Total, len(v.Hits))
	ask := line{say("Which one? " + counted(int64(total), "customer matches ", "customers match "))}.with(quoted(v.Query)...)
	if len(options) < total {
		ask = ask.with(say("; the first " + number(int64(len(options))) + " are listed. Type more of the name to see fewer."))
	} else {
		ask = ask.with(say("."))
	}
	m := notice(ask)
	m.Text = ask.with(say(" ")).with(firstNames(v.Hits, total)...).text()
	if len(options) == 0 {
		return m
	}
	selected := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plainText("Choose a customer", maxHeader), orElse(v.Action, ActionPick), options...)
	m.Blocks = append(m.Blocks, slack.NewActionBlock("", selected))
	return m
}

// fittingOptions renders the first hits, as many as Slack and a message's
// size allow.
func fittingOptions(hits []Choice) []*slack.OptionBlockObject {
	const overhead = len(`{"text":{"type":"plain_text","text":"","emoji":false},"value":""},`)
	room := maxBytes - 1500 // the question above
	var options []*slack.OptionBlockObject
	for _, hit := range apart(hits) {
		if hit.Value == "" || utf8.RuneCountInString(hit.Value) > maxChosen {
			continue
		}
		text := plainText(hit.label(maxOption), maxOption)
		room -= overhead + jsonSize(text.Text) + jsonSize(hit.Value)
		if room < 0 || len(options) == maxOptions {
			break
		}
		options = append(options, slack.NewOptionBlockObject(hit.Value, text, nil))
	}
	return options
}

// apart drops the details of customers whose name says enough.
func apart(choices []Choice) []Choice {
	namesakes := map[string]int{}
	for _, c := range choices {
		namesakes[clean(c.Name)]++
	}
	told := make([]Choice, len(choices))
	for i, c := range choices {
		if namesakes[clean(c.Name)] == 1 {
			c.Detail = ""
		}
		told[i] = c
	}
	return told
}

// title is the customer's name, with the detail where there is one.
func (c Choice) title() string {
	if c.Detail == "" {
		return clean(c.Name)
	}
	return clean(c.Name) + " (" + clean(c.Detail) + ")"
}

// label is the customer with its objects without backup. A long name gives
// way to the number.
func (c Choice) label(limit int) string {
	end := ""
	switch {
	case c.Known && c.Gap > 0:
		end = " · " + number(c.Gap) + " without backup"
	case c.Known:
		end = " · none without backup"
	}
	return shorten(c.title(), limit-utf8.RuneCountInString(end)) + end
}

// firstNames lists some hits for whoever sees no select.
func firstNames(hits []Choice, total int) line {
	const most = 10
	var items []line
	for _, hit := range apart(hits[:min(len(hits), most)]) {
		items = append(items, line{called(hit.title())})
	}
	return listed(items, total-len(items), ", ", " and ").with(say("."))
}

// DidYouMeanView is a query that no customer matches.
type DidYouMeanView struct {
	Query   string // as typed
	Command string
	Nearest []Choice // nearest first; five are shown
	Action  string   // of the buttons; "" is [ActionOpen]
}

// DidYouMean says that nothing matches and offers the nearest customers with
// a button each (see [ActionOf]).
func DidYouMean(v DidYouMeanView) Message {
	l := line{say("No customer matches ")}.with(quoted(v.Query)...).with(say(". "))
	nearest := apart(v.Nearest[:min(len(v.Nearest), maxNearest)])
	if len(nearest) == 0 {
		return notice(l.with(say("Any part of the name will do, the owner's e-mail, or the id; "),
			typed(v.Command+" help"), say(" has examples.")))
	}
	var names []line
	var buttons []*slack.ButtonBlockElement
	for i, c := range nearest {
		names = append(names, line{called(c.title())})
		buttons = append(buttons, button(several(orElse(v.Action, ActionOpen), i), c.Value, c.title()))
	}
	l = l.with(say("Did you mean ")).with(listed(names, 0, ", ", " or ")...).with(say("?"))
	return notice(l, buttons...)
}

// NearlyCommand answers a word that is no customer but nearly a command:
// word as typed, command as Slack sent it, near as the router knows it.
func NearlyCommand(word, command, near string) Message {
	return notice(quoted(word).with(say(" is no customer here. Did you mean "), typed(command+" "+near), say("?")))
}

// NotInScopeView is a query in a channel that may see some customers only.
type NotInScopeView struct {
	Query   string // as typed
	Command string
	Shows   []string // names that the channel may see, from outside
}

// NotInScope says that this channel has no such customer, in the same words
// whether or not the customer exists elsewhere.
func NotInScope(v NotInScopeView) Message {
	l := line{say("No customer of this channel matches ")}.with(quoted(v.Query)...).with(say(". It shows "))
	l = l.with(onlyThese(v.Shows)...)
	return notice(l.with(say(" (see "), typed(v.Command+" scope"), say("); an admin can change that with "), typed(v.Command+" bind"), say(".")))
}

// onlyThese names what a channel may see: all by name if there are few.
func onlyThese(names []string) line {
	const most = 3
	switch {
	case len(names) == 0:
		return line{say("no customer")}
	case len(names) > most:
		return line{say(number(int64(len(names))) + " customers only")}
	}
	var items []line
	for _, n := range names {
		items = append(items, line{called(n)})
	}
	return listed(items, 0, ", ", " and ").with(say(" only"))
}
