package slack

import "slices"

// conversationsHistory answers conversations.history: what stands in the channel
// itself, newest first, without ephemeral messages.
func conversationsHistory(w *Workspace, c call) (answer, *callError) {
	channel, failure := w.historyChannel(c)
	if failure != nil {
		return nil, failure
	}
	return w.history(c, channel, func(m Message) bool { return m.ThreadTS == "" || m.ThreadTS == m.TS || m.Broadcast }, true)
}

// conversationsReplies answers conversations.replies: a root and its thread,
// oldest first.
func conversationsReplies(w *Workspace, c call) (answer, *callError) {
	channel, failure := w.historyChannel(c)
	if failure != nil {
		return nil, failure
	}
	root := c.text("ts")
	if w.find(channel.ID, root) < 0 {
		return nil, fail("thread_not_found")
	}
	return w.history(c, channel, func(m Message) bool { return m.TS == root || m.ThreadTS == root }, false)
}

func (w *Workspace) historyChannel(c call) (Channel, *callError) {
	channel, failure := w.readable(c, "history")
	if failure == nil && !channel.has(w.options.BotUserID) {
		failure = fail("not_in_channel")
	}
	return channel, failure
}

func (w *Workspace) history(c call, channel Channel, want func(Message) bool, newestFirst bool) (answer, *callError) {
	oldest, latest := c.text("oldest"), c.text("latest")
	shown := timeStamp(w.Now().Add(-w.options.HistoryLag).UnixMicro())
	var found []map[string]any
	for _, m := range w.messages[channel.ID] {
		if m.Ephemeral || !want(m) || !within(m.TS, oldest, latest, c.flag("inclusive")) {
			continue
		}
		if w.options.HistoryLag > 0 && compareTS(m.TS, shown) > 0 {
			continue
		}
		found = append(found, w.historyObject(m, c.flag("include_all_metadata")))
	}
	if newestFirst {
		slices.Reverse(found)
	}
	result, failure := paged(c, "messages", found, 100, 999)
	if failure != nil {
		return nil, failure
	}
	next, _ := result["response_metadata"].(map[string]any)
	result["has_more"] = next["next_cursor"] != ""
	return result, nil
}

func (w *Workspace) historyObject(m Message, metadata bool) map[string]any {
	if metadata {
		return w.ownMessage(m)
	}
	return w.messageObject(m)
}

// within applies the bounds, which are exclusive unless inclusive is asked for.
func within(ts, oldest, latest string, inclusive bool) bool {
	after := oldest == "" || oldest == "0" || compareTS(ts, oldest) > 0 || inclusive && ts == oldest
	before := latest == "" || compareTS(ts, latest) < 0 || inclusive && ts == latest
	return after && before
}
