package blockcheck

import "unicode/utf8"

// surface is where blocks are shown.
type surface int

const (
	inMessage surface = iota
	inModal
	inHome
)

func (s surface) String() string {
	switch s {
	case inModal:
		return "modals"
	case inHome:
		return "the Home tab"
	}
	return "messages"
}

// checker walks one payload and counts what is limited as a whole.
type checker struct {
	surface  surface
	code     string // of ordinary problems
	problems []Problem

	blockIDs   map[string]bool
	actionIDs  map[string]bool // of the block that is being checked
	blocks     int             // those in layouts too
	tables     int
	tableChars int // over the cells of all tables
	dataChars  int // over the cells of all data tables
	charts     int
	markdown   int // characters
	inputs     int
	nesting    int // of layouts and containers
}

func newChecker(s surface) *checker {
	return &checker{surface: s, code: CodeInvalidBlocks, blockIDs: map[string]bool{}}
}

func (c *checker) report(pointer, code, text string) {
	c.problems = append(c.problems, Problem{Pointer: pointer, Code: code, Text: text})
}

// Limits over a whole message or view.
const (
	markdownLimit       = 12_000
	tableCharLimit      = 10_000
	dataTableCharLimit  = 20_000
	chartsLimit         = 2
	blocksPerMessage    = 50
	blocksPerView       = 100
	sureDataTableChars  = 10_000 // of an older page
	serializedLimit     = 13_200 // seen to be refused by third parties; Slack publishes none
	sureSerializedLimit = 12_000 // below what anybody has seen refused
)

// totals checks the limits that no single block can break.
func (c *checker) totals(at string) {
	p := cursor{c: c, at: at}
	if c.tables > 1 {
		c.report(at, CodeOneTable, "only one table is allowed per message")
	}
	if c.tableChars > tableCharLimit {
		p.refuse("table cells must hold less than %d characters in all", tableCharLimit+1)
	}
	switch {
	case c.dataChars > dataTableCharLimit:
		p.refuse("data_table cells must hold less than %d characters in all", dataTableCharLimit+1)
	case c.dataChars > sureDataTableChars:
		p.warn("data_table cells hold more than %d characters in all", sureDataTableChars)
	}
	if c.charts > chartsLimit {
		p.refuse("no more than %d data_visualization blocks allowed", chartsLimit)
	}
	if c.markdown > markdownLimit {
		p.refuse("markdown blocks must hold less than %d characters in all", markdownLimit+1)
	}
}

// countText adds to a total.
func countText(total *int, v any) {
	if s, ok := v.(string); ok {
		*total += utf8.RuneCountInString(s)
	}
}
