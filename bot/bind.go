package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/directory"
	"github.com/backup-overview/backup-overview/internal/store"
)

// binder answers what is asked about channels: what they may see, and why, and
// from its admins what they shall.
type binder struct {
	memory *memory
	places *places
	web    *web
	back   func(ctx context.Context, channel string) // tells that a channel may hear something again
}

// register registers the words, buttons and forms.
func (b *binder) register(r *Router) {
	r.Word("scope", b.memory.placed(b.scope))
	r.Word("bind", b.memory.placed(b.bind))
	r.Word("unbind", b.memory.placed(b.unbind))
	r.Action(formatting.ActionBind, b.memory.placed(b.press))
	r.Action(formatting.ActionBindTo, b.memory.mine(b.memory.placed(b.to)))
	r.Action(formatting.BindFind, b.memory.placed(b.find))
	r.Action(formatting.BindPattern, b.memory.placed(b.preview))
	r.Admits("help", "scope", "bind", "unbind",
		formatting.ActionBind, formatting.ActionBindTo, formatting.BindFind, formatting.BindPattern)
}

// bindButton is the value of the button that opens the form.
func bindButton(s sealer) string { return ticket{s.token("bind"), nonce()}.String() }

// scope answers what this channel may see, and why.
func (b *binder) scope(ctx context.Context, q Request, roll *roll) (Reply, error) {
	if err := parse(q.Text, b.memory.finder.words()).alone(q.Command); err != nil {
		return Reply{}, err
	}
	if q.lost != nil {
		return Reply{}, q.lost
	}
	return Reply{Message: formatting.Scope(b.scopeView(ctx, q, roll))}, nil
}

func (b *binder) scopeView(ctx context.Context, q Request, roll *roll) formatting.ScopeView {
	e := b.memory.policy().Explain(q.Person, q.Channel)
	v := formatting.ScopeView{
		Command: q.Command,
		Why:     holding(e.Reason, q.Channel, e.Default),
		Shows:   roll.shows(e.Scope, e.Rule),
		By:      e.By, At: e.At,
		Direct: e.Direct, Shared: e.Shared && e.Confirmed, Unknown: !e.Checked, Admin: e.Admin,
		Now: b.memory.clock(ctx, q),
	}
	if e.Admin && !e.Direct && v.Why != formatting.HeldByFile {
		v.Bind = bindButton(b.memory.customers.sealer)
	}
	return v
}

// bind answers /backup-overview bind: with a form, or in words.
func (b *binder) bind(ctx context.Context, q Request, roll *roll) (Reply, error) {
	if err := b.memory.admin(q, "bind"); err != nil {
		return Reply{}, err
	}
	if q.lost != nil {
		return Reply{}, q.lost
	}
	asked := parse(q.Text, b.memory.finder.words())
	if err := asked.nothingBeyond(); err != nil {
		return Reply{}, err
	}
	switch text := asked.Customer; {
	case text == "":
		return b.open(ctx, q, roll)
	case strings.EqualFold(text, "all") && !asked.Quoted:
		return b.set(ctx, q, roll, access.Rule{All: true}, q.Channel.Shared())
	case strings.Contains(text, "*"):
		pattern, err := access.ParsePattern(text)
		if err != nil {
			return Reply{}, &UserError{Message: formatting.BadPattern(err.Error(), q.Command)}
		}
		return b.set(ctx, q, roll, access.Rule{Pattern: pattern.String()}, q.Channel.Shared())
	default:
		return b.named(ctx, q, roll, text)
	}
}

// named binds to a customer by its name, or to several with commas between. It
// looks among all: an admin gives what the channel does not show yet.
func (b *binder) named(ctx context.Context, q Request, roll *roll, text string) (Reply, error) {
	result := roll.find(text, access.Scope{All: true})
	if result.Kind == directory.One {
		return b.set(ctx, q, roll, access.Rule{Customers: []string{result.Hits[0].ID}}, q.Channel.Shared())
	}
	if ids, ok := eachNamed(roll, text); ok {
		return b.set(ctx, q, roll, access.Rule{Customers: ids}, q.Channel.Shared())
	}
	if result.Kind == directory.Several {
		return Reply{Message: formatting.Picker(formatting.PickerView{
			Query: text, Hits: b.choices(q, result.Hits), Total: result.Total, Action: formatting.ActionBindTo,
		})}, nil
	}
	return Reply{Message: formatting.DidYouMean(formatting.DidYouMeanView{
		Query: text, Command: q.Command, Nearest: b.choices(q, result.Nearest), Action: formatting.ActionBindTo,
	})}, nil
}

// eachNamed are the customers of a list with commas, where each part names
// exactly one.
func eachNamed(roll *roll, text string) ([]string, bool) {
	var ids []string
	for part := range strings.SplitSeq(text, ",") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		result := roll.find(part, access.Scope{All: true})
		if result.Kind != directory.One {
			return nil, false
		}
		ids = append(ids, result.Hits[0].ID)
	}
	return ids, len(ids) > 1
}

// to answers the choice of one customer among several.
func (b *binder) to(ctx context.Context, q Request, roll *roll) (Reply, error) {
	if err := b.memory.admin(q, "bind"); err != nil {
		return Reply{}, err
	}
	c, shared, ok := b.offered(q, roll)
	if !ok {
		return Reply{}, tooOld(q)
	}
	return b.set(ctx, q, roll, access.Rule{Customers: []string{c.ID}}, shared)
}

// set binds the channel and says so. shared is whether the admin took it for one
// that is shared with others.
func (b *binder) set(ctx context.Context, q Request, roll *roll, rule access.Rule, shared bool) (Reply, error) {
	bound, err := b.store(ctx, q, rule, shared)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Message: b.boundView(q, roll, bound)}, nil
}

// What an admin decided about a channel counts only while it is the channel
// that the admin saw.
var (
	errBecameShared   = errors.New("not bound: the channel became shared meanwhile")
	errNoLongerShared = errors.New("not bound: the channel is no longer shared")
)

// store binds the channel, as it is at this moment, to customers. shared is
// whether the admin took it for one that is shared with others.
func (b *binder) store(ctx context.Context, q Request, rule access.Rule, shared bool) (store.Binding, error) {
	channel, err := b.places.now(ctx, q.Channel.ID)
	if err != nil {
		return store.Binding{}, err
	}
	if channel.Known && channel.Shared() != shared {
		return store.Binding{}, otherwiseShared(q, channel)
	}
	if decision := b.memory.policy().Bind(q.Person, channel, rule); !decision.Allowed {
		return store.Binding{}, bindRefusal(q, decision, rule)
	}
	bound := store.Binding{
		Channel: channel.ID, All: rule.All, Customers: rule.Customers, Pattern: rule.Pattern,
		By: q.Person.UserID, At: time.Now(), Confirmed: channel.Shared(),
	}
	_, err = inTime(ctx, func(ctx context.Context) (Reply, error) {
		return Reply{}, b.memory.store.SetBinding(ctx, bound)
	})
	if err != nil {
		return store.Binding{}, err
	}
	b.memory.log.Info("channel bound", "channel_id", channel.ID, "user_id", q.Person.UserID,
		"all", rule.All, "customers", len(rule.Customers), "pattern", rule.Pattern != "", "shared", bound.Confirmed)
	b.back(ctx, channel.ID)
	return bound, nil
}

func (b *binder) boundView(q Request, roll *roll, bound store.Binding) formatting.Message {
	rule := access.Rule{All: bound.All, Customers: bound.Customers, Pattern: bound.Pattern}
	scope := access.Scope{All: rule.All, IDs: rule.Resolve(roll.all)}
	return formatting.ChannelBound(formatting.BoundView{
		Command: q.Command, By: bound.By, Shows: roll.shows(scope, rule), Shared: bound.Confirmed,
	})
}

// otherwiseShared says that a channel is shared, or is not, unlike before.
func otherwiseShared(q Request, now access.Channel) error {
	if now.Shared() {
		return &UserError{Message: formatting.BindRefused(formatting.BindBecameShared, q.Command), Err: errBecameShared}
	}
	return &UserError{Message: formatting.BindRefused(formatting.BindNoLongerShared, q.Command), Err: errNoLongerShared}
}

// bindRefusal puts a refusal of bind and unbind into words.
func bindRefusal(q Request, d access.Decision, rule access.Rule) error {
	why := map[access.Reason]formatting.BindRefusal{
		access.ReasonDirect: formatting.BindDirect, access.ReasonOneCustomer: formatting.BindOne,
		access.ReasonUnbound: formatting.BindUnbound, access.ReasonFile: formatting.BindFile,
	}
	message := formatting.BindRefused(why[d.Reason], q.Command)
	switch err := rule.Check(); {
	case d.Reason == access.ReasonAdminsOnly:
		message = formatting.ForAdmins(q.Command + " bind")
	case d.Reason == access.ReasonNoRule && err != nil:
		message = formatting.BadPattern(err.Error(), q.Command)
	}
	return &UserError{Message: message, Err: fmt.Errorf("not bound: %s", d.Reason)}
}

// unbind answers /backup-overview unbind.
func (b *binder) unbind(ctx context.Context, q Request, roll *roll) (Reply, error) {
	if err := b.memory.admin(q, "unbind"); err != nil {
		return Reply{}, err
	}
	if err := parse(q.Text, b.memory.finder.words()).alone(q.Command); err != nil {
		return Reply{}, err
	}
	channel, err := b.places.now(ctx, q.Channel.ID)
	if err != nil {
		return Reply{}, err
	}
	decision := b.memory.policy().Unbind(q.Person, channel)
	if !decision.Allowed {
		return Reply{}, bindRefusal(q, decision, access.Rule{All: true})
	}
	_, err = inTime(ctx, func(ctx context.Context) (Reply, error) {
		_, err := b.memory.store.DeleteBinding(ctx, channel.ID, q.Person.UserID, time.Now())
		return Reply{}, err
	})
	if err != nil {
		return Reply{}, err
	}
	b.memory.log.Info("channel unbound", "channel_id", channel.ID, "user_id", q.Person.UserID)
	if channel, err = b.places.now(ctx, channel.ID); err != nil {
		return Reply{}, err
	}
	q.Channel = roll.placed(channel)
	now := b.scopeView(ctx, q, roll)
	return Reply{Message: formatting.ChannelUnbound(formatting.BoundView{Command: q.Command, By: q.Person.UserID}, now)}, nil
}

// sorted are customers by name, as a menu has them.
func sorted(entries []directory.Entry) []directory.Entry {
	entries = slices.Clone(entries)
	slices.SortStableFunc(entries, func(a, b directory.Entry) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return entries
}
