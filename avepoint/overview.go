package avepoint

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Bounds of one customer's overview, beside [maxBody].
const (
	maxOverviewPages = 200
	maxOverviewRows  = 20_000
)

// Overview is what AvePoint's Cloud Backup for Microsoft 365 scanned and
// protected of one customer: always a whole answer, never a part of one. No
// rows at all means that the customer has no Cloud Backup for Microsoft 365,
// which is not the same as nothing protected.
type Overview struct {
	// CustomerID as it was asked for.
	CustomerID string
	// FetchedAt is when the answer was complete. AvePoint does not say how old
	// its own counts are.
	FetchedAt time.Time
	// Modules are the rows of Cloud Backup for Microsoft 365 in the order of
	// the answer: one a tenant and module, so a module may come twice. Never
	// net one row against another.
	Modules []Module
	// Other are rows of another service, which must not be added to Modules.
	Other []Module
}

// Module is one row of an [Overview].
type Module struct {
	// Name such as "Exchange Online", in Unicode NFC and trimmed. The list is
	// open.
	Name string
	// Tenant is the tenant's id; "" where AvePoint did not say.
	Tenant string
	// Account is the e-mail address in the row's customer field. Two rows that
	// differ in it are two rows, also where Name and Tenant are the same.
	Account string
	// ServiceType is the service's name, "" where AvePoint did not say.
	ServiceType string
	// Scanned and Protected count objects. Protected may be above Scanned: data
	// of people who have left is kept.
	Scanned, Protected int64
	// Stored and StoredBYOS are backup sizes of the last job, in AvePoint's
	// storage and in the customer's own. They are not the storage used.
	Stored, StoredBYOS Size
	// LastRun is zero where AvePoint did not say, or not readably.
	LastRun time.Time
}

// Overview reads the overview of one customer, in each of the forms in which
// the API has been seen to send it.
//
// An error means no Overview: half a customer must never be reported as the
// whole. Where pages do not add up (rows may change while they are read) the
// reading is repeated once before it counts as [ErrUnreadable].
//
// API: GET /partner/external/v3/general/customers/{customerId}/cloud-backup-m365/overview
//
// https://github.com/AvePoint/cloud-api/blob/main/docs/elements/general/job/get-customer-cloud-backup-m365-overview.md
func (c *Client) Overview(ctx context.Context, customerID string) (Overview, error) {
	segment, err := pathSegment(customerID)
	if err != nil {
		return Overview{}, err
	}
	ctx, cancel := c.withBudget(ctx)
	defer cancel()
	path := prefix + "/customers/" + segment + "/cloud-backup-m365/overview"
	o, err := c.readOverview(ctx, customerID, path)
	if errors.Is(err, ErrPartial) {
		o, err = c.readOverview(ctx, customerID, path)
	}
	if err != nil {
		return Overview{}, fmt.Errorf("overview of customer %s: %w", customerID, err)
	}
	return o, nil
}

// readOverview reads all pages once.
func (c *Client) readOverview(ctx context.Context, customerID, path string) (Overview, error) {
	r := request{method: http.MethodGet, path: path, scope: ScopeOverview, to: toOverview, limit: maxBody}
	pages := pager{maxPages: maxOverviewPages, maxRows: maxOverviewRows}
	rows := collector{asked: customerID, seen: map[rowKey]bool{}}
	for index := 1; ; index++ {
		r.query = pageQuery(index)
		a, err := c.call(ctx, r)
		if err != nil {
			return Overview{}, onPage(err, index)
		}
		r.limit -= a.size
		done, err := rows.add(a.json, &pages)
		if err != nil {
			return Overview{}, asError(err, path)
		}
		if done {
			return Overview{CustomerID: customerID, FetchedAt: time.Now(), Modules: rows.modules, Other: rows.other}, nil
		}
	}
}

// onPage says how far a reading of several pages came.
func onPage(err error, index int) error {
	if index == 1 {
		return err
	}
	return fmt.Errorf("page %d: %w", index, err)
}
