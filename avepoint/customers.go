package avepoint

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"
)

// Bounds of the customer directory.
const (
	maxDirectoryPages = 2_000
	maxDirectoryRows  = maxDirectoryPages * pageSize
	pagesAhead        = 8
	// maxDirectoryBody bounds one page: eight of them are held at once.
	maxDirectoryBody = 4 << 20
)

// Customer is one row of the partner's customer directory.
type Customer struct {
	ID string
	// Organization is the customer's name.
	Organization string
	OwnerEmail   string
	JobStatus    JobStatus
	Country      string
	// ManagementMode in the vendor's words, "" where not known.
	ManagementMode string
	Tenants        []Tenant
}

// Tenant is a Microsoft 365 tenant of a customer.
type Tenant struct{ ID, Name string }

// Customers ranges over the partner's customer directory and [Options.Known],
// each customer once, fetching up to eight pages ahead of the caller. Those of
// the directory come first; what Known says of one of them wins. The others of
// Known follow.
//
// An error is the last pair and means that the list is not whole. There is one
// exception: where the app may not read the directory at all ([ErrForbidden])
// and Known is not empty, Known is the list and there is no error.
//
// API: POST /partner/external/v3/general/customers/batch
//
// https://github.com/AvePoint/cloud-api/blob/main/docs/elements/general/customer/get-all-customers.md
func (c *Client) Customers(ctx context.Context) iter.Seq2[Customer, error] {
	return func(yield func(Customer, error) bool) {
		known, listed := c.knownByID(), 0
		for customer, err := range c.directory(ctx) {
			if errors.Is(err, ErrForbidden) && listed == 0 && len(known) > 0 {
				break
			}
			if err != nil {
				yield(Customer{}, fmt.Errorf("customer directory: %w", err))
				return
			}
			listed++
			key := foldID(customer.ID)
			if k, ok := known[key]; ok {
				customer = merge(k, customer)
				delete(known, key)
			}
			if !yield(customer, nil) {
				return
			}
		}
		yieldKnown(c.shared.known, known, yield)
	}
}

// yieldKnown yields those of all that are still left, in their order.
func yieldKnown(all []Customer, left map[string]Customer, yield func(Customer, error) bool) {
	for _, k := range all {
		key := foldID(k.ID)
		if _, ok := left[key]; !ok {
			continue
		}
		delete(left, key) // it may be there twice
		if !yield(k, nil) {
			return
		}
	}
}

// Customer looks one customer up. Where the app may not read the directory
// ([ErrForbidden]), a customer of [Options.Known] is what Known says of it.
//
// API: GET /partner/external/v3/general/customers/{customerId}
//
// https://github.com/AvePoint/cloud-api/blob/main/docs/elements/general/customer/get-single-customer.md
func (c *Client) Customer(ctx context.Context, id string) (Customer, error) {
	ctx, cancel := c.withBudget(ctx)
	defer cancel()
	customer, err := c.readCustomer(ctx, id)
	known, isKnown := c.knownByID()[foldID(id)]
	switch {
	case isKnown && errors.Is(err, ErrForbidden):
		return known, nil
	case err != nil:
		return Customer{}, fmt.Errorf("customer %q: %w", id, err)
	case isKnown:
		return merge(known, customer), nil
	}
	return customer, nil
}

func (c *Client) readCustomer(ctx context.Context, id string) (Customer, error) {
	segment, err := pathSegment(id)
	if err != nil {
		return Customer{}, err
	}
	r := request{method: http.MethodGet, path: prefix + "/customers/" + segment, scope: ScopeCustomers, to: toCustomer, limit: maxDirectoryBody}
	a, err := c.call(ctx, r)
	if err != nil {
		return Customer{}, err
	}
	customer, err := parseSingle(a.json, id)
	if err != nil {
		return Customer{}, asError(err, r.path)
	}
	return customer, nil
}

// parseSingle takes the one row of a page and checks that it is the one asked
// for.
func parseSingle(body []byte, id string) (Customer, error) {
	p, err := parsePage(body)
	switch {
	case err != nil:
		return Customer{}, err
	case len(p.rows) == 0:
		return Customer{}, &Error{Kind: ErrNotFound, StatusCode: http.StatusOK, Reason: "the answer is empty"}
	case len(p.rows) > 1:
		return Customer{}, unreadable("%d customers where one was asked for", len(p.rows))
	}
	customer, err := parseCustomer(p.rows[0], 1, 1)
	if err != nil {
		return Customer{}, err
	}
	if foldID(customer.ID) != foldID(id) {
		return Customer{}, &Error{Kind: ErrOtherCustomer, StatusCode: http.StatusOK}
	}
	return customer, nil
}

func (c *Client) knownByID() map[string]Customer {
	known := make(map[string]Customer, len(c.shared.known))
	for _, k := range slices.Backward(c.shared.known) { // the first wins
		known[foldID(k.ID)] = k
	}
	return known
}

// merge lets what is known win over what the directory says.
func merge(known, listed Customer) Customer {
	if known.Organization != "" {
		listed.Organization = known.Organization
	}
	if known.OwnerEmail != "" {
		listed.OwnerEmail = known.OwnerEmail
	}
	return listed
}

// foldID makes ids comparable: AvePoint does not keep their case.
func foldID(id string) string { return strings.ToLower(strings.TrimSpace(id)) }

// parseCustomer reads one row of the directory.
func parseCustomer(raw json.RawMessage, pageIndex, number int) (Customer, error) {
	var f struct {
		ID, Organization, OwnerEmail, JobStatus, CountryOrRegion, ManagementMode, Tenants json.RawMessage
	}
	r := rowReader{page: pageIndex, number: number}
	r.fields(raw, &f)
	if r.err != nil {
		return Customer{}, r.err
	}
	customer := Customer{
		ID:             r.text("id", f.ID),
		Organization:   r.text("organization", f.Organization),
		OwnerEmail:     r.text("ownerEmail", f.OwnerEmail),
		JobStatus:      parseJobStatus(f.JobStatus),
		Country:        plainText(f.CountryOrRegion),
		ManagementMode: parseManagementMode(f.ManagementMode),
		Tenants:        parseTenants(f.Tenants),
	}
	if customer.ID == "" {
		r.fault("id", errors.New("is missing"))
	}
	return customer, r.err
}

// parseTenants reads what it can: tenants are for show, and one odd row must not
// cost the whole directory.
func parseTenants(raw json.RawMessage) []Tenant {
	var fields []struct{ ID, Name json.RawMessage }
	if json.Unmarshal(raw, &fields) != nil {
		return nil
	}
	var tenants []Tenant
	for _, f := range fields {
		tenants = append(tenants, Tenant{ID: plainText(f.ID), Name: plainText(f.Name)})
	}
	return tenants
}
