package bot

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/alert"
	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/directory"
	"github.com/backup-overview/backup-overview/internal/store"
)

// alarms answer what people ask about alerts, and do with them. Whoever may see the
// customer in the channel may acknowledge and snooze; what counts as normal is for
// admins to say.
type alarms struct {
	memory *memory
	web    *web
}

func (a *alarms) register(r *Router) {
	m := a.memory
	r.Word("alerts", m.listed(a.list))
	r.Word("snoozes", m.listed(a.snoozes))
	r.Word("explain", m.listed(a.explain))
	r.Word("audit", a.audit)
	r.Action(formatting.ActionAck, m.placed(a.on(a.ack)))
	r.Action(formatting.ActionAccept, m.placed(a.on(a.accept)))
	r.Action(formatting.ActionUndo, m.placed(a.on(a.undo)))
	r.Action(formatting.ActionWake, m.placed(a.on(a.wake)))
	r.Action(formatting.ActionWakeAll, m.listed(a.wakeAll))
	r.Action(formatting.ActionSnooze, m.placed(a.on(a.ask)))
	r.Action(formatting.ActionAckAll, m.listed(a.ackAll))
	r.Action(formatting.ActionAlertMore, m.listed(a.more))
	r.Changes(formatting.ActionAck, formatting.ActionAccept, formatting.ActionUndo, formatting.ActionWake, formatting.ActionWakeAll, formatting.ActionAckAll)
	r.form(formatting.CallbackSnooze, form{
		store: a.snooze, inputs: []string{formatting.SnoozeFor, formatting.SnoozeReason},
		forbidden: formatting.ProblemNotAllowed.Says(), late: formatting.ProblemNoAnswer.Says(), storage: formatting.ProblemMemory.Says(),
	})
}

// incidentHandler answers a press on a button of an incident.
type incidentHandler func(context.Context, Request, store.Incident) (Reply, error)

// on finds the incident of a button, if the channel shows its customer to who
// pressed. One of another channel and one that is made up look like one that is gone.
func (a *alarms) on(h incidentHandler) listedHandler {
	return func(ctx context.Context, q Request, _ *roll) (Reply, error) {
		return inTime(ctx, func(ctx context.Context) (Reply, error) {
			i, answer, err := a.find(ctx, q, q.Value)
			if err != nil || answer != nil {
				return reply(answer), err
			}
			return h(ctx, q, i)
		})
	}
}

func reply(m *formatting.Message) Reply {
	if m == nil {
		return Reply{}
	}
	return Reply{Message: *m, Apart: true}
}

// find is the incident that a value names, or what to say where there is none.
func (a *alarms) find(ctx context.Context, q Request, value string) (store.Incident, *formatting.Message, error) {
	gone := formatting.AlertAnswered(formatting.AlertGone, "", time.Time{}, time.Time{})
	id, ok := a.ticket(q, value)
	if !ok {
		return store.Incident{}, &gone, nil
	}
	i, found, err := a.memory.store.Incident(ctx, id)
	if err != nil || !found {
		return store.Incident{}, &gone, err
	}
	if i.CustomerID != "" && !a.memory.policy().See(q.Person, q.Channel).Includes(i.CustomerID) {
		hidden := formatting.AlertAnswered(formatting.AlertNotHere, "", time.Time{}, time.Time{})
		return store.Incident{}, &hidden, nil
	}
	return i, nil, nil
}

// ticket reads the value of a button. What was sent to a person's id lies in a
// conversation with another.
func (a *alarms) ticket(q Request, value string) (incident string, ok bool) {
	if incident, ok = readAlertTicket(a.memory.customers.sealer, q.Channel.ID, value); !ok && q.Channel.Direct {
		return readAlertTicket(a.memory.customers.sealer, q.Person.UserID, value)
	}
	return incident, ok
}

// answered says why nothing was done, to who pressed.
func (a *alarms) answered(ctx context.Context, q Request, what formatting.AlertAnswer, by store.Act) (Reply, error) {
	return Reply{Message: formatting.AlertAnswered(what, by.By, by.At, a.memory.clock(ctx, q)), Apart: true}, nil
}

// done has the message say what was done: that it does is the answer.
func (a *alarms) done(q Request, what string, i store.Incident) (Reply, error) {
	a.memory.log.Info("alert changed by a person", "act", what, "incident", i.ID, "customer_id", i.CustomerID, "channel_id", q.Channel.ID, "user_id", q.Person.UserID)
	a.memory.wake(alert.AlertWork)
	return Reply{Quiet: true}, nil
}

func (a *alarms) ack(ctx context.Context, q Request, i store.Incident) (Reply, error) {
	after, did, err := a.memory.store.Ack(ctx, i.ID, q.Person.UserID, q.Channel.ID, time.Now())
	switch {
	case err != nil:
		return Reply{}, err
	case did && !q.Public: // in a list, which does not change by itself
		_, _ = a.done(q, "acknowledged", after)
		return a.answered(ctx, q, formatting.AlertAcked, store.Act{})
	case did:
		return a.done(q, "acknowledged", after)
	case !after.Closed.IsZero():
		return a.answered(ctx, q, formatting.AlertOver, store.Act{})
	}
	return a.answered(ctx, q, formatting.AlertHad, after.Acked)
}

// ackAll acknowledges all incidents of a message of several that wait for it and that
// may be seen here.
func (a *alarms) ackAll(ctx context.Context, q Request, _ *roll) (Reply, error) {
	members, err := a.members(ctx, q)
	if err != nil {
		return Reply{}, err
	}
	did := 0
	for _, i := range members {
		after, ok, err := a.memory.store.Ack(ctx, i.ID, q.Person.UserID, q.Channel.ID, time.Now())
		if err != nil {
			return Reply{}, err
		}
		if ok {
			_, _ = a.done(q, "acknowledged", after)
			did++
		}
	}
	if did == 0 {
		return a.answered(ctx, q, formatting.AlertNoneLeft, store.Act{})
	}
	return Reply{Quiet: true}, nil
}

// members are the open incidents of the message of several of a button, as far as
// they may be seen here.
func (a *alarms) members(ctx context.Context, q Request) ([]store.Incident, error) {
	root, ok := a.ticket(q, q.Value)
	if !ok {
		return nil, tooOld(q)
	}
	members, _, err := a.memory.store.Members(ctx, root)
	scope := a.memory.policy().See(q.Person, q.Channel)
	return slices.DeleteFunc(members, func(i store.Incident) bool { return !i.Closed.IsZero() || !scope.Includes(i.CustomerID) }), err
}

func (a *alarms) accept(ctx context.Context, q Request, i store.Incident) (Reply, error) {
	if !a.memory.policy().IsAdmin(q.Person) {
		return a.answered(ctx, q, formatting.AlertNotAdmin, store.Act{})
	}
	after, did, err := a.memory.store.AcceptNormal(ctx, i.ID, q.Person.UserID, q.Channel.ID, time.Now())
	switch {
	case err != nil:
		return Reply{}, err
	case did:
		return a.done(q, "accepted", after)
	case !after.Accepted.At.IsZero():
		return a.answered(ctx, q, formatting.AlertHad, after.Accepted)
	}
	return a.answered(ctx, q, formatting.AlertOver, store.Act{})
}

func (a *alarms) undo(ctx context.Context, q Request, i store.Incident) (Reply, error) {
	if !a.memory.policy().IsAdmin(q.Person) {
		return a.answered(ctx, q, formatting.AlertNotAdmin, store.Act{})
	}
	after, did, err := a.memory.store.UndoAccept(ctx, i.ID, q.Person.UserID, q.Channel.ID, time.Now())
	switch {
	case err != nil:
		return Reply{}, err
	case did:
		return a.done(q, "no longer accepted", after)
	}
	return a.answered(ctx, q, formatting.AlertUndoLate, store.Act{})
}

func (a *alarms) wake(ctx context.Context, q Request, i store.Incident) (Reply, error) {
	after, did, err := a.memory.store.Wake(ctx, i.ID, q.Person.UserID, q.Channel.ID, time.Now())
	if err != nil {
		return Reply{}, err
	}
	if did {
		_, _ = a.done(q, "no longer snoozed", after)
	}
	return a.answered(ctx, q, formatting.AlertSnoozeEnd, store.Act{})
}

// wakeAll ends all snoozes of the customers that the channel shows.
func (a *alarms) wakeAll(ctx context.Context, q Request, _ *roll) (Reply, error) {
	if _, ok := a.ticket(q, q.Value); !ok {
		return Reply{}, tooOld(q)
	}
	now := time.Now()
	snoozed, _, err := a.memory.store.OpenIncidents(ctx, store.IncidentQuery{IDs: a.memory.policy().See(q.Person, q.Channel).List(), SnoozedAt: now})
	if err != nil {
		return Reply{}, err
	}
	for _, i := range snoozed {
		if after, did, err := a.memory.store.Wake(ctx, i.ID, q.Person.UserID, q.Channel.ID, now); err != nil {
			return Reply{}, err
		} else if did {
			_, _ = a.done(q, "no longer snoozed", after)
		}
	}
	return a.answered(ctx, q, formatting.AlertSnoozeEnd, store.Act{})
}

// ask opens the form that asks for how long.
func (a *alarms) ask(ctx context.Context, q Request, i store.Incident) (Reply, error) {
	if !i.Closed.IsZero() {
		return a.answered(ctx, q, formatting.AlertOver, store.Act{})
	}
	view := formatting.SnoozeForm(formTicket(a.memory.customers.sealer, q.Person.UserID, q.Channel.ID, q.Channel.Shared()), q.Value)
	err := a.web.call(ctx, func(api *slack.Client) error {
		_, err := api.OpenViewContext(ctx, q.Trigger, view)
		return err
	})
	if err != nil {
		return Reply{}, fmt.Errorf("views.open: %w", err)
	}
	return Reply{Quiet: true}, nil
}

// snooze takes the form.
func (a *alarms) snooze(ctx context.Context, q Request) (formAnswer, error) {
	if q.lost != nil {
		return formAnswer{}, q.lost
	}
	roll, err := a.memory.customers.wait(ctx)
	if err != nil {
		return formAnswer{}, err
	}
	q.Channel = roll.placed(q.Channel)
	values := map[string]slack.BlockAction{}
	if q.View != nil && q.View.State != nil {
		for block, v := range q.View.State.Values {
			values[block] = v[block]
		}
	}
	hours, value, _ := strings.Cut(values[formatting.SnoozeFor].SelectedOption.Value, " ")
	n, err := strconv.Atoi(hours)
	if err != nil || !slices.Contains(formatting.SnoozeSpans(), n) {
		return formAnswer{input: formatting.SnoozeFor, problem: formatting.ProblemNotAllowed.Says()}, nil
	}
	i, answer, err := a.find(ctx, q, value)
	if err != nil {
		return formAnswer{}, err
	}
	if answer != nil {
		return formAnswer{input: formatting.SnoozeFor, problem: plainWords(*answer)}, nil
	}
	now := time.Now()
	after, did, err := a.memory.store.Snooze(ctx, i.ID, q.Person.UserID, q.Channel.ID, now.Add(time.Duration(n)*time.Hour), strings.TrimSpace(values[formatting.SnoozeReason].Value), now)
	if err != nil {
		return formAnswer{}, err
	}
	if !did {
		return formAnswer{input: formatting.SnoozeFor, problem: plainWords(formatting.AlertAnswered(formatting.AlertOver, "", now, now))}, nil
	}
	_, _ = a.done(q, "snoozed", after)
	return formAnswer{said: formatting.AlertSnoozed(after.Snoozed.Until)}, nil
}

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

// explain answers /backup-overview explain <customer> <module>.
func (a *alarms) explain(ctx context.Context, q Request, roll *roll) (Reply, error) {
	asked := parse(q.Text, a.memory.finder.words())
	if asked.Customer == "" {
		return Reply{}, noCustomer(q, "explain contoso exchange")
	}
	// What stands right of the customer is the module.
	scope, module := a.memory.policy().See(q.Person, q.Channel), ""
	words := strings.Fields(asked.Customer)
	for n := len(words); n > 0 && !asked.Quoted; n-- {
		if head := strings.Join(words[:n], " "); len(roll.find(head, scope).Hits) > 0 {
			asked.Customer, module = head, strings.Join(words[n:], " ")
			break
		}
	}
	return a.memory.about(ctx, q, roll, asked, module, a.explained)
}

// explained explains the modules of a customer: a [customerHandler].
func (a *alarms) explained(ctx context.Context, q Request, c directory.Entry, module string) (Reply, error) {
	state, err := a.memory.store.Judgement(ctx, c.ID)
	if err != nil {
		return Reply{}, err
	}
	if state == nil {
		return Reply{Message: formatting.NothingJudged(c.Name)}, nil
	}
	rules := a.memory.rules(store.Customer{ID: c.ID, Name: c.Name})
	standing, err := a.memory.store.Standing(ctx, c.ID, time.Now())
	if err != nil {
		return Reply{}, err
	}
	now := a.memory.clock(ctx, q)
	var views []formatting.ExplainView
	for key := range state.Series {
		if !strings.Contains(strings.ToLower(key.Module), strings.ToLower(module)) {
			continue
		}
		v := formatting.ExplainView{Command: q.Command, Now: now, Customer: c.Name, Explanation: state.Explain(key, rules)}
		if len(standing.Tenants) > 1 {
			v.Tenant = key.Tenant
			for _, t := range standing.Tenants {
				if strings.EqualFold(t.ID, key.Tenant) && t.Name != "" {
					v.Tenant = t.Name
				}
			}
		}
		v.Sources = a.sources(c, key.Module)
		views = append(views, v)
	}
	if len(views) == 0 && len(state.Series) > 0 {
		return Reply{Message: formatting.NoSuchModule(c.Name, module, modulesOf(state))}, nil
	}
	if len(views) == 0 {
		return Reply{Message: formatting.NothingJudged(c.Name)}, nil
	}
	return Reply{Message: formatting.ExplainAll(views)}, nil
}

// modulesOf are the names of the modules that the rules know of.
func modulesOf(state *coverage.State) []string {
	names := map[string]bool{}
	for key := range state.Series {
		names[key.Module] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// sources say where the values of rules come from that are not the rules' own.
func (a *alarms) sources(c directory.Entry, module string) []formatting.RuleSource {
	if a.memory.ruleSource == nil {
		return nil
	}
	return a.memory.ruleSource(store.Customer{ID: c.ID, Name: c.Name}, module)
}
