package formatting

import (
	"time"

	"github.com/slack-go/slack"
)

// DigestView is what a channel hears at its hour: what changed since it last
// heard, and what there is. Without gaps, changes and trouble it is one line.
type DigestView struct {
	Command string // the command as Slack sent it
	Now     time.Time

	Zone    *time.Location // of the schedule; nil is UTC
	Planned time.Time      // the slot; zero is none, as of a test or a summary
	Late    bool           // sent much later than planned
	Skipped int            // slots before this one that nobody heard of, counted to 1,000
	Next    []time.Time    // the next slots; empty is that none is known
	Test    bool           // somebody wanted it now; the schedule knows nothing of it
	By      string         // user id of who wanted it; "" is unknown

	First  bool   // nothing was said before, so there is nothing to compare with
	Period string // since when things are compared, in words: "since yesterday", "since Mon 23 Nov"

	// What changed, the worst first; where there is more of a kind than its
	// list holds, Counts says so.
	New, Worse, Better, Closed []DigestChange
	Counts                     DigestCounts

	Customer string      // name, from outside, where the digest is of one customer; "" is of several
	Modules  []ModuleRow // of the one customer, as in its overview
	Totals   DigestTotals
	Rows     []DigestRow // of several: those with gaps, the most objects without backup first

	Stale      []DigestStale // customers without fresh data, the longest first
	MoreStale  int           // those that Stale leaves out
	Failed     []string      // names, from outside, of customers whose last backup job failed
	MoreFailed int           // those that Failed leaves out

	Odd     []DigestNote // modules whose numbers cannot be right, or that nothing of was ever protected
	MoreOdd int          // customers that Odd leaves out

	Snoozed     []DigestSnooze // alerts that are silent, of a weekly or monthly digest
	MoreSnoozed int            // those that Snoozed leaves out

	Days []DigestDay // how the last days went, the oldest first
	AsOf time.Time   // the oldest fresh reading that is counted; zero is none
	CSV  bool        // a CSV with all rows follows in the thread

	SendNow string // value of Send now (action [ActionSendNow]); "" leaves it out
	Manage  string // value of Manage (action [ActionManage]); "" leaves it out
}

// DigestCounts are how many changes of each kind there are.
type DigestCounts struct{ New, Worse, Better, Closed int }

// DigestTotals are what all customers of a digest come to. The counts are
// disjoint: Customers is WithGaps, Complete, Empty and Stale together.
type DigestTotals struct {
	Customers int
	WithGaps  int // with a gap in a fresh reading
	Complete  int // with nothing missing in a fresh reading
	Empty     int // with nothing scanned
	Stale     int // without fresh data, or never read

	Scanned int64 // objects of the customers with fresh data
	Gap     int64 // those of them without backup
}

// DigestCount is what a module of a customer has.
type DigestCount struct{ Scanned, Gap int64 }

// DigestChange is a change of one module of one customer.
type DigestChange struct {
	Customer string // name, from outside
	Tenant   string // name, from outside, where the customer has several; else ""
	Module   string // name, from outside
	Was, Now DigestCount
	Known    bool          // Was was read; else the module, or the customer, is new
	For      time.Duration // of a closed gap: how long it was open; 0 is unknown
}

// DigestRow is a customer with a gap.
type DigestRow struct {
	Customer      string // name, from outside
	Detail        string // from outside: tells customers of one name apart; may be ""
	Scanned, Kept int64  // objects scanned, and those with a backup
	Gap           int64  // objects without backup
	Was           *int64 // the gap that this one is compared with; nil is unknown
}

// DigestStale is a customer without fresh data.
type DigestStale struct {
	Customer string    // name, from outside
	Since    time.Time // its last good reading; zero is never
	Class    string    // why, as the store keeps it (see [FailureCount]); "" is unknown
}

// DigestDay is how many objects had no backup at the end of a day.
type DigestDay struct {
	At    time.Time
	Gap   int64
	Known bool // there were readings
}

// Digest renders a digest: what changed, what there is, and where the rest is.
// Where all is well, it is one line.
func Digest(v DigestView) Message {
	if v.allWell() {
		l := v.wellLine()
		return Message{Text: l.text(), Blocks: []slack.Block{paragraph(l)}}
	}
	return Message{Text: v.text(), Blocks: v.blocks(maxBytes)}
}

// SummaryView is the one message after a channel could not be reached for a
// while, instead of all that it would have heard.
type SummaryView struct {
	Since  time.Time // when the trouble began; zero is unknown
	Class  string    // Slack's error, as in [DeliveryNoticeView]
	Digest DigestView
}

// Summary says why nothing came, and how things are now.
func Summary(v SummaryView) Message {
	why := v.why()
	if v.Digest.allWell() {
		l := v.Digest.wellLine()
		return Message{Text: join(why, l).text(), Blocks: []slack.Block{paragraph(why, l)}}
	}
	blocks := []slack.Block{paragraph(why)}
	return Message{
		Text:   cut(why.text()+" "+v.Digest.text(), maxPlain),
		Blocks: append(blocks, v.Digest.blocks(maxBytes-blocksSize(blocks))...),
	}
}

// why says since when nothing came, and for what reason.
func (v SummaryView) why() line {
	l := line{say("The bot could not post here")}
	if !v.Since.IsZero() {
		l = l.with(say(" since "), on(v.Since))
	}
	if was := whyUnreached(v.Class, v.Digest.Command).was; len(was) > 0 {
		l = l.with(say(": ")).with(was...)
	}
	return l.with(say(". This is how things are now."))
}

// blocks renders a digest of more than one line into at most room bytes.
func (v DigestView) blocks(room int) []slack.Block {
	head, chart, tail := []slack.Block{header(v.title())}, v.chart(), v.tail()
	room -= blocksSize(head) + blocksSize(chart) + blocksSize(tail) + digestRest
	news := paragraph(append(v.answer(), v.changes()...)...)
	rows := v.rows(room - blocksSize([]slack.Block{news}))
	blocks := append(head, news)
	blocks = append(blocks, rows...)
	blocks = append(blocks, chart...)
	return append(blocks, tail...)
}

// digestRest is the room of what stands around the rows of the table, and of
// the line that counts those that are left out.
const digestRest = 900

// tail is what stands under the numbers: whom they leave out, what was
// different this time, and what one can do.
func (v DigestView) tail() []slack.Block {
	var blocks []slack.Block
	if lines := v.troubles(); len(lines) > 0 {
		blocks = append(blocks, paragraph(lines...))
	}
	for _, l := range []line{v.remarks(), v.footer()} {
		if len(l) > 0 {
			blocks = append(blocks, context(l))
		}
	}
	return append(blocks, actions(button(ActionSendNow, v.SendNow, "Send now"), button(ActionManage, v.Manage, "Manage"))...)
}

// DigestNote is something about a module that no alert tells.
type DigestNote struct {
	Customer, Module string // names, from outside
	Never            bool   // nothing of it was ever protected; else its numbers cannot be right
}

// DigestSnooze is an alert that is silent for a time.
type DigestSnooze struct {
	Customer string // name, from outside
	By       string // user id
	Until    time.Time
}
