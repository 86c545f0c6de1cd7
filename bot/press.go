package bot

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/formatting"
)

// interaction takes a press on a button or a choice in a menu.
// https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
func (in *intake) interaction(envelopeID string, payload json.RawMessage) error {
	var c slack.InteractionCallback
	if err := json.Unmarshal(payload, &c); err != nil {
		return err
	}
	if c.Type != slack.InteractionTypeBlockActions || !in.seen.first(envelopeID, time.Now()) {
		return nil
	}
	public := c.View.ID == "" && isPublic(c, payload)
	for _, action := range c.ActionCallback.BlockActions {
		r := pressed(c, action, public)
		if c.View.ID != "" {
			r = inForm(c, in.binder.memory.customers.sealer)
			r.Action = formatting.ActionOf(action.ActionID)
		}
		if r.Action == formatting.ActionPortal || !in.seen.first(pressID(c, action), time.Now()) {
			continue // a link, which Slack has opened, or the same press again
		}
		in.tally.presses.Add(1)
		r.Command = in.router.command()
		in.submit(caller{team: in.sentTeam(c), user: c.User.ID}, r)
	}
	return nil
}

// pressID tells one press from all others, also when it is delivered again in
// another envelope.
func pressID(c slack.InteractionCallback, action *slack.BlockAction) string {
	if action.ActionTs == "" {
		return ""
	}
	return strings.Join([]string{"press", action.ActionTs, c.User.ID, action.ActionID, action.Value, action.SelectedOption.Value, c.TriggerID, c.ResponseURL}, "\n")
}

// sentTeam is the team that a press says it comes from: the person's or the
// message's, whichever is not ours. Both have to be.
func (in *intake) sentTeam(c slack.InteractionCallback) string {
	if c.User.TeamID == "" || c.User.TeamID == in.policy().TeamID && c.Team.ID != "" {
		return c.Team.ID
	}
	return c.User.TeamID
}

// isPublic reports whether the message pressed on is for the whole channel.
// Slack says so; where it does not, it sends no message along that only one
// person sees.
func isPublic(c slack.InteractionCallback, payload json.RawMessage) bool {
	var said struct {
		Container struct {
			IsEphemeral *bool `json:"is_ephemeral"`
		} `json:"container"`
	}
	if json.Unmarshal(payload, &said) == nil && said.Container.IsEphemeral != nil {
		return !*said.Container.IsEphemeral
	}
	return c.Message.Timestamp != ""
}

// pressed is the request behind one action of a message.
func pressed(c slack.InteractionCallback, action *slack.BlockAction, public bool) Request {
	channel := c.Channel.ID
	if channel == "" {
		channel = c.Container.ChannelID
	}
	value := action.Value
	if action.SelectedOption.Value != "" {
		value = action.SelectedOption.Value
	}
	return Request{
		Action:  formatting.ActionOf(action.ActionID),
		Value:   value,
		Trigger: c.TriggerID,
		Public:  public,
		Channel: place(channel),
		answer:  newAddress(c.ResponseURL, channel, c.User.ID).pressedOn(public),
	}
}
