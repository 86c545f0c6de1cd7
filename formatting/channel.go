package formatting

// SharedChannel refuses in a channel that is shared with another organisation.
// suspended says that it was bound before.
func SharedChannel(command string, suspended bool) Message {
	l := line{say("This channel is shared with another organisation, or about to be, so the bot shows nothing here until an admin binds it to one customer: ")}
	if suspended {
		l = line{say("This channel was bound and then shared with another organisation, so the bot shows nothing here until an admin binds it again: ")}
	}
	return notice(l.with(typed(command+" bind"), say(".")))
}

// ChannelUnchecked answers while Slack does not say who reads a channel.
func ChannelUnchecked() Message {
	return notice(line{say("Slack does not say at the moment who reads this channel, so the bot shows nothing here. Please repeat in a minute.")})
}

// NothingToShow answers in a channel that is bound to customers of which there
// are none.
func NothingToShow(command string) Message {
	return notice(line{
		say("No customer that this channel is bound to is known, so there is nothing to show. "),
		typed(command + " scope"), say(" says more; an admin can change that with "), typed(command + " bind"), say("."),
	})
}

// HelloView is a channel that the bot was invited to. It names no customer:
// everybody reads it.
type HelloView struct {
	Command   string
	Why       Holding
	All       bool   // where it is bound
	Customers int    // where it is bound, and not to all
	Bind      string // value of the button that opens the form (action [ActionBind])
}

// Hello says that the bot is here, what it shows, and how to change that.
func Hello(v HelloView) Message {
	l := line{
		say("Hello. Type "), typed(v.Command), say(" here to see which objects have no backup; only you see the answer. "),
		typed(v.Command + " help"), say(" has examples."),
	}
	l = join(l, v.shows())
	if v.Why == HeldByFile {
		return notice(l)
	}
	return notice(join(l, line{say("An admin of the bot can choose the customers.")}), button(ActionBind, v.Bind, "Choose customers"))
}

func (v HelloView) shows() line {
	switch v.Why {
	case HeldByNobody:
		return line{say("This channel is not bound to customers, so every full member may ask for all of them.")}
	case HeldForAdmins:
		return line{say("This channel is not bound to customers, so the bot answers its admins only.")}
	case HeldShared, HeldSuspended:
		return line{say("This channel is shared with another organisation, or about to be, so it shows nothing until it is bound to one customer.")}
	}
	if v.All {
		return line{say("This channel shows all customers.")}
	}
	return line{say("This channel shows " + counted(int64(v.Customers), "customer", "customers") + ".")}
}

// SuspendedView is a bound channel that became shared, as its admins are told.
type SuspendedView struct {
	Channel string // id
	Command string
	Again   bool // it was shared before, and with one more organisation now
}

// ChannelSuspended tells an admin that a channel shows nothing any more, why,
// and what to do.
func ChannelSuspended(v SuspendedView) Message {
	what := " is now shared with another organisation, or about to be."
	if v.Again {
		what = " is now shared with one more organisation."
	}
	return notice(join(
		line{place(v.Channel), say(what)},
		line{
			say("It was bound to customers, so it shows nothing until an admin binds it again, to one customer: type "),
			typed(v.Command + " bind"), say(" there."),
		}))
}

// ChannelFree tells an admin that a suspended channel is shared no longer.
func ChannelFree(v SuspendedView) Message {
	return notice(line{
		place(v.Channel), say(" is no longer shared with another organisation. It still shows nothing, until an admin binds it again: type "),
		typed(v.Command + " bind"), say(" there."),
	})
}
