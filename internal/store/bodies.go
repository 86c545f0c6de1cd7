package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"time"
)

// Body is the last good overview of a customer as it was recorded.
type Body struct {
	Customer
	At   time.Time // when it was read; zero: never
	Body []byte    // nil: there is none
}

// pageOfBodies is how many overviews are in memory at a time.
const pageOfBodies = 50

// Bodies ranges over the customers of a list, or all where it is nil, by id,
// with the last good overview of each. Customers that were never read, and
// those that are gone, are among them; ids that are not known are left out. It
// reads a page at a time and stops at the first error, which it yields.
func (s *Store) Bodies(ctx context.Context, ids []string) iter.Seq2[Body, error] {
	if ids != nil {
		ids = folded(ids)
	}
	return func(yield func(Body, error) bool) {
		after := ""
		for rest := ids; ids == nil || len(rest) > 0; {
			var page []Body
			var err error
			if ids == nil {
				page, err = s.bodies(ctx, `c.id_key > $1 ORDER BY c.id_key LIMIT `+strconv.Itoa(pageOfBodies), fold(after))
			} else {
				n := min(len(rest), pageOfBodies)
				page, err = s.bodies(ctx, `c.id_key IN (`+marks(1, n)+`) ORDER BY c.id_key`, chunks(rest[:n])[0]...)
				rest = rest[n:]
			}
			if err != nil {
				yield(Body{}, fmt.Errorf("overviews: %w", err))
				return
			}
			for _, b := range page {
				if !yield(b, nil) {
					return
				}
			}
			if ids == nil && len(page) < pageOfBodies {
				return
			}
			if len(page) > 0 {
				after = page[len(page)-1].ID
			}
		}
	}
}

func (s *Store) bodies(ctx context.Context, where string, args ...any) ([]Body, error) {
	var page []Body
	err := s.read(ctx, func(tx *sql.Tx) error {
		page = page[:0]
		return each(ctx, tx, `SELECT `+customerColumns+`, s.read_at, s.body_sum, coalesce(o.packed, 0), o.body
			FROM customers c JOIN standings s ON s.customer = c.num LEFT JOIN overviews o ON o.customer = c.num WHERE `+where, args,
			func(rows *sql.Rows) error {
				var c customerRow
				var readAt, sum int64
				var packed int
				var stored []byte
				if err := rows.Scan(append(c.fields(), &readAt, &sum, &packed, &stored)...); err != nil {
					return err
				}
				customer, err := c.customer(time.Time{})
				b := Body{Customer: customer, At: at(readAt)}
				switch {
				case err != nil || sum == 0:
				case stored == nil:
					err = s.lostBody(errors.New("an overview is missing"))
				default:
					b.Body, err = s.unpacked(packed, stored, sum)
				}
				page = append(page, b)
				return err
			})
	})
	return page, err
}
