package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// MessageKind is what a message that tells of incidents is.
type MessageKind int

// Kinds of messages.
const (
	SingleMessage  MessageKind = iota // of one incident
	GroupMessage                      // of several that came at once
	SummaryMessage                    // of what came too fast to be told one by one
	FleetMessage                      // of an event that many customers share
)

// Telling is which message of a channel tells of an incident.
type Telling struct {
	Incident, Channel string
	Root              string // the delivery that posted the message
	Told              int64  // the step of the incident that it says
}

// AlertMessage is a message that tells of incidents.
type AlertMessage struct {
	Root, Channel string
	Kind          MessageKind
	Made, Edited  time.Time
}

// DueIncident is an incident of which there is something to tell, perhaps.
type DueIncident struct {
	Incident
	Flushed  int64          // the step up to which channels were told
	Lines    []IncidentLine // after Flushed
	Tellings []Telling
	Before   []Telling // of the last one of the customer and family, where it ended lately
}

// Untold is all that decides what is to be told.
type Untold struct {
	Version  int64 // for Tell
	Due      []DueIncident
	Messages map[string]AlertMessage // of the last days, by root
	Channels map[string]ChannelAlerts

	// Suspects of the Watched customers began to be wrong within one window of the
	// length asked for: the most there were.
	Suspects, Watched int
	// APITrouble says that an incident of AvePoint itself is open.
	APITrouble bool
}

// Untold gives the incidents that changed since channels were told, and those that
// are to be looked at again by now. since is from when suspects count, window the
// time within which they are one event, and reopen how long after its end an
// incident's message may be used again.
func (s *Store) Untold(ctx context.Context, since time.Time, window, reopen time.Duration, now time.Time) (Untold, error) {
	var u Untold
	err := s.read(ctx, func(tx *sql.Tx) error {
		u = Untold{Messages: map[string]AlertMessage{}, Channels: map[string]ChannelAlerts{}}
		due, err := incidentRows(ctx, tx, `WHERE i.id IN (SELECT id FROM incidents WHERE step > flushed AND look_at <= $1
			UNION SELECT id FROM incidents WHERE look_at > 0 AND look_at <= $1)`, ms(now))
		if err != nil {
			return err
		}
		if len(due) == 0 {
			return nil
		}
		if u.Suspects, err = suspects(ctx, tx, since, window); err != nil {
			return err
		}
		return s.untold(ctx, tx, &u, due, now.Add(-reopen), now)
	})
	return u, wrapped("untold incidents", err)
}

func (s *Store) untold(ctx context.Context, tx *sql.Tx, u *Untold, due []incidentRow, reopen, now time.Time) error {
	slices.SortFunc(due, func(a, b incidentRow) int { return cmp.Compare(a.ID, b.ID) })
	index := make(map[string]*DueIncident, len(due))
	u.Due = make([]DueIncident, len(due))
	ids := make([]string, len(due))
	for i, row := range due {
		u.Due[i] = DueIncident{Incident: row.Incident, Flushed: row.flushed}
		index[row.ID], ids[i] = &u.Due[i], row.ID
	}
	for _, chunk := range chunks(ids) {
		if err := dueDetails(ctx, tx, index, chunk, reopen); err != nil {
			return err
		}
	}
	if err := u.messages(ctx, tx, now); err != nil {
		return err
	}
	settings, err := channelAlerts(ctx, tx, ``)
	if err != nil {
		return err
	}
	for _, c := range settings {
		u.Channels[c.Channel] = c
	}
	var trouble int
	err = tx.QueryRowContext(ctx, `SELECT (SELECT version FROM alerting), (SELECT count(*) FROM standings WHERE state = 0),
		(SELECT count(*) FROM incidents WHERE customer = 0 AND family = $1 AND closed = 0)`,
		int(coverage.APIFamily)).Scan(&u.Version, &u.Watched, &trouble)
	u.APITrouble = trouble > 0
	return err
}

// suspects is how many customers at most began to be wrong within one window.
func suspects(ctx context.Context, tx *sql.Tx, since time.Time, window time.Duration) (int, error) {
	var times []int64
	err := each(ctx, tx, `SELECT suspected FROM judgements WHERE suspected > 0 AND suspected > $1 ORDER BY suspected`, []any{ms(since)}, func(rows *sql.Rows) error {
		var t int64
		err := rows.Scan(&t)
		times = append(times, t)
		return err
	})
	most, first := 0, 0
	for n, t := range times {
		for t-times[first] > window.Milliseconds() {
			first++
		}
		most = max(most, n-first+1)
	}
	return most, err
}

// lately is for how long a message counts against what a channel may get.
const lately = 25 * time.Hour

// messages reads the messages that tell of the incidents, and those of the last day.
func (u *Untold) messages(ctx context.Context, tx *sql.Tx, now time.Time) error {
	read := func(rows *sql.Rows) error {
		m, err := scanMessage(rows)
		u.Messages[m.Root] = m
		return err
	}
	err := each(ctx, tx, `SELECT root, channel, kind, made, edited FROM alert_messages WHERE made > $1`, []any{ms(now.Add(-lately))}, read)
	if err != nil {
		return err
	}
	var missing []string
	for _, d := range u.Due {
		for _, t := range slices.Concat(d.Tellings, d.Before) {
			if _, known := u.Messages[t.Root]; !known {
				missing = append(missing, t.Root)
			}
		}
	}
	for _, chunk := range chunks(missing) {
		if err := each(ctx, tx, `SELECT root, channel, kind, made, edited FROM alert_messages WHERE root IN (`+marks(1, len(chunk))+`)`, chunk, read); err != nil {
			return err
		}
	}
	return nil
}

func scanMessage(rows *sql.Rows) (AlertMessage, error) {
	var m AlertMessage
	var made, edited int64
	err := rows.Scan(&m.Root, &m.Channel, &m.Kind, &made, &edited)
	m.Made, m.Edited = at(made), at(edited)
	return m, err
}

// dueDetails fills in the lines and tellings of incidents.
func dueDetails(ctx context.Context, tx *sql.Tx, index map[string]*DueIncident, chunk []any, reopen time.Time) error {
	in := marks(1, len(chunk))
	err := each(ctx, tx, `SELECT l.incident, l.step, l.body FROM incident_lines l JOIN incidents i ON i.id = l.incident
		WHERE l.incident IN (`+in+`) AND l.step > i.flushed ORDER BY l.incident, l.step`, chunk, func(rows *sql.Rows) error {
		var id string
		var body []byte
		var l IncidentLine
		err := rows.Scan(&id, &l.Step, &body)
		if err == nil {
			err = json.Unmarshal(body, &l.Line)
		}
		index[id].Lines = append(index[id].Lines, l)
		return err
	})
	if err != nil {
		return err
	}
	err = each(ctx, tx, `SELECT incident, channel, root, told FROM tellings WHERE incident IN (`+in+`) ORDER BY incident, channel`, chunk, func(rows *sql.Rows) error {
		var t Telling
		err := rows.Scan(&t.Incident, &t.Channel, &t.Root, &t.Told)
		index[t.Incident].Tellings = append(index[t.Incident].Tellings, t)
		return err
	})
	if err != nil {
		return err
	}
	return each(ctx, tx, `SELECT i.id, t.incident, t.channel, t.root, t.told FROM incidents i
		JOIN incidents o ON o.customer = i.customer AND o.family = i.family AND o.generation = i.generation - 1
		JOIN tellings t ON t.incident = o.id
		WHERE i.id IN (`+in+`) AND o.closed > `+marks(len(chunk)+1, 1)+` ORDER BY i.id, t.channel`, append(slices.Clone(chunk), ms(reopen)), func(rows *sql.Rows) error {
		var id string
		var t Telling
		err := rows.Scan(&id, &t.Incident, &t.Channel, &t.Root, &t.Told)
		index[id].Before = append(index[id].Before, t)
		return err
	})
}

// Members gives the incidents that a message tells of, the worst first.
func (s *Store) Members(ctx context.Context, root string) ([]Incident, AlertMessage, error) {
	var found []incidentRow
	var m AlertMessage
	err := s.read(ctx, func(tx *sql.Tx) (err error) {
		err = each(ctx, tx, `SELECT root, channel, kind, made, edited FROM alert_messages WHERE root = $1`, []any{text(root)}, func(rows *sql.Rows) (err error) {
			m, err = scanMessage(rows)
			return err
		})
		if err == nil {
			found, err = incidentRows(ctx, tx, `WHERE i.id IN (SELECT incident FROM tellings WHERE root = $1)`, text(root))
		}
		return err
	})
	incidents := make([]Incident, len(found))
	for i, row := range found {
		incidents[i] = row.Incident
	}
	slices.SortFunc(incidents, openFirst)
	return incidents, m, wrapped("members of a message", err)
}

func openFirst(a, b Incident) int {
	if a.Closed.IsZero() != b.Closed.IsZero() {
		if a.Closed.IsZero() {
			return -1
		}
		return 1
	}
	return worseFirst(a, b)
}
