package bot

import (
	"context"
	"slices"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/alert"
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
	after, did, err := a.memory.store.Ack(ctx, i.ID, by(q))
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
		after, ok, err := a.memory.store.Ack(ctx, i.ID, by(q))
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
	after, did, err := a.memory.store.AcceptNormal(ctx, i.ID, by(q))
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
	after, did, err := a.memory.store.UndoAccept(ctx, i.ID, by(q))
	switch {
	case err != nil:
		return Reply{}, err
	case did:
		return a.done(q, "no longer accepted", after)
	}
	return a.answered(ctx, q, formatting.AlertUndoLate, store.Act{})
}
