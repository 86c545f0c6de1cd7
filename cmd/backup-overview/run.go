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

// A startError stops the start and is not mended by another one.
type startError struct{ err error }

// Error implements error.
func (e *startError) Error() string { return e.err.Error() }

// Unwrap returns what is wrong.
func (e *startError) Unwrap() error { return e.err }

// runBot serves health and the bot until ctx ends, and returns the exit code.
// Health answers first: a database that cannot be reached yet is waited for.
func runBot(ctx context.Context, cfg Config, log *slog.Logger, stderr io.Writer) int {
	client, err := avepoint.New(cfg.AvePoint.options(log))
	if err != nil {
		return configError(stderr, err)
	}
	ln, err := listen(ctx, cfg.HTTP.Addr)
	if err != nil {
		return configError(stderr, err)
	}
	outside := newOutside(cfg, client)
	group, life := errgroup.WithContext(ctx)
	served, stopServing := context.WithCancel(context.WithoutCancel(ctx))
	group.Go(func() error { return serveHTTP(served, ln, outside.handler(log), log) })
	group.Go(func() error {
		remind(served, &cfg.AvePoint, log)
		return nil
	})
	group.Go(func() error {
		defer stopServing()
		return live(life, cfg, client, outside, log)
	})
	err = group.Wait()
	_, refused := errors.AsType[*startError](err)
	switch {
	case refused, errors.Is(err, bot.ErrRefused):
		return configError(stderr, err)
	case err != nil:
		log.Error("the bot has ended", "err", err)
		return exitFailed
	}
	log.Info("the bot has stopped")
	return exitOK
}

// live opens the database, runs the parts until ctx ends, and closes it last.
func live(ctx context.Context, cfg Config, client *avepoint.Client, outside *outside, log *slog.Logger) error {
	db, err := openStore(ctx, storeOptions(cfg, log), outside.waiting, log)
	if err != nil || db == nil {
		return err
	}
	defer func() {
		if err := db.Close(); err != nil {
			log.Error("database not closed", "err", err)
		}
	}()
	p, err := assemble(cfg, client, db, log)
	if err != nil {
		return &startError{err}
	}
	defer p.close()
	outside.show(p)
	return p.run(ctx)
}

// botOptions are what the environment says of the bot. Its store, watch and
// engine come from assemble.
func botOptions(cfg Config, cache *avepoint.Cache, log *slog.Logger) (bot.Options, error) {
	everyone, err := access.ParseDefault(cfg.Access.Default)
	return bot.Options{
		Tokens:       cfg.Slack.tokens,
		APIURL:       cfg.Slack.API.URL,
		Connections:  cfg.Slack.Connections.V,
		Cache:        cache,
		Version:      version(),
		PortalURL:    cfg.AvePoint.environment.PortalURL,
		Admins:       cfg.Access.Admins,
		Default:      everyone,
		Bindings:     cfg.Bindings.rules,
		Unasked:      cfg.unaskedIDs(),
		OpsChannel:   cfg.opsChannel(),
		UserLimit:    cfg.Limit.User.V,
		ChannelLimit: cfg.Limit.Channel.V,
		Grace:        botGrace,
		ButtonKey:    buttonKey(cfg.Slack.BotToken),
		Log:          log,
	}, err
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
