package digest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/store"
)

// series names a module of a tenant of a customer.
type series struct {
	Customer string `json:"c"` // id
	Tenant   string `json:"t,omitempty"`
	Module   string `json:"m"`
}

func (s series) compare(o series) int {
	return cmp.Or(cmp.Compare(s.Customer, o.Customer), cmp.Compare(s.Tenant, o.Tenant), cmp.Compare(s.Module, o.Module))
}

// same is what two series of one module have in common: AvePoint may write an
// id in another case.
func (s series) same() series {
	s.Customer = strings.ToLower(s.Customer)
	return s
}

// amount is what a module had.
type amount struct {
	Scanned int64 `json:"s"`
	Gap     int64 `json:"g"`
}

// open is a module with a gap.
type open struct {
	series
	amount
}

// snapshot is how things were when a digest was made: what there was to say,
// and of whom.
type snapshot struct {
	Open []open `json:"open,omitempty"` // modules with a gap, in order

	// The customers of whom the channel heard.
	All bool     `json:"all,omitempty"`
	IDs []string `json:"ids,omitempty"` // where not All

	Troubles string `json:"troubles,omitempty"` // stands for the customers without fresh data or with a failed job
}

// snapshotOf is what there is to say of the gaps of some customers, nil for
// all.
func snapshotOf(gaps []store.SeriesGap, ids []string) snapshot {
	s := snapshot{Open: make([]open, 0, len(gaps)), All: ids == nil, IDs: ids}
	for _, g := range gaps {
		s.Open = append(s.Open, open{series{g.CustomerID, g.Tenant, g.Module}, amount{g.Scanned, g.Gap}})
	}
	slices.SortFunc(s.Open, func(a, b open) int { return a.compare(b.series) })
	return s
}

// ids are the customers of whom the channel heard, as the store takes them.
func (s snapshot) ids() []string {
	switch {
	case s.All:
		return nil
	case s.IDs == nil:
		return []string{}
	}
	return s.IDs
}

// scope is of whom the channel heard.
func (s snapshot) scope() access.Scope { return scopeOf(s.IDs, s.All) }

func scopeOf(ids []string, all bool) access.Scope {
	scope := access.Scope{All: all}
	if !all {
		scope.IDs = make(map[string]bool, len(ids))
		for _, id := range ids {
			scope.IDs[strings.ToLower(strings.TrimSpace(id))] = true
		}
	}
	return scope
}

// gaps are the objects without backup of each customer with a gap.
func (s snapshot) gaps() map[string]int64 {
	sums := make(map[string]int64, len(s.Open))
	for _, o := range s.Open {
		sums[o.same().Customer] += o.Gap
	}
	return sums
}
