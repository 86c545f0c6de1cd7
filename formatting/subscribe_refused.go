package formatting

// SentNow answers Send now. again says that the same press was taken before.
func SentNow(again bool) Message {
	if again {
		return notice(line{say("This digest was already sent from here. It comes to the channel in a moment, if it has not come yet.")})
	}
	return notice(line{say("The digest comes to this channel in a moment, marked as a test. The schedule goes on as before.")})
}

// SubscribeRefusal says why a digest was not set up, sent or changed.
type SubscribeRefusal int

// Reasons. The zero value is that Slack does not tell who reads the channel.
const (
	SubscribeUnchecked SubscribeRefusal = iota
	SubscribeNotMember                  // the bot is not in the channel
	SubscribeDirect                     // a conversation of two
	SubscribeArchived                   // nobody, or not the bot, can post there
	SubscribeTooMany                    // the channel has as many digests as it may have
	SubscribeGone                       // the digest was removed meanwhile
	SubscribeByConfig                   // the bot's configuration sets it
	SubscribeNone                       // no digest fits what unsubscribe was given
	SubscribePaused                     // it has to be resumed first
)

// SubscribeRefused says why nothing was done, and what to do.
func SubscribeRefused(why SubscribeRefusal, command string) Message {
	list := typed(command + " subscriptions")
	switch why {
	case SubscribeNotMember:
		return notice(line{say("The bot is not in this channel, so it cannot post a digest here. Add it with "), typed("/invite"), say(", then try again.")})
	case SubscribeDirect:
		return notice(line{say("A digest is for a channel. Type "), typed(command + " subscribe"), say(" in the channel that is to get it.")})
	case SubscribeArchived:
		return notice(line{say("The bot cannot post in this channel, so it gets no digest. Please set it up in another channel.")})
	case SubscribeTooMany:
		return notice(line{say("This channel has as many digests as it can have. "), list, say(" lists them; remove one first.")})
	case SubscribeGone:
		return notice(line{say("This digest was removed meanwhile. "), list, say(" lists those that there are.")})
	case SubscribeByConfig:
		return notice(line{
			say("This digest is set by the bot's configuration ("), setting("DIGEST_CHANNEL"),
			say("), so only whoever runs the bot can change or remove it."),
		})
	case SubscribeNone:
		return notice(line{say("This channel gets no such digest, so nothing changed. "), list, say(" lists those that there are.")})
	case SubscribePaused:
		return notice(line{say("This digest is paused, so nothing was sent. "), list, say(" has a button that resumes it.")})
	}
	return notice(line{
		say("Slack does not tell the bot who reads this channel, so it posts no digest here. Add the bot with "), typed("/invite"), say(", then try again."),
	})
}

// BadSchedule says what is wrong with an order of a digest, in a sentence of
// ours that may repeat it, without a full stop.
func BadSchedule(problem, command string) Message {
	return notice(line{
		say("Nothing was set up: "), called(problem), say(". Examples: "), typed(command + " subscribe weekdays 08:30"), say(", "),
		typed(command + " subscribe contoso weekly mon 08:30 Europe/Berlin"), say(", "), typed(command + " subscribe all monthly last 17:00"), say("."),
	})
}

// SubscribeFormLost answers where Slack did not open the form.
func SubscribeFormLost(command string) Message {
	return notice(line{
		say("Slack did not open the form. Please press or type that again, or say it in words: "),
		typed(command + " subscribe weekdays 08:30"), say("."),
	})
}
