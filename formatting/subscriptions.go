package formatting

import (
	"time"

	"github.com/slack-go/slack"
)

// SubscriptionView is one digest of a channel.
type SubscriptionView struct {
	Customer    string // name, from outside; "" is all that the channel shows
	When        string // the schedule in words, with its zone: "weekdays at 08:30 Europe/Berlin"
	OnlyChanges bool   // posted only when something changed

	Config  bool      // set by the bot's configuration, so it cannot be changed here
	By      string    // user id of who set it up; "" is unknown
	Created time.Time // when; zero is unknown

	Paused   time.Time   // since when; zero is that it runs
	PausedBy string      // user id; "" is unknown
	Next     []time.Time // the next runs, in the zone of the schedule
	Said     time.Time   // when the last digest was posted; zero is never

	// Values of the buttons; "" leaves one out. One of Pause and Resume is
	// shown, by Paused.
	SendNow, Pause, Resume, Remove string
}

// what is of whom the digest is, in bold or as the end of a sentence.
func (s SubscriptionView) what(bold bool) line {
	if s.Customer == "" {
		if bold {
			return line{strong("All customers of this channel")}
		}
		return line{say("all customers of this channel")}
	}
	if bold {
		return line{strongly(s.Customer)}
	}
	return line{called(s.Customer)}
}

// says are the lines about a digest in a list.
func (s SubscriptionView) says(now time.Time) []line {
	head := s.what(true).with(say(": "), called(s.When))
	if s.OnlyChanges {
		head = head.with(say(", only when something changed"))
	}
	return []line{head, s.state(now), s.origin()}
}

// state is when the digest comes next, or that it does not.
func (s SubscriptionView) state(now time.Time) line {
	var l line
	switch {
	case !s.Paused.IsZero():
		l = line{say("Paused since "), on(s.Paused)}
		if s.PausedBy != "" {
			l = l.with(say(" by "), by(s.PausedBy))
		}
	case len(s.Next) == 0:
		l = line{say("Never comes")}
	default:
		l = line{say("Next: " + runs(s.Next, now))}
	}
	if !s.Said.IsZero() {
		l = l.with(say(" · last "), on(s.Said))
	}
	return l
}

// origin is who set it up.
func (s SubscriptionView) origin() line {
	if s.Config {
		return line{say("Set by the bot's configuration ("), setting("DIGEST_CHANNEL"), say("); whoever runs the bot can change it there")}
	}
	l := line{say("Set up by "), by(s.By)}
	if !s.Created.IsZero() {
		l = l.with(say(", "), on(s.Created))
	}
	return l
}

// buttons are what can be done to a digest; i tells it from others.
func (s SubscriptionView) buttons(i int) []slack.Block {
	pause := button(several(ActionPause, i), s.Pause, "Pause")
	if !s.Paused.IsZero() {
		pause = button(several(ActionResume, i), s.Resume, "Resume")
	}
	remove := danger(button(several(ActionUnsubscribe, i), s.Remove, "Remove"))
	if remove != nil {
		remove.Confirm = slack.NewConfirmationBlockObject(
			plainText("Remove this digest?", maxConfirmTitle),
			plainText(s.asked(), maxConfirm),
			plainText("Remove", maxConfirmButton), plainText("Keep", maxConfirmButton))
	}
	return actions(button(several(ActionSendNow, i), s.SendNow, "Send now"), pause, remove)
}

// asked is what is asked before a digest is removed. Slack parses nothing of it.
func (s SubscriptionView) asked() string {
	of := "all customers of this channel"
	if s.Customer != "" {
		of = name(s.Customer)
	}
	return "The digest of " + of + ", " + name(s.When) + ", comes no more. It can be set up anew."
}

// SubscriptionsView is the list of a channel's digests.
type SubscriptionsView struct {
	Command       string
	Subscriptions []SubscriptionView
	Subscribe     string // value of the button that opens the form (action [ActionSubscribe])
	Now           time.Time
}

// Subscriptions lists the digests of a channel, with what can be done to each.
// Without any it says how to get one.
func Subscriptions(v SubscriptionsView) Message {
	n := len(v.Subscriptions)
	if n == 0 {
		return notice(line{
			say("This channel gets no digest. "), typed(v.Command + " subscribe weekdays 08:30"), say(" sets one up, "),
			typed(v.Command + " subscribe"), say(" opens a form."),
		}, v.subscribe())
	}
	return v.list(line{strong("This channel gets " + counted(int64(n), "digest", "digests") + ".")})
}

// WhichDigest answers unsubscribe where the channel has several digests.
func WhichDigest(v SubscriptionsView) Message {
	return v.list(line{
		strong("Which digest? This channel gets " + number(int64(len(v.Subscriptions))) + "."),
		say(" Press Remove below the one that is to end."),
	})
}

func (v SubscriptionsView) subscribe() *slack.ButtonBlockElement {
	return button(ActionSubscribe, v.Subscribe, "Set up a digest")
}

// list is as many digests as a message holds.
func (v SubscriptionsView) list(head line) Message {
	m := Message{Text: head.text(), Blocks: []slack.Block{paragraph(head)}}
	last := actions(v.subscribe())
	room := maxBytes - blocksSize(m.Blocks) - blocksSize(last) - listRest
	for i, s := range v.Subscriptions {
		lines := s.says(v.Now)
		blocks := append([]slack.Block{paragraph(lines...)}, s.buttons(i)...)
		if room -= blocksSize(blocks); room < 0 || i == maxListed {
			m.Blocks = append(m.Blocks, context(line{
				say("and " + counted(int64(len(v.Subscriptions)-i), "more digest", "more digests") + "; "),
				typed(v.Command + " unsubscribe"), say(" and the customer's name removes one"),
			}))
			break
		}
		m.Blocks = append(m.Blocks, blocks...)
		m.Text += "\n" + join(spoken(lines[0]).with(say(".")), spoken(lines[1]).with(say(".")), lines[2].with(say("."))).text()
	}
	m.Text = cut(m.Text, maxPlain)
	m.Blocks = append(m.Blocks, last...)
	return m
}

const (
	maxListed = 20  // digests of a list
	listRest  = 600 // bytes of the line that counts those without a place
)
