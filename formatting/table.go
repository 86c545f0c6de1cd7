package formatting

import (
	"unicode/utf8"

	"github.com/slack-go/slack"
)

// columns are the five columns of an overview's table.
type columns [5]string

// heading returns the first row of the table.
func heading() columns {
	return columns{"Module", "Protected", "Coverage", "No backup", "Last job"}
}

// table renders rows under their heading. Align is always set: slack-go sends
// an empty one otherwise, which Slack refuses.
func table(rows []columns) slack.Block {
	left := slack.ColumnSetting{Align: slack.ColumnAlignmentLeft, IsWrapped: true}
	right := slack.ColumnSetting{Align: slack.ColumnAlignmentRight}
	t := slack.NewTableBlock("").WithColumnSettings(left, right, right, right, right)
	t.AddRow(heading().cells()...)
	for _, r := range rows {
		t.AddRow(r.cells()...)
	}
	return t
}

func (c columns) cells() []slack.TableCell {
	cells := make([]slack.TableCell, len(c))
	for i, text := range c {
		cells[i] = cell(text)
	}
	return cells
}

// size is how many bytes the row takes as JSON.
func (c columns) size() int {
	n := len("[],")
	for _, text := range c {
		n += len(`{"type":"raw_text","text":""},`) + jsonSize(filled(text))
	}
	return n
}

// jsonSize is how many bytes s takes in JSON as encoding/json writes it, with
// <, > and & as six bytes each.
func jsonSize(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r == '"' || r == '\\' || r == '\n' || r == '\r' || r == '\t' || r == '\b' || r == '\f':
			n += 2
		case r < ' ' || r == '<' || r == '>' || r == '&' || r == '\u2028' || r == '\u2029' || r == utf8.RuneError:
			n += 6
		default:
			n += utf8.RuneLen(r)
		}
	}
	return n
}

// withoutTables returns the blocks with each table as a paragraph, and
// whether there was one.
func withoutTables(blocks []slack.Block) ([]slack.Block, bool) {
	lines := make([]slack.Block, 0, len(blocks))
	found := false
	for i, b := range blocks {
		t, ok := b.(*slack.TableBlock)
		if !ok {
			lines = append(lines, b)
			continue
		}
		room := maxBytes - blocksSize(lines) - blocksSize(blocks[i+1:])
		lines = append(lines, paragraph(fitting(tableLines(t), room, "more row", "more rows")...))
		found = true
	}
	return lines, found
}

// fitting keeps as many lines as take at most room bytes, and counts the rest
// in one more line.
func fitting(lines []line, room int, one, many string) []line {
	room -= (line{say("and 1,000,000 " + many)}).size()
	for i, l := range lines {
		if room -= l.size(); room < 0 {
			rest := counted(int64(len(lines)-i), one, many)
			return append(lines[:i:i], line{say("and " + rest)})
		}
	}
	return lines
}

// size is about how many bytes the line takes as JSON, and not less.
func (l line) size() int {
	n := len(`{"type":"rich_text_section","elements":[]},`)
	for _, s := range l {
		n += len(`{"type":"date","timestamp":12345678901,"format":"","fallback":"12 Jan 2026, 15:04 UTC","style":{"bold":true}},`) + jsonSize(s.text)
	}
	return n
}

// tableLines writes each row of a table as a line, with the heading's words
// before the values.
func tableLines(t *slack.TableBlock) []line {
	if len(t.Rows) == 0 {
		return nil
	}
	lines := make([]line, 0, len(t.Rows))
	for _, row := range t.Rows[1:] {
		var l line
		for i, c := range row {
			text, ok := c.(*slack.TableRawTextCell)
			switch {
			case !ok || text.Text == dash:
			case i == 0:
				l = append(l, span{kind: outside, text: text.Text, bold: true})
			default:
				l = append(l, say(separator(i)+columnLabel(t, i)+" "), span{kind: outside, text: text.Text})
			}
		}
		lines = append(lines, l)
	}
	return lines
}

func separator(column int) string {
	if column == 1 {
		return ": "
	}
	return " · "
}

// columnLabel is the heading of a column, in the middle of a line.
func columnLabel(t *slack.TableBlock, column int) string {
	if column >= len(t.Rows[0]) {
		return ""
	}
	text, ok := t.Rows[0][column].(*slack.TableRawTextCell)
	if !ok {
		return ""
	}
	return lowerFirst(text.Text)
}
