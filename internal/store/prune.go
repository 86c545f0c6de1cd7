package store

import (
	"context"
	"database/sql"
	"time"
)

// How long what is over is remembered.
const (
	keepDeliveries = 30 * 24 * time.Hour
	keepSlots      = 90 * 24 * time.Hour
	keepInbox      = 48 * time.Hour
	// keepIncidents is how long an incident that is over is remembered, with its
	// log and the messages that tell of it.
	keepIncidents = 90 * 24 * time.Hour
)

// prune deletes what is over and old, some at a time. A message stays as long as
// something is to be said about it.
func (s *Store) prune(ctx context.Context, now time.Time) error {
	for _, old := range []struct {
		query string
		keep  time.Duration
	}{
		{`DELETE FROM deliveries WHERE id IN (SELECT d.id FROM deliveries d WHERE d.state IN (2, 3, 4) AND d.ended > 0 AND d.ended < $1
			AND NOT EXISTS (SELECT 1 FROM deliveries o WHERE o.root = d.id AND o.root <> '' AND o.state < 2)
			AND NOT EXISTS (SELECT 1 FROM tellings t WHERE t.root = d.id) LIMIT $2)`, keepDeliveries},
		{`DELETE FROM incidents WHERE id IN (SELECT id FROM incidents WHERE closed > 0 AND closed < $1 LIMIT $2)`, keepIncidents},
		{`DELETE FROM incident_lines WHERE (incident, step) IN (SELECT incident, step FROM incident_lines l
			WHERE NOT EXISTS (SELECT 1 FROM incidents i WHERE i.id = l.incident) AND CAST($1 AS BIGINT) > 0 LIMIT $2)`, 0},
		{`DELETE FROM tellings WHERE (incident, channel) IN (SELECT incident, channel FROM tellings t
			WHERE NOT EXISTS (SELECT 1 FROM incidents i WHERE i.id = t.incident) AND CAST($1 AS BIGINT) > 0 LIMIT $2)`, 0},
		{`DELETE FROM alert_messages WHERE root IN (SELECT root FROM alert_messages m
			WHERE m.made < $1 AND NOT EXISTS (SELECT 1 FROM tellings t WHERE t.root = m.root) LIMIT $2)`, 24 * time.Hour},
		{`DELETE FROM slots WHERE (subscription, local_at) IN (SELECT subscription, local_at FROM slots WHERE decided < $1 LIMIT $2)`, keepSlots},
		{`DELETE FROM inbox WHERE id IN (SELECT id FROM inbox WHERE at < $1 LIMIT $2)`, keepInbox},
	} {
		for n := int64(pageOf); n == pageOf; {
			err := s.write(ctx, func(tx *sql.Tx, _ bool) (err error) {
				n, err = changed(ctx, tx, old.query, ms(now.Add(-old.keep)), pageOf)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}
