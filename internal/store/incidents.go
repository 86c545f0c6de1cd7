package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// Incident is a run of trouble of a customer, or of the installation, and what
// people have done about it.
type Incident struct {
	ID               string
	CustomerID, Name string // empty: of the installation
	coverage.Incident
	Step      int64 // grows with each change
	Acked     Act
	Snoozed   Snooze
	Accepted  Act
	UndoUntil time.Time // an acceptance can be undone until then; zero: there is none
	Reminded  time.Time // the last reminder; zero: none
}

// Act is what a person did. Its time is zero where nobody did.
type Act struct {
	By string // id of a user of Slack
	At time.Time
}

// Snooze is that somebody wants to hear no more of an incident for a time.
type Snooze struct {
	Act
	Until  time.Time
	Reason string
}

// Snoozing reports whether an incident is snoozed.
func (i Incident) Snoozing(now time.Time) bool { return i.Snoozed.Until.After(now) }

// IncidentLine is a line of an incident's log, and the step at which it came.
type IncidentLine struct {
	Step int64
	coverage.Line
}

// IncidentQuery asks for open incidents.
type IncidentQuery struct {
	IDs           []string  // of customers; nil: all, the installation's own too
	SnoozedAt     time.Time // not zero: only those that are snoozed at this time
	Offset, Limit int       // Limit 0: all
}

// undoFor is how long an acceptance can be undone.
const undoFor = 10 * time.Minute

const incidentColumns = `i.id, coalesce(c.id, ''), coalesce(c.name, ''), i.body, i.step, i.acked_by, i.acked_at,
	i.snoozed_by, i.snoozed_at, i.snoozed_until, i.snooze_reason, i.accepted_by, i.accepted_at, i.reminded, i.customer, i.flushed`

const fromIncidents = ` FROM incidents i LEFT JOIN customers c ON c.num = i.customer `

// incidentRow is an incident as it lies in the tables.
type incidentRow struct {
	Incident
	customer, flushed int64
}

func scanIncident(rows interface{ Scan(...any) error }) (incidentRow, error) {
	var i incidentRow
	var body []byte
	var ackedAt, snoozedAt, snoozedUntil, acceptedAt, reminded int64
	err := rows.Scan(&i.ID, &i.CustomerID, &i.Name, &body, &i.Step, &i.Acked.By, &ackedAt,
		&i.Snoozed.By, &snoozedAt, &snoozedUntil, &i.Snoozed.Reason, &i.Accepted.By, &acceptedAt, &reminded, &i.customer, &i.flushed)
	if err != nil {
		return i, err
	}
	i.Acked.At, i.Snoozed.At, i.Snoozed.Until, i.Accepted.At, i.Reminded = at(ackedAt), at(snoozedAt), at(snoozedUntil), at(acceptedAt), at(reminded)
	if acceptedAt > 0 {
		i.UndoUntil = i.Accepted.At.Add(undoFor)
	}
	if err := json.Unmarshal(body, &i.Incident.Incident); err != nil {
		return i, fmt.Errorf("incident %s: %w", i.ID, err)
	}
	return i, nil
}

func incidentRows(ctx context.Context, q queryer, where string, args ...any) ([]incidentRow, error) {
	var all []incidentRow
	err := each(ctx, q, `SELECT `+incidentColumns+fromIncidents+where, args, func(rows *sql.Rows) error {
		i, err := scanIncident(rows)
		all = append(all, i)
		return err
	})
	return all, err
}

// Incident gives one. False: there is none.
func (s *Store) Incident(ctx context.Context, id string) (Incident, bool, error) {
	var found []incidentRow
	err := s.read(ctx, func(tx *sql.Tx) (err error) {
		found, err = incidentRows(ctx, tx, `WHERE i.id = $1`, text(id))
		return err
	})
	if err != nil || len(found) == 0 {
		return Incident{}, false, wrapped("incident", err)
	}
	return found[0].Incident, true, nil
}

func wrapped(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// Lines gives the lines of an incident's log after a step, oldest first.
func (s *Store) Lines(ctx context.Context, id string, after int64) ([]IncidentLine, error) {
	var lines []IncidentLine
	err := s.read(ctx, func(tx *sql.Tx) error {
		lines = nil
		return each(ctx, tx, `SELECT step, body FROM incident_lines WHERE incident = $1 AND step > $2 ORDER BY step`, []any{text(id), after},
			func(rows *sql.Rows) error {
				var body []byte
				var l IncidentLine
				err := rows.Scan(&l.Step, &body)
				if err == nil {
					err = json.Unmarshal(body, &l.Line)
				}
				lines = append(lines, l)
				return err
			})
	})
	return lines, wrapped("lines of an incident", err)
}

// OpenIncidents gives the open incidents, the worst first, and how many there are
// in all.
func (s *Store) OpenIncidents(ctx context.Context, q IncidentQuery) ([]Incident, int, error) {
	var all []incidentRow
	err := s.read(ctx, func(tx *sql.Tx) error {
		all = nil
		where, args := `WHERE i.closed = 0`, []any{}
		if !q.SnoozedAt.IsZero() {
			where, args = where+` AND i.snoozed_until > $1`, append(args, ms(q.SnoozedAt))
		}
		if q.IDs == nil {
			var err error
			all, err = incidentRows(ctx, tx, where, args...)
			return err
		}
		for _, chunk := range chunks(folded(q.IDs)) {
			part, err := incidentRows(ctx, tx, where+` AND c.id_key IN (`+marks(len(args)+1, len(chunk))+`)`, append(slices.Clone(args), chunk...)...)
			if err != nil {
				return err
			}
			all = append(all, part...)
		}
		return nil
	})
	if err != nil {
		return nil, 0, wrapped("open incidents", err)
	}
	incidents := make([]Incident, len(all))
	for i, row := range all {
		incidents[i] = row.Incident
	}
	slices.SortFunc(incidents, worseFirst)
	total := len(incidents)
	incidents = incidents[min(q.Offset, total):]
	if q.Limit > 0 {
		incidents = incidents[:min(q.Limit, len(incidents))]
	}
	return incidents, total, nil
}

// worseFirst orders incidents by severity, then by how many objects they are
// about, then by name.
func worseFirst(a, b Incident) int {
	switch {
	case a.Severity != b.Severity:
		return int(b.Severity - a.Severity)
	case a.weight() != b.weight():
		return sign(b.weight() - a.weight())
	case !a.Opened.Equal(b.Opened):
		return a.Opened.Compare(b.Opened)
	}
	return strings.Compare(a.Name+a.ID, b.Name+b.ID)
}

func sign(n int64) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

// weight is how many objects an incident is about: lost ones count before others.
func (i Incident) weight() int64 {
	n := int64(0)
	for _, m := range i.Members {
		if m.Ended.IsZero() {
			n += m.Missing + m.Lost
		}
	}
	return n
}

// IncidentCounts count the open incidents.
type IncidentCounts struct{ Open, Crit, Acked, Snoozed int }

// IncidentCounts counts the open incidents of the customers of a list, or of all
// where it is nil.
func (s *Store) IncidentCounts(ctx context.Context, ids []string, now time.Time) (IncidentCounts, error) {
	open, _, err := s.OpenIncidents(ctx, IncidentQuery{IDs: ids})
	var n IncidentCounts
	for _, i := range open {
		n.Open++
		if i.Severity == coverage.Crit {
			n.Crit++
		}
		if !i.Acked.At.IsZero() {
			n.Acked++
		}
		if i.Snoozing(now) {
			n.Snoozed++
		}
	}
	return n, err
}
