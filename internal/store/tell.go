package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"
)

// TellPlan is what is to be told, and how far that goes.
type TellPlan struct {
	Deliveries []Delivery
	Tellings   []Telling      // made or moved on
	Messages   []AlertMessage // made or edited
	Looked     []Looked
}

// Looked says of an incident how far channels know of it now.
type Looked struct {
	Incident string
	Step     int64 // at which it was looked at
	Flushed  int64
	LookAt   time.Time // when to look again without a change; zero: never
	Reminded time.Time // zero: as it was
	Woken    bool      // its snooze is over, and that was told
}

// Tell commits what is to be told, all or nothing. [ErrLost]: somebody else told
// something since the version was read; nothing is written.
func (s *Store) Tell(ctx context.Context, version int64, p TellPlan, now time.Time) error {
	rows := storedRows(p.Deliveries, now)
	done := false
	err := s.write(ctx, func(tx *sql.Tx, unsure bool) error {
		n, err := changed(ctx, tx, `UPDATE alerting SET version = version + 1 WHERE version = $1`, version)
		if err != nil {
			return err
		}
		if n == 0 {
			if unsure && done {
				return nil // the commit counted, as far as anybody can tell: the keys of the deliveries are the same
			}
			return ErrLost
		}
		done = true
		if err := s.tell(ctx, tx, p); err != nil {
			return err
		}
		if len(rows) == 0 {
			return nil
		}
		return s.enqueue(ctx, tx, rows, ms(now))
	})
	return wrapped("tell", err)
}

func (s *Store) tell(ctx context.Context, tx *sql.Tx, p TellPlan) error {
	var tellings, messages [][]any
	for _, t := range p.Tellings {
		tellings = append(tellings, []any{t.Incident, t.Channel, t.Root, t.Told})
	}
	for _, m := range p.Messages {
		messages = append(messages, []any{m.Root, m.Channel, int(m.Kind), ms(m.Made), ms(m.Edited)})
	}
	err := insert(ctx, tx, `INSERT INTO tellings (incident, channel, root, told) VALUES `,
		`ON CONFLICT (incident, channel) DO UPDATE SET root = excluded.root, told = excluded.told`, tellings)
	if err == nil {
		err = insert(ctx, tx, `INSERT INTO alert_messages (root, channel, kind, made, edited) VALUES `,
			`ON CONFLICT (root) DO UPDATE SET edited = excluded.edited`, messages)
	}
	if err != nil {
		return err
	}
	looked := slices.SortedFunc(slices.Values(p.Looked), func(a, b Looked) int { return cmp.Compare(a.Incident, b.Incident) })
	for _, l := range looked {
		_, err := tx.ExecContext(ctx, `UPDATE incidents SET flushed = CASE WHEN flushed < $1 THEN $1 ELSE flushed END,
			look_at = CASE WHEN step = $2 THEN CAST($3 AS BIGINT) ELSE 0 END,
			reminded = CASE WHEN CAST($4 AS BIGINT) > 0 THEN CAST($4 AS BIGINT) ELSE reminded END WHERE id = $5`,
			l.Flushed, l.Step, ms(l.LookAt), ms(l.Reminded), l.Incident)
		if err == nil && l.Woken { // not one that somebody began meanwhile
			_, err = tx.ExecContext(ctx, `UPDATE incidents SET snoozed_by = '', snoozed_at = 0, snoozed_until = 0, snooze_reason = ''
				WHERE id = $1 AND step = $2`, l.Incident, l.Step)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
