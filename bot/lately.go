package bot

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
)

// channelFor is how long Slack's word on a channel counts for answers that one
// person sees. What is posted for all asks anew.
const channelFor = 30 * time.Second

// glimpse is what Slack said of a channel, and when.
type glimpse struct {
	channel access.Channel
	at      time.Time
}

// lately returns what Slack said of a channel within the last half minute, or
// says now. While Slack does not answer, its last word of ten minutes counts;
// without one nobody knows who reads along, which is the error.
func (p *people) lately(ctx context.Context, id string) (access.Channel, error) {
	if place := place(id); place.Direct || id == "" {
		return place, nil
	}
	last, known := p.glimpsed(id)
	if known && time.Since(last.at) < channelFor {
		return last.channel, nil
	}
	call := p.calls.DoChan("channel/"+id, func() (any, error) {
		c, err := p.ask(context.WithoutCancel(ctx), id)
		return c, err
	})
	select {
	case result := <-call:
		if known && isUnanswered(result.Err) {
			return last.channel, nil
		}
		return result.Val.(access.Channel), result.Err
	case <-ctx.Done():
		return access.Channel{ID: id}, context.Cause(ctx)
	}
}

func (p *people) glimpsed(id string) (glimpse, bool) {
	value, ok := p.memory.Get("channel/" + id)
	if !ok {
		return glimpse{}, false
	}
	return value.(glimpse), true
}

// moved forgets what Slack said of a channel: it has changed.
func (p *people) moved(id string) { p.memory.Delete("channel/" + id) }

// channel returns what Slack says of a channel now, for customers' numbers are
// posted on it. Of one that the bot does not see nothing is known, and nothing
// may be posted; so it is where Slack does not say, which is the error.
func (p *people) channel(ctx context.Context, id string) (access.Channel, error) {
	if place := place(id); place.Direct || id == "" {
		return place, nil
	}
	return p.ask(ctx, id)
}

// isUnanswered reports whether Slack said nothing, rather than that it will not.
func isUnanswered(err error) bool {
	_, limited := errors.AsType[*slack.RateLimitedError](err)
	return limited || isUnsure(err)
}

// ask asks Slack about a channel, which may have another id by now. That the bot
// does not see it is an answer, and so is that the app lacks the scope to: then
// whoever asks is answered alone. All else that is no answer, another refusal
// too, leaves open who reads the channel and is an error.
func (p *people) ask(ctx context.Context, id string) (access.Channel, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var channel *slack.Channel
	err := p.web.call(ctx, func(api *slack.Client) (err error) {
		channel, err = api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: id})
		return err
	})
	c := access.Channel{ID: id}
	switch code := slackCode(err); {
	case err == nil:
		c.External, c.Pending = channel.IsExtShared, channel.IsPendingExtShared
		c.Direct, c.Known = channel.IsIM, true
		c.ID = cmp.Or(channel.ID, id)
	case code == "channel_not_found":
		p.log.Info("channel not known", "channel_id", id, "err", err)
		c.External, c.Pending = p.sharing(id)
	case code == "missing_scope":
		p.log.Warn("channel not known: install the app again with the scopes channels:read and groups:read", "channel_id", id, "err", err)
		c.External, c.Pending = p.sharing(id)
	default:
		p.log.Warn("channel not known", "channel_id", id, "err", err)
		return c, &UserError{Message: formatting.ChannelUnchecked(), Err: err}
	}
	p.keep("channel/"+id, glimpse{c, time.Now()})
	return c, nil
}

// sharing is whether a channel was shared when Slack last told of it.
func (p *people) sharing(id string) (external, pending bool) {
	last, _ := p.glimpsed(id)
	return last.channel.External, last.channel.Pending
}
