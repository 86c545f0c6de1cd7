package avepoint

import (
	"encoding/json"
	"net/http"
	"strings"
)

// serveCustomers answers
// https://github.com/AvePoint/cloud-api/blob/main/docs/elements/general/customer/get-all-customers.md
func (p *Platform) serveCustomers(r *http.Request, v visit) answer {
	index, size, ok := pageOf(r)
	if !ok {
		return problem(http.StatusBadRequest, "pageIndex or pageSize is out of range")
	}
	only, ok := wanted(r, v.body)
	if !ok {
		return problem(http.StatusBadRequest, "the body is no JSON object of the documented kind")
	}
	customers, s := p.page(only, v.fault, index, size)
	rows := make([]object, 0, len(customers))
	for _, c := range customers {
		rows = append(rows, v.fault.customerRow(c, c.JobStatus))
	}
	var data any = rows
	if v.fault.WrongTypes == DataWrong {
		data = object{{"rows", rows}}
	}
	return answer{status: http.StatusOK, body: marshal(object{{"data", data}, {"metadata", s.metadata()}})}
}

// wanted reads which customers are asked for; nil means all. The page's table
// has the parameter as customerId, other versions as customerIds.
func wanted(r *http.Request, body []byte) (ids []string, ok bool) {
	if len(body) == 0 {
		return nil, true
	}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		return nil, false
	}
	var ask struct {
		CustomerID  string   `json:"customerId"`
		CustomerIDs []string `json:"customerIds"`
	}
	if err := json.Unmarshal(body, &ask); err != nil {
		return nil, false
	}
	if ask.CustomerID != "" {
		ask.CustomerIDs = append(ask.CustomerIDs, ask.CustomerID)
	}
	return ask.CustomerIDs, true
}

// page is the part of the directory, or of the customers asked for, that a
// page holds.
func (p *Platform) page(only []string, f Fault, index, size int) ([]Customer, span) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if only == nil {
		_, total := p.window(0, 0)
		s := f.spanOf(index, size, total)
		ids, _ := p.window(s.from, s.to)
		return p.known(ids), s
	}
	found := p.known(only)
	s := f.spanOf(index, size, len(found))
	return found[s.from:s.to], s
}

// known are the customers with these ids, without those nobody knows; the lock
// is held.
func (p *Platform) known(ids []string) []Customer {
	found := make([]Customer, 0, len(ids))
	for _, id := range ids {
		if c, ok := p.customer(id); ok {
			found = append(found, c)
		}
	}
	return found
}

// serveCustomer answers
// https://github.com/AvePoint/cloud-api/blob/main/docs/elements/general/customer/get-single-customer.md
// whose sample writes the job status as a word.
func (p *Platform) serveCustomer(_ *http.Request, v visit) answer {
	c, ok := p.find(v.customerID)
	if !ok {
		return problem(http.StatusNotFound, "no such customer")
	}
	row := v.fault.customerRow(c, jobWord(c.JobStatus))
	return answer{status: http.StatusOK, body: marshal(object{{"data", []object{row}}})}
}

// jobWord is a job status as the page's table words it.
func jobWord(status int) string {
	words := []string{
		"N/A", "Working", "Failed", "Waiting for Configuration",
		"Multiple Issues Found", "Finished with Exception", "No Backup Update",
	}
	if status < 0 || status >= len(words) {
		return words[0]
	}
	return words[status]
}

// customerRow encodes a customer, spoilt as the fault says.
func (f Fault) customerRow(c Customer, jobStatus any) object {
	tenants := make([]object, 0, len(c.Tenants))
	for _, t := range c.Tenants {
		tenants = append(tenants, object{{"id", t.ID}, {"name", t.Name}})
	}
	o := object{
		{"id", c.ID},
		{"organization", c.Organization},
		{"ownerEmail", c.OwnerEmail},
		{"jobStatus", jobStatus},
		{"countryOrRegion", c.Country},
		{"managementMode", c.ManagementMode},
		{"tenants", tenants},
	}
	if f.WrongCustomer != "" {
		o.set("id", f.WrongCustomer)
	}
	switch f.WrongTypes {
	case CountsWrong:
		o.set("jobStatus", true)
	case NamesWrong:
		o.set("organization", 42)
	default:
	}
	return o
}
