package formatting

import (
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"
)

// Rungs is the ladder to try when Slack refuses a message: the message as it
// is; with charts as lines and data tables as plain ones; with every table as
// lines; and plain text of at most 3,500 characters without blocks. A rung
// that changes nothing is left out. The first is always m itself, the last
// never has blocks. The simpler forms are made when they are asked for, which
// is rare.
func (m Message) Rungs() iter.Seq[Message] {
	return func(yield func(Message) bool) {
		if !yield(m) || len(m.Blocks) == 0 {
			return
		}
		blocks := m.Blocks
		for _, simplify := range []func(slack.Block, int) (slack.Block, bool){withoutCharts, withoutTables} {
			simpler, found := simplified(blocks, simplify)
			if found && !yield(Message{Text: m.Text, Blocks: simpler}) {
				return
			}
			blocks = simpler
		}
		yield(Message{Text: plain(m)})
	}
}

// simplified returns the blocks in a simpler form, and whether there was
// something to simplify. The room of each is what the others leave.
func simplified(blocks []slack.Block, simplify func(b slack.Block, room int) (slack.Block, bool)) ([]slack.Block, bool) {
	simpler := make([]slack.Block, 0, len(blocks))
	changed := false
	for i, b := range blocks {
		s, found := simplify(b, maxBytes-blocksSize(simpler)-blocksSize(blocks[i+1:]))
		simpler = append(simpler, s)
		changed = changed || found
	}
	return simpler, changed
}

// withoutCharts writes a chart as lines, and a data table as a plain one.
func withoutCharts(b slack.Block, room int) (slack.Block, bool) {
	switch t := b.(type) {
	case *slack.DataVisualizationBlock:
		return paragraph(fitting(chartLines(t), room, "more line", "more lines")...), true
	case *slack.DataTableBlock:
		if g, ok := gridOf(t); ok {
			return g.table(), true
		}
	}
	return b, false
}

// withoutTables writes a table as lines.
func withoutTables(b slack.Block, room int) (slack.Block, bool) {
	if g, ok := gridOf(b); ok {
		return paragraph(fitting(g.lines(), room, "more row", "more rows")...), true
	}
	return b, false
}

// plain is the message as text alone: its text, then its tables line by line.
// What charts show is in the text.
func plain(m Message) string {
	var b strings.Builder
	b.WriteString(cut(m.Text, maxPlain))
	room := maxPlain - utf8.RuneCountInString(b.String()) - len("\n…")
	for _, block := range m.Blocks {
		g, ok := gridOf(block)
		if !ok || room < 0 {
			continue
		}
		for _, l := range g.lines() {
			text := "\n" + l.text()
			if room -= utf8.RuneCountInString(text); room < 0 {
				b.WriteString("\n…")
				return b.String()
			}
			b.WriteString(text)
		}
	}
	return b.String()
}
