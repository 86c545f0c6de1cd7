package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/internal/coverage"
	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	"github.com/backup-overview/backup-overview/internal/sandbox/page"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
)

// demoCommand is the name under which the demo registers the command.
const demoCommand = "/backup-overview"

// runDemo runs the bot against a Slack and an AvePoint in this process, and
// serves a page where one talks to it. It needs no account and no network.
func runDemo(ctx context.Context, stdout, stderr io.Writer) int {
	cfg, err := loadDemoConfig()
	if err != nil {
		return configError(stderr, err)
	}
	ln, err := listen(ctx, cfg.HTTP.Addr)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return exitConfig
	}
	log := newLogger(stderr, cfg.Log)
	if err := demo(ctx, ln, demoHistory, stdout, log); err != nil {
		log.Error("the demo has ended", "err", err)
		return exitFailed
	}
	return exitOK
}

const (
	// demoLatency makes the stand-in AvePoint answer in a fifth of the real
	// time: one still sees that it takes a while.
	demoLatency = 0.2
	// demoInterval reads the fleet so often that one sees it happen.
	demoInterval = 15 * time.Second
	// demoRate lets a sweep of demoInterval come to its end.
	demoRate = 40
)

// demo serves until ctx ends. history is how many days the bot remembers.
func demo(ctx context.Context, ln net.Listener, history int, stdout io.Writer, log *slog.Logger) error {
	start := time.Now()
	workspace := demoWorkspace()
	platform := fakeavepoint.New(fakeavepoint.Options{Seed: demoSeed, Start: start, Latency: true, LatencyScale: demoLatency})
	story := &tale{platform: platform, workspace: workspace, log: log}
	db, remove, err := demoStore(ctx, story.judge, log)
	if err != nil {
		return err
	}
	defer remove()
	story.store = db
	past, err := newPast(ctx, db, start, history, log)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	servers, stopServers := context.WithCancel(context.WithoutCancel(ctx))
	defer stopServers()
	slackURL, err := serveLocal(servers, group, workspace.Handler())
	if err != nil {
		return err
	}
	workspace.SetURL(slackURL)
	avepointURL, err := serveLocal(servers, group, past.first(platform.Handler()))
	if err != nil {
		return err
	}
	p, err := demoParts(workspace, slackURL, avepointURL, db, log)
	if err != nil {
		return err
	}
	defer p.close()
	p.before = func(ctx context.Context) error {
		defer story.present.Store(true)
		return past.fill(ctx, stdout)
	}
	group.Go(func() error { return story.tell(ctx) })
	group.Go(func() error {
		defer stopServers()
		defer platform.Close()
		defer workspace.Close()
		return p.run(ctx)
	})
	fmt.Fprintf(stdout, "Backup Overview is answering at http://%s\n", ln.Addr())
	fmt.Fprintf(stdout, "Type %s contoso there. Ctrl-C ends the demo.\n", demoCommand)
	group.Go(func() error { return serve(servers, ln, demoPage(workspace, platform)) })
	return group.Wait()
}

// demoStore opens a database that remove takes away again.
func demoStore(ctx context.Context, judge func(store.Customer) coverage.RuleSet, log *slog.Logger) (db *store.Store, remove func(), err error) {
	dir, err := os.MkdirTemp("", "backup-overview-demo-")
	if err != nil {
		return nil, nil, err
	}
	db, err = store.Open(ctx, store.Options{URL: "sqlite://" + filepath.Join(dir, "demo.db"), Log: log, Gap: pastGap, Judge: judge})
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	return db, func() {
		if err := errors.Join(db.Close(), os.RemoveAll(dir)); err != nil {
			log.Warn("the demo's database is still there", "path", dir, "err", err)
		}
	}, nil
}

// demoParts are those of production, at the addresses of the stand-ins.
func demoParts(w *fakeslack.Workspace, slackURL, avepointURL string, db *store.Store, log *slog.Logger) (*parts, error) {
	cfg := demoSettings(w, slackURL, avepointURL)
	client, err := avepoint.New(cfg.AvePoint.options(log))
	if err != nil {
		return nil, err
	}
	return assemble(cfg, client, db, log)
}

// demoSettings are what the environment would say.
func demoSettings(w *fakeslack.Workspace, slackURL, avepointURL string) Config {
	var cfg Config
	cfg.Slack.AppToken, cfg.Slack.BotToken = Secret(w.AppToken()), Secret(w.BotToken())
	cfg.Slack.API.URL = slackURL + "/api/"
	cfg.AvePoint.GraphURL, cfg.AvePoint.TokenURL = avepointURL, avepointURL+"/connect/token"
	cfg.AvePoint.ClientID, cfg.AvePoint.ClientSecret = fakeavepoint.DefaultClientID, fakeavepoint.DefaultClientSecret
	cfg.AvePoint.environment = avepoint.Environments()[0]
	cfg.AvePoint.Rate.V, cfg.AvePoint.Concurrency.V = demoRate, 40
	cfg.Cache.TTL.V = time.Minute
	cfg.Sweep.Interval.V = demoInterval
	cfg.Retention.Days.V, cfg.Rollup.Days.V = 35, 730
	cfg.Access.Default = "members"
	cfg.Limit.User.V, cfg.Limit.Channel.V = 6, 20
	cfg.Alert.Channel = demoAlerts
	cfg.rules = ruleBook{environment: demoRules(), base: demoRules()}
	return cfg
}

// demoPage is the page on which one types and clicks.
func demoPage(w *fakeslack.Workspace, p *fakeavepoint.Platform) http.Handler {
	return page.New(page.Options{
		Workspace: w,
		Team:      demoTeam,
		Title:     "Backup Overview demo",
		Command:   demoCommand,
		Words: []page.Word{
			{Name: "gaps", About: "the worst gaps"},
			{Name: "trend", Usage: "90d", About: "coverage over time", Customer: true},
			{Name: "alerts", About: "what is open, and who looks after it"},
			{Name: "explain", About: "which rule decided", Customer: true},
			{Name: "subscribe", About: "a digest for this channel"},
			{Name: "subscriptions", About: "the digests of this channel; send one now"},
			{Name: "export", About: "all of it as CSV, to you alone"},
			{Name: "status", About: "how old the numbers are"},
			{Name: "help", About: "what one can type"},
		},
		Examples:  []string{"contoso", "contoso retail", "gaps", "trend contoso retail 90d", "alerts", "subscribe", "subscriptions", "export", "status", "help"},
		UserID:    "U0BEN",
		ChannelID: "C0OPS",
		Suggest: func() []string {
			var names []string
			for _, n := range p.Names() {
				names = append(names, n.Organization)
			}
			return names
		},
	})
}

// serveLocal serves a stand-in on a free port of this machine and returns its
// URL.
func serveLocal(ctx context.Context, group *errgroup.Group, handler http.Handler) (string, error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	group.Go(func() error { return serve(ctx, ln, handler) })
	return "http://" + ln.Addr().String(), nil
}

// serve serves handler until ctx ends. Streams of events and sockets last, so
// it sets no limit on the length of an answer and waits for none.
func serve(ctx context.Context, ln net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })()
	if err := server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
