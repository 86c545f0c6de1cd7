package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// judgement is what the rules remember of a customer, and its open incidents,
// while readings are taken over.
type judgement struct {
	customer Customer
	paused   bool             // nobody watches the customer, so nothing is judged
	rules    coverage.RuleSet // by which the readings were judged
	state    coverage.State
	open     map[coverage.Family]*coverage.Incident
	rows     map[*coverage.Incident]*incidentRow
	last     map[coverage.Family]lastIncident
	touched  bool
}

// lastIncident is what counts of the newest incident of a customer and family for
// the next one.
type lastIncident struct {
	generation int
	closed     time.Time
	severity   coverage.Severity
	snoozed    Snooze
}

// lasting is the snooze that a new incident takes over from the one before: who
// wanted to hear no more of it does not, either, when it is back soon and no worse.
func (l lastIncident) lasting(i coverage.Incident, reopen time.Duration) Snooze {
	if l.closed.Before(i.Opened.Add(-reopen)) || !l.snoozed.Until.After(i.Opened) || i.Severity > l.severity {
		return Snooze{}
	}
	return l.snoozed
}

// loadJudgements reads what the rules remember of the customers of the readings.
// Their standings are locked.
func (r *recorder) loadJudgements(ctx context.Context) error {
	r.judged = map[int64]*judgement{}
	if r.store.judge == nil {
		return nil
	}
	nums := make([]int64, 0, len(r.rows))
	for _, row := range r.rows {
		nums = append(nums, row.customer)
		r.judged[row.customer] = &judgement{
			open: map[coverage.Family]*coverage.Incident{}, rows: map[*coverage.Incident]*incidentRow{}, last: map[coverage.Family]lastIncident{},
		}
	}
	for _, chunk := range chunks(nums) {
		if err := errors.Join(r.loadStates(ctx, chunk), r.loadIncidents(ctx, chunk)); err != nil {
			return err
		}
	}
	return nil
}

func (r *recorder) loadStates(ctx context.Context, chunk []any) error {
	return each(ctx, r.tx, `SELECT c.num, c.id, c.name, c.unwatched + c.gone_at, coalesce(j.packed, 0), j.state, coalesce(j.sum, 0)
		FROM customers c LEFT JOIN judgements j ON j.customer = c.num WHERE c.num IN (`+marks(1, len(chunk))+`)`, chunk, func(rows *sql.Rows) error {
		var num, away, sum int64
		var packed int
		var state []byte
		var c Customer
		if err := rows.Scan(&num, &c.ID, &c.Name, &away, &packed, &state, &sum); err != nil {
			return err
		}
		j := r.judged[num]
		j.customer, j.paused = c, away != 0
		if sum == 0 {
			return nil
		}
		raw, err := r.store.unpacked(packed, state, sum)
		if err == nil {
			err = json.Unmarshal(raw, &j.state)
		}
		if err != nil { // one customer's damage must hold up nobody, not even that one
			r.store.log.Error("what the rules remember of a customer is damaged; it is learned anew", "customer_id", c.ID, "err", err)
			j.state.Reset()
		}
		return nil
	})
}

func (r *recorder) loadIncidents(ctx context.Context, chunk []any) error {
	rows, err := incidentRows(ctx, r.tx, `WHERE i.customer IN (`+marks(1, len(chunk))+`) AND (i.closed = 0 OR i.generation =
		(SELECT max(o.generation) FROM incidents o WHERE o.customer = i.customer AND o.family = i.family))`, chunk...)
	for _, row := range rows {
		j := r.judged[row.customer]
		if row.Closed.IsZero() {
			j.open[row.Family] = &row.Incident.Incident
			j.rows[&row.Incident.Incident] = &row
		}
		if row.Generation > j.last[row.Family].generation {
			j.last[row.Family] = lastIncident{row.Generation, row.Closed, row.Severity, row.Snoozed}
		}
	}
	return err
}

// judge has the rules look at a reading.
func (r *recorder) judge(row *row, reading Reading) {
	j := r.judged[row.customer]
	if j == nil || j.paused {
		return
	}
	j.rules = r.store.judge(j.customer)
	if j.state.Last >= ms(reading.At) { // by a clock that was ahead
		j.state.Reset()
	}
	j.touched = true
	events := j.state.Step(snapshotOf(reading), j.rules)
	generation := func(f coverage.Family) int { return j.last[f].generation + 1 }
	for _, c := range j.state.Follow(j.open, events, generation, j.rules, reading.At.UTC()) {
		if c.New {
			snoozed := j.last[c.Incident.Family].lasting(*c.Incident, j.rules.Customer.Reopen)
			j.last[c.Incident.Family] = lastIncident{generation: c.Incident.Generation}
			j.rows[c.Incident] = &incidentRow{Incident: Incident{ID: NewDeliveryID(), Snoozed: snoozed}, customer: row.customer}
		}
		r.change(j.rows[c.Incident], c.Incident, c.Lines)
	}
}

// change notes a step of an incident, to be written.
func (r *recorder) change(row *incidentRow, i *coverage.Incident, lines []coverage.Line) {
	row.Incident.Incident = *i
	if len(lines) == 0 {
		row.Step++
	}
	for _, l := range lines {
		row.Step++
		r.lines = append(r.lines, []any{row.ID, row.Step, []byte(asJSON(l))})
		if worse(l) { // a snooze is broken by what gets worse
			row.Snoozed = Snooze{}
		}
	}
	r.changed = append(r.changed, row)
}

// worse reports whether a line breaks a snooze.
func worse(l coverage.Line) bool {
	return l.Kind == coverage.LineEscalated || l.Kind == coverage.LineFired && l.Condition == coverage.ProtectedZero
}

// snapshotOf is a reading as the rules take it.
func snapshotOf(reading Reading) coverage.Snapshot {
	n := coverage.Snapshot{At: reading.At.UTC(), Class: reading.Class}
	switch reading.Kind {
	case Empty:
	case Good:
		values, _ := collect(reading.Rows)
		n.Modules = make(map[coverage.Key]coverage.Count, len(values))
		for key, v := range values {
			n.Modules[coverage.Key{Tenant: key.tenant, Module: key.module}] = coverage.Count{Scanned: v.scanned, Protected: v.protected}
		}
	default:
		n.Failed = true
	}
	return n
}

// saveJudgements writes what the rules remember from now on.
func (r *recorder) saveJudgements(ctx context.Context) error {
	var states [][]any
	for num, j := range r.judged {
		if !j.touched {
			continue
		}
		row, err := r.store.judgementRow(num, &j.state, j.rules)
		if err != nil {
			return err
		}
		states = append(states, row)
	}
	return errors.Join(
		insert(ctx, r.tx, insertJudgements, onJudged, states),
		saveIncidents(ctx, r.tx, r.changed),
		insert(ctx, r.tx, insertLines, ``, r.lines),
	)
}

const (
	insertJudgements = `INSERT INTO judgements (customer, packed, state, sum, next_at, suspected, noted) VALUES `
	onJudged         = `ON CONFLICT (customer) DO UPDATE SET packed = excluded.packed, state = excluded.state, sum = excluded.sum,
		next_at = excluded.next_at, suspected = excluded.suspected, noted = excluded.noted`
)

// judgementRow is what the rules remember of a customer, with what is asked of it
// without looking into it.
func (s *Store) judgementRow(num int64, state *coverage.State, rules coverage.RuleSet) ([]any, error) {
	raw, err := json.Marshal(state)
	if err != nil {
		return nil, err
	}
	packed, stored, err := s.pack.packed(raw)
	if err != nil {
		return nil, err
	}
	suspected, next := int64(0), int64(0)
	if since, ok := state.Suspected(); ok {
		suspected = ms(since)
	}
	if soon, ok := state.Hasty(rules); ok {
		next = ms(soon)
	}
	return []any{num, packed, stored, bodySum(raw), next, suspected, len(state.Notes(rules))}, nil
}

const insertLines = `INSERT INTO incident_lines (incident, step, body) VALUES `

// saveIncidents writes incidents, but for what channels were told of them.
func saveIncidents(ctx context.Context, tx *sql.Tx, all []*incidentRow) error {
	seen := map[string]bool{}
	var rows [][]any
	for _, i := range all {
		if seen[i.ID] {
			continue
		}
		seen[i.ID] = true
		rows = append(rows, []any{
			i.ID, i.customer, int(i.Family), i.Generation, ms(i.Opened), ms(i.Closed), int(i.Severity), []byte(asJSON(i.Incident.Incident)), i.Step, 0, 0, ms(i.Reminded),
			text(i.Acked.By), ms(i.Acked.At), text(i.Snoozed.By), ms(i.Snoozed.At), ms(i.Snoozed.Until), text(i.Snoozed.Reason),
			text(i.Accepted.By), ms(i.Accepted.At),
			[]byte{},
		})
	}
	return insert(ctx, tx, `INSERT INTO incidents (id, customer, family, generation, opened, closed, severity, body, step, flushed, look_at, reminded,
		acked_by, acked_at, snoozed_by, snoozed_at, snoozed_until, snooze_reason, accepted_by, accepted_at, undo) VALUES `,
		`ON CONFLICT (id) DO UPDATE SET opened = excluded.opened, closed = excluded.closed, severity = excluded.severity, body = excluded.body,
		step = excluded.step, look_at = 0, acked_by = excluded.acked_by, acked_at = excluded.acked_at, snoozed_by = excluded.snoozed_by,
		snoozed_at = excluded.snoozed_at, snoozed_until = excluded.snoozed_until, snooze_reason = excluded.snooze_reason,
		accepted_by = excluded.accepted_by, accepted_at = excluded.accepted_at`, rows)
}
