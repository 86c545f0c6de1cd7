package bot_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/bot"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/coverage"
	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/watch"
)

const command = "/backup-overview"

// stage is the real bot between a stand-in Slack and a stand-in AvePoint, over
// real sockets.
type stage struct {
	t        *testing.T
	slack    *fakeslack.Workspace
	avepoint *fakeavepoint.Platform
	slackURL string
	bot      *bot.Bot
	store    *store.Store
	watch    *watch.Watch
	log      *record
	forgiven map[string]bool
	mu       sync.Mutex
	answers  map[string]int // messages seen when the last command was typed
	stop     context.CancelFunc
	ended    chan error
}

// setup is what a test may change before the bot starts.
type setup struct {
	bot      bot.Options
	slack    fakeslack.Options
	avepoint fakeavepoint.Options
	client   avepoint.Options
	cache    avepoint.CacheOptions
	watch    watch.Options
	database string // URL of the store; default: a SQLite file
}

// newStage starts a bot; it is connected when newStage returns. At the end of
// the test the bot must stop cleanly, and must have done nothing that Slack
// refuses unless the test took those refusals with [stage.forgive].
func newStage(t *testing.T, changes ...func(*setup)) *stage {
	t.Helper()
	s := prepare(t, changes...)
	s.start()
	s.connected()
	return s
}

func (s *stage) connected() { s.sockets(1) }

// listed waits until the bot knows the customers.
func (s *stage) listed() {
	s.t.Helper()
	s.eventually(func() bool { return s.bot.State().Customers > 0 })
}

// sockets waits until this many sockets are open.
func (s *stage) sockets(n int) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 15*time.Second)
	defer cancel()
	if err := s.slack.AwaitSockets(ctx, n); err != nil {
		s.t.Fatalf("no %d sockets: %v\n%s", n, err, s.log)
	}
}

// eventually waits until something is true.
func (s *stage) eventually(holds func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(15 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("never came true\n%s", s.log)
		}
	}
}

// settle waits until nothing has happened for a while: what must not happen
// has had its chance.
func (s *stage) settle() {
	changes, stop := s.slack.Changes()
	defer stop()
	for {
		select {
		case <-changes:
		case <-time.After(300 * time.Millisecond):
			return
		}
	}
}

// seesAll waits until a person sees this many messages and each but the first
// holds the words.
func (s *stage) seesAll(n int, user, channel, words string) {
	s.t.Helper()
	s.eventually(func() bool {
		messages := s.slack.Messages(channel, user)
		if len(messages) != n {
			return false
		}
		return !slices.ContainsFunc(messages[1:], func(m fakeslack.Message) bool { return !holds(m, []string{words}) })
	})
}

func (s *stage) never(user, channel, words string) {
	s.t.Helper()
	for _, m := range s.slack.Messages(channel, user) {
		if holds(m, []string{words}) {
			s.t.Fatalf("%s in %s sees %q:\n%s", user, channel, words, show([]fakeslack.Message{m}))
		}
	}
}

// prepare builds a stage whose bot is not started yet.
func prepare(t *testing.T, changes ...func(*setup)) *stage {
	t.Helper()
	start := time.Now()
	s := &stage{t: t, log: &record{}, ended: make(chan error, 1)}
	logger := slog.New(slog.NewTextHandler(io.MultiWriter(s.log, t.Output()), &slog.HandlerOptions{Level: slog.LevelDebug}))
	with := setup{
		slack:    fakeslack.Options{PingEvery: time.Second, TeamName: "Home"},
		avepoint: fakeavepoint.Options{Seed: 1, Start: start, Now: func() time.Time { return start }},
		client:   avepoint.Options{Rate: 1000, Concurrency: 64, Log: logger},
		cache:    avepoint.CacheOptions{TTL: time.Minute, Max: 1000},
		watch:    watch.Options{Interval: time.Hour, InFlight: 16, Rate: 1000, Owner: "stage", Log: logger},
		bot: bot.Options{
			Default:   access.Members,
			PortalURL: "https://partner.avepointonlineservices.com",
			ButtonKey: []byte("key of the test"),
			Stagger:   10 * time.Millisecond,
			Log:       logger,
		},
	}
	for _, change := range changes {
		change(&with)
	}
	s.slack = newWorkspace(with.slack)
	s.avepoint = fakeavepoint.New(with.avepoint)
	slackServer := httptest.NewServer(s.slack.Handler())
	avepointServer := httptest.NewServer(s.avepoint.Handler())
	s.slackURL = slackServer.URL
	s.slack.SetURL(slackServer.URL)
	t.Cleanup(func() {
		s.slack.Close()
		s.avepoint.Close()
		slackServer.Close()
		avepointServer.Close()
	})
	with.client.GraphURL = avepointServer.URL
	with.client.TokenURL = avepointServer.URL + "/connect/token"
	if with.client.Credentials.ClientID == "" {
		with.client.Credentials = avepoint.Credentials{
			ClientID: fakeavepoint.DefaultClientID, ClientSecret: fakeavepoint.DefaultClientSecret,
		}
	}
	client, err := avepoint.New(with.client)
	if err != nil {
		t.Fatal(err)
	}
	with.bot.APIURL = slackServer.URL + "/api/"
	s.remember(client, with)
	with.cache.Read = func(o avepoint.Overview) {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := s.watch.Heard(ctx, o); err != nil && !s.forgiven["storage"] {
			t.Errorf("a live reading is not stored: %v", err)
		}
	}
	cache := avepoint.NewCache(client.ForPerson(), with.cache)
	t.Cleanup(cache.Close)
	with.bot.Cache, with.bot.Watch, with.bot.Store = cache, s.watch, s.store
	if with.bot.Tokens == nil {
		with.bot.Tokens = func() (bot.Tokens, error) {
			return bot.Tokens{App: s.slack.AppToken(), Bot: s.slack.BotToken()}, nil
		}
	}
	s.bot, err = bot.New(with.bot)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// remember gives the stage a store and the watch that fills it. Nothing is read
// before somebody asks or the test calls [watch.Watch.Sweep].
func (s *stage) remember(client *avepoint.Client, with setup) {
	s.t.Helper()
	var err error
	o := with.watch
	if with.database == "" {
		with.database = "sqlite://" + filepath.Join(s.t.TempDir(), "bot.db")
	}
	s.store, err = store.Open(s.t.Context(), store.Options{
		URL: with.database, Log: o.Log,
		Judge: func(store.Customer) coverage.RuleSet { return coverage.DefaultRules().Everywhere() },
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = s.store.Close() })
	o.Client, o.Store = client, s.store
	if s.watch, err = watch.New(o); err != nil {
		s.t.Fatal(err)
	}
}

// start runs the bot until the test ends.
func (s *stage) start() {
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = cancel
	go func() { s.ended <- s.bot.Run(ctx) }()
	s.t.Cleanup(s.finish)
}

// finish stops the bot and holds its life against what must be true of every
// one.
func (s *stage) finish() {
	s.stop()
	select {
	case err := <-s.ended:
		s.ended <- err
		if err != nil {
			s.t.Errorf("the bot ended with %v", err)
		}
	case <-time.After(20 * time.Second):
		s.t.Error("the bot does not stop")
	}
	for _, refusal := range s.slack.Refusals() {
		if !s.forgiven[refusal.Kind] {
			s.t.Errorf("Slack refused: %+v", refusal)
		}
	}
	for _, secret := range []string{
		s.slack.AppToken(), s.slack.BotToken(), fakeavepoint.DefaultClientSecret, "ticket=", "/commands/T", "/actions/T", "eyJ",
	} {
		if strings.Contains(s.log.String(), secret) {
			s.t.Errorf("the log at debug level holds the secret %q", secret)
		}
	}
}

// forgive takes refusals of these kinds as wanted.
func (s *stage) forgive(kinds ...string) {
	if s.forgiven == nil {
		s.forgiven = map[string]bool{}
	}
	for _, kind := range kinds {
		s.forgiven[kind] = true
	}
}

// Ids of the people and channels of the stage's workspace.
const (
	ana      = "UANA" // admin
	ben      = "UBEN" // member
	ops      = "COPS"
	elsewhen = "CELSE" // public, without the bot
	private  = "GPRIV"
	secret   = "GSECR" // private, without the bot
	shared   = "CSHAR" // with another organisation
	pending  = "CPEND" // about to be
	direct   = "DANA"
)

// outsiders are the people who are not served, by why.
var outsiders = map[string]fakeslack.User{
	"guest":         {ID: "UGUEST", Name: "gil", IsRestricted: true},
	"channel guest": {ID: "UONECH", Name: "gia", IsRestricted: true, IsUltraRestricted: true},
	"stranger":      {ID: "USTRAN", Name: "sam", TeamID: "T0AWAY", IsStranger: true},
	"other team":    {ID: "UOTHER", Name: "olga", TeamID: "T0AWAY"},
	"bot":           {ID: "UROBOT", Name: "robot", IsBot: true},
	"deactivated":   {ID: "UGONE", Name: "gone", Deleted: true},
}

func newWorkspace(o fakeslack.Options) *fakeslack.Workspace {
	w := fakeslack.New(o)
	w.AddUser(fakeslack.User{ID: ana, Name: "ana", RealName: "Ana", IsAdmin: true})
	w.AddUser(fakeslack.User{ID: ben, Name: "ben", RealName: "Ben"})
	everyone := []string{ana, ben}
	for _, u := range outsiders {
		w.AddUser(u)
		everyone = append(everyone, u.ID)
	}
	with := append(slices.Clone(everyone), w.BotUserID())
	w.AddChannel(fakeslack.Channel{ID: ops, Name: "ops", Members: with})
	w.AddChannel(fakeslack.Channel{ID: elsewhen, Name: "elsewhere", Members: everyone})
	w.AddChannel(fakeslack.Channel{ID: private, Name: "private", IsPrivate: true, Members: with})
	w.AddChannel(fakeslack.Channel{ID: secret, Name: "secret", IsPrivate: true, Members: everyone})
	w.AddChannel(fakeslack.Channel{ID: shared, Name: "shared", IsExtShared: true, Members: with})
	w.AddChannel(fakeslack.Channel{ID: pending, Name: "pending", IsPendingExtShared: true, Members: with})
	w.AddChannel(fakeslack.Channel{ID: direct, IsIM: true, Members: []string{ana, w.BotUserID()}})
	return w
}

// slash types the command and reports what Slack says of it.
func (s *stage) slash(user, channel, text string) fakeslack.Receipt {
	s.t.Helper()
	s.mu.Lock()
	s.answers = map[string]int{user + channel: len(s.slack.Messages(channel, user))}
	s.mu.Unlock()
	receipt, err := s.slack.Slash(s.t.Context(), fakeslack.SlashCommand{UserID: user, ChannelID: channel, Command: command, Text: text, Escaped: true})
	if err != nil {
		s.t.Fatalf("%s %s: %v", command, text, err)
	}
	return receipt
}

// sees waits until the last message that a person sees holds all the words. A
// message from before the last command does not count.
func (s *stage) sees(user, channel string, words ...string) fakeslack.Message {
	s.t.Helper()
	return s.seesWithin(10*time.Second, user, channel, words...)
}

func (s *stage) seesWithin(d time.Duration, user, channel string, words ...string) fakeslack.Message {
	s.t.Helper()
	changes, stop := s.slack.Changes()
	defer stop()
	timeout := time.After(d)
	s.mu.Lock()
	before := s.answers[user+channel]
	s.mu.Unlock()
	for {
		messages := s.slack.Messages(channel, user)
		if n := len(messages); n > before && holds(messages[n-1], words) {
			return messages[n-1]
		}
		select {
		case <-changes:
		case <-timeout:
			s.t.Fatalf("%s in %s does not see %q within %v; sees:\n%s", user, channel, words, d, show(messages))
		}
	}
}

// last is the last message that a person sees and that fits.
func (s *stage) last(user, channel string, fits func(fakeslack.Message) bool) fakeslack.Message {
	s.t.Helper()
	messages := s.slack.Messages(channel, user)
	for _, m := range slices.Backward(messages) {
		if fits(m) {
			return m
		}
	}
	s.t.Fatalf("%s in %s sees no such message; sees:\n%s", user, channel, show(messages))
	return fakeslack.Message{}
}

// record keeps a log.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}
