package bot

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/formatting"
)

// formBudget bounds what is done before a form is acked. Slack waits for three
// seconds; the rest is for the way there and back.
const formBudget = 2 * time.Second

// form is a form that people send. It changes something, so that is stored
// before the ack: acked and lost must not be.
type form struct {
	// store stores what the form says. It asks the rest of the door itself where
	// the router admits the form everywhere.
	store  func(context.Context, Request) (formAnswer, error)
	inputs []string // below which a sentence can stand, the first choice first

	// troubles are the sentences for what no input is to blame for.
	forbidden, late, storage string
}

// formAnswer is what became of a form.
type formAnswer struct {
	said           formatting.Message // to who sent it, once it is stored
	input, problem string             // why it is not: below which input, in a sentence
}

// sent takes a form that was sent. ack is called once, with what Slack is to do
// with the form: nil closes it.
// https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
func (in *intake) sent(envelopeID string, payload json.RawMessage, ack func(response any)) error {
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
	r := inForm(c, in.sealer)
	r.Action, r.Command = c.View.CallbackID, in.router.command()
	f, known := in.router.forms[c.View.CallbackID]
	if !known {
		in.log.Warn("form not known", "user_id", c.User.ID)
		ack(refusedAt(r.View, form{}, "", formatting.ProblemForbidden.Says()))
		return nil
	}
	from := caller{team: in.sentTeam(c), user: c.User.ID}
	if in.desk.submit(func(life context.Context) { in.submitted(life, from, r, f, ack) }) != accepted {
		in.tally.turnedAway.Add(1)
		ack(refusedAt(r.View, f, "", f.late))
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
func (in *intake) submitted(life context.Context, from caller, r Request, f form, ack func(any)) {
	ctx, cancel := context.WithTimeout(life, formBudget)
	defer cancel()
	o, err := guarded(func() (formAnswer, error) {
		if r.Channel.ID == "" {
			return formAnswer{problem: f.forbidden}, nil
		}
		if err := in.enter(ctx, from, &r); err != nil {
			return formAnswer{}, err
		}
		return f.store(ctx, r)
	})
	if err != nil {
		o = formAnswer{problem: in.formProblem(ctx, r, f, err)}
	}
	if o.problem != "" {
		ack(refusedAt(r.View, f, o.input, o.problem))
		return
	}
	ack(nil)
	after, stop := context.WithTimeout(life, personBudget)
	defer stop()
	in.send(after, r, o.said, true)
}

// formProblem is an error in a sentence below an input, and in the log.
func (in *intake) formProblem(ctx context.Context, r Request, f form, err error) string {
	in.log.Warn("form not taken", "user_id", r.answer.user, "channel_id", r.Channel.ID, "action", r.Action, "err", err)
	told, known := errors.AsType[*UserError](err)
	switch {
	case ctx.Err() != nil:
		return f.late
	case known && told.Err != nil:
		return plainWords(told.Message)
	case known:
		return f.forbidden
	}
	return f.storage
}

// plainWords is a message as the line below an input has it, which Slack does
// not parse.
func plainWords(m formatting.Message) string { return plain(m.Text) }

// refusedAt keeps a form open with a sentence below an input, or below another
// that it has: Slack takes none for an input that is not there.
func refusedAt(view *slack.View, f form, input, problem string) any {
	if view.State != nil && len(view.State.Values) > 0 {
		has := func(id string) bool { _, ok := view.State.Values[id]; return ok }
		if !has(input) {
			input = slices.Sorted(maps.Keys(view.State.Values))[0]
			if i := slices.IndexFunc(f.inputs, has); i >= 0 {
				input = f.inputs[i]
			}
		}
	}
	return slack.NewErrorsViewSubmissionResponse(map[string]string{input: problem})
}
