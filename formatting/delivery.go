package formatting

import "time"

// DeliveryNoticeKind is what happened to messages of the bot.
type DeliveryNoticeKind int

// Kinds of notices. The zero value is a channel that cannot be reached.
const (
	DeliveryParked  DeliveryNoticeKind = iota // a channel cannot be reached; what is for it waits
	DeliveryDead                              // messages were given up
	DeliveryDoubles                           // messages may have been posted twice
	DeliveryBack                              // a channel can be reached again
)

// DeliveryNoticeView tells whoever runs the bot of its own trouble. It names no
// customer.
type DeliveryNoticeView struct {
	Kind    DeliveryNoticeKind
	Command string    // the command as Slack sent it
	Channel string    // id: C…, G…, or U… of a person; "" is several, or unknown
	Class   string    // Slack's error: not_in_channel, is_archived, …; "expired" for too long in vain; "" is unknown
	Since   time.Time // when it began; zero is unknown
	Waiting int       // messages that wait for the channel
	Count   int       // messages given up, or that may be there twice
	Now     time.Time
}

// DeliveryNotice says what happened, and how to mend it.
func DeliveryNotice(v DeliveryNoticeView) Message {
	switch v.Kind {
	case DeliveryDead:
		return notice(v.dead())
	case DeliveryDoubles:
		return notice(v.doubles())
	case DeliveryBack:
		return notice(v.back())
	}
	return notice(v.parked())
}

// where is the channel or the person.
func (v DeliveryNoticeView) where() line {
	switch {
	case v.Channel == "":
		return line{say("a channel")}
	case userLike(v.Channel):
		return line{say("the direct messages of "), by(v.Channel)}
	}
	p := place(v.Channel)
	if p.kind == words {
		p.text = lowerFirst(p.text)
	}
	return line{p}
}

// parked says that a channel cannot be reached, and what comes of it.
func (v DeliveryNoticeView) parked() line {
	waiting := "What is for it waits"
	if v.Waiting > 0 {
		waiting = counted(int64(v.Waiting), "message for it waits", "messages for it wait")
	}
	return join(v.cannot(), line{say(waiting + "; when it can be reached again, it gets one summary.")})
}

// cannot says that a channel cannot be reached, why, and how to mend it.
func (v DeliveryNoticeView) cannot() line {
	u := whyUnreached(v.Class, v.Command)
	l := line{strong("The bot cannot post in ")}.with(v.where()...)
	if !v.Since.IsZero() {
		l = l.with(say(" since "), at(v.Since, v.Now))
	}
	if len(u.is) > 0 {
		l = l.with(say(": ")).with(u.is...)
	}
	return join(l.with(say(".")), u.mend)
}

// dead says that messages were given up.
func (v DeliveryNoticeView) dead() line {
	n := max(1, v.Count)
	l := line{strong(counted(int64(n), "message", "messages") + " for ")}.with(v.where()...).
		with(strong(either(int64(n), " was", " were") + " given up"))
	switch {
	case v.Class == "expired":
		return join(l.with(say(": the bot tried for seven days.")), line{typed(v.Command + " status"), say(" says how deliveries are now.")})
	case v.Class != "":
		l = l.with(say(": Slack answers "), typed(v.Class))
	}
	it, finds := either(int64(n), "It", "They"), either(int64(n), "it", "them")
	return join(l.with(say(".")), line{
		say(it + " will not be sent again. Whoever runs the bot finds " + finds + " in its log; "),
		typed(v.Command + " status"), say(" says how deliveries are now."),
	})
}

// doubles says that messages may be there twice.
func (v DeliveryNoticeView) doubles() line {
	n := int64(max(1, v.Count))
	l := line{strong(counted(n, "message", "messages") + " may be in a channel twice"), say(": Slack did not say whether it had taken " +
		either(n, "it", "them") + ", and the bot could not look.")}
	return join(l, line{
		say("With the scopes "), scope("channels:history"), say(" and "), scope("groups:history"),
		say(" it can look before it sends again; an admin of the workspace can add them to the app and install it again."),
	})
}

// back says that a channel can be reached again.
func (v DeliveryNoticeView) back() line {
	l := line{strong("The bot can post again in ")}.with(v.where()...)
	if !v.Since.IsZero() {
		l = l.with(say(", where it could not since "), at(v.Since, v.Now))
	}
	return join(l.with(say(".")), line{say("The channel gets one summary instead of what it has missed.")})
}
