package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/slack-go/slack"
)

// filedTried bounds how many channels of BINDINGS_FILE are asked about: Slack
// takes about 50 such questions a minute, and a running bot asks them too.
const filedTried = 20

// checkChannels asks Slack about the channels that the configuration names.
func checkChannels(ctx context.Context, api *slack.Client, cfg Config) []finding {
	var findings []finding
	for _, c := range cfg.unasked() {
		findings = append(findings, checkUnasked(ctx, api, c, cfg))
	}
	return append(findings, checkFiled(ctx, api, cfg.Bindings)...)
}

// checkUnasked says whether the bot can post in a channel of its own accord.
// https://docs.slack.dev/reference/methods/conversations.info
func checkUnasked(ctx context.Context, api *slack.Client, c namedChannel, cfg Config) finding {
	f := finding{Verdict: warned, What: c.variable}
	channel, err := api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: c.id})
	_, bound := cfg.Bindings.rules[c.id]
	switch {
	case err != nil:
		f.Detail, f.Mend = channelTrouble(c.id, err)
	case channel.IsArchived:
		f.Detail, f.Mend = c.id+" is archived", "unarchive the channel, or name another one"
	case !channel.IsMember:
		f.Detail, f.Mend = "the bot is not in "+c.id, "invite it there: /invite, and the app's name"
	case isShared(channel) && c.variable != "OPS_CHANNEL":
		f.Detail = c.id + " is shared with another organisation, so nothing is posted there before an admin binds it to one customer"
		f.Mend = "name a channel of your own workspace, or bind it there with the command's word bind"
	case isShared(channel):
		f.Detail, f.Mend = c.id+" is shared with another organisation, which would read the bot's own troubles", "name a channel of your own workspace"
	default:
		f.Verdict, f.Detail = passed, "the bot is in "+c.id
		if bound && c.variable == "DIGEST_CHANNEL" {
			f.Detail += ", and its digest tells the customers that BINDINGS_FILE has for it"
		}
	}
	return f
}

// checkFiled says how many channels the file binds, and of the first of them
// which ones Slack does not know or shares.
func checkFiled(ctx context.Context, api *slack.Client, b BindingsConfig) []finding {
	if b.File == "" {
		return nil
	}
	ids := slices.Sorted(maps.Keys(b.rules))
	var troubles []finding
	for _, id := range ids[:min(filedTried, len(ids))] {
		channel, err := api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: id})
		f := finding{Verdict: warned, What: "BINDINGS_FILE"}
		switch {
		case err != nil:
			f.Detail, f.Mend = channelTrouble(id, err)
		case isShared(channel):
			f.Detail = id + " is shared with another organisation, so that the file does not count there"
			f.Mend = "bind it in Slack, to one customer, with the command's word bind"
		case channel.IsArchived:
			f.Detail, f.Mend = id+" is archived", "take it out of the file, or unarchive the channel"
		default:
			continue
		}
		troubles = append(troubles, f)
	}
	if len(troubles) > 0 {
		return troubles
	}
	detail := fmt.Sprintf("channels bound: %d", len(ids))
	if len(ids) > filedTried {
		detail += fmt.Sprintf(", of which %d were tried", filedTried)
	}
	return []finding{{Verdict: passed, What: "BINDINGS_FILE", Detail: detail}}
}

func isShared(c *slack.Channel) bool { return c.IsExtShared || c.IsPendingExtShared }

// channelTrouble says why Slack tells nothing of a channel.
func channelTrouble(id string, err error) (detail, mend string) {
	answer, ok := errors.AsType[slack.SlackErrorResponse](err)
	switch {
	case ok && answer.Err == "channel_not_found":
		return "Slack shows the bot no channel " + id, "check the id; if the channel is private, invite the bot: /invite, and the app's name"
	case ok && answer.Err == "missing_scope":
		return id + " could not be tried (missing_scope)", "add channels:read, and groups:read for private channels, under OAuth & Permissions and install the app again"
	}
	f := slackFailure("", "SLACK_BOT_TOKEN", err)
	return id + " could not be tried: " + f.Detail, f.Mend
}
