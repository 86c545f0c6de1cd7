package slack

import "context"

// SlashCommand is a command as a person types it.
type SlashCommand struct {
	UserID, ChannelID string
	Command           string // with its slash
	Text              string // what follows
	Escaped           bool   // send Text as EscapeTyped makes it
	// Mutate changes the payload before it is sent, for tampered and odd ones.
	Mutate func(payload map[string]any)
}

// Slash sends a command to one open socket and waits for the ack. It works in any
// conversation, also where the bot is not a member, and for everyone: whether
// Slack lets a guest or an outsider run a command is for Slack's settings, not
// for the app to rely on. Its errors are ErrUnknown, ErrNoSocket, ErrNoAck and
// the context's.
func (w *Workspace) Slash(ctx context.Context, c SlashCommand) (Receipt, error) {
	payload, h, err := w.slashPayload(c)
	if err != nil {
		return Receipt{}, err
	}
	receipt, err := w.deliver(ctx, envelope{kind: "slash_commands", payload: payload, accepts: true})
	receipt.ResponseURL, _ = payload["response_url"].(string)
	receipt.TriggerID, _ = payload["trigger_id"].(string)
	if err == nil && receipt.Payload != nil {
		receipt.MessageTS = w.answerInAck(h, receipt.Payload)
	}
	return receipt, err
}

// slashPayload builds a command's payload with its response_url and trigger_id.
// It takes mu itself.
func (w *Workspace) slashPayload(c SlashCommand) (map[string]any, *hook, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	user, knownUser := w.users[c.UserID]
	channel, knownChannel := w.channels[c.ChannelID]
	if !knownUser || !knownChannel {
		return nil, nil, ErrUnknown
	}
	text := c.Text
	if c.Escaped {
		text = EscapeTyped(text)
	}
	typed := c.Command
	if c.Text != "" {
		typed += " " + c.Text
	}
	h := w.newHook("commands", user.ID, channel.ID)
	h.typed = typed
	payload := map[string]any{
		"token": verificationToken, "team_id": user.TeamID, "team_domain": w.domain(user.TeamID),
		"channel_id": channel.ID, "channel_name": channel.payloadName(),
		"user_id": user.ID, "user_name": user.Name,
		"command": c.Command, "text": text, "api_app_id": w.options.AppID,
		"is_enterprise_install": "false",
		"response_url":          w.base + h.path, "trigger_id": w.newTrigger(user.ID, ""),
	}
	if w.options.EnterpriseID != "" {
		payload["enterprise_id"], payload["enterprise_name"] = w.options.EnterpriseID, w.options.TeamName
	}
	payload = mutated(payload, c.Mutate)
	return payload, h, nil
}

// verificationToken is Slack's deprecated one; apps ignore it.
const verificationToken = "sandboxVerificationToken"

// domain is the workspace's own, or one made from another team's id.
func (w *Workspace) domain(teamID string) string {
	if teamID == w.options.TeamID {
		return w.options.Domain
	}
	return "other-" + teamID
}

// payloadName is the channel's name as payloads have it.
func (c Channel) payloadName() string {
	switch {
	case c.IsIM:
		return "directmessage"
	case c.IsPrivate, c.IsMPIM:
		return "privategroup"
	}
	return c.Name
}
