package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/bot"
	"github.com/backup-overview/backup-overview/internal/access"
	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	"github.com/backup-overview/backup-overview/internal/sandbox/page"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
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
	if err := demo(ctx, ln, stdout, log); err != nil {
		log.Error("the demo has ended", "err", err)
		return exitFailed
	}
	return exitOK
}

// demoLatency makes the stand-in AvePoint answer in a fifth of the real time:
// one still sees that it takes a while.
const demoLatency = 0.2

// demo serves until ctx ends.
func demo(ctx context.Context, ln net.Listener, stdout io.Writer, log *slog.Logger) error {
	workspace := demoWorkspace()
	platform := fakeavepoint.New(fakeavepoint.Options{Seed: 1, Start: time.Now(), Latency: true, LatencyScale: demoLatency})
	group, ctx := errgroup.WithContext(ctx)
	servers, stopServers := context.WithCancel(context.WithoutCancel(ctx))
	defer stopServers()
	slackURL, err := serveLocal(servers, group, workspace.Handler())
	if err != nil {
		return err
	}
	workspace.SetURL(slackURL)
	avepointURL, err := serveLocal(servers, group, platform.Handler())
	if err != nil {
		return err
	}
	client, err := demoClient(avepointURL, log)
	if err != nil {
		return err
	}
	cache := avepoint.NewCache(client.ForPerson(), avepoint.CacheOptions{TTL: time.Minute, Max: cachedOverviews})
	defer cache.Close()
	b, err := demoBot(workspace, slackURL, client, cache, log)
	if err != nil {
		return err
	}
	group.Go(func() error {
		defer stopServers()
		defer platform.Close()
		defer workspace.Close()
		return b.Run(ctx)
	})
	fmt.Fprintf(stdout, "Backup Overview is answering at http://%s\n", ln.Addr())
	fmt.Fprintf(stdout, "Type %s contoso there. Ctrl-C ends the demo.\n", demoCommand)
	group.Go(func() error { return serve(servers, ln, demoPage(workspace, platform)) })
	return group.Wait()
}

// demoClient is the client of production, with the address of the stand-in.
func demoClient(avepointURL string, log *slog.Logger) (*avepoint.Client, error) {
	return avepoint.New(avepoint.Options{
		GraphURL: avepointURL,
		TokenURL: avepointURL + "/connect/token",
		Credentials: avepoint.Credentials{
			ClientID:     fakeavepoint.DefaultClientID,
			ClientSecret: fakeavepoint.DefaultClientSecret,
		},
		Log: log,
	})
}

// demoBot is the bot of production, with the address of the stand-in.
func demoBot(w *fakeslack.Workspace, slackURL string, client *avepoint.Client, cache *avepoint.Cache, log *slog.Logger) (*bot.Bot, error) {
	return bot.New(bot.Options{
		Tokens: func() (bot.Tokens, error) {
			return bot.Tokens{App: w.AppToken(), Bot: w.BotToken()}, nil
		},
		APIURL:       slackURL + "/api/",
		Client:       client,
		Cache:        cache,
		PortalURL:    avepoint.Environments()[0].PortalURL,
		Default:      access.Members,
		UserLimit:    6,
		ChannelLimit: 20,
		ButtonKey:    buttonKey(Secret(w.BotToken())),
		Log:          log,
	})
}

// demoPage is the page on which one types and clicks.
func demoPage(w *fakeslack.Workspace, p *fakeavepoint.Platform) http.Handler {
	return page.New(page.Options{
		Workspace: w,
		Team:      demoTeam,
		Title:     "Backup Overview demo",
		Command:   demoCommand,
		Words:     []page.Word{{Name: "help", About: "what one can type"}},
		Examples:  []string{"contoso", "contoso retail", "fabrikam", "help"},
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
