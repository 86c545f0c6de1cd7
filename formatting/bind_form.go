package formatting

import (
	"unicode/utf8"

	"github.com/slack-go/slack"
)

// CallbackBind is the callback_id of [BindForm].
const CallbackBind = "bind"

// Ids of the form's inputs: of their blocks and of their elements alike.
const (
	BindWhich     = "bind_which"     // one of the three ways below
	BindFind      = "bind_find"      // finds customers to choose from; sends a press on Enter
	BindCustomers = "bind_customers" // the chosen ones
	BindPattern   = "bind_pattern"   // a pattern; sends a press on Enter
)

// Ways to bind a channel, the values of [BindWhich].
const (
	BindToAll     = "all"
	BindToList    = "list"
	BindToPattern = "pattern"
)

// BindFormView is the form that binds a channel. It is for admins, and offers
// customers that the channel does not show.
type BindFormView struct {
	Metadata string // opaque; comes back with the form
	Shows    Shows  // what the channel shows now
	None     bool   // it shows nothing now

	One     bool     // the channel is shared: exactly one customer
	Which   string   // the way that is chosen at first; "" is none
	Chosen  []Choice // customers that are chosen already
	Offered []Choice // customers to choose from beside them
	Search  bool     // there are more customers than can be offered
	Found   int      // how many the search has found; Offered may hold the first of them only
	Query   string   // what was searched for; "" is nothing yet

	Pattern string       // what stands in its input at first
	Preview *BindPreview // what the pattern matches; nil is not asked yet
}

// BindPreview is what a pattern matches now.
type BindPreview struct {
	Pattern string
	Names   []string // the first matches, from outside
	Total   int
	Problem string // why it is no pattern; "" where it is one
}

// BindForm asks which customers a channel is to show.
func BindForm(v BindFormView) slack.ModalViewRequest {
	blocks := []slack.Block{paragraph(v.intro())}
	if !v.One {
		blocks = append(blocks, v.which())
	}
	blocks = append(blocks, v.customers()...)
	if !v.One {
		blocks = append(blocks, v.pattern()...)
	}
	return slack.ModalViewRequest{
		Type:            slack.VTModal,
		CallbackID:      CallbackBind,
		PrivateMetadata: v.Metadata,
		Title:           plainText("Customers of a channel", maxTitle),
		Submit:          plainText("Bind", maxTitle),
		Close:           plainText("Cancel", maxTitle),
		Blocks:          slack.Blocks{BlockSet: blocks},
	}
}

func (v BindFormView) intro() line {
	now := line{say("This channel shows ")}.with(v.Shows.says()...).with(say(" now."))
	if v.None {
		now = line{say("This channel shows nothing now.")}
	}
	if v.One {
		return join(now, line{say("It is shared with another organisation, or about to be, so it can show exactly one customer.")})
	}
	return join(now, line{say("Whoever may ask here will see the customers that you choose, and no others.")})
}

// which asks for the way.
func (v BindFormView) which() slack.Block {
	ways := slack.NewRadioButtonsBlockElement(BindWhich,
		slack.NewOptionBlockObject(BindToAll, plainText("All customers, also new ones", maxOption), nil),
		slack.NewOptionBlockObject(BindToList, plainText("The customers chosen below", maxOption), nil),
		slack.NewOptionBlockObject(BindToPattern, plainText("The customers whose names match a pattern", maxOption), nil))
	for _, o := range ways.Options {
		if o.Value == v.Which {
			ways.InitialOption = o
		}
	}
	return slack.NewInputBlock(BindWhich, plainText("This channel shows", maxLabel), nil, ways)
}

// customers are the inputs of a list.
func (v BindFormView) customers() []slack.Block {
	var blocks []slack.Block
	if v.Search {
		find := slack.NewPlainTextInputBlockElement(plainText("contoso", maxHeader), BindFind)
		find.InitialValue = shorten(v.Query, MaxName)
		input := slack.NewInputBlock(BindFind, plainText("Find customers", maxLabel),
			plainText("Type a part of a name and press Enter; what fits can then be chosen below.", maxHeader), find)
		input.DispatchAction, input.Optional = true, true
		blocks = append(blocks, input)
		if v.Query != "" {
			blocks = append(blocks, context(v.found()))
		}
	}
	options, chosen := v.options()
	if len(options) == 0 {
		return blocks
	}
	label := "Customers"
	if v.One {
		label = "Customer"
	}
	input := slack.NewInputBlock(BindCustomers, plainText(label, maxLabel), nil, v.menu(options, chosen))
	input.Optional = !v.One
	return append(blocks, input)
}

// found says how the search went.
func (v BindFormView) found() line {
	l := quoted(v.Query)
	switch shown := len(v.Offered); {
	case v.Found == 0:
		return l.with(say(" fits no customer"))
	case shown < v.Found:
		return l.with(say(" fits " + counted(int64(v.Found), "customer", "customers") + "; the first " + number(int64(shown)) + " can be chosen below"))
	}
	return l.with(say(" fits " + counted(int64(v.Found), "customer", "customers") + ", to be chosen below"))
}

// options are what can be chosen, and what is.
func (v BindFormView) options() (options, chosen []*slack.OptionBlockObject) {
	seen := map[string]bool{}
	for i, c := range apart(append(v.Chosen[:len(v.Chosen):len(v.Chosen)], v.Offered...)) {
		if c.Value == "" || utf8.RuneCountInString(c.Value) > maxChosen || seen[c.Value] || len(options) == maxOptions {
			continue
		}
		seen[c.Value] = true
		o := slack.NewOptionBlockObject(c.Value, plainText(shorten(c.title(), maxOption), maxOption), nil)
		options = append(options, o)
		if i < len(v.Chosen) {
			chosen = append(chosen, o)
		}
	}
	return options, chosen
}

// menu is one of one choice where the channel is shared.
func (v BindFormView) menu(options, chosen []*slack.OptionBlockObject) slack.BlockElement {
	if v.One {
		menu := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plainText("Choose a customer", maxHeader), BindCustomers, options...)
		if len(chosen) == 1 {
			menu.InitialOption = chosen[0]
		}
		return menu
	}
	menu := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeStatic, plainText("Choose customers", maxHeader), BindCustomers, options...)
	menu.InitialOptions = chosen
	return menu
}

// pattern are the input of a pattern and what it matches.
func (v BindFormView) pattern() []slack.Block {
	element := slack.NewPlainTextInputBlockElement(plainText("Contoso*, * Retail", maxHeader), BindPattern)
	element.InitialValue, element.MaxLength = cutTail(v.Pattern, maxPattern), maxPattern
	input := slack.NewInputBlock(BindPattern, plainText("Pattern of names", maxLabel),
		plainText("An asterisk stands for any letters; several patterns are separated by commas. Enter shows what matches.", maxHeader), element)
	input.DispatchAction, input.Optional = true, true
	if v.Preview == nil {
		return []slack.Block{input}
	}
	return []slack.Block{input, paragraph(v.Preview.says())}
}

// says names the first matches.
func (p BindPreview) says() line {
	l := quoted(p.Pattern)
	switch {
	case p.Problem != "":
		return line{called(p.Problem), say(".")}
	case p.Total == 0:
		return l.with(say(" matches no customer at the moment. Customers that come later will be shown if they match."))
	}
	const most = 10
	var names []line
	for _, n := range p.Names[:min(len(p.Names), most)] {
		names = append(names, line{called(n)})
	}
	return l.with(say(" matches " + counted(int64(p.Total), "customer", "customers") + ": ")).
		with(listed(names, p.Total-len(names), ", ", " and ")...).with(say("."))
}

// cutTail is the first limit characters of s.
func cutTail(s string, limit int) string {
	if r := []rune(s); len(r) > limit {
		return string(r[:limit])
	}
	return s
}

// BindProblem is what [BindForm] says of an input that cannot be taken, below
// it.
type BindProblem int

// Problems of the form.
const (
	ProblemWhich     BindProblem = iota // no way is chosen
	ProblemNobody                       // no customer is chosen
	ProblemOne                          // not exactly one is
	ProblemPattern                      // no pattern stands there
	ProblemForbidden                    // who sent it may not, or not this channel any more
	ProblemStorage                      // the memory cannot be reached
	ProblemLate                         // something did not answer in time
	ProblemShared                       // the channel became shared since the form was made
	ProblemUnshared                     // it ceased to be shared since then
)

// Says is the sentence below the input.
func (p BindProblem) Says() string {
	return [...]string{
		ProblemWhich:     "Choose what this channel shows.",
		ProblemNobody:    "Choose at least one customer.",
		ProblemOne:       "This channel is shared with another organisation: choose exactly one customer.",
		ProblemPattern:   "Write a pattern, such as Contoso*.",
		ProblemForbidden: "This cannot be bound from here any more. Close the form and type the command again in the channel.",
		ProblemStorage:   "The bot cannot reach its memory, so nothing was changed. Please press Bind again in a minute.",
		ProblemLate:      "Slack or the bot's memory did not answer in time. Please press Bind again.",
		ProblemShared:    "This channel has become shared since the form was opened; open it again.",
		ProblemUnshared:  "This channel is no longer shared since the form was opened; open it again.",
	}[p]
}
