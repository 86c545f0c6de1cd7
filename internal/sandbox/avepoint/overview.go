package avepoint

import (
	"fmt"
	"net/http"
	"strings"
)

// SetShape sets the form of a customer's overview, or of all (customerID "")
// that have none of their own. The zero Shape takes a setting back.
func (p *Platform) SetShape(customerID string, s Shape) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := strings.ToLower(customerID)
	switch {
	case s != 0:
		p.shapes[key] = s
	case key == "":
		p.shapes[""] = PagedWithTenant
	default:
		delete(p.shapes, key)
	}
}

func (p *Platform) shape(customerID string) Shape {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s, ok := p.shapes[strings.ToLower(customerID)]; ok {
		return s
	}
	return p.shapes[""]
}

// serveOverview answers
// https://github.com/AvePoint/cloud-api/blob/main/docs/elements/general/job/get-customer-cloud-backup-m365-overview.md
func (p *Platform) serveOverview(r *http.Request, v visit) answer {
	c, ok := p.find(v.customerID)
	if !ok {
		return problem(http.StatusNotFound, "no such customer")
	}
	state, ok := p.State(c.ID, p.opts.Now())
	if !ok {
		return problem(http.StatusNotFound, "no such customer")
	}
	if state.Status != 0 {
		return problem(state.Status, "the customer's overview is not to be had")
	}
	index, size, ok := pageOf(r)
	form := p.shape(c.ID).form()
	if !ok && form.envelope != bare {
		return problem(http.StatusBadRequest, "pageIndex or pageSize is out of range")
	}
	a := answer{status: http.StatusOK, empty: len(state.Rows) == 0}
	a.body = form.write(c, state.Rows, v.fault, v.fault.spanOf(index, size, len(state.Rows)), nextPage(r, index, size))
	return a
}

// nextPage is the address of the page after this one.
func nextPage(r *http.Request, index, size int) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return fmt.Sprintf("%s://%s%s?pageIndex=%d&pageSize=%d", scheme, r.Host, r.URL.Path, index+1, size)
}
