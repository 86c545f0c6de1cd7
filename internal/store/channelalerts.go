package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// ChannelAlerts is how a channel wants to be told.
type ChannelAlerts struct {
	Channel            string
	QuietFrom, QuietTo string // local times as 22:00; empty: never quiet
	Zone               string // IANA name
	Mention            string // id of a user group, for what is critical; empty: nobody
	By                 string
	At                 time.Time
}

// ChannelAlerts gives how a channel wants to be told; nothing but its id where it
// never said.
func (s *Store) ChannelAlerts(ctx context.Context, channel string) (ChannelAlerts, error) {
	c := ChannelAlerts{Channel: channel}
	err := s.read(ctx, func(tx *sql.Tx) error {
		found, err := channelAlerts(ctx, tx, `WHERE channel = $1`, text(channel))
		if err == nil && len(found) > 0 {
			c = found[0]
		}
		return err
	})
	return c, wrapped("alert settings", err)
}

func channelAlerts(ctx context.Context, q queryer, where string, args ...any) ([]ChannelAlerts, error) {
	var all []ChannelAlerts
	err := each(ctx, q, `SELECT channel, quiet_from, quiet_to, zone, mention, set_by, set_at FROM channel_alerts `+where, args, func(rows *sql.Rows) error {
		var c ChannelAlerts
		var set int64
		err := rows.Scan(&c.Channel, &c.QuietFrom, &c.QuietTo, &c.Zone, &c.Mention, &c.By, &set)
		c.At = at(set)
		all = append(all, c)
		return err
	})
	return all, err
}

// SetChannelAlerts says how a channel wants to be told, as an act of c.By at c.At.
func (s *Store) SetChannelAlerts(ctx context.Context, c ChannelAlerts) error {
	e := Entry{At: c.At, Who: c.By, Action: ActionSettings, Channel: c.Channel, After: settingsJSON(c)}
	err := s.audited(ctx, e, func(tx *sql.Tx, e *Entry, _ bool) (bool, error) {
		if err := s.alone(ctx, tx); err != nil {
			return false, err
		}
		old, err := channelAlerts(ctx, tx, `WHERE channel = $1`, text(c.Channel))
		if err != nil {
			return false, err
		}
		if len(old) > 0 {
			e.Before = settingsJSON(old[0])
		}
		if e.Before == e.After {
			return false, nil
		}
		return true, insert(ctx, tx, `INSERT INTO channel_alerts (channel, quiet_from, quiet_to, zone, mention, set_by, set_at) VALUES `,
			`ON CONFLICT (channel) DO UPDATE SET quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to, zone = excluded.zone,
			mention = excluded.mention, set_by = excluded.set_by, set_at = excluded.set_at`,
			[][]any{{text(c.Channel), c.QuietFrom, c.QuietTo, c.Zone, c.Mention, text(c.By), ms(c.At)}})
	})
	return wrapped("set alert settings", err)
}

func settingsJSON(c ChannelAlerts) string {
	quiet := ""
	if c.QuietFrom != "" {
		quiet = fmt.Sprintf("%s-%s %s", c.QuietFrom, c.QuietTo, c.Zone)
	}
	return asJSON(map[string]string{"quiet": quiet, "mention": c.Mention})
}
