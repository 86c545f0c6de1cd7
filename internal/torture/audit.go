package main

import (
	"context"
	"fmt"

	"github.com/backup-overview/backup-overview/internal/store"
)

// noteOpen notes the attempts whose outcome a kill has left open.
func (st *stage) noteOpen() error {
	db, err := st.database.look()
	if err != nil {
		return err
	}
	defer db.Close()
	rows, err := db.Query(fmt.Sprintf("SELECT id, attempts FROM deliveries WHERE state = %d", store.Sending)) //nolint:noctx // a short look
	if err != nil {
		return err
	}
	defer rows.Close()
	st.mu.Lock()
	defer st.mu.Unlock()
	for rows.Next() {
		var id string
		var attempts int
		if err := rows.Scan(&id, &attempts); err != nil {
			return err
		}
		st.ambiguous[fmt.Sprint(id, " ", attempts)] = true
	}
	return rows.Err()
}

// states are the states of all deliveries.
func (st *stage) states(ctx context.Context) (map[string]store.DeliveryState, error) {
	db, err := st.database.look()
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.QueryContext(ctx, "SELECT id, state FROM deliveries")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	states := map[string]store.DeliveryState{}
	for rows.Next() {
		var id string
		var state store.DeliveryState
		if err := rows.Scan(&id, &state); err != nil {
			return nil, err
		}
		states[id] = state
	}
	return states, rows.Err()
}

// asked are the wants of a plan. What the store does not have, or has not brought
// to its end, is wanted all the same, and so lost unless it is there.
func (st *stage) asked(ctx context.Context, plan []step) ([]want, error) {
	states, err := st.states(ctx)
	return planned(plan, states), err
}

// planned are the wants of a plan whose deliveries ended so. The newest edit of a
// root cannot be superseded by anything.
func planned(plan []step, states map[string]store.DeliveryState) []want {
	newest := map[string]int{}
	for _, s := range plan {
		if s.Kind == edit {
			newest[s.Root] = s.Step
		}
	}
	wants := make([]want, 0, len(plan))
	for _, s := range plan {
		w := s.want
		w.Optional = w.Kind == edit && w.Step < newest[w.Root] && states[s.ID] == store.Superseded
		wants = append(wants, w)
	}
	return wants
}

// figures are those of a run that is over.
func (st *stage) figures(ctx context.Context, victims []*victim) (figures, error) {
	f := figures{ambiguous: st.witness.of(lost)}
	for _, v := range victims {
		f.kills += v.kills
	}
	st.mu.Lock()
	f.ambiguous += len(st.ambiguous)
	st.mu.Unlock()
	db, err := st.database.look()
	if err != nil {
		return f, err
	}
	defer db.Close()
	err = db.QueryRowContext(ctx, "SELECT coalesce(max(n), 0) FROM totals WHERE name = 'doubles'").Scan(&f.possible)
	return f, err
}
