package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"golang.org/x/sync/errgroup"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/bot"
	"github.com/backup-overview/backup-overview/internal/access"
)

// cachedOverviews bounds the overviews held in memory; an overview is some
// kilobytes.
const cachedOverviews = 10_000

// runBot serves health and the bot until ctx ends, and returns the exit code.
func runBot(ctx context.Context, cfg Config, log *slog.Logger, stderr io.Writer) int {
	client, err := avepoint.New(cfg.AvePoint.options(log))
	if err != nil {
		return configError(stderr, err)
	}
	cache := avepoint.NewCache(client.ForPerson(), avepoint.CacheOptions{TTL: cfg.Cache.TTL.V, Max: cachedOverviews})
	defer cache.Close()
	b, err := newBot(cfg, client, cache, log)
	if err != nil {
		return configError(stderr, err)
	}
	ln, err := listen(ctx, cfg.HTTP.Addr)
	if err != nil {
		return configError(stderr, err)
	}
	group, life := errgroup.WithContext(ctx)
	served, stopServing := context.WithCancel(context.WithoutCancel(ctx))
	group.Go(func() error {
		return serveHTTP(served, ln, healthHandler(version(), func() []string { return notReady(b.State()) }), log)
	})
	group.Go(func() error {
		remind(served, &cfg.AvePoint, log)
		return nil
	})
	group.Go(func() error {
		defer stopServing()
		return b.Run(life)
	})
	switch err := group.Wait(); {
	case errors.Is(err, bot.ErrRefused):
		return configError(stderr, err)
	case err != nil:
		log.Error("the bot has ended", "err", err)
		return exitFailed
	}
	log.Info("the bot has stopped")
	return exitOK
}

// newBot wires the bot from the environment. It does no I/O.
func newBot(cfg Config, client *avepoint.Client, cache *avepoint.Cache, log *slog.Logger) (*bot.Bot, error) {
	everyone, err := access.ParseDefault(cfg.Access.Default)
	if err != nil {
		return nil, err
	}
	return bot.New(bot.Options{
		Tokens:       cfg.Slack.tokens,
		APIURL:       cfg.Slack.API.URL,
		Connections:  cfg.Slack.Connections.V,
		Client:       client,
		Cache:        cache,
		PortalURL:    cfg.AvePoint.environment.PortalURL,
		Admins:       cfg.Access.Admins,
		Default:      everyone,
		UserLimit:    cfg.Limit.User.V,
		ChannelLimit: cfg.Limit.Channel.V,
		ButtonKey:    buttonKey(cfg.Slack.BotToken),
		Log:          log,
	})
}

// buttonKey is a secret that all replicas have and no variable has to hold.
func buttonKey(token Secret) []byte {
	key := sha256.Sum256([]byte("backup-overview/buttons/" + token.Reveal()))
	return key[:]
}

// tokens are Slack's tokens now: a file may have been replaced since the
// start.
func (c SlackConfig) tokens() (bot.Tokens, error) {
	app, err := current("SLACK_APP_TOKEN_FILE", c.AppToken, c.AppTokenFile)
	if err != nil {
		return bot.Tokens{}, err
	}
	token, err := current("SLACK_BOT_TOKEN_FILE", c.BotToken, c.BotTokenFile)
	if err != nil {
		return bot.Tokens{}, err
	}
	return bot.Tokens{App: app.Reveal(), Bot: token.Reveal()}, nil
}

func current(variable string, secret Secret, file SecretFile) (Secret, error) {
	if file == "" {
		return secret, nil
	}
	secret, err := readSecret(file)
	if err != nil {
		return "", fmt.Errorf("%s: %w", variable, err)
	}
	return secret, nil
}

// notReady says why a command would not be answered now.
func notReady(s bot.State) []string {
	var problems []string
	switch {
	case s.Stopping:
		problems = append(problems, "the bot is stopping")
	case s.Refused:
		problems = append(problems, "Slack refuses the bot's tokens")
	case s.Connections == 0:
		problems = append(problems, "no connection to Slack, or nothing heard on it for 35 seconds")
	}
	return problems
}
