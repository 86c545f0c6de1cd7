package formatting

import (
	"slices"
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// AlertGroupView is several incidents in one message.
type AlertGroupView struct {
	Command string
	Now     time.Time
	Fleet   bool        // they are one event: so many at once are seldom the customers' own
	Slow    bool        // they came one after the other, too fast to be told each by itself
	Items   []AlertItem // open ones first, the worst first
	More    int         // open ones that Items leaves out
	Open    int         // of all
	All     int
	Over    time.Duration // between the first and the last
	Button  string        // value of the buttons; "" leaves them out
	Mention string        // id of a user group that is to hear of what is critical
}

// AlertItem is an incident among others.
type AlertItem struct {
	Customer string // name, from outside
	Incident coverage.Incident
	Acked    PersonAct
	Snoozed  bool
}

// mostItems is how many incidents a message of many names.
const mostItems = 10

// pageItems is how many incidents a page in the thread names, and mostPages how
// many pages there are.
const (
	pageItems = 60
	mostPages = 3
)

// AlertGroup is the message of several incidents.
func AlertGroup(v AlertGroupView) Message {
	head := v.headline()
	blocks := []slack.Block{paragraph(head)}
	var lines []line
	for _, item := range v.Items[:min(len(v.Items), mostItems)] {
		lines = append(lines, item.says(v.Now))
	}
	if more := v.All - len(lines); more > 0 {
		lines = append(lines, line{say("and " + counted(int64(more), "more customer", "more customers"))})
	}
	if len(lines) > 0 {
		blocks = append(blocks, paragraph(lines...))
	}
	if v.Fleet && v.Open > 0 {
		blocks = append(blocks, context(line{say("So many at once are seldom the customers' own doing: please look whether AvePoint itself is well. The thread has the whole list.")}))
	}
	if v.Open > 0 && groupLike(v.Mention) && v.critical() {
		blocks = append(blocks, paragraph(line{span{kind: usergroup, text: v.Mention}}))
	}
	blocks = append(blocks, v.buttons()...)
	text := sentence(spoken(head))
	if len(lines) > 0 {
		text = join(text, line{say("Worst: ")}.with(spoken(lines[0])...))
	}
	return Message{Text: cut(text.text(), maxPlain), Blocks: blocks}
}

// buttons are those that make sense now.
func (v AlertGroupView) buttons() []slack.Block {
	var elements []*slack.ButtonBlockElement
	waits := func(i AlertItem) bool { return i.Incident.Closed.IsZero() && !i.Acked.did() }
	if slices.ContainsFunc(v.Items, waits) {
		elements = append(elements, button(ActionAckAll, v.Button, "Acknowledge all"))
	}
	if v.All > mostItems {
		elements = append(elements, button(ActionAlertMore, v.Button, number(int64(v.All-mostItems))+" more"))
	}
	return actions(elements...)
}

func (v AlertGroupView) critical() bool {
	for _, item := range v.Items {
		if item.Incident.Closed.IsZero() && item.Incident.Severity == coverage.Crit {
			return true
		}
	}
	return false
}

// headline says how many customers have what.
func (v AlertGroupView) headline() line {
	if v.Open == 0 {
		return line{say("✅ "), strong("All " + counted(int64(v.All), "customer", "customers") + " recovered")}
	}
	n := counted(int64(v.All), "customer", "customers")
	what := "have a gap or no data"
	sign := "🟠 "
	switch {
	case v.all(func(i coverage.Incident) bool { return i.Family == coverage.CoverageFamily && lostOf(i) > 0 }):
		sign, what = "🔴 ", "lost protection"
	case v.all(func(i coverage.Incident) bool { return i.Family == coverage.CoverageFamily }):
		what = either(int64(v.All), "has a gap", "have gaps")
	case v.all(func(i coverage.Incident) bool { return i.Family == coverage.ScanFamily }):
		what = "have a gap in their scans: far fewer objects are scanned"
	case v.all(func(i coverage.Incident) bool { return i.Family >= coverage.MissingFamily }):
		sign, what = "⚪ ", "give no data"
	}
	l := line{say(sign), strong(n + " " + what)}
	if v.Over >= time.Minute {
		l = l.with(strong(" within " + lasting(v.Over)))
	}
	if over := v.All - v.Open; over > 0 {
		l = l.with(say(" · " + number(int64(over)) + " of them recovered"))
	}
	return l
}

func (v AlertGroupView) all(is func(coverage.Incident) bool) bool {
	for _, item := range v.Items {
		if !is(item.Incident) {
			return false
		}
	}
	return true
}

func lostOf(i coverage.Incident) int64 {
	n := int64(0)
	for _, m := range i.Members {
		n += max(m.Lost, int64(boolean(m.Condition >= coverage.CoverageDrop && m.Condition <= coverage.ProtectedZero)))
	}
	return n
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// says is an incident in one line.
func (i AlertItem) says(now time.Time) line {
	v := AlertView{Now: now, Customer: i.Customer, Incident: i.Incident}
	l := v.headline()
	switch {
	case !v.over() && i.Acked.did():
		l = l.with(say(" · acknowledged by "), by(i.Acked.By))
	case !v.over() && i.Snoozed:
		l = l.with(say(" · snoozed"))
	}
	return l
}

// AlertPages is how many pages the list of so many incidents takes: none where the
// message names them all.
func AlertPages(items int) int {
	if items <= mostItems {
		return 0
	}
	return min(mostPages, (items+pageItems-1)/pageItems)
}

// AlertGroupPages are the whole list, for the thread: at most three messages.
func AlertGroupPages(items []AlertItem, now time.Time) []Message {
	var pages []Message
	for n := 0; n < len(items) && len(pages) < mostPages; n += pageItems {
		var lines []line
		for _, item := range items[n:min(n+pageItems, len(items))] {
			lines = append(lines, item.says(now))
		}
		m := notice(line{say("The list, from " + number(int64(n+1)) + " to " + number(int64(n+len(lines))) + " of " + number(int64(len(items))) + ":")})
		m.Blocks = append(m.Blocks, linesBlocks(lines)...)
		pages = append(pages, m)
	}
	return pages
}

// linesBlocks puts lines into blocks that stay far below a message's size.
func linesBlocks(lines []line) []slack.Block {
	var blocks []slack.Block
	size := 0
	for len(lines) > 0 {
		n := min(len(lines), 20)
		block := paragraph(lines[:n]...)
		if size += blocksSize([]slack.Block{block}); size > maxBytes-1000 {
			return append(blocks, paragraph(line{say("and " + counted(int64(len(lines)), "more customer", "more customers"))}))
		}
		blocks, lines = append(blocks, block), lines[n:]
	}
	return blocks
}
