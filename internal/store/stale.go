package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"
)

// Stale gives at most so many customers of a list, or of all where it is nil,
// without a whole answer since before, those for the longest first, and how many
// there are. They are watched and listed. One that never gave an answer counts
// once it has been listed since before, and an answer dated more than a day ahead
// of now is none.
func (s *Store) Stale(ctx context.Context, ids []string, before, now time.Time, limit int) ([]Standing, int, error) {
	var page []Standing
	var stale []light
	err := s.read(ctx, func(tx *sql.Tx) error {
		stale = nil
		err := s.ofCustomers(ids, func(where string, args []any) error {
			old, ahead := marks(len(args)+1, 1), marks(len(args)+2, 1)
			return each(ctx, tx, `SELECT s.customer, s.answered FROM standings s JOIN customers c ON c.num = s.customer
				WHERE s.state = 0 AND (s.answer = 0 AND c.first_seen < `+old+` OR s.answer <> 0 AND (s.answered < `+old+` OR s.answered > `+ahead+`)) AND `+where,
				append(slices.Clone(args), ms(before), ms(now)+day), func(rows *sql.Rows) error {
					var l light
					err := rows.Scan(&l.customer, &l.readAt)
					stale = append(stale, l)
					return err
				})
		})
		if err != nil {
			return err
		}
		slices.SortFunc(stale, ByAge.rank)
		page = nil
		for chunk := range slices.Chunk(stale[:min(max(0, limit), len(stale))], pageOf) {
			nums := make([]any, len(chunk))
			for i, l := range chunk {
				nums[i] = l.customer
			}
			part, err := standings(ctx, tx, now, `s.customer IN (`+marks(1, len(nums))+`) ORDER BY s.answered, s.customer`, nums...)
			if err != nil {
				return err
			}
			page = append(page, part...)
		}
		return nil
	})
	if err != nil {
		return nil, 0, fmt.Errorf("customers without fresh data: %w", err)
	}
	return page, len(stale), nil
}
