package slack

import "cmp"

// answerThrough posts, replaces or deletes as an answer to a command or click
// asks, and returns the ts of the message that is there then.
func (w *Workspace) answerThrough(h *hook, a args) (string, *callError) {
	channel, ok := w.channels[h.channelID]
	if !ok {
		return "", fail("channel_not_found")
	}
	if channel.IsArchived {
		return "", fail("is_archived")
	}
	inChannel := a.text("response_type") == "in_channel"
	if a.flag("delete_original") {
		w.remove(h.channelID, h.original)
		h.original = ""
		if !a.hasContent() {
			return "", nil
		}
	} else if !a.hasContent() && inChannel && h.typed != "" {
		w.echo(h)
		return "", nil
	}
	content, failure := w.content("response_url", a, false)
	if failure != nil {
		return "", failure
	}
	if a.flag("replace_original") {
		if ts, ok := w.replaceOriginal(h, content); ok {
			return ts, nil
		}
	}
	return w.answerAnew(h, a, content, inChannel)
}

// replaceOriginal puts new content into the message that the answer belongs to.
// The message keeps its visibility for life, whatever response_type says.
func (w *Workspace) replaceOriginal(h *hook, content Message) (string, bool) {
	i := w.find(h.channelID, h.original)
	if i < 0 {
		return "", false
	}
	m := w.messages[h.channelID][i]
	m.Text, m.Blocks, m.Attachments, m.Edited = content.Text, content.Blocks, content.Attachments, true
	if content.Metadata != nil {
		m.Metadata = content.Metadata
	}
	return m.TS, w.replace(m)
}

// answerAnew posts a new message, ephemeral unless it asks for the channel.
func (w *Workspace) answerAnew(h *hook, a args, m Message, inChannel bool) (string, *callError) {
	m.ChannelID = h.channelID
	m.UserID, m.BotID, m.AppID = w.options.BotUserID, w.options.BotID, w.options.AppID
	if inChannel {
		if failure := w.throttleChannel(h.channelID); failure != nil {
			return "", failure
		}
		m.ThreadTS = a.text("thread_ts")
		w.echo(h)
	} else {
		m.Ephemeral, m.VisibleTo = true, h.userID
		m.ThreadTS = h.threadTS
	}
	m = w.add(m)
	if h.kind == "commands" {
		h.original = cmp.Or(m.TS, h.original)
	}
	return m.TS, nil
}

// echo shows the command as typed, once, before its first answer to the channel.
func (w *Workspace) echo(h *hook) {
	if h.typed == "" {
		return
	}
	w.add(Message{ChannelID: h.channelID, UserID: h.userID, Text: h.typed, Typed: true})
	h.typed = ""
}

func (a args) hasContent() bool {
	return a.text("text") != "" || a.text("markdown_text") != "" || a.listed("blocks") || a.listed("attachments")
}

// listed reports whether an argument holds a list with anything in it, or
// anything that is no list: that is for the validator to refuse.
func (a args) listed(name string) bool {
	raw, ok := a.structure(name)
	return !ok || raw != nil && string(raw) != "[]"
}
