package formatting

import "time"

// Refused answers guests, other organisations, bots and deactivated users.
// An unknown workspace name may be "".
func Refused(workspace string) Message {
	if workspace == "" {
		return notice(line{say("This bot answers full members of its own workspace only.")})
	}
	return notice(line{say("This bot answers full members of "), called(workspace), say(" only.")})
}

// AdminsOnly answers a member who asks where only the bot's admins may.
func AdminsOnly() Message {
	return notice(line{say("In this channel the bot answers its admins only. Please ask one of them.")})
}

// Overloaded answers when the worker pool is full.
func Overloaded() Message {
	return notice(line{say("The bot is busy. Please repeat in a moment.")})
}

// ScopeMissing answers when Slack does not tell the bot what it has to know
// before it answers: the app lacks a scope.
func ScopeMissing(name string) Message {
	return notice(line{
		say("Slack does not tell the bot who you are, so it answers nobody. An admin of the workspace can add the scope "),
		scope(name), say(" to the app and install it again."),
	})
}

// Restarting answers what comes while the bot stops.
func Restarting() Message {
	return notice(line{say("The bot is restarting. Please repeat in a minute.")})
}

// DirectoryLoading is said while the customers are read for the first time; the
// answer takes its place.
func DirectoryLoading() Message {
	return notice(line{say("Reading the list of customers from AvePoint. This takes a few seconds.")})
}

// DirectoryStillLoading answers who has waited long enough for the customers to
// be read for the first time.
func DirectoryStillLoading() Message {
	return notice(line{say("The bot is still reading the list of customers from AvePoint. Please repeat in a minute.")})
}

// TooFastView is a live look-up beyond the limit.
type TooFastView struct {
	Count   int           // live look-ups in the last minute, this one included
	Channel bool          // the channel's limit, not the person's
	Next    time.Duration // when the next is free
}

// TooFast says when the next live look-up is free.
func TooFast(v TooFastView) Message {
	what := "That was " + counted(int64(v.Count), "live look-up", "live look-ups") + " in a minute."
	if v.Channel {
		what = "That was " + counted(int64(v.Count), "live look-up", "live look-ups") + " in this channel in a minute."
	}
	return notice(line{say(what + " The next is free in " + atLeast(v.Next) + "; cached answers always are.")})
}

// ForAdmins answers a member who asks for what only the bot's admins may do:
// what as one types it, such as "/backup-overview forget".
func ForAdmins(what string) Message {
	return notice(line{say("Only the bot's admins may use "), typed(what), say(". Please ask one of them.")})
}

// StorageFull answers who wants to change something while there is no room for
// the bot's memory. Ref is in the log; "" leaves it out.
func StorageFull(ref string) Message {
	return notice(join(
		line{say("There is no room left for the bot's memory, so nothing was changed.")},
		line{say("Whoever runs this bot has to make room on its disk.")},
		Trouble{Ref: ref}.ref()))
}

// StorageDamaged answers while the bot's memory is damaged. Ref is in the log;
// "" leaves it out.
func StorageDamaged(ref string) Message {
	return notice(join(
		line{say("The bot's memory is damaged, so it cannot answer from what it has read.")},
		line{say("Whoever runs this bot finds in its log how to mend it.")},
		Trouble{Ref: ref}.ref()))
}

// StorageDown answers while the bot's memory cannot be reached. Ref is in the
// log; "" leaves it out.
func StorageDown(ref string) Message {
	return notice(join(
		line{say("The bot cannot reach its memory at the moment, so it cannot answer from what it has read.")},
		line{say("Please try again in a minute; if that does not help, tell whoever runs this bot.")},
		Trouble{Ref: ref}.ref()))
}
