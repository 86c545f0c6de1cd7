package slack

import (
	"context"
	"encoding/json"
	"slices"
)

// Message is one message as a viewer's client holds it.
type Message struct {
	ChannelID, TS string
	ThreadTS      string // "" outside threads
	Broadcast     bool   // a reply that stands in the channel, too
	UserID        string
	BotID         string // "" for a person's message
	AppID         string
	Text          string
	Blocks        json.RawMessage // nil where there are none; with block_id and action_id filled in as Slack does
	Attachments   json.RawMessage
	Metadata      json.RawMessage
	Ephemeral     bool
	VisibleTo     string // the one user who sees an ephemeral message
	Edited        bool
	Typed         bool // a slash command as typed, shown because of response_type in_channel
	FileIDs       []string
}

// keptPerChannel bounds what a channel remembers; the oldest message leaves.
const keptPerChannel = 10_000

// Messages returns what a viewer sees in a channel, oldest first. A viewer ""
// sees every message, also the ephemeral ones of all. A private channel is empty
// to those who are not in it.
func (w *Workspace) Messages(channelID, viewerUserID string) []Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.visible(channelID, viewerUserID)
}

func (w *Workspace) visible(channelID, viewerUserID string) []Message {
	c, ok := w.channels[channelID]
	if !ok {
		return nil
	}
	member := w.sees(viewerUserID, c)
	var seen []Message
	for _, m := range w.messages[channelID] {
		if m.shownTo(viewerUserID, member) {
			seen = append(seen, m)
		}
	}
	return seen
}

// shownTo reports whether a viewer sees the message. An answer to a command is
// seen by its asker wherever it was typed.
func (m Message) shownTo(viewerUserID string, seesChannel bool) bool {
	if viewerUserID == "" {
		return true
	}
	if m.Ephemeral {
		return m.VisibleTo == viewerUserID
	}
	return seesChannel
}

// Message returns one message by its channel and ts.
func (w *Workspace) Message(channelID, ts string) (Message, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := w.find(channelID, ts)
	if i < 0 {
		return Message{}, false
	}
	return w.messages[channelID][i], true
}

// Say posts a person's plain message, in a thread if threadTS is not "".
func (w *Workspace) Say(userID, channelID, threadTS, text string) (Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, known := w.users[userID]
	if _, ok := w.channels[channelID]; !ok || !known {
		return Message{}, ErrUnknown
	}
	return w.add(Message{ChannelID: channelID, UserID: userID, ThreadTS: threadTS, Text: text}), nil
}

// Erase deletes a message as a person or a retention rule would.
func (w *Workspace) Erase(channelID, ts string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.remove(channelID, ts)
}

// Await waits until a viewer sees a message that matches, and returns the first.
// The error is the context's, or ErrClosed.
func (w *Workspace) Await(ctx context.Context, channelID, viewerUserID string, match func(Message) bool) (Message, error) {
	var found Message
	err := w.await(ctx, func() bool {
		seen := w.visible(channelID, viewerUserID)
		i := slices.IndexFunc(seen, match)
		if i >= 0 {
			found = seen[i]
		}
		return i >= 0
	})
	return found, err
}

// add stores a new message under a new ts and tells the feeds.
func (w *Workspace) add(m Message) Message {
	m.TS = w.nextTS()
	kept := append(w.messages[m.ChannelID], m)
	if len(kept) > keptPerChannel {
		kept = slices.Clone(kept[1:])
	}
	w.messages[m.ChannelID] = kept
	w.publish(Change{Kind: MessagePosted, ChannelID: m.ChannelID, UserID: m.VisibleTo, Message: m})
	return m
}

// replace stores a message in the place of the one with its channel and ts.
func (w *Workspace) replace(m Message) bool {
	i := w.find(m.ChannelID, m.TS)
	if i < 0 {
		return false
	}
	w.messages[m.ChannelID][i] = m
	w.publish(Change{Kind: MessageChanged, ChannelID: m.ChannelID, UserID: m.VisibleTo, Message: m})
	return true
}

func (w *Workspace) remove(channelID, ts string) bool {
	i := w.find(channelID, ts)
	if i < 0 {
		return false
	}
	m := w.messages[channelID][i]
	w.messages[channelID] = slices.Delete(w.messages[channelID], i, i+1)
	w.publish(Change{Kind: MessageDeleted, ChannelID: channelID, UserID: m.VisibleTo, Message: m})
	return true
}

func (w *Workspace) find(channelID, ts string) int {
	list := w.messages[channelID]
	i, ok := slices.BinarySearchFunc(list, ts, func(m Message, ts string) int { return compareTS(m.TS, ts) })
	if !ok {
		return -1
	}
	return i
}
