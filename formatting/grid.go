package formatting

import "github.com/slack-go/slack"

// textCells are the cells of a data table's heading.
func textCells(texts ...string) []slack.DataTableCell {
	cells := make([]slack.DataTableCell, len(texts))
	for i, text := range texts {
		cells[i] = slack.NewDataTableRawTextCell(filled(text))
	}
	return cells
}

// numberCell shows text and sorts by value.
func numberCell(value float64, text string) slack.DataTableCell {
	return slack.NewDataTableRawNumberCell(value).WithText(filled(text))
}

// grid is what a table of either kind shows, heading first. It has no cell
// that is neither text nor number, since ours have none.
type grid [][]string

// gridOf returns what a block shows as a table, and whether it is one.
func gridOf(b slack.Block) (grid, bool) {
	switch t := b.(type) {
	case *slack.TableBlock:
		g := make(grid, len(t.Rows))
		for i, row := range t.Rows {
			for _, c := range row {
				text := dash
				if raw, ok := c.(*slack.TableRawTextCell); ok {
					text = raw.Text
				}
				g[i] = append(g[i], text)
			}
		}
		return g, len(g) > 0
	case *slack.DataTableBlock:
		g := make(grid, len(t.Rows))
		for i, row := range t.Rows {
			for _, c := range row {
				g[i] = append(g[i], shownIn(c))
			}
		}
		return g, len(g) > 0
	}
	return nil, false
}

func shownIn(c slack.DataTableCell) string {
	switch c := c.(type) {
	case *slack.DataTableRawTextCell:
		return c.Text
	case *slack.DataTableRawNumberCell:
		return c.Text
	}
	return dash
}

// table renders the grid as the plain kind of table. Align is always set:
// slack-go sends an empty one otherwise, which Slack refuses.
func (g grid) table() slack.Block {
	settings := []slack.ColumnSetting{{Align: slack.ColumnAlignmentLeft, IsWrapped: true}}
	for range g[0][1:] {
		settings = append(settings, slack.ColumnSetting{Align: slack.ColumnAlignmentRight})
	}
	t := slack.NewTableBlock("").WithColumnSettings(settings...)
	for _, row := range g {
		cells := make([]slack.TableCell, len(row))
		for i, text := range row {
			cells[i] = cell(text)
		}
		t.AddRow(cells...)
	}
	return t
}

// lines writes each row as a line, with the heading's words before the values.
func (g grid) lines() []line {
	lines := make([]line, 0, len(g))
	for _, row := range g[1:] {
		var l line
		for i, text := range row {
			switch {
			case i == 0:
				l = append(l, span{kind: outside, text: text, bold: true})
			case text == dash:
			default:
				l = append(l, say(separator(i)+lowerFirst(g[0][i])+" "), span{kind: outside, text: text})
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
