package formatting

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// SnoozeSpans are the hours for which an alert can be snoozed.
func SnoozeSpans() []int { return []int{4, 24, 72, 168, 720} }

// SnoozeForm asks for how long an alert is to be silent, and why. Value stands, with
// the hours before it and a space, in each choice.
func SnoozeForm(metadata, value string) slack.ModalViewRequest {
	var options []*slack.OptionBlockObject
	for _, hours := range SnoozeSpans() {
		label := counted(int64(hours), "hour", "hours")
		if hours >= 48 {
			label = counted(int64(hours/24), "day", "days")
		}
		options = append(options, slack.NewOptionBlockObject(strconv.Itoa(hours)+" "+value, plainText(label, maxOption), nil))
	}
	menu := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plainText("For how long", maxOption), SnoozeFor, options...)
	menu.InitialOption = options[1]
	why := slack.NewPlainTextInputBlockElement(plainText("For example: migration until Friday", maxOption), SnoozeReason)
	why.MaxLength = MaxName
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: CallbackSnooze, PrivateMetadata: metadata,
		Title: plainText("Snooze an alert", maxTitle), Submit: plainText("Snooze", maxTitle), Close: plainText("Cancel", maxTitle),
		Blocks: slack.Blocks{BlockSet: []slack.Block{
			paragraph(line{say("Nothing is posted about it until then, unless it gets worse. It stays in the list of alerts.")}),
			slack.NewInputBlock(SnoozeFor, plainText("For how long", maxLabel), nil, menu),
			slack.NewInputBlock(SnoozeReason, plainText("Why (everybody in the channel reads it)", maxLabel), nil, why).WithOptional(true),
		}},
	}
}

// AlertsView is the open incidents that a channel may hear of.
type AlertsView struct {
	Command string
	Now     time.Time
	Snoozes bool // only what is snoozed
	Items   []AlertListItem
	Total   int
	WakeAll string // value of the button that ends all snoozes; "" leaves it out

	// How the channel is told.
	QuietFrom, QuietTo, Zone string
	Mention                  string
}

// AlertListItem is one of them.
type AlertListItem struct {
	AlertItem
	Snooze PersonAct
	Wake   string // value of the button that ends its snooze; "" leaves it out
	Ack    string // value of Acknowledge and Snooze; "" leaves them out
}

// mostListed is how many incidents a list names.
const mostListed = 15

// AlertList says what is open, acknowledged and snoozed.
func AlertList(v AlertsView) Message {
	if v.Total == 0 {
		return v.none()
	}
	head := line{strong(counted(int64(v.Total), "alert is open", "alerts are open"))}
	if v.Snoozes {
		head = line{strong(counted(int64(v.Total), "alert is snoozed", "alerts are snoozed"))}
	}
	m := Message{Text: sentence(head).text(), Blocks: []slack.Block{paragraph(head)}}
	shown := 0
	for n, item := range v.Items {
		one := []slack.Block{paragraph(item.lines(v.Now)...)}
		ack, snooze := button(several(ActionAck, n), item.Ack, "Acknowledge"), button(several(ActionSnooze, n), item.Ack, "Snooze…")
		if item.Acked.did() {
			ack = nil
		}
		one = append(one, actions(ack, snooze, button(several(ActionWake, n), item.Wake, "End snooze"))...)
		if n == mostListed || blocksSize(m.Blocks)+blocksSize(one) > maxBytes-1500 {
			break
		}
		m.Blocks, shown = append(m.Blocks, one...), n+1
	}
	if more := v.Total - shown; more > 0 {
		m.Blocks = append(m.Blocks, context(line{say("and " + counted(int64(more), "more", "more"))}))
	}
	if l := v.settings(); len(l) > 0 {
		m.Blocks = append(m.Blocks, context(l))
	}
	m.Blocks = append(m.Blocks, actions(button(ActionWakeAll, v.WakeAll, "End all snoozes"))...)
	if len(v.Items) > 0 {
		m.Text = join(sentence(head), spoken(v.Items[0].lines(v.Now)[0])).text()
	}
	return m
}

func (v AlertsView) none() Message {
	l := line{say("No alert is open for the customers of this channel.")}
	if v.Snoozes {
		l = line{say("No alert of this channel is snoozed.")}
	}
	return notice(join(l, v.settings()))
}

// settings say how the channel is told.
func (v AlertsView) settings() line {
	var l line
	if v.QuietFrom != "" {
		l = line{say("Quiet from " + v.QuietFrom + " to " + v.QuietTo + " " + v.Zone + ", but for what is critical.")}
	}
	if groupLike(v.Mention) {
		l = join(l, line{say("Critical ones mention "), span{kind: usergroup, text: v.Mention}, say(".")})
	}
	return l
}

// lines are an incident in a list.
func (i AlertListItem) lines(now time.Time) []line {
	v := AlertView{Now: now, Customer: i.Customer, Incident: i.Incident}
	lines := []line{v.headline().with(say(" · since "), at(i.Incident.Began(), now))}
	if i.Acked.did() {
		lines = append(lines, line{say("Acknowledged")}.with(v.by(i.Acked)...))
	}
	if i.Snooze.did() && i.Snooze.Until.After(now) {
		l := line{say("Snoozed until "), on(i.Snooze.Until)}.with(v.by(i.Snooze)...)
		if i.Snooze.Reason != "" {
			l = l.with(say(": "), called(i.Snooze.Reason))
		}
		lines = append(lines, l)
	}
	return lines
}

// AlertSettings says how a channel is told from now on.
func AlertSettings(v AlertsView, by string) Message {
	l := line{say("From now on, as ")}.with(span{kind: person, text: by}, say(" set it: "))
	if !userLike(by) {
		l = line{say("From now on: ")}
	}
	if how := v.settings(); len(how) > 0 {
		return notice(l.with(how...))
	}
	return notice(l.with(say("alerts come at any hour, and mention nobody.")))
}

// BadAlertSetting says how the settings of a channel's alerts are typed.
func BadAlertSetting(command string) Message {
	return notice(line{
		say("That is no setting of this channel's alerts. Type "), typed(command + " alerts quiet 22:00-07:00 Europe/Berlin"), say(" or "),
		typed(command + " alerts quiet off"), say(", "), typed(command + " alerts mention @group"), say(" or "), typed(command + " alerts mention off"), say("."),
	})
}

// ExplainView is how the rules see one module of a customer.
type ExplainView struct {
	Command  string
	Now      time.Time
	Customer string // name, from outside
	Tenant   string // name, from outside, where there are several
	coverage.Explanation
	Sources []RuleSource // of the values that are not the rules' own
}

// RuleSource is where the value of a rule comes from.
type RuleSource struct{ Name, Value, From string }

// Explain says which rule and reading decided.
func Explain(v ExplainView) Message {
	head := line{strongly(v.Customer), strong(": "), strongly(v.Key.Module)}
	if v.Tenant != "" {
		head = head.with(strong(" of "), strongly(v.Tenant))
	}
	lines := v.says()
	m := Message{Text: join(sentence(spoken(head)), lines[0]).text(), Blocks: []slack.Block{paragraph(head), paragraph(lines...)}}
	var sources []line
	for _, s := range v.Sources {
		sources = append(sources, line{typed(s.Name), say(" is "), typed(s.Value), say(", from " + s.From)})
	}
	if len(sources) > 0 {
		m.Blocks = append(m.Blocks, paragraph(sources...))
	}
	return m
}

func (v ExplainView) says() []line {
	if !v.Known {
		return []line{{say("No reading has named this module since the bot learns it.")}}
	}
	read := line{say(number(v.reading().Kept()) + " of " + number(v.reading().Scanned) + " protected, read at "), at(v.Read, v.Now), say(".")}
	if v.Gone {
		read = read.with(say(" The newest answer does not name it any more."))
	}
	if v.Learning {
		return []line{read, {say("The bot still learns what is normal: coverage has to hold for " + lasting(v.Rules.ReferenceWindow) + ", in " +
			counted(v.Rules.ReferenceReadings, "reading", "readings") + ". Nothing is told of it before.")}}
	}
	normal := line{say("Normal is " + percent(v.Reference) + ": the best coverage that held for " + lasting(v.Rules.ReferenceWindow) + " within " + lasting(v.Rules.ReferenceHistory) + ".")}
	missing := line{
		say(counted(v.Missing, "object is", "objects are") + " missing against that; " + number(v.Lost) + " of them lost protection since "), at(v.LostSince, v.Now),
		say(", and " + number(v.Waited) + " have waited for more than " + lasting(v.Rules.Lag) + "."),
	}
	return []line{read, normal, missing, v.decided(), v.thresholds()}
}

// reading is the newest reading: the view has a time of the same name.
func (v ExplainView) reading() coverage.Count { return v.Explanation.Now }

// decided is what came of it.
func (v ExplainView) decided() line {
	next := line{say("Next reading at "), at(v.Next, v.Next), say(".")}
	switch v.Phase {
	case coverage.Firing, coverage.Recovering:
		l := line{say("An alert is open since "), at(v.Since, v.Now), say(": " + v.Condition.String() + ", " + v.Severity.String() + ".")}
		if v.Phase == coverage.Recovering {
			l = l.with(say(" The newest reading is well; one more is waited for."))
		}
		return join(l, next)
	case coverage.Pending:
		return join(line{
			say(v.Condition.String() + " is suspected since "), at(v.Since, v.Now), say(", in " + counted(int64(v.Readings), "reading", "readings") + "; it is told at "), at(v.Due, v.Due),
			say(" if it lasts."),
		}, next)
	}
	if v.Scan != coverage.Normal {
		return join(line{say("Its scan has shrunk below what is normal ("), say(number(v.ScanRef) + " objects), so its coverage is not judged.")}, next)
	}
	return join(line{say("So nothing is told.")}, next)
}

// thresholds are those that apply.
func (v ExplainView) thresholds() line {
	r := v.Rules
	return line{say("Told is a loss of " + counted(r.DropPoints, "point", "points") + " and " + counted(r.DropObjects, "object", "objects") + " at least, or of " +
		counted(r.LossObjects, "object", "objects") + ", that lasts for " + lasting(r.Confirm) + " in " + counted(r.ConfirmReadings, "reading", "readings") +
		"; what is new and not protected, after " + lasting(r.Lag) + ".")}
}

// ExplainAll explains the modules of a customer, those with trouble first.
func ExplainAll(views []ExplainView) Message {
	slices.SortFunc(views, func(a, b ExplainView) int {
		return cmp.Or(-cmp.Compare(a.Phase, b.Phase), -cmp.Compare(a.Missing, b.Missing), cmp.Compare(a.Module+a.Tenant, b.Module+b.Tenant))
	})
	var all Message
	for n, v := range views {
		m := Explain(v)
		if n > 0 && blocksSize(append(slices.Clone(all.Blocks), m.Blocks...)) > maxBytes-500 {
			all.Blocks = append(all.Blocks, context(line{say("and " + counted(int64(len(views)-n), "more module", "more modules"))}))
			break
		}
		all.Blocks = append(all.Blocks, m.Blocks...)
		if n == 0 {
			all.Text = m.Text
		}
	}
	return all
}

// NothingJudged says that no reading of a customer was judged yet.
func NothingJudged(customer string) Message {
	return notice(line{say("No reading of "), called(customer), say(" was judged yet. The next sweep reads it.")})
}

// NoSuchModule says which modules a customer has.
func NoSuchModule(customer, module string, modules []string) Message {
	var items []line
	for _, m := range modules[:min(len(modules), mostItems)] {
		items = append(items, line{called(m)})
	}
	return notice(line{called(customer), say(" has no module with "), called(module), say(" in its name. It has ")}.
		with(listed(items, len(modules)-len(items), ", ", " and ")...).with(say(".")))
}

// AlertSnoozed says to who snoozed that it was done.
func AlertSnoozed(until time.Time) Message {
	return notice(line{say("Snoozed until "), on(until), say(". If it gets worse before, it is told.")})
}
