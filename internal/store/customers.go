package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"time"
)

// Tenant is one of a customer's Microsoft 365 or Google tenants, as the
// directory names it.
type Tenant struct{ ID, Name string }

// Customer is a customer of the directory. One that AvePoint lists no longer
// is kept and marked.
type Customer struct {
	ID, Name, Owner string
	JobStatus       int // as AvePoint numbers it
	Tenants         []Tenant

	FirstSeen time.Time // the first reading of the directory that listed the customer
	SeenAt    time.Time // the last one
	GoneAt    time.Time // zero: AvePoint lists the customer

	Unwatched      bool      // not read by the sweep
	UnwatchedUntil time.Time // zero: without end
	UnwatchedBy    string    // who asked for it
}

// TenantNames are the names of a customer's tenants by their ids, as keys of the
// rules' series have them, where it has several; an id where a tenant has no name.
func (c Customer) TenantNames() map[string]string {
	names := map[string]string{}
	if len(c.Tenants) < 2 {
		return names
	}
	for _, t := range c.Tenants {
		names[fold(t.ID)] = cmp.Or(t.Name, t.ID)
	}
	return names
}

// pageOf is how many customers are read at a time.
const pageOf = 500

// customerColumns are those that scanCustomer takes.
const customerColumns = `c.num, c.id, c.name, c.owner, c.job_status, c.tenants, c.sum, c.first_seen,
	CASE WHEN c.missing = 0 AND c.gone_at = 0 THEN (SELECT read_at FROM directory) ELSE c.seen_at END,
	c.gone_at, c.unwatched, c.unwatched_until, c.unwatched_by`

// customerRow scans a Customer.
type customerRow struct {
	Customer
	num, sum                            int64
	tenants                             string
	firstSeen, seenAt, goneAt, pauseEnd int64
	unwatched                           int
}

func (r *customerRow) fields() []any {
	return []any{
		&r.num, &r.ID, &r.Name, &r.Owner, &r.JobStatus, &r.tenants, &r.sum, &r.firstSeen, &r.seenAt,
		&r.goneAt, &r.unwatched, &r.pauseEnd, &r.UnwatchedBy,
	}
}

// customer is what was scanned. A pause that is over by now does not show; a
// zero now leaves pauses as they are.
func (r *customerRow) customer(now time.Time) (Customer, error) {
	c := r.Customer
	if r.sum != customerSum(c.ID, c.Name, c.Owner, int64(c.JobStatus), r.tenants) {
		return Customer{}, errAltered
	}
	if r.tenants != "" {
		if err := json.Unmarshal([]byte(r.tenants), &c.Tenants); err != nil {
			return Customer{}, fmt.Errorf("tenants of customer %s: %w", c.ID, err)
		}
	}
	c.FirstSeen, c.SeenAt, c.GoneAt = at(r.firstSeen), at(r.seenAt), at(r.goneAt)
	c.Unwatched, c.UnwatchedUntil = r.unwatched != 0, at(r.pauseEnd)
	if c.Unwatched && !c.UnwatchedUntil.IsZero() && !now.IsZero() && !c.UnwatchedUntil.After(now) {
		c.Unwatched, c.UnwatchedUntil, c.UnwatchedBy = false, time.Time{}, ""
	}
	return c, nil
}

// Customers ranges over all customers by id, those that are gone included. It
// reads a page at a time, so a change during it may show or not. It stops at
// the first error, which it yields.
func (s *Store) Customers(ctx context.Context) iter.Seq2[Customer, error] {
	return func(yield func(Customer, error) bool) {
		after := ""
		for {
			page, err := s.customersAfter(ctx, after)
			if err != nil {
				yield(Customer{}, fmt.Errorf("customers: %w", err))
				return
			}
			for _, c := range page {
				if !yield(c, nil) {
					return
				}
			}
			if len(page) < pageOf {
				return
			}
			after = page[len(page)-1].ID
		}
	}
}

func (s *Store) customersAfter(ctx context.Context, id string) ([]Customer, error) {
	var page []Customer
	err := s.read(ctx, func(tx *sql.Tx) error {
		page = page[:0]
		return each(ctx, tx, `SELECT `+customerColumns+` FROM customers c WHERE c.id_key > $1 ORDER BY c.id_key LIMIT `+strconv.Itoa(pageOf),
			[]any{fold(id)}, func(rows *sql.Rows) error {
				var r customerRow
				if err := rows.Scan(r.fields()...); err != nil {
					return err
				}
				c, err := r.customer(time.Time{})
				page = append(page, c)
				return err
			})
	})
	return page, err
}

// number finds the customer's number in the tables.
func number(ctx context.Context, q queryer, id string) (int64, error) {
	var num int64
	err := q.QueryRowContext(ctx, `SELECT num FROM customers WHERE id_key = $1`, fold(id)).Scan(&num)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, ErrUnknown
	}
	return num, err
}

// customerSum is the sum of what AvePoint says of a customer.
func customerSum(id, name, owner string, jobStatus int64, tenants string) int64 {
	return sum(fmt.Appendf(nil, "%q %q %q %d %q", id, name, owner, jobStatus, tenants))
}

// sum is a number that differs where bytes differ.
func sum(b []byte) int64 {
	h := sha256.Sum256(b)
	return int64(binary.BigEndian.Uint64(h[:8]))
}
