package bot

import (
	"regexp"
	"strconv"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/directory"
)

// view is a reading as this person sees it here.
func (o *overviews) view(q Request, c directory.Entry, known recalled, a avepoint.Answer) formatting.OverviewView {
	token := o.customers.sealer.token(c.ID)
	tenants := o.customers.tenants(c.ID)
	emptySince := known.emptySince(a.Overview)
	if len(a.Overview.Modules) == 0 && !emptySince.IsZero() {
		a.Overview = known.good
	}
	v := formatting.OverviewView{
		Customer:  c.Name,
		Command:   q.Command,
		Modules:   moduleRows(a.Overview.Modules, tenants),
		Other:     moduleRows(a.Overview.Other, tenants),
		ReadAt:    a.Overview.FetchedAt,
		Now:       time.Now(),
		Refresh:   token,
		Trend:     token,
		PortalURL: o.portal,

		EmptySince: emptySince,
		Unwatched:  known.standing.Unwatched,
		Until:      known.standing.UnwatchedUntil,
		Gone:       known.standing.GoneAt,
	}
	if emptySince.IsZero() {
		known.compare(&v, a.Overview)
	}
	if q.Public {
		return shared(v, token, readTicket(q.Value).note)
	}
	v.Page = page(q)
	v.More = ticket{token, strconv.Itoa(v.Page + 1)}.String()
	v.Names = ticket{token, strconv.Itoa(v.Page)}.String()
	if !q.Channel.Direct {
		v.Share = ticket{token, nonce()}.String()
	}
	return v
}

// userID is the form of Slack's user ids. What a button brings back may have
// been altered on the way.
var userID = regexp.MustCompile(`^[UW][A-Z0-9]{2,20}$`)

// shared is v as a whole channel sees it. Its Refresh remembers who shared it.
func shared(v formatting.OverviewView, token, by string) formatting.OverviewView {
	if userID.MatchString(by) {
		v.SharedBy = by
	}
	v.Refresh = ticket{token, v.SharedBy}.String()
	v.Share, v.More, v.Names = "", "", ""
	return v
}

// moduleRows are the rows of an answer as messages show them.
func moduleRows(modules []avepoint.Module, tenants map[string]string) []formatting.ModuleRow {
	repeated := repeats(modules)
	rows := make([]formatting.ModuleRow, len(modules))
	for i, m := range modules {
		rows[i] = formatting.ModuleRow{
			Module:     m.Name,
			Tenant:     tenantLabel(m, tenants, repeated),
			Service:    m.ServiceType,
			Scanned:    m.Scanned,
			Protected:  m.Protected,
			Stored:     formatting.Size(m.Stored),
			StoredBYOS: formatting.Size(m.StoredBYOS),
		}
	}
	return rows
}

// repeats reports whether a module comes more than once: the customer has
// several tenants, whether or not AvePoint names them.
func repeats(modules []avepoint.Module) bool {
	seen := make(map[string]bool, len(modules))
	for _, m := range modules {
		if seen[m.Name] {
			return true
		}
		seen[m.Name] = true
	}
	return false
}

// tenantLabel tells a row's tenant: its name, else its id. Before autumn 2026
// AvePoint sent no tenant; then the account tells rows of one module apart.
func tenantLabel(m avepoint.Module, names map[string]string, repeated bool) string {
	switch {
	case names[m.Tenant] != "":
		return names[m.Tenant]
	case m.Tenant != "":
		return m.Tenant
	case repeated:
		return m.Account
	default:
		return ""
	}
}
