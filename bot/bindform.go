package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/directory"
)

// formChoices is how many customers a menu in a form holds.
const formChoices = 100

// entered is what stands in the form.
type entered struct {
	which, query, pattern string
	chosen                []string // ids
	matches               bool     // show what the pattern matches
}

// formShared marks the ticket of a form that takes one customer only.
const formShared = ".shared"

// formTicket is what a form remembers: whose it is, of which channel, and
// whether it was made for a shared one. Slack gives it back by way of the
// person's own client, so it is sealed.
func formTicket(s sealer, user, channel string, shared bool) string {
	note := channel
	if shared {
		note += formShared
	}
	return ticket{s.token("form " + user + " " + note), note}.String()
}

// formChannel is the channel of a form that this person was given, or "", and
// whether the form was made for a shared one.
func formChannel(s sealer, user, metadata string) (channel string, shared bool) {
	channel, shared = strings.CutSuffix(readTicket(metadata).note, formShared)
	if channel == "" || formTicket(s, user, channel, shared) != metadata {
		return "", false
	}
	return channel, shared
}

// press answers the button that opens the form.
func (b *binder) press(ctx context.Context, q Request, roll *roll) (Reply, error) {
	seal := b.memory.customers.sealer
	if readTicket(q.Value).token != seal.token("bind") {
		return Reply{}, tooOld(q)
	}
	if err := b.memory.admin(q, "bind"); err != nil {
		return Reply{}, err
	}
	return b.open(ctx, q, roll)
}

// open opens the form with what the channel is bound to now.
// https://docs.slack.dev/reference/methods/views.open
func (b *binder) open(ctx context.Context, q Request, roll *roll) (Reply, error) {
	if q.lost != nil {
		return Reply{}, q.lost
	}
	decision := b.memory.policy().Bind(q.Person, q.Channel, access.Rule{Customers: []string{"one"}})
	if !decision.Allowed {
		return Reply{}, bindRefusal(q, decision, access.Rule{All: true})
	}
	form := b.form(q, roll, b.standing(q))
	err := b.web.call(ctx, func(api *slack.Client) error {
		_, err := api.OpenViewContext(ctx, q.Trigger, form)
		return err
	})
	if err != nil {
		return Reply{}, &UserError{Message: formatting.FormLost(q.Command), Err: fmt.Errorf("views.open: %w", err)}
	}
	return Reply{Quiet: true}, nil
}

// standing is what the form begins with. A list that is longer than a menu is
// left out, so that sending the form never cuts it unseen.
func (b *binder) standing(q Request) entered {
	if !q.Channel.Bound() {
		return entered{}
	}
	switch rule := q.Channel.Binding.Rule; {
	case rule.All:
		return entered{which: formatting.BindToAll}
	case rule.Pattern != "":
		return entered{which: formatting.BindToPattern, pattern: rule.Pattern}
	case len(rule.Customers) > formChoices:
		return entered{which: formatting.BindToList}
	default:
		return entered{which: formatting.BindToList, chosen: rule.Customers}
	}
}

// form is the form as it is to be shown.
func (b *binder) form(q Request, roll *roll, in entered) slack.ModalViewRequest {
	e := b.memory.policy().Explain(q.Person, q.Channel)
	v := formatting.BindFormView{
		Metadata: formTicket(b.memory.customers.sealer, q.Person.UserID, q.Channel.ID, q.Channel.Shared()),
		Shows:    roll.shows(e.Scope, e.Rule), None: e.Scope.Empty(),
		One: q.Channel.Shared(), Which: in.which, Query: in.query, Pattern: in.pattern,
		Search: roll.size() > formChoices,
	}
	for _, id := range in.chosen {
		if c, ok := roll.byID(id); ok {
			v.Chosen = append(v.Chosen, b.choice(c))
		}
	}
	offered := sorted(roll.known())
	if v.Search {
		result := roll.find(in.query, access.Scope{All: true})
		if offered = result.Hits; in.query == "" {
			offered, result.Total = nil, 0
		}
		v.Found = result.Total
	}
	for _, c := range offered {
		v.Offered = append(v.Offered, b.choice(c))
	}
	if in.matches {
		v.Preview = previewOf(roll, in.pattern)
	}
	return formatting.BindForm(v)
}

func (b *binder) choice(c directory.Entry) formatting.Choice {
	return formatting.Choice{Name: c.Name, Detail: c.Owner, Value: b.memory.customers.sealer.token(c.ID)}
}

// choices are customers to bind to. The channel does not show them yet, so they
// go without a word on their coverage.
func (b *binder) choices(q Request, entries []directory.Entry) []formatting.Choice {
	choices := make([]formatting.Choice, len(entries))
	for i, c := range entries {
		choices[i] = b.choice(c)
		choices[i].Value = offer(b.memory.customers.sealer, q, c, q.Channel.Shared())
	}
	return choices
}

// offer is the value of the choice to bind a channel to a customer. It counts
// for the person and the channel that it was made for, and for a channel that is
// shared as it was, or is not: what an admin did not see as shared is not
// confirmed.
func offer(s sealer, q Request, c directory.Entry, shared bool) string {
	what := "offer"
	if shared {
		what += formShared
	}
	return ticket{s.token(c.ID), s.token(strings.Join([]string{what, q.Person.UserID, q.Channel.ID, c.ID}, " "))}.String()
}

// offered is the customer of a choice that this person was given here, and
// whether the channel was shared then.
func (b *binder) offered(q Request, roll *roll) (c directory.Entry, shared, ok bool) {
	c, ok = roll.byToken(readTicket(q.Value).token)
	if !ok {
		return c, false, false
	}
	for _, shared := range []bool{false, true} {
		if q.Value == offer(b.memory.customers.sealer, q, c, shared) {
			return c, shared, true
		}
	}
	return c, false, false
}

// previewOf is what a pattern matches at the moment.
func previewOf(roll *roll, text string) *formatting.BindPreview {
	pattern, err := access.ParsePattern(text)
	if err != nil {
		return &formatting.BindPreview{Problem: err.Error()}
	}
	p := &formatting.BindPreview{Pattern: pattern.String()}
	for _, c := range roll.known() {
		if pattern.Matches(c.Name) {
			p.Names = append(p.Names, c.Name)
		}
	}
	slices.Sort(p.Names)
	p.Total = len(p.Names)
	return p
}

// find answers Enter in the search of the form.
func (b *binder) find(ctx context.Context, q Request, roll *roll) (Reply, error) {
	in := b.entered(q, roll)
	return b.update(ctx, q, roll, in)
}

// preview answers Enter in the pattern of the form.
func (b *binder) preview(ctx context.Context, q Request, roll *roll) (Reply, error) {
	in := b.entered(q, roll)
	in.matches = true
	return b.update(ctx, q, roll, in)
}

// update shows the form anew. What else the person has entered stays, for the
// inputs keep their ids.
// https://docs.slack.dev/reference/methods/views.update
func (b *binder) update(ctx context.Context, q Request, roll *roll, in entered) (Reply, error) {
	if err := b.memory.admin(q, "bind"); err != nil {
		return Reply{}, err
	}
	if q.lost != nil {
		return Reply{}, q.lost
	}
	if q.View == nil || q.Channel.ID == "" {
		return Reply{}, tooOld(q)
	}
	form := b.form(q, roll, in)
	err := b.web.call(ctx, func(api *slack.Client) error {
		_, err := api.UpdateViewContext(ctx, form, "", q.View.Hash, q.View.ID)
		return err
	})
	if code := slackCode(err); code == "hash_conflict" || code == "not_found" {
		err = nil // a later press was quicker, or the form is closed
	}
	if err != nil {
		return Reply{}, fmt.Errorf("views.update: %w", err)
	}
	return Reply{Quiet: true}, nil
}

// entered reads the form. What is no customer of ours is no choice.
func (b *binder) entered(q Request, roll *roll) entered {
	if q.View == nil || q.View.State == nil {
		return entered{}
	}
	value := func(id string) slack.BlockAction { return q.View.State.Values[id][id] }
	in := entered{
		which:   value(formatting.BindWhich).SelectedOption.Value,
		query:   value(formatting.BindFind).Value,
		pattern: value(formatting.BindPattern).Value,
	}
	menu := value(formatting.BindCustomers)
	for _, o := range append(menu.SelectedOptions, menu.SelectedOption) {
		if c, ok := roll.byToken(o.Value); ok && !slices.Contains(in.chosen, c.ID) {
			in.chosen = append(in.chosen, c.ID)
		}
	}
	return in
}

// ruleOf is what a form says, or what is wrong with it: at an input, in a
// sentence.
func ruleOf(in entered, one bool) (rule access.Rule, input, problem string) {
	switch {
	case one && len(in.chosen) != 1:
		return rule, formatting.BindCustomers, formatting.ProblemOne.Says()
	case one:
		return access.Rule{Customers: in.chosen}, "", ""
	}
	switch in.which {
	case formatting.BindToAll:
		return access.Rule{All: true}, "", ""
	case formatting.BindToList:
		if len(in.chosen) == 0 {
			return rule, formatting.BindCustomers, formatting.ProblemNobody.Says()
		}
		return access.Rule{Customers: in.chosen}, "", ""
	case formatting.BindToPattern:
		if in.pattern == "" {
			return rule, formatting.BindPattern, formatting.ProblemPattern.Says()
		}
		pattern, err := access.ParsePattern(in.pattern)
		if err != nil {
			return rule, formatting.BindPattern, err.Error() + "."
		}
		return access.Rule{Pattern: pattern.String()}, "", ""
	}
	return rule, formatting.BindWhich, formatting.ProblemWhich.Says()
}
