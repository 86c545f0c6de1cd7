package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// CustomerNotes are what digests say of a customer beside the alerts.
type CustomerNotes struct {
	Customer
	Notes []coverage.Note
}

// Notes gives the customers of a list, or of all where it is nil, of which digests
// have a note, by id, as far as they are watched and listed.
func (s *Store) Notes(ctx context.Context, ids []string) ([]CustomerNotes, error) {
	if s.judge == nil {
		return nil, nil
	}
	var all []CustomerNotes
	err := s.read(ctx, func(tx *sql.Tx) error {
		all = nil
		const query = `SELECT c.id, c.name, j.packed, j.state, j.sum FROM judgements j JOIN customers c ON c.num = j.customer
			JOIN standings s ON s.customer = j.customer WHERE j.noted > 0 AND s.state = 0`
		if ids == nil {
			return s.notes(ctx, tx, &all, query+` ORDER BY c.id_key`)
		}
		for _, chunk := range chunks(folded(ids)) {
			if err := s.notes(ctx, tx, &all, query+` AND c.id_key IN (`+marks(1, len(chunk))+`) ORDER BY c.id_key`, chunk...); err != nil {
				return err
			}
		}
		return nil
	})
	return slices.Clip(all), wrapped("notes", err)
}

func (s *Store) notes(ctx context.Context, tx *sql.Tx, all *[]CustomerNotes, query string, args ...any) error {
	return each(ctx, tx, query, args, func(rows *sql.Rows) error {
		var c CustomerNotes
		var packed int
		var stored []byte
		var sum int64
		if err := rows.Scan(&c.ID, &c.Name, &packed, &stored, &sum); err != nil {
			return err
		}
		raw, err := s.unpacked(packed, stored, sum)
		if err != nil {
			return nil //nolint:nilerr // the next reading learns this customer anew
		}
		var state coverage.State
		if json.Unmarshal(raw, &state) == nil {
			c.Notes = state.Notes(s.judge(c.Customer))
		}
		*all = append(*all, c)
		return nil
	})
}
