package formatting

import (
	"slices"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// rows are the table and the line that says what it leaves out, in at most
// room bytes but for what stands around them.
func (v DigestView) rows(room int) []slack.Block {
	if v.Customer != "" {
		return v.moduleRows(room)
	}
	if len(v.Rows) == 0 {
		return nil
	}
	g := v.customerRows(room)
	shown := len(g) - 1
	if shown == 0 {
		return nil
	}
	blocks := []slack.Block{g.table()}
	if rest := max(v.Totals.WithGaps, len(v.Rows)) - shown; rest > 0 {
		blocks = append(blocks, context(v.elsewhere("And "+counted(int64(rest), "more customer with a gap", "more customers with gaps"))))
	}
	return blocks
}

// elsewhere says what the table leaves out, and where that is.
func (v DigestView) elsewhere(what string) line {
	switch {
	case v.CSV:
		return line{say(what + "; the CSV in the thread has all of them.")}
	case v.Customer != "":
		return line{say(what + "; "), typed(v.Command), say(" and the customer's name shows all of them.")}
	}
	return line{say(what + "; "), typed(v.Command + " gaps"), say(" shows all of them.")}
}

// customerRows are as many customers as fit. Long names give way first, then
// the last rows.
func (v DigestView) customerRows(room int) grid {
	rows := v.apart()
	for _, size := range []int{maxNameSize, 120, 80, 60} {
		if g := v.grid(rows, size); g.size() <= room {
			return g
		}
	}
	const least = 40
	g := v.grid(rows, least)
	for len(g) > 1 && g.size() > room {
		g = g[:len(g)-1]
	}
	return g
}

// apart are the customers of the table with clean names, told apart where
// several are the same.
func (v DigestView) apart() []DigestRow {
	rows := slices.Clone(v.Rows[:min(len(v.Rows), maxRows)])
	choices := make([]Choice, len(rows))
	for i, r := range rows {
		choices[i] = Choice{Name: r.Customer, Detail: r.Detail}
	}
	for i, c := range apart(choices) {
		rows[i].Customer = shorten(c.title(), MaxName)
	}
	return rows
}

// grid writes the rows with names of at most size bytes.
func (v DigestView) grid(rows []DigestRow, size int) grid {
	compared := slices.ContainsFunc(rows, func(r DigestRow) bool { return r.Was != nil })
	heading := []string{"Customer", "No backup", "Coverage"}
	if compared {
		heading = append(heading, upperFirst(v.period()))
	}
	g := grid{heading}
	for _, r := range rows {
		mark := "🟠 "
		if r.Kept <= 0 {
			mark = "🔴 "
		}
		row := []string{
			mark + fit(r.Customer, size), number(r.Gap),
			percent(coverage.Ratio{Kept: max(0, r.Kept), Scanned: r.Scanned}),
		}
		if compared {
			row = append(row, r.since())
		}
		g = append(g, row)
	}
	return g
}

// size is how many bytes the rows take as JSON.
func (g grid) size() int {
	n := 0
	for _, row := range g {
		n += rowSize(row)
	}
	return n
}

// since is the change of the gap.
func (r DigestRow) since() string {
	switch {
	case r.Was == nil:
		return dash
	case r.Gap > *r.Was:
		return number(r.Gap-*r.Was) + " more"
	case r.Gap < *r.Was:
		return number(*r.Was-r.Gap) + " fewer"
	}
	return "same"
}

// moduleRows are the modules of the one customer, as in its overview.
func (v DigestView) moduleRows(room int) []slack.Block {
	modules := cleaned(v.Modules)
	summary := coverage.Summarize(coverageRows(modules))
	if len(summary.Modules) == 0 {
		return nil
	}
	pages := paged(moduleGroups(modules, summary), room-heading().size())
	blocks := []slack.Block{table(pages[0].rows)}
	if rest := len(summary.Modules) - pages[0].modules; rest > 0 {
		blocks = append(blocks, context(v.elsewhere("And "+counted(int64(rest), "more module", "more modules"))))
	}
	return blocks
}
