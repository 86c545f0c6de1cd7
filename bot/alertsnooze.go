package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/store"
)

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
	after, did, err := a.memory.store.Snooze(ctx, i.ID, by(q), now.Add(time.Duration(n)*time.Hour), strings.TrimSpace(values[formatting.SnoozeReason].Value))
	if err != nil {
		return formAnswer{}, err
	}
	if !did {
		return formAnswer{input: formatting.SnoozeFor, problem: plainWords(formatting.AlertAnswered(formatting.AlertOver, "", now, now))}, nil
	}
	_, _ = a.done(q, "snoozed", after)
	return formAnswer{said: formatting.AlertSnoozed(after.Snoozed.Until)}, nil
}

func (a *alarms) wake(ctx context.Context, q Request, i store.Incident) (Reply, error) {
	after, did, err := a.memory.store.Wake(ctx, i.ID, by(q))
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
		if after, did, err := a.memory.store.Wake(ctx, i.ID, by(q)); err != nil {
			return Reply{}, err
		} else if did {
			_, _ = a.done(q, "no longer snoozed", after)
		}
	}
	return a.answered(ctx, q, formatting.AlertSnoozeEnd, store.Act{})
}
