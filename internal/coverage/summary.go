package coverage

import (
	"cmp"
	"slices"
	"strings"
)

// Row is what one reading says of one module of one tenant. Tenant is ""
// where AvePoint does not say. A reading may hold the same tenant and module
// twice; the rows are then judged one by one and added.
type Row struct {
	Tenant, Module string
	Count
}

// Odd is a row with its oddity.
type Odd struct {
	Row
	Oddity Oddity
}

// Module is a module over all tenants, and its rows, worst first.
type Module struct {
	Name string
	Total
	Rows []Row
}

// Lost is whether something was scanned and nothing of it is protected.
func (m Module) Lost() bool { return m.Scanned > 0 && m.Kept() == 0 }

// Tenant is a tenant over all modules.
type Tenant struct {
	Name string
	Total
}

// Summary is one reading, judged.
type Summary struct {
	Total
	Modules []Module // worst first
	Tenants []Tenant // worst first; set only where tenants are to be told apart, so at least two
	Odd     []Odd    // in the order of Modules and their rows
}

// WithGap is how many modules have a gap; they are the first in Modules.
func (s Summary) WithGap() int {
	n, _ := slices.BinarySearchFunc(s.Modules, 0, func(m Module, _ int) int {
		if m.Gap > 0 {
			return -1
		}
		return 0
	})
	return n
}

// Summarize judges the rows of one reading. Worst first means: most objects
// without backup, then the lowest coverage, then by name. Rows keep no trace
// of the order in which they came, so equal readings give equal summaries.
func Summarize(rows []Row) Summary {
	var s Summary
	modules, tenants := grouped{}, grouped{}
	byModule := map[string][]Row{}
	for _, r := range rows {
		s.Total = s.Plus(r.Count)
		modules[r.Module] = modules[r.Module].Plus(r.Count)
		tenants[r.Tenant] = tenants[r.Tenant].Plus(r.Count)
		byModule[r.Module] = append(byModule[r.Module], r)
	}
	for name, total := range modules {
		s.Modules = append(s.Modules, Module{Name: name, Total: total, Rows: sorted(byModule[name])})
	}
	slices.SortFunc(s.Modules, func(a, b Module) int { return worse(a.Total, a.Name, b.Total, b.Name) })
	s.Tenants = tenants.apart()
	s.Odd = odd(s.Modules)
	return s
}

// grouped holds totals by name.
type grouped map[string]Total

// apart returns the tenants worst first, and none where there is only one.
func (g grouped) apart() []Tenant {
	if len(g) < 2 {
		return nil
	}
	tenants := make([]Tenant, 0, len(g))
	for name, total := range g {
		tenants = append(tenants, Tenant{Name: name, Total: total})
	}
	slices.SortFunc(tenants, func(a, b Tenant) int { return worse(a.Total, a.Name, b.Total, b.Name) })
	return tenants
}

// sorted orders the rows of one module, worst first.
func sorted(rows []Row) []Row {
	slices.SortFunc(rows, func(a, b Row) int {
		return cmp.Or(
			worse(Total{}.Plus(a.Count), a.Tenant, Total{}.Plus(b.Count), b.Tenant),
			cmp.Compare(b.Scanned, a.Scanned), cmp.Compare(b.Protected, a.Protected))
	})
	return rows
}

func odd(modules []Module) []Odd {
	var odds []Odd
	for _, m := range modules {
		for _, r := range m.Rows {
			if o := r.Oddity(); o != Ordinary {
				odds = append(odds, Odd{Row: r, Oddity: o})
			}
		}
	}
	return odds
}

// worse orders a before b where a misses more objects, then where its
// coverage is lower, then by name.
func worse(a Total, aName string, b Total, bName string) int {
	return cmp.Or(
		cmp.Compare(b.Gap, a.Gap),
		a.Coverage().compare(b.Coverage()),
		strings.Compare(aName, bName))
}
