package bot

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/directory"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/watch"
)

// memory answers what is asked of the store: the fleet, trends, exports, the
// status, and who is watched. None of it calls AvePoint.
type memory struct {
	store     *store.Store
	watch     *watch.Watch
	customers *customers
	overviews *overviews
	finder    *finder
	people    *people
	places    *places
	policy    func() access.Policy
	wake      func(kind string)
	version   string
	rules     func(store.Customer) coverage.RuleSet
	// ruleSource says where the values of rules come from; nil: nobody knows.
	ruleSource func(c store.Customer, module string) []formatting.RuleSource
	exports    *exports
	ordered    Handler // answers the choice of a customer that a digest is ordered of
	lately     atomic.Pointer[lately]
	log        *slog.Logger
}

// memory registers the words and buttons of all that is answered from the
// store, and the answer to the command without any text.
func (b *Bot) memory(r *Router, o *overviews) *memory {
	m := &memory{
		store:     b.options.Store,
		watch:     b.options.Watch,
		customers: b.customers,
		overviews: o,
		finder:    &finder{customers: b.customers, overviews: o, policy: b.policy, words: r.Words},
		people:    o.people,
		places:    o.places,
		policy:    b.policy,
		wake:      b.options.Wake,
		version:   b.options.Version,
		rules:     b.options.Rules,

		ruleSource: b.options.RuleSource,
		log:        b.log,
	}
	m.exports = newExports(m, b.web, func(work func(context.Context)) verdict { return b.intake.desk.submit(work) })
	r.Nothing(m.listed(m.fleet))
	for _, word := range []struct {
		name   string
		answer listedHandler
	}{
		{"gaps", m.gaps},
		{"trend", m.trend},
		{"export", m.export},
		{"watch", m.askWatch},
		{"unwatch", m.askUnwatch},
		{"forget", m.askForget},
	} {
		r.Word(word.name, m.listed(word.answer))
	}
	r.Word("status", m.status)
	r.Action(formatting.ActionStatus, m.mine(m.status))
	r.Admits("status", formatting.ActionStatus) // and asks the rest of the door itself
	r.Action(formatting.ActionFleetRefresh, m.mine(m.listed(m.turnFleet)))
	r.Action(formatting.ActionFleetPage, m.mine(m.listed(m.turnFleet)))
	r.Action(formatting.ActionFleetOrder, m.mine(m.listed(m.turnFleet)))
	r.Action(formatting.ActionFleetOpen, m.mine(o.choose))
	r.Action(formatting.ActionTrend, m.pressTrend)
	r.Action(formatting.ActionExport, m.mine(m.listed(m.pressExport)))
	r.Action(formatting.ActionWatch, m.mine(m.pressed(m.rewatch)))
	r.Action(formatting.ActionUnwatch, m.mine(m.pressed(m.unwatch)))
	r.Action(formatting.ActionForget, m.mine(m.pressed(m.forget)))
	r.Action(formatting.ActionKeep, m.mine(m.pressed(m.keep)))
	return m
}

// mine answers presses on messages that only one person sees. On one for the
// whole channel no such button was ever put.
func (m *memory) mine(h Handler) Handler {
	return func(ctx context.Context, q Request) (Reply, error) {
		if q.Public {
			return Reply{}, tooOld(q)
		}
		return h(ctx, q)
	}
}

// listedHandler answers a request that needs the directory of customers.
type listedHandler func(context.Context, Request, *roll) (Reply, error)

// listed answers once the directory is known, and says that it is being read
// while it is not. The store has a moment to give the answer.
func (m *memory) listed(h listedHandler) Handler {
	return m.placed(func(ctx context.Context, q Request, roll *roll) (Reply, error) {
		return inTime(ctx, func(ctx context.Context) (Reply, error) { return h(ctx, q, roll) })
	})
}

// placed is listed for answers that wait for Slack too, and so see to the time
// of the store themselves. The channel has the customers that its binding means
// now.
func (m *memory) placed(h listedHandler) Handler {
	return func(ctx context.Context, q Request) (Reply, error) {
		answer := func(ctx context.Context, roll *roll) (Reply, error) {
			q.Channel = roll.placed(q.Channel)
			return h(ctx, q, roll)
		}
		if roll := m.customers.known(); roll != nil {
			return answer(ctx, roll)
		}
		return Reply{
			Message: formatting.DirectoryLoading(),
			Then: func(ctx context.Context) (formatting.Message, error) {
				roll, err := m.customers.wait(ctx)
				if err != nil {
					return formatting.Message{}, err
				}
				reply, err := answer(ctx, roll)
				if err == nil && reply.Then != nil {
					return reply.Then(ctx)
				}
				return reply.Message, err
			},
		}, nil
	}
}

// pressed answers a press that names a customer, which may have left AvePoint.
func (m *memory) pressed(h customerHandler) Handler {
	return m.listed(func(ctx context.Context, q Request, roll *roll) (Reply, error) {
		t := readTicket(q.Value)
		scope := m.policy().See(q.Person, q.Channel)
		if c, ok := roll.erased(t.token); ok && q.Action == formatting.ActionForget && scope.Includes(c.ID) {
			return m.forgottenAlready(q, c)
		}
		c, ok := roll.byToken(t.token)
		if !ok || !scope.Includes(c.ID) {
			return Reply{}, tooOld(q)
		}
		return h(ctx, q, c, t.note)
	})
}

// admin refuses whoever is no admin. It is asked at the command and again at
// each press.
func (m *memory) admin(q Request, word string) error {
	if m.policy().IsAdmin(q.Person) {
		return nil
	}
	return &UserError{Message: formatting.ForAdmins(q.Command + " " + word), Err: errNoAdmin}
}

// scopeIDs are the ids of a scope as the store takes them: nil is all, and a
// scope that is not all lists what it holds.
func scopeIDs(scope access.Scope) []string { return scope.List() }

// clock is now where the asker is, as Slack knows it, and in UTC where it does
// not.
func (m *memory) clock(ctx context.Context, q Request) time.Time {
	return time.Now().In(m.people.zone(ctx, q.Person.UserID))
}

// zone is where somebody is. Who asks has just been asked about, so that this
// is answered from memory.
func (p *people) zone(ctx context.Context, userID string) *time.Location {
	user, err := remember(ctx, p, "user/"+userID, func(ctx context.Context, api *slack.Client) (*slack.User, error) {
		return api.GetUserInfoContext(ctx, userID)
	})
	if err != nil || user.TZ == "" {
		return time.UTC
	}
	if zone, err := time.LoadLocation(user.TZ); err == nil {
		return zone
	}
	return time.FixedZone(user.TZ, user.TZOffset)
}

// customerHandler acts on one customer. The argument is what the command said
// beside it, in the form that a button carries.
type customerHandler func(ctx context.Context, q Request, c directory.Entry, argument string) (Reply, error)

// about answers a command that names a customer. Where several match, the
// choice carries the command on.
func (m *memory) about(ctx context.Context, q Request, roll *roll, asked query, argument string, h customerHandler) (Reply, error) {
	scope := m.policy().See(q.Person, q.Channel)
	result := roll.find(asked.Customer, scope)
	note := asked.Word
	if argument != "" {
		note += "." + argument
	}
	carry := func(entries []directory.Entry) []formatting.Choice {
		choices := m.finder.choices(ctx, entries)
		for i := range choices {
			choices[i].Value = ticket{choices[i].Value, note}.String()
		}
		return choices
	}
	switch result.Kind {
	case directory.One:
		return h(ctx, q, result.Hits[0], argument)
	case directory.Several:
		return Reply{Message: formatting.Picker(formatting.PickerView{
			Query: asked.Customer, Hits: carry(result.Hits), Total: result.Total,
		})}, nil
	}
	if len(result.Nearest) == 0 && !scope.All {
		return notHere(q, roll, scope, asked.Customer), nil
	}
	return Reply{Message: formatting.DidYouMean(formatting.DidYouMeanView{
		Query: asked.Customer, Command: q.Command, Nearest: carry(result.Nearest),
	})}, nil
}
