package bot

import (
	"context"
	"errors"
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
	// doublePress is how long a second press on Send now counts as the first.
	doublePress = 5 * time.Second
	// deliveryWork is the kind of the work that posts what is to be posted.
	deliveryWork = "delivery"
	// hiddenCustomer stands for one that the channel gets a digest of and does
	// not show any more.
	hiddenCustomer = "a customer that this channel does not show any more"
)

// DigestButtons are the values of the buttons Send now and Manage below a digest.
func (b *Bot) DigestButtons(_, subscription string) (sendNow, manage string) {
	s := b.customers.sealer
	return subscriptionButton(s, subscription), ticket{s.token("subscriptions"), nonce()}.String()
}

// subscriptionButton is the value of the buttons of a subscription. It is found
// among those of the channel where it is pressed.
func subscriptionButton(s sealer, id string) string {
	return ticket{s.token("subscription\n" + id), nonce()}.String()
}

func (s *subscriber) manageButton() string {
	return ticket{s.memory.customers.sealer.token("subscriptions"), nonce()}.String()
}

// of are the digests of the channel that is asked in.
func (s *subscriber) of(ctx context.Context, q Request) ([]store.Subscription, error) {
	if q.Channel.ID == "" || q.Channel.Direct {
		return nil, nil
	}
	return inTime(ctx, func(ctx context.Context) ([]store.Subscription, error) {
		return s.memory.store.Subscriptions(ctx, q.Channel.ID)
	})
}

// list answers /backup-overview subscriptions.
func (s *subscriber) list(ctx context.Context, q Request, roll *roll) (Reply, error) {
	if err := parse(q.Text, s.memory.finder.words()).alone(q.Command); err != nil {
		return Reply{}, err
	}
	return s.manage(ctx, q, roll)
}

// manage answers the button that lists the digests.
func (s *subscriber) manage(ctx context.Context, q Request, roll *roll) (Reply, error) {
	subs, err := s.of(ctx, q)
	if err != nil {
		return Reply{}, err
	}
	if q.Channel.Direct {
		return Reply{}, s.closed(q, access.ReasonDirect)
	}
	return Reply{Message: formatting.Subscriptions(s.listView(ctx, q, roll, subs)), Apart: q.Public}, nil
}

func (s *subscriber) listView(ctx context.Context, q Request, roll *roll, subs []store.Subscription) formatting.SubscriptionsView {
	now := s.memory.clock(ctx, q)
	v := formatting.SubscriptionsView{
		Command: q.Command, Now: now,
		Subscribe: ticket{s.memory.customers.sealer.token(orderWord), nonce()}.String(),
	}
	for _, sub := range subs {
		v.Subscriptions = append(v.Subscriptions, s.view(q, roll, sub, now))
	}
	return v
}

// view is a digest as messages tell it, with its buttons.
func (s *subscriber) view(q Request, roll *roll, sub store.Subscription, now time.Time) formatting.SubscriptionView {
	v := formatting.SubscriptionView{
		Customer: s.named(q, roll, sub), OnlyChanges: sub.OnlyChanges,
		Config: sub.Config, By: sub.By, Created: in(sub.Created, now.Location()),
		Paused: in(sub.Paused, now.Location()), PausedBy: sub.PausedBy, Said: in(sub.SaidAt, now.Location()),
	}
	schedule, zone, err := scheduled(sub)
	if err != nil {
		s.memory.log.Error("a digest has no schedule that can be read", "subscription_id", sub.ID, "err", err)
	}
	v.When = schedule.Words(sub.Zone)
	if !sub.Paused.IsZero() {
		v.Resume = subscriptionButton(s.memory.customers.sealer, sub.ID)
	} else {
		v.Next = digest.Preview(schedule, zone, now, previewed)
		v.SendNow = subscriptionButton(s.memory.customers.sealer, sub.ID)
		v.Pause = v.SendNow
	}
	v.Remove = subscriptionButton(s.memory.customers.sealer, sub.ID)
	if sub.Config {
		v.Pause, v.Resume, v.Remove = "", "", ""
	}
	return v
}

// scheduled is when a digest comes.
func scheduled(sub store.Subscription) (digest.Schedule, *time.Location, error) {
	schedule, err1 := digest.ParseSchedule(sub.Schedule)
	zone, err2 := digest.Zone(sub.Zone)
	if err2 != nil {
		zone = time.UTC
	}
	return schedule, zone, errors.Join(err1, err2)
}

// named is the customer of a digest as the asker may hear it; "" is all.
func (s *subscriber) named(q Request, roll *roll, sub store.Subscription) string {
	if sub.Customer == "" {
		return ""
	}
	if c, ok := roll.byID(sub.Customer); ok && s.memory.policy().See(q.Person, q.Channel).Includes(c.ID) {
		return c.Name
	}
	return hiddenCustomer
}

// subscriptionHandler answers a press on a button of a digest.
type subscriptionHandler func(context.Context, Request, *roll, store.Subscription) (Reply, error)

// on finds the digest of a button among those of the channel. One of another
// channel, one that is made up and one that was removed look the same.
func (s *subscriber) on(h subscriptionHandler) listedHandler {
	return func(ctx context.Context, q Request, roll *roll) (Reply, error) {
		subs, err := s.of(ctx, q)
		if err != nil {
			return Reply{}, err
		}
		token := readTicket(q.Value).token
		i := slices.IndexFunc(subs, func(sub store.Subscription) bool {
			return readTicket(subscriptionButton(s.memory.customers.sealer, sub.ID)).token == token
		})
		if i < 0 {
			return s.refused(q, formatting.SubscribeGone)
		}
		return h(ctx, q, roll, subs[i])
	}
}

func (s *subscriber) refused(q Request, why formatting.SubscribeRefusal) (Reply, error) {
	return Reply{Message: formatting.SubscribeRefused(why, q.Command), Apart: q.Public}, nil
}

// change is a digest that was changed, as it is told.
func (s *subscriber) change(ctx context.Context, q Request, roll *roll, sub store.Subscription) formatting.SubscriptionChange {
	now := s.memory.clock(ctx, q)
	return formatting.SubscriptionChange{
		Command: q.Command, By: q.Person.UserID, Subscription: s.view(q, roll, sub, now), Manage: s.manageButton(), Now: now,
	}
}

// pause answers the button that ends a digest for a while.
func (s *subscriber) pause(ctx context.Context, q Request, roll *roll, sub store.Subscription) (Reply, error) {
	if sub.Config {
		return s.refused(q, formatting.SubscribeByConfig)
	}
	now := time.Now()
	did, err := s.paused(ctx, q, sub, true, time.Time{}, now)
	if err != nil {
		return Reply{}, err
	}
	if did {
		sub.Paused, sub.PausedBy = now, q.Person.UserID
	}
	v := s.change(ctx, q, roll, sub)
	if !did {
		v.Already, v.By = true, sub.PausedBy
	}
	return Reply{Message: formatting.SubscriptionPaused(v), Apart: q.Public}, nil
}

// resume answers the button that lets a digest come again.
func (s *subscriber) resume(ctx context.Context, q Request, roll *roll, sub store.Subscription) (Reply, error) {
	if sub.Config {
		return s.refused(q, formatting.SubscribeByConfig)
	}
	schedule, zone, err := scheduled(sub)
	if err != nil {
		return Reply{}, err
	}
	now := time.Now()
	did, err := s.paused(ctx, q, sub, false, schedule.Next(now, zone).Planned, now)
	if err != nil {
		return Reply{}, err
	}
	if did {
		s.memory.wake(digest.DigestWork)
	}
	sub.Paused, sub.PausedBy = time.Time{}, ""
	v := s.change(ctx, q, roll, sub)
	if !did {
		v.Already, v.By = true, ""
	}
	return Reply{Message: formatting.SubscriptionResumed(v), Apart: q.Public}, nil
}

// paused has a digest pause, or go on; false: it was so already.
func (s *subscriber) paused(ctx context.Context, q Request, sub store.Subscription, pause bool, next, now time.Time) (bool, error) {
	did, err := inTime(ctx, func(ctx context.Context) (bool, error) {
		return s.memory.store.PauseSubscription(ctx, sub.ID, q.Person.UserID, pause, next, now)
	})
	if did {
		s.memory.log.Info("digest paused or resumed", "subscription_id", sub.ID, "channel_id", q.Channel.ID, "user_id", q.Person.UserID, "paused", pause)
	}
	return did, err
}

// remove answers the button that ends a digest for good.
func (s *subscriber) remove(ctx context.Context, q Request, roll *roll, sub store.Subscription) (Reply, error) {
	if sub.Config {
		return s.refused(q, formatting.SubscribeByConfig)
	}
	did, err := inTime(ctx, func(ctx context.Context) (bool, error) {
		_, did, err := s.memory.store.DeleteSubscription(ctx, sub.ID, q.Person.UserID, time.Now())
		return did, err
	})
	if err != nil {
		return Reply{}, err
	}
	if !did { // somebody was quicker
		return s.refused(q, formatting.SubscribeGone)
	}
	s.memory.log.Info("digest removed", "subscription_id", sub.ID, "channel_id", q.Channel.ID, "user_id", q.Person.UserID)
	return Reply{Message: formatting.Unsubscribed(s.change(ctx, q, roll, sub)), Apart: q.Public}, nil
}

// sendNow answers the button that posts a digest as a test. The press that was
// stored makes one test, however often it is worked on.
func (s *subscriber) sendNow(ctx context.Context, q Request, roll *roll, sub store.Subscription) (Reply, error) {
	if !sub.Paused.IsZero() {
		return s.refused(q, formatting.SubscribePaused)
	}
	scope, err := s.posting(ctx, q, roll)
	if err != nil {
		return Reply{}, err
	}
	if sub.Customer != "" && !scope.Includes(sub.Customer) {
		return Reply{Message: formatting.NothingToShow(q.Command), Apart: true}, nil
	}
	key := q.Person.UserID + " " + sub.ID
	s.pressed.DeleteExpired()
	if s.pressed.Add(key, true, cache.DefaultExpiration) != nil {
		return Reply{Message: formatting.SentNow(true), Apart: true}, nil
	}
	if err := s.send(ctx, q, sub); err != nil {
		s.pressed.Delete(key)
		return Reply{}, err
	}
	return Reply{Message: formatting.SentNow(false), Apart: true}, nil
}

func (s *subscriber) send(ctx context.Context, q Request, sub store.Subscription) error {
	_, err := inTime(ctx, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, s.now(ctx, sub.ID, q.press, q.Person.UserID)
	})
	closed, isClosed := errors.AsType[*digest.ClosedError](err)
	switch {
	case isClosed:
		return s.closed(q, closed.Reason)
	case errors.Is(err, digest.ErrNoSubscription):
		return &UserError{Message: formatting.SubscribeRefused(formatting.SubscribeGone, q.Command)}
	case err != nil:
		return err
	}
	s.memory.log.Info("digest wanted now", "subscription_id", sub.ID, "channel_id", q.Channel.ID, "user_id", q.Person.UserID)
	s.memory.wake(deliveryWork)
	return nil
}

// unsubscribe answers /backup-overview unsubscribe [customer or all]. What is
// meant by several digests has to be pressed on.
func (s *subscriber) unsubscribe(ctx context.Context, q Request, roll *roll) (Reply, error) {
	asked := parse(q.Text, s.memory.finder.words())
	if err := asked.nothingBeyond(); err != nil {
		return Reply{}, err
	}
	if q.Channel.Direct {
		return Reply{}, s.closed(q, access.ReasonDirect)
	}
	subs, err := s.of(ctx, q)
	if err != nil {
		return Reply{}, err
	}
	meant := s.meant(q, roll, asked, subs)
	ours := slices.DeleteFunc(slices.Clone(meant), func(sub store.Subscription) bool { return sub.Config })
	switch {
	case len(subs) == 0:
		return Reply{Message: formatting.Subscriptions(s.listView(ctx, q, roll, nil))}, nil
	case len(meant) == 0:
		return s.refused(q, formatting.SubscribeNone)
	case len(ours) == 0:
		return s.refused(q, formatting.SubscribeByConfig)
	case len(ours) > 1:
		return Reply{Message: formatting.WhichDigest(s.listView(ctx, q, roll, meant))}, nil
	}
	return s.remove(ctx, q, roll, ours[0])
}

// meant are the digests that the words after unsubscribe may mean.
func (s *subscriber) meant(q Request, roll *roll, asked query, subs []store.Subscription) []store.Subscription {
	if asked.Customer == "" {
		return subs
	}
	all := strings.EqualFold(asked.Customer, "all") && !asked.Quoted
	scope, seen := access.Scope{IDs: map[string]bool{}}, s.memory.policy().See(q.Person, q.Channel)
	for _, sub := range subs {
		if sub.Customer != "" && seen.Includes(sub.Customer) {
			scope.IDs[strings.ToLower(sub.Customer)] = true
		}
	}
	hits := map[string]bool{}
	if result := roll.find(asked.Customer, scope); result.Kind != directory.None && !all {
		for _, c := range result.Hits {
			hits[strings.ToLower(c.ID)] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(subs), func(sub store.Subscription) bool {
		return !hits[strings.ToLower(sub.Customer)] && !(all && sub.Customer == "")
	})
}
