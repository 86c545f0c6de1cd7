package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
)

const (
	// personBudget bounds the work for one request. One customer's reading has
	// 25 s; the rest is for Slack and the directory.
	personBudget = 32 * time.Second
	// patience is how long an answer may take before the asker is told that it
	// is being fetched. Below it the asker would see two messages flash by.
	patience = 150 * time.Millisecond
)

// intake turns envelopes into requests and has them answered. Its methods
// return at once.
type intake struct {
	seen     *seen
	desk     *desk // answers
	lobby    *desk // says "busy" and "restarting"
	people   *people
	places   *places
	policy   func() access.Policy
	router   *Router
	sealer   sealer
	inbox    *inbox
	channels *channels
	replies  *replies
	tally    tally
	log      *slog.Logger
}

// slash takes a command.
// https://docs.slack.dev/interactivity/implementing-slash-commands
func (in *intake) slash(envelopeID string, c slack.SlashCommand) {
	if !in.seen.first(envelopeID, time.Now()) {
		return
	}
	in.tally.commands.Add(1)
	in.router.heard(c.Command)
	in.submit(caller{team: c.TeamID, user: c.UserID}, Request{
		Command: c.Command,
		Text:    plain(c.Text),
		Trigger: c.TriggerID,
		Channel: place(c.ChannelID),
		answer:  newAddress(c.ResponseURL, c.ChannelID, c.UserID),
	})
}

// submit has a request answered, or says why not.
func (in *intake) submit(c caller, r Request) {
	if v := in.desk.submit(func(life context.Context) { in.work(life, c, r) }); v != accepted {
		in.turnAway(r, v)
	}
}

// turnAway says why a request is not worked on.
func (in *intake) turnAway(r Request, why verdict) {
	refusal := formatting.Overloaded()
	if why == closed {
		refusal = formatting.Restarting()
	}
	in.tally.turnedAway.Add(1)
	if in.lobby.submit(func(ctx context.Context) { in.say(ctx, r, refusal) }) != accepted {
		in.log.Warn("a request was dropped", "user_id", r.answer.user, "channel_id", r.Channel.ID)
	}
}

// work answers one request: who asks, may they, then the handler. It reports
// whether that came to an end; otherwise the stop of the bot has cut it off.
func (in *intake) work(life context.Context, c caller, r Request) bool {
	ctx, cancel := context.WithTimeout(life, personBudget)
	defer cancel()
	instead, err := guarded(func() (bool, error) {
		reply, err := in.reply(ctx, c, &r)
		if err != nil {
			return false, err
		}
		return in.deliver(ctx, r, reply)
	})
	if err == nil {
		return true
	}
	stopped := errors.Is(context.Cause(ctx), errStopping)
	if r.press == "" || !stopped { // what is stored is worked on again, so that nobody has to repeat it
		in.fail(ctx, r, !instead, err)
	}
	return !stopped
}

// reply asks the door, then the handler. It fills in who asks, and from where.
func (in *intake) reply(ctx context.Context, c caller, r *Request) (Reply, error) {
	if err := in.enter(ctx, c, r); err != nil {
		return Reply{}, err
	}
	return in.router.handle(ctx, *r)
}

// enter fills in who asks, and from where, and refuses who may not ask at all.
func (in *intake) enter(ctx context.Context, c caller, r *Request) error {
	person, err := in.people.person(ctx, c)
	if err != nil {
		return err
	}
	r.Person = person
	if err := in.refusal(*r, in.policy().Admit(person)); err != nil {
		return err
	}
	free := in.router.admitted(*r)
	if r.Channel, err = in.places.look(ctx, r.Channel.ID); err != nil && !free {
		return err
	}
	r.lost = err
	if free {
		return nil
	}
	return in.refusal(*r, in.policy().Ask(r.Person, r.Channel))
}

// refusal is a decision in words, nil where it allows.
func (in *intake) refusal(r Request, decision access.Decision) error {
	return refusal(r, decision, in.people.web.home.Load().TeamName)
}

func refusal(r Request, decision access.Decision, workspace string) error {
	if decision.Allowed {
		return nil
	}
	message := formatting.Refused(workspace)
	switch decision.Reason {
	case access.ReasonAdminsOnly:
		message = formatting.AdminsOnly()
	case access.ReasonSharedChannel, access.ReasonSuspended:
		message = formatting.SharedChannel(r.Command, decision.Reason == access.ReasonSuspended)
	}
	return &UserError{Message: message, Err: fmt.Errorf("refused: %s", decision.Reason)}
}

// deliver sends a reply; one that takes time is announced first. Instead says of
// an error that what is told of it takes the place of what stands there.
func (in *intake) deliver(ctx context.Context, r Request, reply Reply) (instead bool, err error) {
	if reply.Quiet {
		return false, nil
	}
	if reply.Then == nil {
		in.send(ctx, r, reply.Message, reply.Apart)
		return false, nil
	}
	type outcome struct {
		message formatting.Message
		err     error
	}
	done := make(chan outcome, 1)
	go func() {
		message, err := guarded(func() (formatting.Message, error) { return reply.Then(ctx) })
		done <- outcome{message, err}
	}()
	var o outcome
	announced := false
	select {
	case o = <-done:
	case <-time.After(patience):
		if announced = !r.Public; announced { // a channel is not told of every press
			in.send(ctx, r, reply.Message, reply.Apart)
		}
		o = <-done
	}
	if o.err != nil {
		return announced && !reply.Apart, o.err
	}
	in.send(ctx, r, o.message, reply.Apart)
	return false, nil
}

// fail says what went wrong: to the asker in a sentence, to the log with the
// reference that the sentence names. Unless the asker was told that the answer
// is on its way, that stands beside what the asker, or a channel, has.
func (in *intake) fail(ctx context.Context, r Request, apart bool, err error) {
	if errors.Is(context.Cause(ctx), errStopping) {
		in.send(ctx, r, formatting.Restarting(), apart)
		return
	}
	message, ref := explain(err, r.Command)
	if ref != "" {
		in.tally.failures.Add(1)
		in.log.Log(ctx, severity(err), "request failed", "ref", ref, "user_id", r.Person.UserID, "channel_id", r.Channel.ID, "action", r.Action, "err", err)
	}
	refusal, told := errors.AsType[*UserError](err)
	if told && refusal.Err != nil {
		in.log.Info("request refused", "user_id", r.Person.UserID, "channel_id", r.Channel.ID, "action", r.Action, "err", refusal.Err)
	}
	in.send(ctx, r, message, apart)
}

// severity tells what an operator has to mend at once from what passes.
func severity(err error) slog.Level {
	if errors.Is(err, avepoint.ErrCredentials) || errors.Is(err, avepoint.ErrOtherCustomer) || errors.Is(err, errPanic) {
		return slog.LevelError
	}
	return slog.LevelWarn
}

// say answers beside the message that was pressed on.
func (in *intake) say(ctx context.Context, r Request, m formatting.Message) {
	in.send(ctx, r, m, true)
}

// send lets an answer out even when the time of its request has run out.
func (in *intake) send(ctx context.Context, r Request, m formatting.Message, apart bool) {
	if err := in.replies.send(context.WithoutCancel(ctx), r.answer, m, apart); err == nil {
		in.tally.answers.Add(1)
	} else {
		in.tally.undelivered.Add(1)
		in.log.Warn("answer not delivered", "user_id", r.answer.user, "channel_id", r.answer.channel, "err", err)
	}
}

// errPanic is a fault of our own.
var errPanic = errors.New("panic")

// guarded turns a panic of f into an error: one bad request must not end the
// process.
func guarded[T any](f func() (T, error)) (result T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v\n%s", errPanic, p, debug.Stack())
		}
	}()
	return f()
}
