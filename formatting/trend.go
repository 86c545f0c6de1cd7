package formatting

import (
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// TrendSpan is how far a trend looks back. The zero value is a week.
type TrendSpan int

// Spans of a trend.
const (
	Week TrendSpan = iota
	Month
	Quarter
	Year
)

const day = 24 * time.Hour

// TrendSpans are all spans, the shortest first.
func TrendSpans() []TrendSpan { return []TrendSpan{Week, Month, Quarter, Year} }

// String is the span as one types it: 7d, 30d, 90d, 1y.
func (s TrendSpan) String() string { return [...]string{"7d", "30d", "90d", "1y"}[s] }

// Points is how many points a chart of the span has, at most 20 as Slack
// allows. Each stands for 12 hours, 2 days, 5 days, or a twentieth of a year.
func (s TrendSpan) Points() int { return [...]int{14, 15, 18, 20}[s] }

// Window is the span that now belongs to. It ends with the half day or the day
// of now in UTC, so that points stand for whole ones, as readings do of which
// only the worst of a day is left.
func (s TrendSpan) Window(now time.Time) (from, to time.Time) {
	unit := day
	if s == Week {
		unit = 12 * time.Hour
	}
	to = now.UTC().Truncate(unit).Add(unit)
	return to.Add(-[...]time.Duration{7 * day, 30 * day, 90 * day, 365 * day}[s]), to
}

// last is the span in words: "the last 30 days".
func (s TrendSpan) last() string {
	return [...]string{"the last 7 days", "the last 30 days", "the last 90 days", "the last year"}[s]
}

// before is when the span began, in words: "30 days ago".
func (s TrendSpan) before() string {
	return [...]string{"7 days ago", "30 days ago", "90 days ago", "a year ago"}[s]
}

// TrendView is how the coverage of a customer went.
type TrendView struct {
	Customer string // name, from outside
	Command  string // the command as Slack sent it
	Now      time.Time

	Span       TrendSpan
	Trend      coverage.Trend // over [TrendSpan.Window], in [TrendSpan.Points] parts
	Began      time.Time      // the first reading that is remembered; zero is none
	DailyUntil time.Time      // before this a reading is the worst of its UTC day; zero is never

	SharedBy string    // user id: the message is for a channel, shared by this person
	Posted   time.Time // when the asker shared it from here; zero is not yet

	Spans [4]string // values of the buttons (action [ActionTrend], see [ActionOf]), by [TrendSpan]; "" leaves one out
	Share string    // value of Share here (action [ActionTrendShare]); ignored in a shared message
	Open  string    // value of the button that opens the overview (action [ActionOpen])
}

// Trend renders how the coverage of a customer went: the answer first, then
// two charts, then the numbers of the modules.
func Trend(v TrendView) Message {
	t := v.drawn()
	blocks := []slack.Block{header(v.Customer), paragraph(v.headline())}
	blocks = append(blocks, t.charts()...)
	tail := v.tail(t)
	if len(v.Trend.Modules) > 0 {
		room := maxBytes - blocksSize(blocks) - blocksSize(tail) - trendRest
		g, left := v.modules(room)
		blocks = append(blocks, g.table())
		if left > 0 {
			blocks = append(blocks, context(line{say("And " + counted(int64(left), "more module", "more modules") + ", with smaller gaps or none")}))
		}
	}
	return Message{Text: cut(v.text(t), maxPlain), Blocks: append(blocks, tail...)}
}

// trendRest is the room of a table's settings and of the line that counts the
// modules without a row.
const trendRest = 700

// tail is what stands under the numbers.
func (v TrendView) tail(d drawing) []slack.Block {
	var blocks []slack.Block
	if v.SharedBy != "" {
		blocks = append(blocks, paragraph(line{say("Shared by "), by(v.SharedBy)}))
	}
	if notes := v.notes(d); len(notes) > 0 {
		blocks = append(blocks, context(notes))
	}
	return append(blocks, v.buttons()...)
}

// buttons choose the span; the one that is shown says so. A channel has none:
// each answers one person.
func (v TrendView) buttons() []slack.Block {
	if v.SharedBy != "" {
		return nil
	}
	var buttons []*slack.ButtonBlockElement
	for _, s := range TrendSpans() {
		label := s.String()
		if s == v.Span {
			label += " (shown)"
		}
		buttons = append(buttons, button(several(ActionTrend, int(s)), v.Spans[s], label))
	}
	// Refresh shows the same span as it is when it is pressed.
	refresh := button(several(ActionTrend, len(v.Spans)), v.Spans[v.Span], "Refresh")
	return actions(append(buttons, refresh, button(ActionTrendShare, v.Share, "Share here"), button(ActionOpen, v.Open, "Overview"))...)
}
