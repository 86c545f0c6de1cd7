package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/store"
)

// places says what a channel is now: what Slack says of it, and what it is
// bound to. The binding is read anew each time; it decides what is shown.
type places struct {
	people  *people
	store   *store.Store
	file    map[string]access.Rule // of the file of bindings, by channel
	unasked []string               // channels that configuration names for what is posted unasked
	tell    func(b store.Binding)  // that it was suspended; must not wait
	log     *slog.Logger
}

// errUnread is why nothing is shown while nobody knows what may be.
var errUnread = errors.New("the binding cannot be read")

// look is a channel for an answer that one person sees. Slack's word on it may
// be half a minute old.
func (p *places) look(ctx context.Context, id string) (access.Channel, error) {
	channel, err := p.people.lately(ctx, id)
	if err != nil {
		return channel, err
	}
	return p.bound(ctx, id, channel)
}

// now is a channel as Slack knows it at this moment: to post in, or to bind.
// While Slack does not say, nothing is known of it.
func (p *places) now(ctx context.Context, id string) (access.Channel, error) {
	channel, err := p.people.channel(ctx, id)
	if err != nil {
		channel = access.Channel{ID: id}
	}
	return p.bound(ctx, id, channel)
}

// bound adds what a channel is bound to, which the store has a moment to say. One
// that became shared after it was bound is suspended here, and one that Slack
// knows by another id than was asked for is followed to it, should Slack's event
// about it be lost.
func (p *places) bound(ctx context.Context, asked string, c access.Channel) (access.Channel, error) {
	if c.Direct || c.ID == "" {
		return c, nil
	}
	ctx, cancel := context.WithTimeoutCause(ctx, storePatience, errStoreHangs)
	defer cancel()
	if asked != c.ID {
		if err := p.follow(ctx, asked, c.ID); err != nil {
			return c, fmt.Errorf("%w: %w", errUnread, err)
		}
	}
	b, ok, err := p.store.Binding(ctx, c.ID)
	if err != nil {
		return c, fmt.Errorf("%w: %w", errUnread, err)
	}
	file := false
	if !ok {
		b, file = p.filed(c.ID)
	}
	if !ok && !file {
		if slices.Contains(p.unasked, c.ID) || slices.Contains(p.unasked, asked) {
			c.Binding = &access.Binding{Rule: access.Rule{All: true}, Unasked: true}
		}
		return c, nil
	}
	if c.Shared() && !b.Confirmed && b.Suspended.IsZero() {
		if err := p.suspend(ctx, b, "shared"); err != nil {
			return c, err
		}
		b.Suspended = time.Now()
	}
	c.Binding = bindingOf(b)
	c.Binding.File = file
	return c, nil
}

// filed is the binding that the file has for a channel.
func (p *places) filed(channel string) (store.Binding, bool) {
	rule, ok := p.file[channel]
	return store.Binding{Channel: channel, All: rule.All, Customers: rule.Customers, Pattern: rule.Pattern}, ok
}

// follow takes a channel's binding to its new id, or it would count as unbound.
// What only the file binds, by the old id, is written down under the new one.
func (p *places) follow(ctx context.Context, old, channel string) error {
	p.people.moved(old)
	p.people.moved(channel)
	moved, err := p.store.MoveBinding(ctx, old, channel, time.Now())
	if err != nil {
		return err
	}
	if slices.Contains(p.unasked, old) {
		p.log.Error("the configuration is out of date: a channel in it has a new id", "channel_id", old, "new_channel_id", channel)
	}
	b, filed := p.filed(old)
	if _, known := p.filed(channel); !filed || known {
		return nil
	}
	p.log.Error("BINDINGS_FILE is out of date: a channel in it has a new id", "channel_id", old, "new_channel_id", channel)
	if moved {
		return nil
	}
	b.Channel, b.At = channel, time.Now()
	_, err = p.store.KeepBinding(ctx, b)
	return err
}

func bindingOf(b store.Binding) *access.Binding {
	return &access.Binding{
		Rule: access.Rule{All: b.All, Customers: b.Customers, Pattern: b.Pattern},
		By:   b.By, At: b.At, Confirmed: b.Confirmed, Suspended: !b.Suspended.IsZero(),
	}
}

// suspend has a channel show nothing until an admin binds it again. Of all who
// find out, in all replicas, one tells the admins.
func (p *places) suspend(ctx context.Context, b store.Binding, why string) error {
	did, err := p.store.SuspendBinding(ctx, b, why, time.Now())
	if err != nil {
		return fmt.Errorf("%w: %w", errUnread, err)
	}
	if did {
		p.log.Warn("a bound channel became shared with another organisation and is suspended", "channel_id", b.Channel)
		p.tell(b)
	}
	return nil
}

// placed is a channel with the customers that a pattern means now.
func (r *roll) placed(c access.Channel) access.Channel {
	if c.Binding == nil || c.Binding.Rule.Pattern == "" {
		return c
	}
	b := *c.Binding
	b.IDs = r.matching(b.Rule)
	c.Binding = &b
	return c
}

// matching are the customers of a pattern. They are worked out once in the life
// of this directory.
func (r *roll) matching(rule access.Rule) map[string]bool {
	if ids, ok := r.patterns.Load(rule.Pattern); ok {
		return ids.(map[string]bool)
	}
	ids := rule.Resolve(r.all)
	r.patterns.Store(rule.Pattern, ids)
	return ids
}

// all are the customers, as id and name.
func (r *roll) all(yield func(id, name string) bool) {
	for _, e := range r.known() {
		if !yield(e.ID, e.Name) {
			return
		}
	}
}

// names are those of customers that are known, in the order of the scope's
// list.
func (r *roll) names(scope access.Scope) []string {
	names := []string{}
	for _, id := range scope.List() {
		if e, ok := r.byID(id); ok {
			names = append(names, e.Name)
		}
	}
	return names
}

// shows are the customers of a scope as messages tell them.
func (r *roll) shows(scope access.Scope, rule access.Rule) formatting.Shows {
	if scope.All {
		return formatting.Shows{All: true, Customers: r.listed()}
	}
	names := r.names(scope)
	return formatting.Shows{Customers: len(names), Names: names, Pattern: rule.Pattern}
}
