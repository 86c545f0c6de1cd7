package access

// Channel is what Slack says of the place of a command or click: the answer of
// conversations.info.
// https://docs.slack.dev/reference/objects/conversation-object
type Channel struct {
	ID string

	External bool // is_ext_shared: people of other organisations read along
	Pending  bool // is_pending_ext_shared: they are invited

	// Direct is a conversation of two, where everything is said to the asker
	// alone anyway. A group conversation is none.
	Direct bool

	// Known is whether conversations.info answered. It does not for a private
	// channel without the bot.
	Known bool
}

// closed says why nothing may be posted to everybody in a channel, or
// ReasonNone.
func (c Channel) closed() Reason {
	switch {
	case c.Direct:
		return ReasonDirect
	case !c.Known || c.ID == "":
		return ReasonUnknownChannel
	case c.External || c.Pending:
		return ReasonSharedChannel
	}
	return ReasonNone
}
