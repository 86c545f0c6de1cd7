package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// act has a person do something to an incident that is open, or may be: once,
// audited, with a line in its log. do returns false where there is nothing to do.
func (s *Store) act(ctx context.Context, id string, e Entry, do func(tx *sql.Tx, i *incidentRow) (*coverage.Line, error)) (Incident, bool, error) {
	var after Incident
	did := false
	err := s.audited(ctx, e, func(tx *sql.Tx, e *Entry, unsure bool) (bool, error) {
		i, ok, err := s.lockIncident(ctx, tx, id)
		if err != nil || !ok {
			return false, err
		}
		line, err := do(tx, &i)
		if err != nil {
			return false, err
		}
		if line == nil {
			after, did = i.Incident, did && unsure
			return false, nil
		}
		did = true
		i.Step++
		after, e.Customer = i.Incident, i.CustomerID
		if err := saveIncidents(ctx, tx, []*incidentRow{&i}); err != nil {
			return false, err
		}
		return true, insert(ctx, tx, insertLines, ``, [][]any{{i.ID, i.Step, []byte(asJSON(line))}})
	})
	if err != nil {
		return Incident{}, false, fmt.Errorf("%s: %w", e.Action, err)
	}
	return after, did, nil
}

// lockIncident reads an incident that nobody else changes until the transaction
// ends: its customer's row is locked, as readings do.
func (s *Store) lockIncident(ctx context.Context, tx *sql.Tx, id string) (incidentRow, bool, error) {
	var customer int64
	err := each(ctx, tx, `SELECT customer FROM incidents WHERE id = $1`, []any{text(id)}, func(rows *sql.Rows) error { return rows.Scan(&customer) })
	if err == nil {
		err = each(ctx, tx, `SELECT customer FROM standings s WHERE customer = $1`+s.forUpdate("s"), []any{customer}, func(*sql.Rows) error { return nil })
	}
	if err != nil {
		return incidentRow{}, false, err
	}
	found, err := incidentRows(ctx, tx, `WHERE i.id = $1`+s.forUpdate("i"), text(id))
	if err != nil || len(found) == 0 {
		return incidentRow{}, false, err
	}
	return found[0], true, nil
}

// Ack says that somebody looks after an open incident. False: somebody does
// already, or it is closed, or there is none; the incident says which.
func (s *Store) Ack(ctx context.Context, id string, by By) (Incident, bool, error) {
	return s.act(ctx, id, by.entry(ActionAck), func(_ *sql.Tx, i *incidentRow) (*coverage.Line, error) {
		if !i.Closed.IsZero() || !i.Acked.At.IsZero() {
			return nil, nil
		}
		i.Acked = by.act()
		return &coverage.Line{At: i.Acked.At, Kind: coverage.LineAcked, By: by.User, Severity: i.Severity}, nil
	})
}

// Snooze has an open incident say nothing until until, or until it gets worse.
// Said again, the new time counts. False: it is closed, or there is none.
func (s *Store) Snooze(ctx context.Context, id string, by By, until time.Time, reason string) (Incident, bool, error) {
	e := by.entry(ActionSnooze)
	e.After = asJSON(map[string]any{"until": until.UTC().Format(time.RFC3339), "reason": text(reason)})
	return s.act(ctx, id, e, func(_ *sql.Tx, i *incidentRow) (*coverage.Line, error) {
		if !i.Closed.IsZero() {
			return nil, nil
		}
		i.Snoozed = Snooze{Act: by.act(), Until: at(ms(until)), Reason: text(reason)}
		return &coverage.Line{At: i.Snoozed.At, Kind: coverage.LineSnoozed, By: by.User, Until: i.Snoozed.Until, Reason: i.Snoozed.Reason, Severity: i.Severity}, nil
	})
}

// Wake ends the snooze of an incident. False: it is not snoozed.
func (s *Store) Wake(ctx context.Context, id string, by By) (Incident, bool, error) {
	return s.act(ctx, id, by.entry(ActionWake), func(_ *sql.Tx, i *incidentRow) (*coverage.Line, error) {
		if !i.Snoozing(by.At) {
			return nil, nil
		}
		i.Snoozed = Snooze{}
		return &coverage.Line{At: at(ms(by.At)), Kind: coverage.LineWoken, By: by.User, Severity: i.Severity}, nil
	})
}

// before is how an incident and the rules stood before they were accepted.
type before struct {
	Incident coverage.Incident
	State    json.RawMessage
}

// AcceptNormal takes what an open incident says as normal from now on: the
// reference becomes the newest reading, and the incident ends. It can be undone for
// ten minutes. False: it is closed, is of a family that cannot be accepted, or there
// is none.
func (s *Store) AcceptNormal(ctx context.Context, id string, by By) (Incident, bool, error) {
	return s.act(ctx, id, by.entry(ActionAccept), func(tx *sql.Tx, i *incidentRow) (*coverage.Line, error) {
		if !i.Closed.IsZero() || !i.Family.Acceptable() {
			return nil, nil
		}
		state, raw, err := s.stateOf(ctx, tx, i.customer)
		if err != nil || raw == nil {
			return nil, err
		}
		undo := asJSON(before{Incident: i.Incident.Incident, State: raw})
		var keys []coverage.Key
		for _, m := range i.Members {
			if m.Ended.IsZero() {
				keys = append(keys, m.Key)
			}
		}
		state.Accept(i.Family, keys)
		if err := s.saveState(ctx, tx, *i, state); err != nil {
			return nil, err
		}
		i.Accepted = by.act()
		line := i.Incident.Stop(coverage.RecoveredAccepted, coverage.LineAccepted, by.User, i.Accepted.At)
		_, err = tx.ExecContext(ctx, `UPDATE incidents SET undo = $1 WHERE id = $2`, []byte(undo), i.ID)
		return &line, err
	})
}

// UndoAccept takes an acceptance back: the incident is open again, and what was
// normal before is so again. False: ten minutes have passed, it was not accepted, the
// customer has another open incident of the family by now, or nobody watches it.
func (s *Store) UndoAccept(ctx context.Context, id string, by By) (Incident, bool, error) {
	return s.act(ctx, id, by.entry(ActionUndo), func(tx *sql.Tx, i *incidentRow) (*coverage.Line, error) {
		if i.Accepted.At.IsZero() || by.At.After(i.UndoUntil) {
			return nil, nil
		}
		var raw []byte
		var others int
		err := tx.QueryRowContext(ctx, `SELECT undo, (SELECT count(*) FROM incidents o WHERE o.customer = i.customer AND o.family = i.family AND o.closed = 0)
			+ (SELECT count(*) FROM standings s WHERE s.customer = i.customer AND s.state <> 0)
			FROM incidents i WHERE i.id = $1`, i.ID).Scan(&raw, &others)
		if err != nil || len(raw) == 0 || others > 0 {
			return nil, err
		}
		var b before
		var state coverage.State
		if err := json.Unmarshal(raw, &b); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(b.State, &state); err != nil {
			return nil, err
		}
		if err := s.saveState(ctx, tx, *i, &state); err != nil {
			return nil, err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE incidents SET undo = $1 WHERE id = $2`, []byte{}, i.ID); err != nil {
			return nil, err
		}
		i.Incident.Incident, i.Accepted, i.UndoUntil = b.Incident, Act{}, time.Time{}
		return &coverage.Line{At: at(ms(by.At)), Kind: coverage.LineUndone, By: by.User, Severity: i.Severity}, nil
	})
}

// stateOf is what the rules remember of a customer; raw is nil where they remember
// nothing.
func (s *Store) stateOf(ctx context.Context, q queryer, customer int64) (state *coverage.State, raw []byte, err error) {
	err = each(ctx, q, `SELECT packed, state, sum FROM judgements WHERE customer = $1`, []any{customer}, func(rows *sql.Rows) error {
		var packed int
		var stored []byte
		var sum int64
		if err := rows.Scan(&packed, &stored, &sum); err != nil {
			return err
		}
		raw, err = s.unpacked(packed, stored, sum)
		return err
	})
	if err != nil || raw == nil {
		return nil, nil, err
	}
	state = &coverage.State{}
	return state, raw, json.Unmarshal(raw, state)
}

// saveState writes what the rules remember of an incident's customer.
func (s *Store) saveState(ctx context.Context, tx *sql.Tx, i incidentRow, state *coverage.State) error {
	var rules coverage.RuleSet
	if s.judge != nil {
		rules = s.judge(Customer{ID: i.CustomerID, Name: i.Name})
	}
	row, err := s.judgementRow(i.customer, state, rules)
	if err != nil {
		return err
	}
	return insert(ctx, tx, insertJudgements, onJudged, [][]any{row})
}

// Judgement is what the rules remember of a customer; nil where they remember
// nothing. [ErrUnknown]: there is no such customer.
func (s *Store) Judgement(ctx context.Context, id string) (*coverage.State, error) {
	var state *coverage.State
	err := s.read(ctx, func(tx *sql.Tx) error {
		num, err := number(ctx, tx, id)
		if err == nil {
			state, _, err = s.stateOf(ctx, tx, num)
		}
		return err
	})
	return state, wrapped("judgement", err)
}

// abandon ends the incidents of customers that nobody watches any more, and
// forgets what the rules remember of them: who is watched again is learned anew.
func (s *Store) abandon(ctx context.Context, tx *sql.Tx, nums []any) error {
	n := len(nums)
	away := ` customer IN (SELECT s.customer FROM standings s WHERE s.state <> 0 AND s.customer IN (` + marks(1, n) + `))`
	if _, err := tx.ExecContext(ctx, `DELETE FROM judgements WHERE`+away, nums...); err != nil {
		return err
	}
	open, err := incidentRows(ctx, tx, `WHERE i.closed = 0 AND i.`+away[1:], nums...)
	if err != nil || len(open) == 0 {
		return err
	}
	var changed []*incidentRow
	var lines [][]any
	for _, i := range open {
		var by string
		if err := tx.QueryRowContext(ctx, `SELECT unwatched_by FROM customers WHERE num = $1`, i.customer).Scan(&by); err != nil {
			return err
		}
		line := i.Incident.Stop(coverage.RecoveredUnwatched, coverage.LineUnwatched, by, at(ms(time.Now())))
		i.Step++
		changed = append(changed, &i)
		lines = append(lines, []any{i.ID, i.Step, []byte(asJSON(line))})
	}
	if err := saveIncidents(ctx, tx, changed); err != nil {
		return err
	}
	return insert(ctx, tx, insertLines, ``, lines)
}
