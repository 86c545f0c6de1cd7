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

// table renders rows under their heading.
func table(rows []columns) slack.Block {
	g := grid{heading().texts()}
	for _, r := range rows {
		g = append(g, r.texts())
	}
	return g.table()
}

func (c columns) texts() []string { return c[:] }

// size is how many bytes the row takes as JSON.
func (c columns) size() int { return rowSize(c[:]) }

// rowSize is how many bytes a row takes as JSON.
func rowSize(row []string) int {
	n := len("[],")
	for _, text := range row {
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
