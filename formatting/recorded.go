package formatting

// NotRecorded answers a press that changes something where the bot's memory
// could not take it, so that nothing is done about it.
func NotRecorded(ref string) Message {
	return notice(join(
		line{say("The bot could not record that, so nothing was changed. Please press the button again in a minute.")},
		Trouble{Ref: ref}.ref()))
}

// DigestUnbound answers where only admins may ask in a channel that is not
// bound, so that nothing is posted there either.
func DigestUnbound(command string) Message {
	return notice(line{
		say("In this channel the bot answers its admins only, so it posts no digest here. An admin can change that with "),
		typed(command + " bind"), say("."),
	})
}
