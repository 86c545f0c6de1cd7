package bot

import (
	"context"
	"errors"
)

// errNotSignedIn says that Slack has not taken a token yet.
var errNotSignedIn = errors.New("the bot is not signed in to Slack yet")

// Ops are the places where the bot tells its own troubles: Options.OpsChannel,
// or, where there is none, or the bot does not see it, or people of another
// organisation read along, the ids of at most 20 of the bot's admins; a message
// reaches them under their own id. None while Slack does not say who they are.
func (b *Bot) Ops(ctx context.Context) []string {
	if channel := b.options.OpsChannel; channel != "" && b.inHouse(ctx, channel) {
		return []string{channel}
	}
	return b.intake.channels.reachable(ctx, "")
}

// inHouse reports whether a channel is the organisation's own. While Slack does
// not say, it is taken for one: what is told there names no customer.
func (b *Bot) inHouse(ctx context.Context, id string) bool {
	channel, err := b.intake.people.lately(ctx, id)
	return err != nil || channel.Known && !channel.Shared()
}

// Token is the bot token (xoxb-…) that Slack has taken last; an error before
// the first time.
func (b *Bot) Token() (string, error) {
	if token, ok := b.web.token.Load().(string); ok {
		return token, nil
	}
	return "", errNotSignedIn
}

// Command is the name under which Slack sends the command, with its slash.
func (b *Bot) Command() string { return b.intake.router.command() }
