package slack

import (
	"context"
	"maps"
)

// Click is a press of a button or a choice in a select, in a message or a view.
type Click struct {
	UserID string

	ChannelID, MessageTS string // of the message …
	ViewID               string // … or the view; for Home "home" will do

	ActionID string // of the element
	BlockID  string // "": any block
	// Value says which: of several buttons with the same action_id the one with
	// this value; of a select, overflow menu or radio group the option's value;
	// of a conversations, channels or users select the id.
	Value string
	// Values are the chosen options of checkboxes and multi selects.
	Values []string
	// Anyone lets a person click what they cannot see, as a tampered client would.
	Anyone bool
	// Mutate changes the payload before it is sent, for tampered and odd ones.
	Mutate func(payload map[string]any)
}

func (c Click) values() []string {
	if c.Values == nil && c.Value != "" {
		return []string{c.Value}
	}
	return c.Values
}

// Click finds the element and sends block_actions as Slack does, then waits for
// the ack. Its errors are those of Slash, and ErrNoElement.
func (w *Workspace) Click(ctx context.Context, c Click) (Receipt, error) {
	build := w.messageClick
	if c.ViewID != "" {
		build = w.viewClick
	}
	w.mu.Lock()
	payload, err := build(c)
	w.mu.Unlock()
	if err != nil {
		return Receipt{}, err
	}
	payload = mutated(payload, c.Mutate)
	receipt, err := w.deliver(ctx, envelope{kind: "interactive", payload: payload, accepts: c.ViewID == ""})
	receipt.ResponseURL, _ = payload["response_url"].(string)
	receipt.TriggerID, _ = payload["trigger_id"].(string)
	return receipt, err
}

// messageClick builds the payload of a click in a message.
func (w *Workspace) messageClick(c Click) (map[string]any, error) {
	user, knownUser := w.users[c.UserID]
	channel, knownChannel := w.channels[c.ChannelID]
	if !knownUser || !knownChannel {
		return nil, ErrUnknown
	}
	i := w.find(c.ChannelID, c.MessageTS)
	if i < 0 {
		return nil, ErrNoElement
	}
	m := w.messages[c.ChannelID][i]
	if !c.Anyone && !m.shownTo(user.ID, w.sees(user.ID, channel)) {
		return nil, ErrNoElement
	}
	tree := []any{decoded(m.Blocks), decoded(m.Attachments)}
	action, chosen, err := w.act(tree, c, m.ChannelID+"/"+m.TS+"/"+user.ID)
	if err != nil {
		return nil, err
	}
	payload := w.actionPayload(user, action)
	payload["trigger_id"] = w.newTrigger(user.ID, "")
	payload["container"] = m.container()
	payload["channel"] = map[string]any{"id": channel.ID, "name": channel.payloadName()}
	payload["state"] = map[string]any{"values": stateValues(tree, chosen)}
	if !m.Ephemeral { // Slack does not repeat what only one person sees
		payload["message"] = w.messageObject(m)
	}
	h := w.newHook("actions", user.ID, channel.ID)
	h.original, h.threadTS = m.TS, m.ThreadTS
	payload["response_url"] = w.base + h.path
	return payload, nil
}

// act finds the element of a click and says what was done to it; what it holds
// from now on is remembered under a key of the message or view and the person.
func (w *Workspace) act(tree any, c Click, key string) (action, chosen map[string]any, err error) {
	e, ok := picked(tree, c)
	if !ok {
		return nil, nil, ErrNoElement
	}
	members, ok := e.choice(c.values())
	if !ok {
		return nil, nil, ErrNoElement
	}
	if e.stateful() {
		if w.chosen[key] == nil {
			w.chosen[key] = map[string]any{}
		}
		w.chosen[key][e.blockID+"/"+e.id()] = members
	}
	action = map[string]any{"type": e.kind(), "action_id": e.id(), "block_id": e.blockID, "action_ts": w.nextTS()}
	maps.Copy(action, members)
	if placeholder, ok := e.object["placeholder"]; ok {
		action["placeholder"] = placeholder
	}
	return action, w.chosen[key], nil
}

// actionPayload is what every block_actions payload holds.
func (w *Workspace) actionPayload(u User, action map[string]any) map[string]any {
	payload := w.interaction("block_actions", u)
	payload["actions"] = []any{action}
	return payload
}

// interaction is what every interaction payload holds.
func (w *Workspace) interaction(kind string, u User) map[string]any {
	return map[string]any{
		"type": kind, "token": verificationToken, "api_app_id": w.options.AppID,
		"team":       map[string]any{"id": w.options.TeamID, "domain": w.options.Domain},
		"user":       map[string]any{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": u.TeamID},
		"enterprise": w.enterprise(), "is_enterprise_install": false,
	}
}

func (w *Workspace) enterprise() any {
	if w.options.EnterpriseID == "" {
		return nil
	}
	return map[string]any{"id": w.options.EnterpriseID, "name": w.options.TeamName}
}

func (m Message) container() map[string]any {
	container := map[string]any{
		"type": "message", "message_ts": m.TS, "channel_id": m.ChannelID, "is_ephemeral": m.Ephemeral,
	}
	if m.ThreadTS != "" {
		container["thread_ts"] = m.ThreadTS
	}
	return container
}

// messageObject is a message as payloads and the history methods show it.
func (w *Workspace) messageObject(m Message) map[string]any {
	object := map[string]any{"type": "message", "user": m.UserID, "ts": m.TS, "text": m.Text, "team": w.options.TeamID}
	if m.BotID != "" {
		object["bot_id"], object["app_id"] = m.BotID, m.AppID
	}
	if m.ThreadTS != "" {
		object["thread_ts"] = m.ThreadTS
	}
	if m.Broadcast {
		object["subtype"] = "thread_broadcast"
	}
	if m.Blocks != nil {
		object["blocks"] = m.Blocks
	}
	if m.Attachments != nil {
		object["attachments"] = m.Attachments
	}
	if files := w.filesOf(m); len(files) > 0 {
		object["files"] = files
	}
	if m.Edited {
		object["edited"] = map[string]any{"user": m.UserID, "ts": m.TS}
	}
	return object
}
