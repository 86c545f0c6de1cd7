package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/patrickmn/go-cache"
	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/digest"
	"github.com/backup-overview/backup-overview/internal/directory"
)

// subscribeChoices is how many customers the form's menu holds, beside "all".
const subscribeChoices = formChoices - 1

// typed is what stands in the form.
type typed struct {
	what, query, days, time, zone, otherZone string
	onlyChanges                              bool
}

// open opens the form. Slack takes it for three seconds after the press, so
// nothing else is asked before; whether the bot can post is, once it is sent.
// https://docs.slack.dev/reference/methods/views.open
func (s *subscriber) open(ctx context.Context, q Request, roll *roll) (Reply, error) {
	if reason := s.memory.policy().Closed(q.Channel); reason != access.ReasonNone {
		return Reply{}, s.closed(q, reason)
	}
	form := s.form(ctx, q, roll, typed{})
	err := s.web.call(ctx, func(api *slack.Client) error {
		_, err := api.OpenViewContext(ctx, q.Trigger, form)
		return err
	})
	if err != nil {
		return Reply{}, &UserError{Message: formatting.SubscribeFormLost(q.Command), Err: fmt.Errorf("views.open: %w", err)}
	}
	return Reply{Quiet: true}, nil
}

// form is the form as it is to be shown.
func (s *subscriber) form(ctx context.Context, q Request, roll *roll, in typed) slack.ModalViewRequest {
	own := s.zone(ctx, q).String()
	v := formatting.SubscribeFormView{
		Metadata: formTicket(s.memory.customers.sealer, q.Person.UserID, q.Channel.ID, q.Channel.Shared()),
		Chosen:   in.what, Query: in.query, Days: in.days, Time: in.time, Zone: in.zone, OtherZone: in.otherZone,
		Zones: append([]string{own}, formatting.LikelyZones()...), OnlyChanges: in.onlyChanges,
		Now: s.memory.clock(ctx, q),
	}
	s.offer(&v, roll, s.memory.policy().See(q.Person, q.Channel))
	w, _, err := in.wanted(own)
	if err != nil {
		v.Problem = err.Error()
		return formatting.SubscribeForm(v)
	}
	v.Next = digest.Preview(w.schedule, w.zone, v.Now, previewed)
	return formatting.SubscribeForm(v)
}

// offer puts customers into the menu: all that may be seen, or, where they are
// too many, the one that is chosen and those that a search has found.
func (s *subscriber) offer(v *formatting.SubscribeFormView, roll *roll, scope access.Scope) {
	var offered []directory.Entry
	for _, c := range roll.known() {
		if scope.Includes(c.ID) {
			offered = append(offered, c)
		}
		if len(offered) > subscribeChoices {
			v.Search = true
			break
		}
	}
	if v.Search {
		offered = nil
		if c, ok := roll.byToken(v.Chosen); ok && scope.Includes(c.ID) {
			offered = append(offered, c)
		}
		if v.Query != "" {
			result := roll.find(v.Query, scope)
			v.Found = result.Total
			offered = append(offered, result.Hits...)
		}
	} else {
		offered = sorted(offered)
	}
	for _, c := range offered {
		v.Customers = append(v.Customers, formatting.Choice{Name: c.Name, Detail: c.Owner, Value: s.memory.customers.sealer.token(c.ID)})
	}
}

// typedIn reads the form.
func typedIn(view *slack.View) typed {
	if view == nil || view.State == nil {
		return typed{}
	}
	value := func(id string) slack.BlockAction { return view.State.Values[id][id] }
	return typed{
		what:      value(formatting.SubscribeWhat).SelectedOption.Value,
		query:     value(formatting.SubscribeFind).Value,
		days:      value(formatting.SubscribeDays).SelectedOption.Value,
		time:      value(formatting.SubscribeTime).SelectedTime,
		zone:      value(formatting.SubscribeZone).SelectedOption.Value,
		otherZone: value(formatting.SubscribeOtherZone).Value,
		onlyChanges: slices.ContainsFunc(value(formatting.SubscribeOnlyChanges).SelectedOptions, func(o slack.OptionBlockObject) bool {
			return o.Value == formatting.SubscribeOnlyChanges
		}),
	}
}

// wanted is when the digest shall come, or what is wrong with that: at an input,
// in a sentence without a full stop. What is not chosen is as the form offers it.
func (in typed) wanted(zone string) (w wanted, input string, err error) {
	w.schedule, err = digest.ParseSchedule(cmp.Or(in.days, "weekdays") + " " + cmp.Or(in.time, "08:30"))
	if err == nil && w.kind() == "" { // no form of ours offers that
		err = errors.New("choose the days")
	}
	if err != nil {
		return w, formatting.SubscribeDays, err
	}
	w.onlyChanges = &in.onlyChanges
	input = formatting.SubscribeZone
	if in.zone != "" {
		zone = in.zone
	}
	if in.otherZone != "" {
		input, zone = formatting.SubscribeOtherZone, in.otherZone
	}
	w.zone, err = digest.Zone(zone)
	return w, input, err
}

// drawing is a form that is shown anew, once at a time.
type drawing struct {
	turn sync.Mutex

	mu     sync.Mutex
	newest string // Slack's time of the last change
}

// drawing is the one of a form.
func (s *subscriber) drawing(viewID string) *drawing {
	s.drawings.DeleteExpired()
	fresh := &drawing{}
	if s.drawings.Add(viewID, fresh, cache.DefaultExpiration) == nil {
		return fresh
	}
	if d, ok := s.drawings.Get(viewID); ok {
		return d.(*drawing)
	}
	return fresh
}

// heard notes a change.
func (d *drawing) heard(at string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.newest = max(d.newest, at)
}

// latest reports whether no later change was heard of.
func (d *drawing) latest(at string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return at == d.newest
}

// redraw shows the form anew after a change. What else the person has entered
// stays, for the inputs keep their ids. Each change tells all that is entered, so
// of several the last one is shown, in whatever order they are worked on.
// https://docs.slack.dev/reference/methods/views.update
func (s *subscriber) redraw(ctx context.Context, q Request, roll *roll) (Reply, error) {
	if q.View == nil || q.Channel.ID == "" {
		return Reply{}, tooOld(q)
	}
	d := s.drawing(q.View.ID)
	d.heard(q.pressedAt)
	d.turn.Lock()
	defer d.turn.Unlock()
	if !d.latest(q.pressedAt) {
		return Reply{Quiet: true}, nil
	}
	form := s.form(ctx, q, roll, typedIn(q.View))
	err := s.web.call(ctx, func(api *slack.Client) error {
		_, err := api.UpdateViewContext(ctx, form, "", "", q.View.ID)
		return err
	})
	if err != nil && slackCode(err) != "not_found" { // closed meanwhile
		return Reply{}, fmt.Errorf("views.update: %w", err)
	}
	return Reply{Quiet: true}, nil
}

// sentForm is the form once it is sent.
func (s *subscriber) sentForm() form {
	return form{
		store: s.sent,
		inputs: []string{
			formatting.SubscribeWhat, formatting.SubscribeDays, formatting.SubscribeTime, formatting.SubscribeZone, formatting.SubscribeOtherZone,
		},
		forbidden: formatting.ProblemNotAllowed.Says(),
		late:      formatting.ProblemNoAnswer.Says(),
		storage:   formatting.ProblemMemory.Says(),
	}
}

// sent sets up the digest that the form describes.
func (s *subscriber) sent(ctx context.Context, q Request) (formAnswer, error) {
	roll, err := s.memory.customers.wait(ctx)
	if err != nil {
		return formAnswer{}, err
	}
	q.Channel = roll.placed(q.Channel)
	in := typedIn(q.View)
	w, input, err := in.wanted(s.zone(ctx, q).String())
	if err != nil {
		return formAnswer{input: input, problem: err.Error() + "."}, nil
	}
	if in.what != "" && in.what != formatting.SubscribeAll {
		c, ok := roll.byToken(in.what)
		if !ok || !s.memory.policy().See(q.Person, q.Channel).Includes(c.ID) {
			return formAnswer{input: formatting.SubscribeWhat, problem: formatting.ProblemCustomer.Says()}, nil
		}
		w.customer = c.ID
	}
	done, err := s.set(ctx, q, roll, w)
	if ctx.Err() != nil {
		return formAnswer{}, err
	}
	if problem, known := problemOf(err); known {
		return formAnswer{input: formatting.SubscribeWhat, problem: problem.Says()}, nil
	}
	if err != nil {
		return formAnswer{}, err
	}
	if done.same && done.sub.Paused.IsZero() {
		return formAnswer{input: formatting.SubscribeWhat, problem: formatting.ProblemSame.Says()}, nil
	}
	return formAnswer{said: s.said(ctx, q, roll, done)}, nil
}

// problemOf is why a digest was not set up, as the form says it.
func problemOf(err error) (formatting.SubscribeProblem, bool) {
	switch {
	case errors.Is(err, errTooMany):
		return formatting.ProblemDigests, true
	case errors.Is(err, errNotShown):
		return formatting.ProblemCustomer, true
	}
	return 0, false
}
