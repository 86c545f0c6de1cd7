package bot

import (
	"context"
	"strings"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/store"
)

// settings changes how the channel is told: an admin's to say.
func (a *alarms) settings(ctx context.Context, q Request, fields []string) (Reply, error) {
	what := strings.ToLower(fields[0])
	if what != "quiet" && what != "mention" {
		return Reply{Message: formatting.BadAlertSetting(q.Command)}, nil
	}
	if err := a.memory.admin(q, "alerts "+what); err != nil {
		return Reply{}, err
	}
	if q.Channel.Direct || a.memory.policy().Closed(q.Channel) == access.ReasonSharedChannel {
		return Reply{Message: formatting.BadAlertSetting(q.Command)}, nil
	}
	c, err := a.memory.store.ChannelAlerts(ctx, q.Channel.ID)
	if err != nil {
		return Reply{}, err
	}
	if !set(&c, what, fields[1:], a.memory.clock(ctx, q).Location()) {
		return Reply{Message: formatting.BadAlertSetting(q.Command)}, nil
	}
	c.By, c.At = q.Person.UserID, time.Now()
	if err := a.memory.store.SetChannelAlerts(ctx, c); err != nil {
		return Reply{}, err
	}
	v := formatting.AlertsView{QuietFrom: c.QuietFrom, QuietTo: c.QuietTo, Zone: c.Zone, Mention: c.Mention}
	return Reply{Message: formatting.AlertSettings(v, q.Person.UserID)}, nil
}

// set reads what stands after "quiet" (22:00-07:00, with a zone if it is not that of
// who asks, or off) and after "mention" (<!subteam^S…>, or off).
func set(c *store.ChannelAlerts, what string, fields []string, zone *time.Location) bool {
	off := len(fields) == 1 && strings.EqualFold(fields[0], "off")
	switch {
	case off && what == "quiet":
		c.QuietFrom, c.QuietTo, c.Zone = "", "", ""
		return true
	case off:
		c.Mention = ""
		return true
	case what == "quiet":
		return setQuiet(c, fields, zone)
	case len(fields) != 1:
		return false
	}
	id, ok := strings.CutPrefix(fields[0], "<!subteam^")
	id, _, _ = strings.Cut(strings.TrimSuffix(id, ">"), "|")
	if !ok || len(id) < 2 || id[0] != 'S' {
		return false
	}
	c.Mention = id
	return true
}

// setQuiet reads 22:00-07:00 and perhaps a zone.
func setQuiet(c *store.ChannelAlerts, fields []string, zone *time.Location) bool {
	if len(fields) == 2 && fields[1] != "Local" {
		var err error
		if zone, err = time.LoadLocation(fields[1]); err != nil {
			return false
		}
	} else if len(fields) != 1 {
		return false
	}
	from, to, ok := strings.Cut(fields[0], "-")
	start, err1 := time.Parse("15:04", from)
	end, err2 := time.Parse("15:04", to)
	if !ok || err1 != nil || err2 != nil || start.Equal(end) {
		return false
	}
	c.QuietFrom, c.QuietTo, c.Zone = start.Format("15:04"), end.Format("15:04"), zone.String()
	return true
}
