package formatting

import "time"

// ShareRefusal says why an overview or a trend was not shared.
type ShareRefusal int

// Reasons not to share. The zero value is that it could not be checked.
const (
	ShareUnchecked ShareRefusal = iota // Slack does not say whether the channel is shared with others
	ShareExternal                      // the channel is shared with another organisation
	ShareNotMember                     // the bot is not in the channel
	ShareForbidden                     // the person may not share this customer here
	ShareArchived                      // the channel is archived or read-only
)

// ShareRefused says why nothing was posted and what to do.
func ShareRefused(why ShareRefusal) Message {
	invite := line{say("Add it with "), typed("/invite"), say(", then press Share here again.")}
	switch why {
	case ShareExternal:
		return notice(line{say("This channel is shared with another organisation, so nothing was posted. " +
			"It can be shared in a channel of your own organisation.")})
	case ShareNotMember:
		return notice(join(line{say("The bot is not in this channel, so nothing was posted.")}, invite))
	case ShareForbidden:
		return notice(line{say("This customer may not be shown in this channel, so nothing was posted. " +
			"An admin of the bot can tell where it may.")})
	case ShareArchived:
		return notice(line{say("Nobody can post in this channel, so nothing was posted. Please ask in another channel.")})
	}
	return notice(join(line{say("The bot cannot see whether this channel is shared with another organisation, so nothing was posted. " +
		"That is usually so because it is not in the channel.")}, invite))
}

// AlreadyShared answers a second press of Share here: userID is who shared,
// at is when it was posted; both may be unknown.
func AlreadyShared(userID string, at time.Time) Message {
	l := line{say("This was already shared here")}
	if userID != "" {
		l = l.with(say(" by "), by(userID))
	}
	if !at.IsZero() {
		l = l.with(say(", "), on(at))
	}
	return notice(l.with(say(". Nothing was posted again.")))
}

// ButtonTooOld answers a button whose value the bot no longer knows.
func ButtonTooOld(command string) Message {
	return notice(line{
		say("This button is too old; the bot no longer knows what it belongs to. Please type "),
		typed(command), say(" and the customer's name."),
	})
}

// ShareUnsure answers when Slack did not say whether it has taken the message.
func ShareUnsure() Message {
	return notice(line{say("Slack did not say whether this was posted. Please look at the channel; if it is not there, ask again and share that.")})
}

// ShareScopeMissing answers when the app may not post at all.
func ShareScopeMissing(name string) Message {
	return notice(line{
		say("The bot may not post in Slack, so nothing was posted. An admin of the workspace can add the scope "),
		scope(name), say(" to the app and install it again."),
	})
}
