package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
)

// SeriesGap is a module in which something has no backup, by the last good
// reading.
type SeriesGap struct {
	CustomerID, Name, Tenant, Module string
	Scanned, Kept, Gap               int64 // objects
}

// Gaps gives the modules with a gap of the customers of a list, or of all where
// it is nil, as far as they are watched and listed: by customer, tenant and
// module.
func (s *Store) Gaps(ctx context.Context, ids []string) ([]SeriesGap, error) {
	var gaps []SeriesGap
	err := s.read(ctx, func(tx *sql.Tx) error {
		gaps = nil
		return s.ofCustomers(ids, func(where string, args []any) error {
			return each(ctx, tx, `SELECT c.id, c.name, n.customer, n.no, n.tenant, n.module, n.scanned, n.protected, n.sum
				FROM standings s JOIN customers c ON c.num = s.customer JOIN series n ON n.customer = s.customer
				WHERE s.state = 0 AND s.gap > 0 AND n.scanned > n.protected AND `+where, args, func(rows *sql.Rows) error {
				var g SeriesGap
				var r seriesRow
				var customer, written int64
				err := rows.Scan(&g.CustomerID, &g.Name, &customer, &r.no, &g.Tenant, &g.Module, &r.scanned, &r.protected, &written)
				if err != nil {
					return err
				}
				r.tenant = g.Tenant
				g.Scanned, g.Kept, g.Gap = r.scanned, r.protected, r.scanned-r.protected
				gaps = append(gaps, g)
				return r.sum(customer, g.Module).check(written)
			})
		})
	})
	if err != nil {
		return nil, fmt.Errorf("gaps of customers: %w", err)
	}
	slices.SortFunc(gaps, func(a, b SeriesGap) int {
		return cmp.Or(cmp.Compare(fold(a.CustomerID), fold(b.CustomerID)), cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Module, b.Module))
	})
	return gaps, nil
}

// ofCustomers asks about the customers c of a list, in parts, or about all where
// it is nil.
func (s *Store) ofCustomers(ids []string, ask func(where string, args []any) error) error {
	if ids == nil {
		return ask(`1 = 1`, nil)
	}
	for _, chunk := range chunksOf(s.idsAtOnce(), folded(ids)) {
		if err := ask(`c.id_key IN (`+marks(1, len(chunk))+`)`, chunk); err != nil {
			return err
		}
	}
	return nil
}

// jobFailed is how AvePoint numbers that a customer's last backup job failed.
const jobFailed = 2

// Jobs gives the customers of a list, or of all where it is nil, whose last
// backup job failed, as far as they are watched and listed, by id.
func (s *Store) Jobs(ctx context.Context, ids []string) ([]Customer, error) {
	var all []Customer
	err := s.read(ctx, func(tx *sql.Tx) error {
		all = nil
		return s.ofCustomers(ids, func(where string, args []any) error {
			return each(ctx, tx, fmt.Sprintf(`SELECT `+customerColumns+` FROM customers c JOIN standings s ON s.customer = c.num
				WHERE s.state = 0 AND c.job_status = %d AND `, jobFailed)+where, args, func(rows *sql.Rows) error {
				var r customerRow
				if err := rows.Scan(r.fields()...); err != nil {
					return err
				}
				c, err := r.customer(at(r.pauseEnd))
				all = append(all, c)
				return err
			})
		})
	})
	if err != nil {
		return nil, fmt.Errorf("customers with failed jobs: %w", err)
	}
	slices.SortFunc(all, func(a, b Customer) int { return cmp.Compare(fold(a.ID), fold(b.ID)) })
	return all, nil
}
