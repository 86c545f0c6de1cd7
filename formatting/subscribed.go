package formatting

import (
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// SubscribedView is a digest that was just set up or changed.
type SubscribedView struct {
	Command      string
	By           string // user id of who did it
	Changed      bool   // it was there before
	Same         bool   // it was there before, just so: nothing changed
	Subscription SubscriptionView
	Manage       string // value of the button that lists the digests (action [ActionManage])
	Now          time.Time
}

// Subscribed says what comes, when, and who set it up. Its Send now is that of
// the subscription.
func Subscribed(v SubscribedView) Message {
	s := v.Subscription
	l := line{say("This channel gets a digest of ")}
	if v.Same {
		l = line{say("Nothing changed: this channel gets a digest of ")}
	}
	if s.Customer == "" {
		l = l.with(say("all its customers"))
	} else {
		l = l.with(called(s.Customer))
	}
	l = l.with(say(", "), strongly(s.When))
	if s.OnlyChanges {
		l = l.with(say(", only when something changed"))
	}
	l = l.with(say("."))
	switch {
	case !s.Paused.IsZero():
		l = l.with(say(" It is paused."))
	case len(s.Next) > 0:
		l = l.with(say(" Next: " + runs(s.Next, v.Now) + "."))
	}
	switch {
	case v.Same:
	case v.Changed:
		l = l.with(say(" Changed by "), by(v.By), say("."))
	default:
		l = l.with(say(" Set up by "), by(v.By), say("."))
	}
	return notice(l, button(ActionSendNow, s.SendNow, "Send now"), button(ActionManage, v.Manage, "Manage"))
}

// SubscriptionChange is a digest that somebody has just paused, resumed or
// removed.
type SubscriptionChange struct {
	Command      string
	By           string // user id of who did it; "" is unknown
	Already      bool   // it was so before; By is who did it then
	Subscription SubscriptionView
	Manage       string // value of the button that lists the digests (action [ActionManage])
	Now          time.Time
}

// SubscriptionPaused says that a digest comes no more until it is resumed.
func SubscriptionPaused(v SubscriptionChange) Message {
	return v.says(" is paused", line{say("It comes no more until somebody resumes it.")}, button(ActionResume, v.Subscription.Resume, "Resume"))
}

// SubscriptionResumed says that a paused digest comes again, and when.
func SubscriptionResumed(v SubscriptionChange) Message {
	var next line
	if len(v.Subscription.Next) > 0 {
		next = line{say("Next: " + runs(v.Subscription.Next, v.Now) + ".")}
	}
	return v.says(" runs again", next, button(ActionPause, v.Subscription.Pause, "Pause"))
}

// Unsubscribed says that a digest was removed, and by whom.
func Unsubscribed(v SubscriptionChange) Message {
	return v.says(" is removed", line{typed(v.Command + " subscribe"), say(" sets up a new one.")}, nil)
}

// says what a digest is now, who did it, and what comes of it.
func (v SubscriptionChange) says(state string, then line, undo *slack.ButtonBlockElement) Message {
	s := v.Subscription
	l := line{say("The digest of ")}
	if v.Already {
		l = line{say("Nothing changed: the digest of ")}
	}
	l = l.with(s.what(false)...)
	if s.When != "" {
		l = l.with(say(", "), called(s.When), say(","))
	}
	if v.Already {
		state = strings.Replace(state, " is ", " is already ", 1)
		state = strings.Replace(state, " runs again", " runs already", 1)
	}
	l = l.with(say(state))
	if v.By != "" {
		l = l.with(say(" (by "), by(v.By), say(")"))
	}
	return notice(join(l.with(say(".")), then), undo, button(ActionManage, v.Manage, "Manage"))
}
