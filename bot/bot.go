package bot

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/watch"
)

// Tokens are the two credentials of the Slack app.
type Tokens struct {
	App string // xapp-…, scope connections:write
	Bot string // xoxb-…
}

// Options configure a [Bot]. Tokens, Cache, Watch, Store and ButtonKey are
// required.
type Options struct {
	// Tokens returns the credentials now in force. It is called at the start
	// and again before each attempt after Slack has refused them, so that a
	// secret file can be replaced under a running bot.
	Tokens func() (Tokens, error)

	// APIURL is the base of Slack's Web API; default https://slack.com/api/.
	APIURL string

	// Connections is the number of Socket Mode connections; default 2.
	Connections int

	// Cache reads the overviews that people ask for, Watch and Store know what
	// was read before.
	Cache *avepoint.Cache
	Watch *watch.Watch
	Store *store.Store

	// Rules gives the alert rules of a customer, to explain them. nil: the usual.
	Rules func(store.Customer) coverage.RuleSet
	// RuleSource says, for a module of a customer, where the values of rules come
	// from that are not the usual. nil: nowhere.
	RuleSource func(c store.Customer, module string) []formatting.RuleSource
	// SendNow has a digest posted at once, as a test, for whoever pressed Send
	// now; the same nonce twice is one test. An error may be a
	// [digest.ClosedError] or [digest.ErrNoSubscription]. nil: it is refused.
	SendNow func(ctx context.Context, subscription, nonce, by string) error

	// Wake, if not nil, is called with a kind of work ([watch.SweepWork] and
	// so on) that something has just become due for. It must not wait.
	Wake func(kind string)

	// Version is the program's, for the status command.
	Version string

	// PortalURL is where the button "Open in AvePoint" leads; empty: no button.
	PortalURL string

	// Admins are Slack user ids and user-group ids; empty: the workspace's
	// owners and admins.
	Admins []string

	// Default says who may ask in a channel without a binding.
	Default access.Default

	// Bindings are those of the file of bindings, by channel: which customers a
	// channel may see that nobody has bound in Slack.
	Bindings map[string]access.Rule

	// Unasked are the ids of the channels that configuration names for what is
	// posted unasked. Without a binding they count as bound to all customers for
	// that, not for who asks there, and never while shared.
	Unasked []string

	// OpsChannel is the id of the channel where the bot tells its own troubles;
	// empty: its admins are told.
	OpsChannel string

	// Back, if not nil, is called with the id of a channel that the bot can
	// reach again: it was invited, or the channel is archived no longer.
	Back func(ctx context.Context, channel string)

	// UserLimit and ChannelLimit bound the live look-ups a minute of one
	// person and of one channel; 0: no limit.
	UserLimit, ChannelLimit int

	// Grace is how long requests under way may take once the bot stops;
	// default 12 s.
	Grace time.Duration

	// Retry is the pause before the first attempt after Slack has refused the
	// tokens of a running bot; it doubles up to 15 times this. Default 1 min.
	Retry time.Duration

	// Stagger is the pause between the starts of two connections; default 2 s.
	Stagger time.Duration

	// ButtonKey is the secret from which the opaque ids in buttons are made: the
	// same in every replica and after a restart, or their buttons stop working.
	// Required.
	ButtonKey []byte

	// Log receives what operators act on; nil: nothing is logged.
	Log *slog.Logger
}

// withDefaults returns o with every zero value that has a default replaced.
func (o Options) withDefaults() (Options, error) {
	if o.Tokens == nil || o.Cache == nil || o.Watch == nil || o.Store == nil || len(o.ButtonKey) == 0 {
		return o, errors.New("bot: Tokens, Cache, Watch, Store and ButtonKey are required")
	}
	if o.Wake == nil {
		o.Wake = func(string) {}
	}
	if o.SendNow == nil {
		o.SendNow = func(context.Context, string, string, string) error { return errors.New("no digests are made") }
	}
	if o.Rules == nil {
		o.Rules = func(store.Customer) coverage.RuleSet { return coverage.DefaultRules().Everywhere() }
	}
	if o.Back == nil {
		o.Back = func(context.Context, string) {}
	}
	if o.APIURL == "" {
		o.APIURL = "https://slack.com/api/"
	}
	if o.Connections == 0 {
		o.Connections = 2
	}
	if o.Grace == 0 {
		o.Grace = 12 * time.Second
	}
	if o.Retry == 0 {
		o.Retry = time.Minute
	}
	if o.Stagger == 0 {
		o.Stagger = 2 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o, nil
}

// Bot is the Slack app. It owns the connections and the goroutines, nothing
// else; what it answers is the router's.
type Bot struct {
	options   Options
	log       *slog.Logger
	web       *web
	customers *customers
	intake    *intake
	openings  *openings
	state     state
}

// New wires a bot. It does no I/O.
func New(options Options) (*Bot, error) {
	options, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	base, err := url.Parse(options.APIURL)
	if err != nil {
		return nil, errors.New("bot: the Slack API URL cannot be read")
	}
	b := &Bot{options: options, log: options.Log, openings: newOpenings()}
	b.web = newWeb(options.APIURL)
	b.customers = newCustomers(options)
	people := newPeople(b.web, b.policy().AdminGroups(), options.Log)
	places := &places{people: people, store: options.Store, file: options.Bindings, unasked: options.Unasked, log: options.Log}
	router := b.routes(people, places)
	channels := &channels{
		places: places, people: people, web: b.web, policy: b.policy, command: router.command,
		sealer: b.customers.sealer, roll: b.customers.wait, back: options.Back,
	}
	b.intake = &intake{
		seen:     newSeen(),
		desk:     newDesk(deskSize),
		lobby:    newDesk(lobbySize),
		people:   people,
		places:   places,
		router:   router,
		sealer:   b.customers.sealer,
		inbox:    newInbox(options.Store, time.Now(), options.Log),
		channels: channels,
		policy:   b.policy,
		replies:  &replies{web: b.web, host: base.Hostname(), open: base.Scheme == "http", log: options.Log},
		log:      options.Log,
	}
	places.tell = b.intake.suspended
	return b, nil
}

// routes says who answers what.
func (b *Bot) routes(people *people, places *places) *Router {
	o := &overviews{
		cache:     b.options.Cache,
		watch:     b.options.Watch,
		store:     b.options.Store,
		aside:     newAside(time.Now, b.log),
		customers: b.customers,
		people:    people,
		places:    places,
		policy:    b.policy,
		limits:    newLimits(b.options.UserLimit, b.options.ChannelLimit),
		portal:    b.options.PortalURL,
		log:       b.log,
	}
	f := &finder{customers: b.customers, overviews: o, policy: b.policy}
	r := NewRouter(f.ask)
	f.words = r.Words
	m := b.memory(r, o)
	binder := &binder{memory: m, places: places, web: b.web, back: b.options.Back}
	binder.register(r)
	r.form(formatting.CallbackBind, binder.sentForm())
	r.Changes("watch", "unwatch", formatting.ActionWatch, formatting.ActionUnwatch, formatting.ActionForget, formatting.ActionBindTo)
	newSubscriber(m, b.web, b.options.SendNow).register(r)
	(&alarms{memory: m, web: b.web}).register(r)
	r.Word("help", help(b.customers, b.policy))
	r.Action(formatting.ActionRefresh, o.refresh)
	r.Action(formatting.ActionPick, m.chosen(o.choose))
	r.Action(formatting.ActionOpen, m.chosen(o.choose))
	r.Action(formatting.ActionMore, o.turn)
	r.Action(formatting.ActionNames, o.names)
	shares := newShares(o, b.web)
	r.Action(formatting.ActionShare, shares.pressed(shares.overview))
	r.Action(formatting.ActionTrendShare, shares.pressed(m.sharedTrend))
	return r
}

// policy is who may see what in the workspace signed in to.
func (b *Bot) policy() access.Policy {
	return access.Policy{
		TeamID:  b.web.home.Load().TeamID,
		Admins:  b.options.Admins,
		Default: b.options.Default,
	}
}

// Run signs in to Slack and answers until ctx ends, then stops in order and
// returns nil. It returns an error that is [ErrRefused] when Slack refuses the
// tokens at the start; refused later, it stays up, says so in [Bot.State] and
// tries again.
func (b *Bot) Run(ctx context.Context) error {
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	done := make(chan struct{})
	go func() {
		defer close(done)
		b.customers.keepFresh(background)
	}()
	err := b.serve(ctx)
	b.intake.desk.finish(b.options.Grace) // again: no session may have been there to do it
	b.intake.lobby.finish(farewell)
	stop()
	<-done
	return err
}
