package digest

import (
	"context"
	"sync"
	"time"

	"github.com/backup-overview/backup-overview/internal/access"
)

// seen says of which customers a channel may hear now, ids for the store, nil
// for all, or why of none. With a customer it is about that one alone.
func (d *Digests) seen(ctx context.Context, channel, customer string) (ids []string, scope access.Scope, reason access.Reason, err error) {
	scope, reason, err = d.options.Scope(ctx, channel)
	if err != nil {
		return nil, access.Scope{}, reason, err
	}
	ids, reason = chosen(scope, reason, customer)
	return ids, scope, reason, nil
}

// chosen are the customers of a scope that a digest is about.
func chosen(scope access.Scope, reason access.Reason, customer string) ([]string, access.Reason) {
	switch {
	case reason != access.ReasonNone:
		return []string{}, reason
	case scope.Empty() || customer != "" && !scope.Includes(customer):
		return []string{}, access.ReasonOutOfScope
	case customer != "":
		return []string{customer}, access.ReasonNone
	}
	return scope.List(), access.ReasonNone // nil where it is all
}

// memoFor is for how long an answer about a channel serves for other digests of
// it. What is rendered asks anew.
const memoFor = 30 * time.Second

// asking remembers during one run what was asked of whom: many digests of one
// channel are due at the same time, and Slack counts the questions.
type asking struct {
	d     *Digests
	known map[string]answer
	limit time.Time // staleness, once it is known
}

type answer struct {
	at     time.Time // with the monotonic clock
	scope  access.Scope
	reason access.Reason
	err    error
}

// ids are the customers that a digest of a channel is about, nil for all, or
// why it says nothing.
func (a *asking) ids(ctx context.Context, channel, customer string) ([]string, access.Reason, error) {
	known, ok := a.known[channel]
	if !ok || time.Since(known.at) > memoFor {
		known.scope, known.reason, known.err = a.d.options.Scope(ctx, channel)
		known.at = time.Now()
		a.known[channel] = known
	}
	if known.err != nil {
		return nil, known.reason, known.err
	}
	ids, reason := chosen(known.scope, known.reason, customer)
	return ids, reason, nil
}

// stale is since when there must have been a reading for it to be fresh.
func (a *asking) stale(ctx context.Context) time.Time {
	if a.limit.IsZero() {
		a.limit = a.d.options.Now().Add(-a.d.options.StaleAfter(ctx))
	}
	return a.limit
}

// shut remembers of which subscriptions the log says already why they are left
// out.
type shut struct {
	mu      sync.Mutex
	reasons map[string]access.Reason
}

// changed says whether there is a reason that was not told yet.
func (s *shut) changed(subscription string, reason access.Reason) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.reasons[subscription]
	if reason == access.ReasonNone {
		delete(s.reasons, subscription)
		return false
	}
	if s.reasons == nil {
		s.reasons = map[string]access.Reason{}
	}
	s.reasons[subscription] = reason
	return before != reason
}
