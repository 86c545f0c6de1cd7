package formatting

import (
	"cmp"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// maxFleetRows is how many customers a page of the fleet has.
const maxFleetRows = 20

// table is the page. Each column but the first is one of numbers, so that
// Slack sorts it by value; where there is none, its text is a dash.
func (v FleetView) table(room int) slack.Block {
	t := slack.NewDataTableBlock("Customers by " + v.Order.word()).WithPageSize(maxFleetRows)
	t.AddRow(textCells("Customer", "No backup", "Coverage", "Since yesterday", "Since last week", "Age")...)
	for _, r := range v.Rows {
		t.AddRow(v.row(r, room)...)
	}
	return t
}

func (v FleetView) row(r FleetRow, room int) []slack.DataTableCell {
	title, gap := squeezed(r.Customer, room), numberCell(0, dash)
	switch {
	case r.Gap > 0 && r.Kept <= 0:
		title, gap = "🔴 "+title, numberCell(float64(r.Gap), number(r.Gap))
	case r.Gap > 0:
		title, gap = "🟠 "+title, numberCell(float64(r.Gap), number(r.Gap))
	}
	return []slack.DataTableCell{
		slack.NewDataTableRawTextCell(title), gap,
		r.coverage(), v.since(r, r.DayGap), v.since(r, r.WeekGap), v.age(r),
	}
}

// leastName is the room of a name of eight characters, whatever they are.
const leastName = 16

// squeezed cuts a clean name to about room bytes of JSON.
func squeezed(title string, room int) string {
	if room <= leastName {
		return shorten(title, 8)
	}
	return fit(title, room)
}

// coverage is the share that has a backup. No coverage sorts after 100 %, as
// nothing is known to be missing there.
func (r FleetRow) coverage() slack.DataTableCell {
	c := coverage.Ratio{Kept: r.Kept, Scanned: r.Scanned}
	tenths, known := c.Tenths()
	if !known {
		tenths = 1001
	}
	return numberCell(float64(tenths)/10, percent(c))
}

// since is the change of the gap; its heading says since when. Of data that is
// stale it is no news: its yesterday was days ago.
func (v FleetView) since(r FleetRow, before *int64) slack.DataTableCell {
	switch {
	case !v.comparable(r, before):
		return numberCell(0, dash)
	case r.Gap > *before:
		return numberCell(float64(r.Gap-*before), number(r.Gap-*before)+" more")
	case r.Gap < *before:
		return numberCell(float64(r.Gap-*before), number(*before-r.Gap)+" fewer")
	case r.Gap == 0:
		return numberCell(0, dash)
	}
	return numberCell(0, "same")
}

// comparable is whether a change against an earlier gap can be told.
func (v FleetView) comparable(r FleetRow, before *int64) bool {
	return before != nil && !r.Read.IsZero() && v.Now.Sub(r.Read) <= cmp.Or(v.StaleAfter, changeWithin)
}

// changeWithin is up to what age a reading tells of today where it is not said
// from when on one is stale.
const changeWithin = 6 * time.Hour

// age is how old the reading is, in minutes for the order.
func (v FleetView) age(r FleetRow) slack.DataTableCell {
	const never = 100 * 365 * 24 * 60 // sorts as the oldest
	switch {
	case r.Read.IsZero() && !r.Answered.IsZero():
		return numberCell(float64(max(0, v.Now.Sub(r.Answered))/time.Minute), "nothing scanned")
	case r.Read.IsZero() && v.First != nil:
		return numberCell(never, "not read yet")
	case r.Read.IsZero():
		return numberCell(never, "never read")
	}
	age := max(0, v.Now.Sub(r.Read))
	if age < time.Minute {
		return numberCell(0, "just read")
	}
	return numberCell(float64(age/time.Minute), lasting(age))
}

// titled is the view with clean names, told apart where several are the same.
func (v FleetView) titled() FleetView {
	choices := make([]Choice, len(v.Rows))
	for i, r := range v.Rows {
		choices[i] = Choice{Name: r.Customer, Detail: r.Detail}
	}
	v.Rows = slices.Clone(v.Rows)
	for i, c := range apart(choices) {
		v.Rows[i].Customer = shorten(c.title(), MaxName)
	}
	return v
}
