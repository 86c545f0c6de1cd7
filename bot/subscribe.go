package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/patrickmn/go-cache"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/digest"
	"github.com/backup-overview/backup-overview/internal/directory"
	"github.com/backup-overview/backup-overview/internal/store"
)

const (
	// orderWord is the command word that orders a digest, also where the choice
	// of a customer carries it on.
	orderWord = "subscribe"
	// maxDigests bounds the digests of a channel.
	maxDigests = 20
	// previewed is how many runs of a schedule are told in advance.
	previewed = 3
)

// subscriber answers what is asked of the digests of a channel. Whoever may ask
// there may set them up and end them, and hear who did.
type subscriber struct {
	memory   *memory
	places   *places
	web      *web
	now      func(ctx context.Context, subscription, nonce, by string) error // posts a digest as a test
	drawings *cache.Cache                                                    // by the form
	pressed  *cache.Cache                                                    // Send now, for a moment, by who pressed and what
}

func newSubscriber(m *memory, w *web, now func(context.Context, string, string, string) error) *subscriber {
	s := &subscriber{
		memory: m, places: m.places, web: w, now: now,
		drawings: cache.New(time.Hour, 0), pressed: cache.New(doublePress, 0),
	}
	m.ordered = m.placed(s.chosen)
	return s
}

// register registers the words, buttons and the form.
func (s *subscriber) register(r *Router) {
	m := s.memory
	r.Word(orderWord, m.placed(s.subscribe))
	r.Word("subscriptions", m.placed(s.list))
	r.Word("unsubscribe", m.placed(s.unsubscribe))
	r.Action(formatting.ActionSubscribe, m.placed(s.open))
	r.Action(formatting.ActionManage, m.placed(s.manage))
	r.Action(formatting.ActionPause, m.placed(s.on(s.pause)))
	r.Action(formatting.ActionResume, m.placed(s.on(s.resume)))
	r.Action(formatting.ActionUnsubscribe, m.placed(s.on(s.remove)))
	r.Action(formatting.ActionSendNow, m.placed(s.on(s.sendNow)))
	r.Changes(orderWord, formatting.ActionPause, formatting.ActionResume, formatting.ActionUnsubscribe, formatting.ActionSendNow)
	for _, input := range []string{
		formatting.SubscribeFind, formatting.SubscribeWhat, formatting.SubscribeDays,
		formatting.SubscribeTime, formatting.SubscribeZone, formatting.SubscribeOtherZone,
	} {
		r.Action(input, m.placed(s.redraw))
	}
	r.form(formatting.CallbackSubscribe, s.sentForm())
}

// subscribe answers /backup-overview subscribe: with a form, or in words.
func (s *subscriber) subscribe(ctx context.Context, q Request, roll *roll) (Reply, error) {
	_, text, _ := strings.Cut(strings.TrimSpace(q.Text), " ")
	if strings.TrimSpace(text) == "" {
		return s.open(ctx, q, roll)
	}
	said, err := digest.ParseOrder(text)
	if err != nil {
		return Reply{}, badSchedule(q, err)
	}
	zone := said.Zone
	if zone == nil {
		zone = s.zone(ctx, q)
	}
	o := wanted{schedule: said.Schedule, zone: zone}
	if said.Customer == "" {
		return s.order(ctx, q, roll, o)
	}
	asked := query{Word: orderWord, Customer: said.Customer, Quoted: said.Quoted}
	return s.memory.about(ctx, q, roll, asked, o.String(), func(ctx context.Context, q Request, c directory.Entry, _ string) (Reply, error) {
		o.customer = c.ID
		return s.order(ctx, q, roll, o)
	})
}

// chosen answers the choice of one customer among several.
func (s *subscriber) chosen(ctx context.Context, q Request, roll *roll) (Reply, error) {
	t := readTicket(q.Value)
	c, ok := roll.byToken(t.token)
	if !ok || !s.memory.policy().See(q.Person, q.Channel).Includes(c.ID) {
		return Reply{}, tooOld(q)
	}
	o, err := readWanted(strings.TrimPrefix(t.note, orderWord+"."))
	if err != nil {
		return Reply{}, tooOld(q)
	}
	o.customer = c.ID
	return s.order(ctx, q, roll, o)
}

// badSchedule says what cannot be read of an order.
func badSchedule(q Request, err error) error {
	return &UserError{Message: formatting.BadSchedule(err.Error(), q.Command)}
}

// zone is where the asker is, if that has a name that everybody reads alike.
func (s *subscriber) zone(ctx context.Context, q Request) *time.Location {
	if zone, err := digest.Zone(s.memory.people.zone(ctx, q.Person.UserID).String()); err == nil {
		return zone
	}
	return time.UTC
}

// order sets up what was ordered in words and says so.
func (s *subscriber) order(ctx context.Context, q Request, roll *roll, o wanted) (Reply, error) {
	done, err := s.set(ctx, q, roll, o)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Message: s.said(ctx, q, roll, done)}, nil
}

// said is how a digest that was set up is told.
func (s *subscriber) said(ctx context.Context, q Request, roll *roll, done settled) formatting.Message {
	now := s.memory.clock(ctx, q)
	return formatting.Subscribed(formatting.SubscribedView{
		Command: q.Command, By: q.Person.UserID, Changed: done.changed, Same: done.same,
		Subscription: s.view(q, roll, done.sub, now), Manage: s.manageButton(), Now: now,
	})
}

// settled is a digest as it is after it was ordered.
type settled struct {
	sub           store.Subscription
	changed, same bool // it was there before; just so
}

// Why a digest was not set up, for the form to say it below an input.
var (
	errNotPostable = errors.New("nothing can be posted in the channel")
	errNotShown    = errors.New("the customer is not of this channel")
	errTooMany     = errors.New("the channel has as many digests as it may have")
)

// set stores an order. Of one customer a channel has at most one digest of each
// [wanted.kind], so that a second order changes the first.
func (s *subscriber) set(ctx context.Context, q Request, roll *roll, o wanted) (settled, error) {
	scope, err := s.posting(ctx, q, roll)
	if err != nil {
		return settled{}, err
	}
	if o.customer != "" && !scope.Includes(o.customer) {
		return settled{}, &UserError{Message: formatting.ButtonTooOld(q.Command), Err: errNotShown}
	}
	done, err := inTime(ctx, func(ctx context.Context) (settled, error) { return s.store(ctx, q, o) })
	if err != nil || done.same {
		return done, err
	}
	s.memory.log.Info("digest set up", "subscription_id", done.sub.ID, "channel_id", q.Channel.ID, "user_id", q.Person.UserID,
		"schedule", done.sub.Schedule, "zone", done.sub.Zone, "changed", done.changed)
	s.memory.wake(digest.DigestWork)
	return done, nil
}

// store stores an order where the channel has not got that already.
func (s *subscriber) store(ctx context.Context, q Request, o wanted) (settled, error) {
	subs, err := s.memory.store.Subscriptions(ctx, q.Channel.ID)
	if err != nil {
		return settled{}, err
	}
	now := time.Now()
	done := settled{sub: store.Subscription{
		ID: s.memory.customers.sealer.token(strings.Join([]string{"digest of", q.Channel.ID, strings.ToLower(o.customer), o.kind()}, "\n")),
		By: q.Person.UserID, Created: now,
	}}
	if i := slices.IndexFunc(subs, o.changes); i >= 0 {
		done.sub, done.changed = subs[i], true
	} else if len(subs) >= maxDigests {
		return settled{}, &UserError{Message: formatting.SubscribeRefused(formatting.SubscribeTooMany, q.Command), Err: errTooMany}
	}
	sub := done.sub
	sub.Channel, sub.Customer, sub.Schedule, sub.Zone = q.Channel.ID, o.customer, o.schedule.String(), o.zone.String()
	if o.onlyChanges != nil {
		sub.OnlyChanges = *o.onlyChanges
	}
	if done.changed && sub.Schedule == done.sub.Schedule && sub.Zone == done.sub.Zone && sub.OnlyChanges == done.sub.OnlyChanges {
		done.same = true
		return done, nil
	}
	sub.Cursor, sub.NextAt = now, o.schedule.Next(now, o.zone).Planned
	done.sub = sub
	return done, s.memory.store.SaveSubscription(ctx, sub, q.Person.UserID, now)
}

// posting says which customers a digest in the channel may name, as the channel
// is at this moment, or refuses where none can be posted.
func (s *subscriber) posting(ctx context.Context, q Request, roll *roll) (access.Scope, error) {
	channel, err := s.places.now(ctx, q.Channel.ID)
	if err != nil {
		return access.Scope{}, err
	}
	policy := s.memory.policy()
	if err := s.closed(q, policy.Closed(channel)); err != nil {
		return access.Scope{}, err
	}
	if err := s.reached(ctx, q); err != nil {
		return access.Scope{}, err
	}
	return policy.Post(roll.placed(channel)), nil
}

// closed says why nothing may be posted, nil where something may.
func (s *subscriber) closed(q Request, reason access.Reason) error {
	cause := fmt.Errorf("%w: %s", errNotPostable, reason)
	switch reason {
	case access.ReasonNone:
		return nil
	case access.ReasonDirect:
		return &UserError{Message: formatting.SubscribeRefused(formatting.SubscribeDirect, q.Command), Err: cause}
	case access.ReasonAdminsOnly:
		return &UserError{Message: formatting.DigestUnbound(q.Command), Err: cause}
	case access.ReasonSharedChannel, access.ReasonSuspended:
		return &UserError{Message: formatting.SharedChannel(q.Command, reason == access.ReasonSuspended), Err: cause}
	}
	return &UserError{Message: formatting.SubscribeRefused(formatting.SubscribeUnchecked, q.Command), Err: cause}
}
