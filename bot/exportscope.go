package bot

import (
	"context"
	"errors"
	"io"

	"github.com/backup-overview/backup-overview/internal/access"
)

// exportTries is how often a file is written anew because the channel was bound
// otherwise meanwhile.
const exportTries = 3

// errUnsteady ends an export whose channel was bound otherwise during each try.
var errUnsteady = errors.New("the channel was bound otherwise again and again")

// ids are the customers of an order as the store takes them.
func (o order) ids(scope access.Scope) []string {
	if o.customer.ID != "" {
		return []string{o.customer.ID}
	}
	return scopeIDs(scope)
}

// held says whether all of an order that could be written under one scope may
// be seen under another.
func (o order) held(was, now access.Scope) bool {
	if o.customer.ID != "" {
		return now.Includes(o.customer.ID) || !was.Includes(o.customer.ID)
	}
	for _, id := range was.List() {
		if !now.Includes(id) {
			return false
		}
	}
	return now.All || !was.All
}

// settled writes the file of an order. Writing takes minutes in a large fleet,
// and the turn may have been long in coming; so what may be seen is asked before
// and after, and a file that holds more than that is written anew.
func (e *exports) settled(ctx context.Context, q Request, o order, file temporary) (*sheet, error) {
	for range exportTries {
		if err := file.empty(); err != nil {
			return nil, err
		}
		before, err := e.scope(ctx, q)
		if err != nil {
			return nil, err
		}
		written, err := e.write(ctx, before, o, file)
		if err != nil {
			return nil, err
		}
		after, err := e.scope(ctx, q)
		if err != nil {
			return nil, err
		}
		if o.held(before, after) {
			return written, nil
		}
	}
	return nil, errUnsteady
}

// scope is what who asked may be shown at this moment where they asked, or why
// nothing.
func (e *exports) scope(ctx context.Context, q Request) (access.Scope, error) {
	channel, err := e.memory.places.look(ctx, q.Channel.ID)
	if err != nil {
		return access.Scope{}, err
	}
	roll, err := e.memory.customers.wait(ctx)
	if err != nil {
		return access.Scope{}, err
	}
	channel = roll.placed(channel)
	policy := e.memory.policy()
	if err := refusal(q, policy.Ask(q.Person, channel), e.memory.people.web.home.Load().TeamName); err != nil {
		return access.Scope{}, err
	}
	return policy.See(q.Person, channel), nil
}

// write writes the last readings of an order, of each customer in a scope. What
// AvePoint lists no longer is left out, unless it was asked for by name.
func (e *exports) write(ctx context.Context, scope access.Scope, o order, to io.Writer) (*sheet, error) {
	s := newSheet(to)
	for body, err := range e.memory.store.Bodies(ctx, o.ids(scope)) {
		if err != nil {
			return nil, err
		}
		if !body.GoneAt.IsZero() && o.customer.ID == "" || !scope.Includes(body.ID) {
			continue
		}
		overview, ok := e.decoded(body)
		if !ok {
			s.unread++
			continue
		}
		s.add(customerName(body.Customer), overview)
	}
	return s, s.close()
}
