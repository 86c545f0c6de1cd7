package formatting

import (
	"encoding/json"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

const (
	maxNoted  = 3    // names in one note
	noteSize  = 60   // bytes of a name in a note, as JSON; the table has more room
	notesRoom = 4500 // bytes of all notes
)

// notes are the lines under the table: why it may not be read, the tenants, what is odd, and rows of
// another service. Where they would crowd out the table, each names fewer.
func (v OverviewView) notes(s coverage.Summary) []slack.Block {
	var blocks []slack.Block
	for most := maxNoted; most > 0; most-- {
		blocks = v.notesOf(s, most)
		if blocksSize(blocks) <= notesRoom {
			break
		}
	}
	return blocks
}

func (v OverviewView) notesOf(s coverage.Summary, most int) []slack.Block {
	lines := append(v.aside(), tenantLines(s, most)...)
	for _, l := range []line{neverProtected(s, most), moreProtected(s, most), nothingYet(s, most), otherServices(v.Other, most)} {
		if len(l) > 0 {
			lines = append(lines, l)
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return []slack.Block{paragraph(lines...)}
}

// tenantLines tells several tenants apart.
func tenantLines(s coverage.Summary, most int) []line {
	var lines []line
	for i, t := range s.Tenants {
		if i == most {
			return append(lines, tenantsLeft(s.Tenants[i:]))
		}
		what := "nothing scanned"
		if t.Scanned > 0 {
			what = lowerFirst(missing(t.Total))
		}
		if t.Gap > 0 {
			what += " · " + percent(t.Coverage()) + " protected"
		}
		lines = append(lines, line{notedTenant(t.Name), say(": " + what)})
	}
	return lines
}

func tenantsLeft(tenants []coverage.Tenant) line {
	withGap, left := together(tenants)
	l := "and " + counted(int64(len(tenants)), "more tenant", "more tenants")
	if withGap == 0 {
		return line{say(l + ", none with a gap")}
	}
	return line{say(l + ", " + number(withGap) + " with a gap: " +
		counted(left.Gap, "object has", "objects have") + " no backup there")}
}

func neverProtected(s coverage.Summary, most int) line {
	items, more := odd(s, coverage.NeverProtected, most, func(r coverage.Row) string {
		return " (" + counted(r.Scanned, "object", "objects") + ")"
	})
	if len(items) == 0 {
		return nil
	}
	return line{say("Nothing is protected in ")}.with(listed(items, more, ", ", " and ")...).with(say("."))
}

func moreProtected(s coverage.Summary, most int) line {
	items, more := odd(s, coverage.MoreProtected, most, func(r coverage.Row) string {
		return ": " + number(r.Protected) + " protected, " + number(r.Scanned) + " scanned"
	})
	if len(items) == 0 {
		return nil
	}
	return listed(items, more, "; ", "; ").with(say(". Data of people who have left is kept, so a gap may hide behind it."))
}

// nothingYet is left to the headline where it holds for the whole customer.
func nothingYet(s coverage.Summary, most int) line {
	items, more := odd(s, coverage.NothingScanned, most, func(coverage.Row) string { return "" })
	if len(items) == 0 || s.Scanned == 0 {
		return nil
	}
	return line{say("AvePoint has scanned nothing in ")}.with(listed(items, more, ", ", " and ")...).with(say(", so there is no coverage to tell."))
}

// odd names the first rows of one oddity, each with what detail says, and
// counts the rest.
func odd(s coverage.Summary, o coverage.Oddity, most int, detail func(coverage.Row) string) (items []line, more int) {
	for _, row := range s.Odd {
		if row.Oddity != o {
			continue
		}
		if len(items) == most {
			more++
			continue
		}
		item := line{noted(row.Module)}
		if len(s.Tenants) > 0 && row.Tenant != "" {
			item = item.with(say(" of "), noted(row.Tenant))
		}
		items = append(items, item.with(say(detail(row.Row))))
	}
	return items, more
}

// otherServices tells rows of another service apart.
func otherServices(rows []ModuleRow, most int) line {
	if len(rows) == 0 {
		return nil
	}
	var items []line
	for _, r := range rows[:min(len(rows), most)] {
		c := coverage.Count{Scanned: r.Scanned, Protected: r.Protected}
		items = append(items, line{
			noted(r.Module), say(" ("), noted(r.Service),
			say(") " + number(c.Kept()) + " of " + number(c.Scanned) + " protected"),
		})
	}
	return line{say("Of another service, not counted here: ")}.with(listed(items, len(rows)-len(items), "; ", "; ")...).with(say("."))
}

// noted is a name short enough for a note.
func noted(s string) span { return span{kind: outside, text: fit(name(s), noteSize)} }

// notedTenant is a tenant that may have no name.
func notedTenant(s string) span {
	if s == "" {
		return say("rows without a tenant")
	}
	return noted(s)
}

// blocksSize is how many bytes blocks take as JSON.
func blocksSize(blocks []slack.Block) int {
	if len(blocks) == 0 {
		return 0
	}
	data, err := json.Marshal(blocks)
	if err != nil {
		return maxBytes // no room is left beside what cannot be written
	}
	return len(data)
}
