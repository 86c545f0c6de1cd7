package bot

import (
	"context"

	"github.com/backup-overview/backup-overview/internal/access"
)

// Posting says which customers may be named in a channel unasked at this
// moment, in a digest or an alert, and where none, why. The store is asked anew
// each time; Slack's word on the channel may be half a minute old.
//
// An error says that Slack, the store or the directory of customers did not
// answer: nothing may be posted, and the same question may have an answer in a
// minute. [access.ReasonUnknownChannel] without an error is Slack's word: the
// bot does not see the channel, or may not ask about it, until somebody invites
// it or installs the app with the scope.
func (b *Bot) Posting(ctx context.Context, channel string) (access.Scope, access.Reason, error) {
	policy := b.policy()
	if policy.TeamID == "" {
		return access.Scope{}, access.ReasonUnknownChannel, errNotSignedIn
	}
	where, err := b.intake.places.surely(ctx, channel)
	if err != nil {
		return access.Scope{}, access.ReasonUnknownChannel, err
	}
	if where.Binding != nil && where.Binding.Rule.Pattern != "" {
		roll, err := b.customers.wait(ctx)
		if err != nil {
			return access.Scope{}, access.ReasonUnknownChannel, err
		}
		where = roll.placed(where)
	}
	return policy.Post(where), policy.Closed(where), nil
}

// surely is a channel in which something is to be posted unasked, and an error
// while Slack does not say.
func (p *places) surely(ctx context.Context, id string) (access.Channel, error) {
	channel, err := p.people.forPosting(ctx, id)
	if err != nil {
		return channel, err
	}
	return p.bound(ctx, id, channel)
}
