package access

// Channel is what Slack says of the place of a command, click or post: the
// answer of conversations.info, with the channel's binding.
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

	// Binding is what the channel is bound to now; nil where it is not.
	Binding *Binding
}

// Shared says whether people of other organisations read along, or may soon.
func (c Channel) Shared() bool { return c.External || c.Pending }

// Bound says whether a binding decides what is shown to those who ask. One
// that stands for configuration alone ([Binding.Unasked]) does not.
func (c Channel) Bound() bool { return c.Binding != nil && !c.Binding.Unasked }

// barred says why a channel shows no customer to anybody, or ReasonNone.
func (c Channel) barred() Reason {
	switch {
	case c.Binding != nil && c.Binding.Suspended:
		return ReasonSuspended
	case c.Shared() && !c.Binding.holdsShared():
		return ReasonSharedChannel
	}
	return ReasonNone
}

// closed says why nothing may be posted to everybody in a channel, whatever it
// is bound to, or ReasonNone.
func (c Channel) closed() Reason {
	switch {
	case c.Direct:
		return ReasonDirect
	case !c.Known || c.ID == "":
		return ReasonUnknownChannel
	}
	return ReasonNone
}
