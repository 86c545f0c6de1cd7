package formatting

import (
	"time"

	"github.com/slack-go/slack"
)

// ForgetView is a customer whose memory an admin wants to erase.
type ForgetView struct {
	Customer string    // name, from outside
	Command  string    // the command as Slack sent it
	Listed   bool      // AvePoint still lists it
	Gone     time.Time // since when AvePoint does not; zero is unknown
	Since    time.Time // since when the bot has known it; zero is unknown
	Copies   int       // days for which daily copies of the memory still hold it; 0 is none
	Now      time.Time
	Forget   string // value of the button that erases (action [ActionForget])
	Keep     string // value of the button that does not (action [ActionKeep])
	By       string // user id of who pressed, for [Forgotten] and [ForgetKept]
}

// ForgetAsk says what will be erased, and asks.
func ForgetAsk(v ForgetView) Message {
	what := line{say("All readings of it and all that was set for it are erased")}
	if !v.Since.IsZero() {
		what = what.with(say(", back to "), on(v.Since))
	}
	what = what.with(say(". This cannot be undone."))
	l := join(line{strong("Forget "), strongly(v.Customer), strong("?")}, what, v.listed(), v.copies())
	return notice(l, danger(button(ActionForget, v.Forget, "Forget it")), button(ActionKeep, v.Keep, "Keep it"))
}

// listed says what comes of forgetting a customer that has not left.
func (v ForgetView) listed() line {
	switch {
	case v.Listed:
		return line{say("AvePoint still lists it, so it would come back as a new customer, without a past. "), typed(v.Command + " unwatch"), say(" only stops reading it.")}
	case !v.Gone.IsZero():
		return line{say("AvePoint has not listed it since "), on(v.Gone), say(".")}
	}
	return nil
}

func (v ForgetView) copies() line {
	if v.Copies <= 0 {
		return nil
	}
	return line{say("The daily copies hold it for up to " + counted(int64(v.Copies), "day", "days") + " more.")}
}

// Forgotten says that all is erased, and who did it.
func Forgotten(v ForgetView) Message {
	l := line{strongly(v.Customer), say(" is forgotten: all that the bot remembered of it was erased by "), by(v.By), say(".")}
	if v.Listed {
		l = l.with(say(" AvePoint still lists it, so it comes back as a new customer when the list is read again."))
	}
	return notice(join(l, v.copies()))
}

// AlreadyForgotten answers a press on a customer that was erased a moment ago.
func AlreadyForgotten(customer string) Message {
	return notice(line{strongly(customer), say(" is already forgotten.")})
}

// ForgetKept says that nothing was erased, and who decided it.
func ForgetKept(v ForgetView) Message {
	return notice(line{say("Nothing was erased: "), by(v.By), say(" keeps "), called(v.Customer), say(".")})
}

// danger marks a button that cannot be undone.
func danger(b *slack.ButtonBlockElement) *slack.ButtonBlockElement {
	if b != nil {
		b.WithStyle(slack.StyleDanger)
	}
	return b
}
