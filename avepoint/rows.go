package avepoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// serviceM365 is the service that an overview is about, folded.
const serviceM365 = "cloud backup for microsoft 365"

// collector gathers the rows of one customer and refuses those of another.
type collector struct {
	asked   string
	seen    map[rowKey]bool
	modules []Module
	other   []Module
}

// rowKey is a row's identity. Where it comes twice, a page was sent twice, or
// one of the two counts is wrong and nobody can say which.
type rowKey struct{ service, tenant, account, module string }

// add counts one page in and reports whether it was the last.
func (c *collector) add(body []byte, pages *pager) (done bool, err error) {
	p, err := parsePage(body)
	if err != nil {
		return false, err
	}
	done, err = pages.take(p)
	if err != nil {
		return false, err
	}
	for i, raw := range p.rows {
		r := rowReader{page: pages.pages, number: i + 1}
		if err := c.addRow(&r, raw); err != nil {
			return false, err
		}
	}
	return done, nil
}

func (c *collector) addRow(r *rowReader, raw json.RawMessage) error {
	customerID, m := parseModule(r, raw)
	if r.err != nil {
		return r.err
	}
	if customerID != "" && !strings.EqualFold(customerID, strings.TrimSpace(c.asked)) {
		return &Error{Kind: ErrOtherCustomer, StatusCode: http.StatusOK, Reason: fmt.Sprintf("page %d, row %d", r.page, r.number)}
	}
	service := strings.ToLower(strings.Join(strings.Fields(m.ServiceType), " "))
	key := rowKey{service, strings.ToLower(m.Tenant), strings.ToLower(m.Account), m.Name}
	if c.seen[key] {
		return shifted("page %d, row %d: repeats an earlier row", r.page, r.number)
	}
	c.seen[key] = true
	if service == "" || service == serviceM365 {
		c.modules = append(c.modules, m)
	} else {
		c.other = append(c.other, m)
	}
	return nil
}

// parseModule reads one row; r remembers what is wrong with it.
func parseModule(r *rowReader, raw json.RawMessage) (customerID string, m Module) {
	var f struct {
		CustomerID, TenantID, Customer, ServiceType, ServiceModule  json.RawMessage
		TotalScannedObjects, TotalProtectedObjects                  json.RawMessage
		DataSizeStoredInAvePoint, DataSizeStoredInBYOS, LastRunTime json.RawMessage
	}
	r.fields(raw, &f)
	if r.err != nil {
		return "", Module{}
	}
	m = Module{
		Name:        strings.TrimSpace(norm.NFC.String(r.text("serviceModule", f.ServiceModule))),
		Tenant:      r.text("tenantId", f.TenantID),
		Account:     r.text("customer", f.Customer),
		ServiceType: r.text("serviceType", f.ServiceType),
		Scanned:     r.count("totalScannedObjects", f.TotalScannedObjects),
		Protected:   r.count("totalProtectedObjects", f.TotalProtectedObjects),
		Stored:      parseSize(f.DataSizeStoredInAvePoint),
		StoredBYOS:  parseSize(f.DataSizeStoredInBYOS),
		LastRun:     parseTime(f.LastRunTime),
	}
	if m.Name == "" {
		r.fault("serviceModule", errors.New("is missing"))
	}
	return r.text("customerId", f.CustomerID), m
}

// rowReader reads the fields of one row and remembers the first that cannot be
// read, with row and field but without its content.
type rowReader struct {
	page, number int
	err          error
}

// fields decodes the row into a struct of raw fields. encoding/json matches
// names in any case, which the vendor's tables and samples need.
func (r *rowReader) fields(raw json.RawMessage, into any) {
	if raw[0] != '{' || json.Unmarshal(raw, into) != nil {
		r.err = r.unreadable("is not an object")
	}
}

func (r *rowReader) text(name string, raw json.RawMessage) string {
	text, err := parseText(raw)
	r.fault(name, err)
	return text
}

func (r *rowReader) count(name string, raw json.RawMessage) int64 {
	n, err := parseCount(raw)
	r.fault(name, err)
	return n
}

func (r *rowReader) fault(name string, err error) {
	if err != nil && r.err == nil {
		r.err = r.unreadable(name + " " + err.Error())
	}
}

func (r *rowReader) unreadable(what string) error {
	return unreadable("page %d, row %d: %s", r.page, r.number, what)
}
