package formatting

import (
	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// maxTenants is how many tenants of a module with a gap get a row.
const maxTenants = 3

// group is a module's row and, where several tenants have the module and it
// has a gap, the rows of the tenants that miss something.
type group []columns

// moduleGroups are the rows of the table, worst first. The names of modules
// and tenants are clean.
func moduleGroups(modules []ModuleRow, s coverage.Summary) []group {
	byModule := make(map[string][]ModuleRow, len(s.Modules))
	for _, m := range modules {
		byModule[m.Module] = append(byModule[m.Module], m)
	}
	groups := make([]group, len(s.Modules))
	for i, m := range s.Modules {
		groups[i] = moduleGroup(m, byModule[m.Name], len(s.Tenants) > 0)
	}
	return groups
}

// moduleGroup is the group of one module. Apart is whether the customer has
// several tenants: then a module of one of them says which.
func moduleGroup(m coverage.Module, rows []ModuleRow, apart bool) group {
	title, job := label(m.Name), lastJob(rows)
	if !apart {
		return group{row(title, m.Total, job)}
	}
	tenants := byTenant(m.Rows)
	if len(tenants) == 1 {
		if tenant := tenants[0].Name; tenant != "" {
			title += " · " + label(tenant)
		}
		return group{row(title, m.Total, job)}
	}
	g := group{row(title, m.Total, job)}
	if m.Gap > 0 {
		g = append(g, tenantRows(tenants, rows)...)
	}
	return g
}

// tenantRows tells the tenants of one module that miss something, worst first.
func tenantRows(tenants []coverage.Tenant, rows []ModuleRow) []columns {
	var shown []columns
	for i, t := range tenants {
		if t.Gap == 0 {
			break
		}
		if i == maxTenants {
			return append(shown, moreTenants(tenants[i:]))
		}
		var jobs []ModuleRow
		for _, r := range rows {
			if r.Tenant == t.Name {
				jobs = append(jobs, r)
			}
		}
		shown = append(shown, row("↳ "+tenantLabel(t.Name), t.Total, lastJob(jobs)))
	}
	return shown
}

// byTenant adds the rows of one module that belong to one tenant.
func byTenant(rows []coverage.Row) []coverage.Tenant {
	all := make([]coverage.Row, len(rows))
	for i, r := range rows {
		all[i] = coverage.Row{Tenant: r.Tenant, Count: r.Count}
	}
	if tenants := coverage.Summarize(all).Tenants; tenants != nil {
		return tenants
	}
	return []coverage.Tenant{{Name: rows[0].Tenant, Total: coverage.Summarize(all).Total}}
}

// moreTenants is the row that counts the tenants without a row of their own.
func moreTenants(tenants []coverage.Tenant) columns {
	withGap, left := together(tenants)
	return columns{"🟠 ↳ " + counted(withGap, "more tenant", "more tenants"), dash, dash, number(left.Gap), dash}
}

// together counts the tenants with a gap, and adds up all of them.
func together(tenants []coverage.Tenant) (withGap int64, all coverage.Total) {
	for _, t := range tenants {
		if t.Gap > 0 {
			withGap++
		}
		all = all.And(t.Total)
	}
	return withGap, all
}

// row writes one row. The mark stands at the start; the number of objects
// without backup is its word.
func row(title string, t coverage.Total, job string) columns {
	gap := dash
	switch {
	case t.Gap > 0 && t.Kept() == 0:
		title, gap = "🔴 "+title, number(t.Gap)
	case t.Gap > 0:
		title, gap = "🟠 "+title, number(t.Gap)
	}
	return columns{title, number(t.Kept()) + " of " + number(t.Scanned), percent(t.Coverage()), gap, job}
}

// tenantLabel names a tenant that has a row of its own.
func tenantLabel(s string) string {
	if s == "" {
		return "without a tenant"
	}
	return label(s)
}

// page is what one message shows of the table.
type page struct {
	first, modules int // index of the first module, and how many there are
	rows           []columns
}

// paged parts the groups into pages of at most maxRows rows that take at most
// room bytes. A module stays with its tenants.
func paged(groups []group, room int) []page {
	var pages []page
	left := 0
	for i, g := range groups {
		size := 0
		for _, r := range g {
			size += r.size()
		}
		if len(pages) == 0 || size > left || len(pages[len(pages)-1].rows)+len(g) > maxRows {
			pages = append(pages, page{first: i})
			left = room
		}
		p := &pages[len(pages)-1]
		p.modules++
		p.rows = append(p.rows, g...)
		left -= size
	}
	return pages
}

// othersRoom is what all but rows and notes may take: header, headline, why the
// reading is old, who shared it, its age, and five buttons with values of 100
// characters.
const othersRoom = 4400

// tableRoom is how many bytes the rows of a table may take. It depends on the
// reading alone, so that a second page starts where the first ended.
func tableRoom(notes []slack.Block) int {
	return maxBytes - othersRoom - blocksSize(notes)
}

// rest tells what the table does not show.
func (o overview) rest() line {
	p, all := o.pages[o.page], int64(len(o.summary.Modules))
	first, shown := int64(p.first), int64(p.modules)
	if first > 0 {
		return line{say("Modules " + number(first+1) + " to " + number(first+shown) + " of " + number(all) + ", worst first.")}
	}
	gaps := "none with a gap"
	if n := int64(o.summary.WithGap()) - shown; n > 0 {
		gaps = number(n) + " with a gap"
	}
	more := counted(all-shown, "more module", "more modules")
	return line{say("The worst " + either(shown, "module is", number(shown)+" modules are") + " shown, and there " +
		either(all-shown, "is ", "are ") + more + ", " + gaps + ".")}
}
