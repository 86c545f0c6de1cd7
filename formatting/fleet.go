package formatting

import (
	"time"

	"github.com/slack-go/slack"
)

// Order is how the customers of a fleet are ranked.
type Order int

// Orders. The zero value is the usual one.
const (
	ByGap  Order = iota // most objects without backup first
	ByDrop              // most more of them than yesterday first
	ByAge               // oldest reading first, never read before those
)

// FleetView is a page of many customers and what they come to. The counts are
// disjoint: Customers is WithGaps, Complete, Empty, Stale and Never together;
// Unwatched and Gone stand beside it.
type FleetView struct {
	Command string // the command as Slack sent it
	Channel bool   // the customers of this channel, not all there are
	Gaps    bool   // asked for by gaps: only customers with a gap are ranked
	Now     time.Time

	Customers  int           // watched, and listed by AvePoint
	WithGaps   int           // with a gap in a fresh reading
	Complete   int           // with nothing missing in a fresh reading
	Empty      int           // with nothing scanned
	Stale      int           // with data older than StaleAfter
	Never      int           // never read so far
	Unwatched  int           // taken off by an admin
	Gone       int           // no longer listed by AvePoint
	Gap        int64         // objects without backup, of those with gaps
	Scanned    int64         // objects scanned, of all customers; told where all are complete
	Oldest     time.Time     // the oldest reading that is counted; zero is none
	StaleAfter time.Duration // from what age on data is stale

	First *FirstSweep // the first sweep, while it is not done; nil once it is

	Order  Order
	Rows   []FleetRow // this page, at most 20
	Offset int        // how many customers are ranked before this page
	Ranked int        // how many are ranked in all

	Next, Back string    // values of the buttons that turn the page (action [ActionFleetPage], see [ActionOf])
	Orders     [3]string // values of the menu's entries (action [ActionFleetOrder]), by [Order]
	Refresh    string    // value of Refresh (action [ActionFleetRefresh])
	Export     string    // value of Export CSV (action [ActionExport])
}

// FleetRow is a customer in a fleet.
type FleetRow struct {
	Customer string // name, from outside
	Detail   string // from outside: tells customers of one name apart; may be ""
	Value    string // opaque value of its entry in the menu that opens it (action [ActionFleetOpen]), at most 24 characters

	Read            time.Time // of the last reading; zero is never
	Answered        time.Time // of the last answer, of one that never had modules; otherwise Read; zero is never
	Scanned, Kept   int64     // objects scanned, and those with a backup
	Gap             int64     // objects without backup
	DayGap, WeekGap *int64    // the gap 24 hours and 7 days before Read; nil is unknown
}

// FirstSweep is how far the first reading of all customers has come.
type FirstSweep struct {
	Total int           // customers to read
	Done  int           // customers read, or tried
	Left  time.Duration // about how long it still takes; 0 is unknown
}

// Fleet renders what all customers come to and a page of the worst.
func Fleet(v FleetView) Message {
	if v.First != nil && v.First.Total == 0 {
		v.First = nil // nobody to read
	}
	v = v.titled()
	if v.Gaps && len(v.Rows) == 0 && v.First == nil {
		return v.noGaps()
	}
	m := Message{Text: v.text()}
	for _, room := range []int{maxNameSize, 120, 80, 60, 40, 28, leastName} {
		if m.Blocks = v.blocks(room); blocksSize(m.Blocks) <= maxBytes {
			return m
		}
	}
	for i := range v.Rows {
		v.Rows[i].Value = "" // numbers of twenty digits leave no room for the menu
	}
	if m.Blocks = v.blocks(leastName); blocksSize(m.Blocks) > maxBytes {
		m.Blocks, _ = simplified(m.Blocks, withoutTables) // nor for all rows
	}
	return m
}

// noGaps is the one line that answers gaps where there are none.
func (v FleetView) noGaps() Message {
	l := v.headline()
	if age := v.asOf(); len(age) > 0 {
		l = l.with(say(" · the ")).with(age...)
	}
	return Message{Text: spoken(l).with(say(".")).text(), Blocks: append([]slack.Block{paragraph(l)}, actions(v.refresh())...)}
}

// refresh shows the same page as it is when it is pressed.
func (v FleetView) refresh() *slack.ButtonBlockElement {
	return button(ActionFleetRefresh, v.Refresh, "Refresh")
}

// blocks renders the page with names of at most room bytes.
func (v FleetView) blocks(room int) []slack.Block {
	blocks := []slack.Block{header(v.title())}
	if v.First != nil {
		blocks = append(blocks, paragraph(v.First.says()))
	}
	blocks = append(blocks, paragraph(v.headline()))
	if len(v.Rows) > 0 {
		blocks = append(blocks, v.table(room))
	}
	if l := v.footer(); len(l) > 0 {
		blocks = append(blocks, context(l))
	}
	return append(blocks, v.controls(room)...)
}

// controls are what one can do with the page.
func (v FleetView) controls(room int) []slack.Block {
	next := min(maxFleetRows, v.Ranked-v.Offset-len(v.Rows))
	if next <= 0 {
		v.Next = ""
	}
	if v.Offset <= 0 {
		v.Back = ""
	}
	if v.Oldest.IsZero() {
		v.Export = "" // nothing was read
	}
	return controls(
		v.open(room),
		v.orders(),
		acting(v.refresh()),
		acting(button(several(ActionFleetPage, 0), v.Back, "Back")),
		acting(button(several(ActionFleetPage, 1), v.Next, "Next "+number(int64(next)))),
		acting(button(ActionExport, v.Export, "Export CSV")),
	)
}

// open is the menu that opens a customer of this page.
func (v FleetView) open(room int) slack.BlockElement {
	var options []*slack.OptionBlockObject
	for _, r := range v.Rows {
		if r.Value != "" && len(r.Value) <= maxChosen {
			options = append(options, slack.NewOptionBlockObject(r.Value, plainText(squeezed(r.Customer, room), maxOption), nil))
		}
	}
	if len(options) == 0 {
		return nil
	}
	return slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plainText("Open a customer", maxHeader), ActionFleetOpen, options...)
}

// orders is the menu that ranks the customers otherwise.
func (v FleetView) orders() slack.BlockElement {
	if len(v.Rows) == 0 {
		return nil
	}
	var options []*slack.OptionBlockObject
	var current *slack.OptionBlockObject
	for i, value := range v.Orders {
		if value == "" {
			continue
		}
		option := slack.NewOptionBlockObject(value, plainText("By "+Order(i).word(), maxOption), nil)
		if Order(i) == v.Order {
			current = option
		}
		options = append(options, option)
	}
	if len(options) == 0 {
		return nil
	}
	menu := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plainText("Order", maxHeader), ActionFleetOrder, options...)
	menu.InitialOption = current
	return menu
}
