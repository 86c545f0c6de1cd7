package bot

import (
	"cmp"
	"encoding/json"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/formatting"
)

// interaction takes a press on a button or a choice in a menu that changes
// nothing. One that does is [intake.keep]'s.
// https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
func (in *intake) interaction(envelopeID string, payload json.RawMessage) error {
	from, presses, err := in.presses(envelopeID, payload)
	for _, r := range presses {
		in.submit(from, r)
	}
	return err
}

// presses are the requests of a payload, but for those that came before.
func (in *intake) presses(envelopeID string, payload json.RawMessage) (caller, []Request, error) {
	var c slack.InteractionCallback
	if err := json.Unmarshal(payload, &c); err != nil {
		return caller{}, nil, err
	}
	if c.Type != slack.InteractionTypeBlockActions || !in.seen.first(envelopeID, time.Now()) {
		return caller{}, nil, nil
	}
	var presses []Request
	public := c.View.ID == "" && isPublic(c, payload)
	for _, action := range c.ActionCallback.BlockActions {
		r := pressed(c, action, public)
		if c.View.ID != "" {
			r = inForm(c, in.sealer)
			r.Action = formatting.ActionOf(action.ActionID)
		}
		id := pressID(c, action)
		if r.Action == formatting.ActionPortal || !in.seen.first(id, time.Now()) {
			continue // a link, which Slack has opened, or the same press again
		}
		in.tally.presses.Add(1)
		r.Command, r.pressedAt = in.router.command(), action.ActionTs
		if in.router.changed(r.Action, r.Value) {
			r.press = inboxID(cmp.Or(id, envelopeID))
		}
		presses = append(presses, r)
	}
	return caller{team: in.sentTeam(c), user: c.User.ID}, presses, nil
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
