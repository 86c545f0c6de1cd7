package main

import (
	"context"
	"errors"
	"fmt"
	"time"

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

// open tells what was not brought to its end, and where its channel stands: that
// of a run that took too long.
func (st *stage) open() error {
	db, err := st.database.look()
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	rows, err := db.QueryContext(ctx, `SELECT d.id, d.channel, d.state, d.kind, d.attempts, d.next_at, d.lease_until, d.class, l.next_at, l.parked, l.class
		FROM deliveries d JOIN lanes l ON l.channel = d.channel WHERE d.state < 2 ORDER BY d.channel, d.seq LIMIT 20`)
	if err != nil {
		return err
	}
	defer rows.Close()
	lines := []error{fmt.Errorf("now is %d", time.Now().UnixMilli())}
	for rows.Next() {
		var id, channel, class, trouble string
		var state, kind, attempts, next, lease, lane, parked int64
		if err := rows.Scan(&id, &channel, &state, &kind, &attempts, &next, &lease, &class, &lane, &parked, &trouble); err != nil {
			return err
		}
		lines = append(lines, fmt.Errorf("open: %s in %s, state %d, kind %d, attempts %d %q, next %d, lease %d; lane next %d, parked %d %q",
			id, channel, state, kind, attempts, class, next, lease, lane, parked, trouble))
	}
	return errors.Join(errors.Join(lines...), rows.Err())
}
