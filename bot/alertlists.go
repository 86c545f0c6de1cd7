package bot

import (
	"context"
	"strings"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/store"
)

// list answers /backup-overview alerts, and changes how the channel is told.
func (a *alarms) list(ctx context.Context, q Request, roll *roll) (Reply, error) {
	fields := strings.Fields(q.Text)
	if len(fields) > 1 {
		return a.settings(ctx, q, fields[1:])
	}
	return a.show(ctx, q, roll, false)
}

// snoozes answers /backup-overview snoozes.
func (a *alarms) snoozes(ctx context.Context, q Request, roll *roll) (Reply, error) {
	if err := parse(q.Text, a.memory.finder.words()).alone(q.Command); err != nil {
		return Reply{}, err
	}
	return a.show(ctx, q, roll, true)
}

// listed is how many incidents are read for a list.
const listedAlerts = 20

func (a *alarms) show(ctx context.Context, q Request, _ *roll, snoozes bool) (Reply, error) {
	scope := a.memory.policy().See(q.Person, q.Channel)
	if scope.Empty() {
		return Reply{Message: formatting.NothingToShow(q.Command)}, nil
	}
	v := formatting.AlertsView{Command: q.Command, Now: a.memory.clock(ctx, q), Snoozes: snoozes}
	query := store.IncidentQuery{IDs: scope.List(), Limit: listedAlerts}
	if snoozes {
		query.SnoozedAt = v.Now
	}
	open, total, err := a.memory.store.OpenIncidents(ctx, query)
	if err != nil {
		return Reply{}, err
	}
	for _, i := range open {
		if i.CustomerID == "" {
			total--
			continue
		}
		v.Items = append(v.Items, a.item(q, i, v.Now))
	}
	v.Total = total
	if snoozes && total > 1 {
		v.WakeAll = alertTicket(a.memory.customers.sealer, q.Channel.ID, "all")
	}
	settings, err := a.memory.store.ChannelAlerts(ctx, q.Channel.ID)
	if err != nil {
		return Reply{}, err
	}
	v.QuietFrom, v.QuietTo, v.Zone, v.Mention = settings.QuietFrom, settings.QuietTo, settings.Zone, settings.Mention
	return Reply{Message: formatting.AlertList(v), Apart: q.Public}, nil
}

// item is an incident in a list.
func (a *alarms) item(q Request, i store.Incident, now time.Time) formatting.AlertListItem {
	item := formatting.AlertListItem{AlertItem: formatting.AlertItem{
		Customer: i.Name, Incident: i.Incident, Acked: formatting.PersonAct{By: i.Acked.By, At: i.Acked.At}, Snoozed: i.Snoozing(now),
	}}
	if !item.Snoozed {
		item.Ack = alertTicket(a.memory.customers.sealer, q.Channel.ID, i.ID)
	}
	if item.Snoozed {
		item.Snooze = formatting.PersonAct{By: i.Snoozed.By, At: i.Snoozed.At, Until: i.Snoozed.Until, Reason: i.Snoozed.Reason}
		item.Wake = alertTicket(a.memory.customers.sealer, q.Channel.ID, i.ID)
	}
	return item
}

// more answers the button of a message of several: those that may be seen here.
func (a *alarms) more(ctx context.Context, q Request, _ *roll) (Reply, error) {
	members, err := a.members(ctx, q)
	if err != nil {
		return Reply{}, err
	}
	v := formatting.AlertsView{Command: q.Command, Now: a.memory.clock(ctx, q), Total: len(members)}
	for _, i := range members {
		v.Items = append(v.Items, a.item(q, i, v.Now))
	}
	return Reply{Message: formatting.AlertList(v), Apart: true}, nil
}
