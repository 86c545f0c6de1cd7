package bot

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"
)

// serve signs in and answers, again and again until ctx ends. Tokens refused
// before the bot was ever connected end it; refused later, they are tried
// again, for an operator may be about to replace them.
func (b *Bot) serve(ctx context.Context) error {
	wait := b.options.Retry
	for {
		start := time.Now()
		err := b.attempt(ctx)
		if time.Since(start) > calm {
			wait = b.options.Retry
		}
		if ctx.Err() != nil {
			return nil
		}
		if !b.state.wasConnected() {
			return err
		}
		b.state.refuse(err)
		b.log.Error("the bot is not connected to Slack", "wait", wait, "err", err)
		if sleep(ctx, jitter(wait)) != nil {
			return nil
		}
		wait = min(2*wait, 15*b.options.Retry)
	}
}

// attempt is one life with one pair of tokens. It ends when ctx does, or with
// the reason why these tokens do not work.
func (b *Bot) attempt(ctx context.Context) error {
	tokens, err := b.options.Tokens()
	if err != nil {
		return err
	}
	if err := b.signIn(ctx, tokens); err != nil {
		return err
	}
	return b.session(ctx, tokens)
}

// signIn waits for Slack as long as it does not answer; only a refusal ends
// the waiting.
func (b *Bot) signIn(ctx context.Context, tokens Tokens) error {
	for wait := time.Second; ; wait = min(2*wait, time.Minute) {
		err := b.web.signIn(ctx, tokens)
		if err == nil || errors.Is(err, ErrRefused) || ctx.Err() != nil {
			return err
		}
		b.log.Warn("Slack does not answer", "wait", wait, "err", err)
		if err := sleep(ctx, jitter(wait)); err != nil {
			return err
		}
	}
}

// session holds the connections until ctx ends, then stops in order: no new
// work, work under way ends, sockets close when their acks have left.
func (b *Bot) session(ctx context.Context, tokens Tokens) error {
	sockets, closeSockets := context.WithCancel(context.WithoutCancel(ctx))
	defer closeSockets()
	lines := b.lines(tokens)
	b.state.connect(lines)
	group, sockets := errgroup.WithContext(sockets)
	for i, l := range lines {
		group.Go(func() error {
			if err := sleep(sockets, time.Duration(i)*b.options.Stagger); err != nil {
				return nil
			}
			return l.run(sockets)
		})
	}
	group.Go(func() error {
		b.intake.resume(sockets)
		return nil
	})
	lost := b.hold(ctx, sockets)
	if ctx.Err() != nil {
		b.intake.desk.finish(b.options.Grace)
	}
	closeSockets()
	err := group.Wait()
	if ctx.Err() != nil {
		return nil
	}
	if lost != nil {
		return lost
	}
	return err
}

// hold waits until the session has to end: ctx has, the sockets have, or Slack
// refuses the bot token, which is its error.
func (b *Bot) hold(ctx, sockets context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-sockets.Done():
			return nil
		case <-b.web.doubt:
			if err := b.web.check(ctx); err != nil {
				return err
			}
		}
	}
}

func (b *Bot) lines(tokens Tokens) []*line {
	lines := make([]*line, b.options.Connections)
	for i := range lines {
		log := b.log.With("connection", i+1)
		lines[i] = newLine(b.options.APIURL, tokens, b.openings, b.intake, log)
	}
	return lines
}
