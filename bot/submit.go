package bot

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/formatting"
)

// formBudget bounds what is done before a form is acked. Slack waits for three
// seconds; the rest is for the way there and back.
const formBudget = 2 * time.Second

// sent reports whether an interaction is a form that was sent. It changes
// something, so that is stored before the ack: acked and lost must not be.
func sent(payload json.RawMessage) bool {
	var p struct {
		Type slack.InteractionType `json:"type"`
	}
	return json.Unmarshal(payload, &p) == nil && p.Type == slack.InteractionTypeViewSubmission
}

// form takes a form that was sent. ack is called once, with what Slack is to do
// with the form: nil closes it.
// https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
func (in *intake) form(envelopeID string, payload json.RawMessage, ack func(response any)) error {
	var c slack.InteractionCallback
	if err := json.Unmarshal(payload, &c); err != nil {
		ack(nil)
		return err
	}
	if !in.seen.first(envelopeID, time.Now()) {
		ack(nil)
		return nil
	}
	in.tally.presses.Add(1)
	r := inForm(c, in.binder.memory.customers.sealer)
	r.Action, r.Command = formatting.CallbackBind, in.router.command()
	from := caller{team: in.sentTeam(c), user: c.User.ID}
	if in.desk.submit(func(life context.Context) { in.submitted(life, from, r, c.View.CallbackID, ack) }) != accepted {
		in.tally.turnedAway.Add(1)
		ack(refusedAt(r.View, "", formatting.ProblemLate.Says()))
	}
	return nil
}

// inForm is the request behind a form or an input of it. The channel is that of
// which the form was opened for this person.
func inForm(c slack.InteractionCallback, s sealer) Request {
	view := c.View
	channel, shared := formChannel(s, c.User.ID, view.PrivateMetadata)
	return Request{
		View: &view, FormShared: shared, Trigger: c.TriggerID, Channel: place(channel),
		answer: newAddress("", channel, c.User.ID),
	}
}

// submitted stores what a form says, acks it, and then says so in the channel,
// to who sent it.
func (in *intake) submitted(life context.Context, from caller, r Request, callback string, ack func(any)) {
	ctx, cancel := context.WithTimeout(life, formBudget)
	defer cancel()
	type outcome struct {
		said           formatting.Message
		input, problem string
	}
	o, err := guarded(func() (outcome, error) {
		if callback != formatting.CallbackBind || r.Channel.ID == "" {
			return outcome{problem: formatting.ProblemForbidden.Says()}, nil
		}
		said, input, problem, err := in.bound(ctx, from, &r)
		return outcome{said, input, problem}, err
	})
	if err != nil {
		o.input, o.problem = "", in.formProblem(ctx, r, err)
	}
	if o.problem != "" {
		ack(refusedAt(r.View, o.input, o.problem))
		return
	}
	ack(nil)
	after, stop := context.WithTimeout(life, personBudget)
	defer stop()
	in.send(after, r, o.said, true)
}

// bound binds as the form says.
func (in *intake) bound(ctx context.Context, from caller, r *Request) (said formatting.Message, input, problem string, err error) {
	if err := in.enter(ctx, from, r); err != nil {
		return said, "", "", err
	}
	if err := in.binder.memory.admin(*r, "bind"); err != nil {
		return said, "", "", err
	}
	if r.lost != nil {
		return said, "", "", r.lost
	}
	roll, err := in.binder.memory.customers.wait(ctx)
	if err != nil {
		return said, "", "", err
	}
	rule, input, problem := ruleOf(in.binder.entered(*r, roll), r.FormShared)
	if problem != "" {
		return said, input, problem, nil
	}
	binding, err := in.binder.store(ctx, *r, rule, r.FormShared)
	if err != nil {
		return said, "", "", err
	}
	return in.binder.boundView(*r, roll, binding), "", "", nil
}

// formProblem is an error in a sentence below an input, and in the log.
func (in *intake) formProblem(ctx context.Context, r Request, err error) string {
	in.log.Warn("form not taken", "user_id", r.answer.user, "channel_id", r.Channel.ID, "err", err)
	told, known := errors.AsType[*UserError](err)
	switch {
	case ctx.Err() != nil:
		return formatting.ProblemLate.Says()
	case errors.Is(err, errBecameShared):
		return formatting.ProblemShared.Says()
	case errors.Is(err, errNoLongerShared):
		return formatting.ProblemUnshared.Says()
	case known && told.Err != nil:
		return plainWords(told.Message)
	case known:
		return formatting.ProblemForbidden.Says()
	}
	return formatting.ProblemStorage.Says()
}

// plainWords is a message as the line below an input has it, which Slack does
// not parse.
func plainWords(m formatting.Message) string { return plain(m.Text) }

// refusedAt keeps a form open with a sentence below an input, or below its
// first one.
func refusedAt(view *slack.View, input, problem string) any {
	if view.State != nil {
		if _, ok := view.State.Values[input]; !ok {
			for _, id := range []string{formatting.BindWhich, formatting.BindCustomers, formatting.BindFind, formatting.BindPattern} {
				if _, ok := view.State.Values[id]; ok {
					input = id
					break
				}
			}
		}
	}
	return slack.NewErrorsViewSubmissionResponse(map[string]string{input: problem})
}
