package blockcheck

import "encoding/json"

const (
	tableRowsLimit      = 100
	tableColumnsLimit   = 20
	dataRowsLimit       = 201 // header and 200
	sureDataRowsLimit   = 101 // of an older page
	dataTablePageLimit  = 100
	dataTableLeastCells = 2 // header and one row
)

// table checks a table block.
func (c *checker) table(p cursor) {
	c.tables++
	for _, settings := range p.mayList("column_settings", 0, tableColumnsLimit) {
		if settings.value == nil {
			continue // leaves the column as it is
		}
		if settings.object() {
			settings.mayEnum("align", "left", "center", "right")
			settings.mayBool("is_wrapped")
		}
	}
	for _, row := range p.list("rows", 1, tableRowsLimit) {
		for _, cell := range row.items(1, tableColumnsLimit) {
			c.tableCell(cell)
		}
	}
}

func (c *checker) tableCell(p cursor) {
	if !p.object() { // null too: Slack sends it, but does not take it
		return
	}
	switch p.kind() {
	case "raw_text":
		p.mustString("text", 1, tableCharLimit)
		countText(&c.tableChars, p.member("text").value)
	case "raw_number":
		p.warn("raw_number is refused in tables by some workspaces")
		c.rawNumber(p, &c.tableChars)
	case "rich_text":
		c.richText(p)
		countLeaves(&c.tableChars, p.value)
	default:
		p.refuse("unsupported type: %s", p.kind())
	}
}

func (c *checker) rawNumber(p cursor, total *int) {
	if value, ok := p.need("value"); ok {
		if _, ok := value.value.(json.Number); !ok {
			value.refuse("must provide a number")
		}
	}
	if p.member("text").value == nil {
		p.warn("raw_number without text")
	}
	p.mayString("text", 1, dataTableCharLimit)
	countText(total, p.member("text").value)
}

// countLeaves adds the characters of every text in a rich_text value.
func countLeaves(total *int, v any) {
	switch n := v.(type) {
	case []any:
		for _, item := range n {
			countLeaves(total, item)
		}
	case map[string]any:
		countText(total, n["text"])
		countLeaves(total, n["elements"])
	}
}

// dataTable checks a data_table block.
func (c *checker) dataTable(p cursor) {
	c.tables++
	p.mustString("caption", 1, textObjectLimit)
	p.mayInt("page_size", 1, dataTablePageLimit)
	rows := p.list("rows", dataTableLeastCells, dataRowsLimit)
	if len(rows) > sureDataRowsLimit && len(rows) <= dataRowsLimit {
		p.member("rows").warn("more than %d rows", sureDataRowsLimit-1)
	}
	width := 0
	for i, row := range rows {
		cells := row.items(1, tableColumnsLimit)
		if i == 0 {
			width = len(cells)
		}
		if len(cells) != width {
			row.refuse("every row must have as many cells as the header: %d", width)
		}
		for _, cell := range cells {
			c.dataCell(cell, i == 0)
		}
	}
	p.mayInt("row_header_column_index", 0, max(width-1, 0))
}

func (c *checker) dataCell(p cursor, header bool) {
	if !p.object() {
		return
	}
	kind := p.kind()
	if header && (kind == "rich_text" || kind == "action_cell") {
		p.refuse("unsupported type: %s in the header row", kind)
		return
	}
	switch kind {
	case "raw_text":
		p.mustString("text", 1, dataTableCharLimit)
		countText(&c.dataChars, p.member("text").value)
	case "raw_number":
		if header {
			p.warn("raw_number in the header row")
		}
		c.rawNumber(p, &c.dataChars)
	case "rich_text":
		c.richText(p)
		countLeaves(&c.dataChars, p.value)
	case "action_cell":
		c.actionCell(p)
	default:
		p.refuse("unsupported type: %s", kind)
	}
}

func (c *checker) actionCell(p cursor) {
	p.warn("action_cell is documented but was never seen to be accepted")
	if element, ok := p.need("element"); ok {
		outer := c.actionIDs
		c.actionIDs = map[string]bool{} // the same action stands in every row
		c.element(element, inCell)
		c.actionIDs = outer
	}
	fallback := p.member("fallback")
	if fallback.value == nil || !fallback.object() {
		return
	}
	switch fallback.kind() {
	case "raw_text", "raw_number":
		c.dataCell(fallback, false)
	default:
		fallback.refuse("unsupported type: %s", fallback.kind())
	}
}
