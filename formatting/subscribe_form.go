package formatting

import (
	"slices"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"
)

// CallbackSubscribe is the callback_id of [SubscribeForm].
const CallbackSubscribe = "subscribe"

// Ids of the form's inputs: of their blocks and of their elements alike. All
// but the last send a press when they change (or on Enter), so that the
// preview can follow.
const (
	SubscribeWhat        = "subscribe_what"     // a menu: SubscribeAll, or the value of a [Choice]
	SubscribeFind        = "subscribe_find"     // text: finds customers to choose from; there with Search only
	SubscribeDays        = "subscribe_days"     // a menu: daily, weekdays, weekly mon, …, monthly 1, …, monthly last
	SubscribeTime        = "subscribe_time"     // a time picker: 08:30
	SubscribeZone        = "subscribe_zone"     // a menu of zones by name
	SubscribeOtherZone   = "subscribe_zone_own" // text: a zone that the menu has not; goes before it
	SubscribeOnlyChanges = "subscribe_changes"  // a box: ticked if SubscribeOnlyChanges is its value
)

// SubscribeAll is the value of [SubscribeWhat] for all that the channel shows.
const SubscribeAll = "all"

// SubscribeFormView is the form that sets up a digest, or changes one.
type SubscribeFormView struct {
	Metadata string // opaque; comes back with the form
	Change   bool   // of a digest that is there already

	Customers []Choice // customers to choose from; [Choice.Value] is opaque
	Chosen    string   // the chosen value of SubscribeWhat; "" is SubscribeAll
	Search    bool     // there are more customers than can be offered
	Found     int      // how many the search has found; Customers may hold the first of them only
	Query     string   // what was searched for; "" is nothing yet

	Days        string   // the chosen value of SubscribeDays; "" is weekdays
	Time        string   // 08:30; "" is that
	Zones       []string // names to choose from, that of who asks first; see [LikelyZones]
	Zone        string   // the chosen one; "" is the first
	OtherZone   string   // what stands in SubscribeOtherZone
	OnlyChanges bool

	Now     time.Time
	Next    []time.Time // the next runs as it is filled in, in the zone that is told
	Problem string      // why there are none: a sentence without a full stop; "" is nothing
}

// SubscribeForm asks of whom a digest is, and when it comes.
func SubscribeForm(v SubscribeFormView) slack.ModalViewRequest {
	blocks := []slack.Block{paragraph(v.intro())}
	blocks = append(blocks, v.what()...)
	blocks = append(blocks, v.days(), v.time())
	blocks = append(blocks, v.zone()...)
	blocks = append(blocks, v.changes(), paragraph(v.preview()))
	title, submit := "Digest for this channel", "Subscribe"
	if v.Change {
		title, submit = "Change a digest", "Save"
	}
	return slack.ModalViewRequest{
		Type:            slack.VTModal,
		CallbackID:      CallbackSubscribe,
		PrivateMetadata: v.Metadata,
		Title:           plainText(title, maxTitle),
		Submit:          plainText(submit, maxTitle),
		Close:           plainText("Cancel", maxTitle),
		Blocks:          slack.Blocks{BlockSet: blocks},
	}
}

func (v SubscribeFormView) intro() line {
	return line{say("A digest tells this channel at its hour what has changed, and which objects have no backup. Everybody in the channel reads it.")}
}

// telling is an input that sends a press when it changes.
func telling(id, label, hint string, element slack.BlockElement) *slack.InputBlock {
	var below *slack.TextBlockObject
	if hint != "" {
		below = plainText(hint, maxHeader)
	}
	input := slack.NewInputBlock(id, plainText(label, maxLabel), below, element)
	input.DispatchAction = true
	return input
}

// what are the inputs that say of whom the digest is.
func (v SubscribeFormView) what() []slack.Block {
	var blocks []slack.Block
	if v.Search {
		find := slack.NewPlainTextInputBlockElement(plainText("contoso", maxHeader), SubscribeFind)
		find.InitialValue = shorten(v.Query, MaxName)
		input := telling(SubscribeFind, "Find a customer", "For a digest of one customer, type a part of its name and press Enter; what fits can then be chosen below.", find)
		input.Optional = true
		blocks = append(blocks, input)
		if v.Query != "" {
			blocks = append(blocks, context(BindFormView{Query: v.Query, Found: v.Found, Offered: v.Customers}.found()))
		}
	}
	options := []*slack.OptionBlockObject{slack.NewOptionBlockObject(SubscribeAll, plainText("All customers of this channel", maxOption), nil)}
	chosen := options[0]
	for _, c := range apart(v.Customers) {
		if c.Value == "" || c.Value == SubscribeAll || utf8.RuneCountInString(c.Value) > maxChosen || len(options) == maxOptions || taken(options, c.Value) {
			continue
		}
		o := slack.NewOptionBlockObject(c.Value, plainText(fit(c.title(), maxNameSize), maxOption), nil)
		if c.Value == v.Chosen {
			chosen = o
		}
		options = append(options, o)
	}
	menu := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plainText("Choose", maxHeader), SubscribeWhat, options...)
	menu.InitialOption = chosen
	return append(blocks, telling(SubscribeWhat, "Digest of", "", menu))
}

// taken is whether an option has this value.
func taken(options []*slack.OptionBlockObject, value string) bool {
	return slices.ContainsFunc(options, func(o *slack.OptionBlockObject) bool { return o.Value == value })
}

// days asks on which days the digest comes.
func (v SubscribeFormView) days() slack.Block {
	menu := &slack.SelectBlockElement{Type: slack.OptTypeStatic, ActionID: SubscribeDays, Placeholder: plainText("Choose", maxHeader)}
	wanted := orElse(v.Days, daysUsual)
	groups := dayChoices()
	if !slices.ContainsFunc(groups, func(g dayGroup) bool {
		return slices.ContainsFunc(g.days, func(d [2]string) bool { return d[0] == wanted })
	}) {
		groups = append([]dayGroup{{"As it is now", [][2]string{{wanted, upperFirst(name(wanted))}}}}, groups...)
	}
	for _, g := range groups {
		var options []*slack.OptionBlockObject
		for _, d := range g.days {
			o := slack.NewOptionBlockObject(cutTail(d[0], maxChosen), plainText(d[1], maxOption), nil)
			if d[0] == wanted {
				menu.InitialOption = o
			}
			options = append(options, o)
		}
		menu.OptionGroups = append(menu.OptionGroups, slack.NewOptionGroupBlockElement(plainText(g.label, maxOption), options...))
	}
	return telling(SubscribeDays, "Days", "", menu)
}

// time asks for the time of day.
func (v SubscribeFormView) time() slack.Block {
	picker := slack.NewTimePickerBlockElement(SubscribeTime)
	picker.InitialTime = orElse(v.Time, timeUsual)
	if _, err := time.Parse("15:04", picker.InitialTime); err != nil {
		picker.InitialTime = timeUsual
	}
	return telling(SubscribeTime, "Time", "", picker)
}

// zone asks in which zone that is.
func (v SubscribeFormView) zone() []slack.Block {
	wanted := v.Zone
	if wanted == "" && len(v.Zones) > 0 {
		wanted = v.Zones[0]
	}
	var options []*slack.OptionBlockObject
	var chosen *slack.OptionBlockObject
	for _, zone := range append(v.Zones[:len(v.Zones):len(v.Zones)], wanted) {
		if zone == "" || utf8.RuneCountInString(zone) > maxOption || len(options) == maxOptions || taken(options, zone) {
			continue
		}
		o := slack.NewOptionBlockObject(zone, plainText(zone, maxOption), nil)
		if zone == wanted {
			chosen = o
		}
		options = append(options, o)
	}
	own := slack.NewPlainTextInputBlockElement(plainText("Europe/Berlin", maxHeader), SubscribeOtherZone)
	own.InitialValue, own.MaxLength = cutTail(v.OtherZone, MaxName), MaxName
	other := telling(SubscribeOtherZone, "Another time zone", "Only if the menu has it not: type its name and press Enter.", own)
	if len(options) == 0 {
		return []slack.Block{other}
	}
	other.Optional = true
	menu := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plainText("Choose", maxHeader), SubscribeZone, options...)
	menu.InitialOption = chosen
	return []slack.Block{telling(SubscribeZone, "Time zone", "", menu), other}
}

// changes asks whether a digest without news is wanted.
func (v SubscribeFormView) changes() slack.Block {
	o := slack.NewOptionBlockObject(SubscribeOnlyChanges, plainText("Post only when something changed", maxOption), nil)
	boxes := slack.NewCheckboxGroupsBlockElement(SubscribeOnlyChanges, o)
	if v.OnlyChanges {
		boxes.InitialOptions = []*slack.OptionBlockObject{o}
	}
	input := slack.NewInputBlock(SubscribeOnlyChanges, plainText("Quiet days", maxLabel), nil, boxes)
	input.Optional = true
	return input
}

// preview says when the digest comes next, as the form is filled in.
func (v SubscribeFormView) preview() line {
	switch {
	case v.Problem != "":
		return line{called(v.Problem), say(".")}
	case len(v.Next) == 0:
		return line{say("The next runs are shown here.")}
	}
	return line{strong("Next"), say(": " + runs(v.Next, v.Now) + ".")}
}
