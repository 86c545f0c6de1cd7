package slack

import (
	"slices"
	"strings"
)

// target finds the channel that a message goes to and says why it may not. A
// user id stands for the direct conversation with them.
func (w *Workspace) target(c call) (Channel, *callError) {
	id := c.text("channel")
	if _, isUser := w.users[id]; isUser && id != w.options.BotUserID {
		return w.directTarget(id)
	}
	channel, ok := w.channels[id]
	if !ok {
		for _, named := range w.channels {
			if named.Name != "" && strings.TrimPrefix(id, "#") == named.Name {
				channel, ok = named, true
			}
		}
	}
	member := channel.has(w.options.BotUserID)
	switch {
	case !ok, channel.closed() && !member:
		return channel, fail("channel_not_found")
	case channel.IsArchived:
		return channel, fail("is_archived")
	case channel.IsReadOnly:
		return channel, fail("restricted_action")
	case !member && !slices.Contains(c.scopes, "chat:write.public"):
		return channel, fail("not_in_channel")
	}
	return channel, nil
}

func (w *Workspace) directTarget(userID string) (Channel, *callError) {
	switch u := w.users[userID]; {
	case u.IsBot:
		return Channel{}, fail("cannot_dm_bot")
	case u.Deleted:
		return Channel{}, fail("user_disabled")
	}
	return w.directChannel(userID), nil
}

// chatPostMessage answers chat.postMessage.
func chatPostMessage(w *Workspace, c call) (answer, *callError) {
	channel, failure := w.target(c)
	if failure != nil {
		return nil, failure
	}
	m, failure := w.content(c.name, c.args, false)
	if failure != nil {
		return nil, failure
	}
	m.ThreadTS = c.text("thread_ts")
	if m.ThreadTS != "" && w.find(channel.ID, m.ThreadTS) < 0 {
		return nil, fail("thread_not_found")
	}
	m.Broadcast = m.ThreadTS != "" && c.flag("reply_broadcast")
	if failure := w.throttleChannel(channel.ID); failure != nil {
		return nil, failure
	}
	m.ChannelID = channel.ID
	m.UserID, m.BotID, m.AppID = w.options.BotUserID, w.options.BotID, w.options.AppID
	m = w.add(m)
	return answer{"channel": channel.ID, "ts": m.TS, "message": w.ownMessage(m)}, nil
}

// ownMessage is a message as the app that wrote it sees it, with its metadata.
func (w *Workspace) ownMessage(m Message) map[string]any {
	object := w.messageObject(m)
	if m.Metadata != nil {
		object["metadata"] = m.Metadata
	}
	return object
}

// chatPostEphemeral answers chat.postEphemeral.
func chatPostEphemeral(w *Workspace, c call) (answer, *callError) {
	channel, failure := w.target(c)
	if failure != nil {
		return nil, failure
	}
	userID := c.text("user")
	_, known := w.users[userID]
	switch {
	case !known:
		return nil, fail("user_not_found")
	case !channel.has(userID):
		return nil, fail("user_not_in_channel")
	}
	m, failure := w.content(c.name, c.args, false)
	if failure != nil {
		return nil, failure
	}
	m.ChannelID, m.ThreadTS = channel.ID, c.text("thread_ts")
	m.UserID, m.BotID, m.AppID = w.options.BotUserID, w.options.BotID, w.options.AppID
	m.Ephemeral, m.VisibleTo = true, userID
	m = w.add(m)
	return answer{"message_ts": m.TS}, nil
}

// existing finds a message that the bot may change. Ephemeral messages cannot be
// changed by these methods: Slack does not know them.
func (w *Workspace) existing(c call, refusal string) (Message, *callError) {
	channel, ok := w.channels[c.text("channel")]
	if !ok || channel.closed() && !channel.has(w.options.BotUserID) {
		return Message{}, fail("channel_not_found")
	}
	if channel.IsArchived {
		return Message{}, fail("is_archived")
	}
	i := w.find(channel.ID, c.text("ts"))
	if i < 0 || w.messages[channel.ID][i].Ephemeral {
		return Message{}, fail("message_not_found")
	}
	m := w.messages[channel.ID][i]
	if m.BotID != w.options.BotID {
		return Message{}, fail(refusal)
	}
	return m, nil
}

// chatUpdate answers chat.update. Text without blocks drops the blocks.
func chatUpdate(w *Workspace, c call) (answer, *callError) {
	old, failure := w.existing(c, "cant_update_message")
	if failure != nil {
		return nil, failure
	}
	m, failure := w.content(c.name, c.args, true)
	if failure != nil {
		return nil, failure
	}
	old.Text, old.Blocks, old.Attachments, old.Edited = m.Text, m.Blocks, m.Attachments, true
	if m.Metadata != nil {
		old.Metadata = m.Metadata
	}
	w.replace(old)
	return answer{"channel": old.ChannelID, "ts": old.TS, "text": old.Text, "message": w.ownMessage(old)}, nil
}

// chatDelete answers chat.delete.
func chatDelete(w *Workspace, c call) (answer, *callError) {
	m, failure := w.existing(c, "cant_delete_message")
	if failure != nil {
		return nil, failure
	}
	w.remove(m.ChannelID, m.TS)
	return answer{"channel": m.ChannelID, "ts": m.TS}, nil
}

// chatGetPermalink answers chat.getPermalink.
func chatGetPermalink(w *Workspace, c call) (answer, *callError) {
	channel, ok := w.channels[c.text("channel")]
	ts := c.text("message_ts")
	switch {
	case !ok || channel.closed() && !channel.has(w.options.BotUserID):
		return nil, fail("channel_not_found")
	case w.find(channel.ID, ts) < 0:
		return nil, fail("message_not_found")
	}
	link := "https://" + w.options.Domain + ".slack.com/archives/" + channel.ID + "/p" + strings.ReplaceAll(ts, ".", "")
	return answer{"channel": channel.ID, "permalink": link}, nil
}
