package formatting

import (
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// Ids of what a person can press under an alert.
const (
	ActionAck       = "alert_ack"      // Acknowledge
	ActionSnooze    = "alert_snooze"   // Snooze: opens the form
	ActionAccept    = "alert_accept"   // Accept as normal
	ActionUndo      = "alert_undo"     // take an acceptance back
	ActionWake      = "alert_wake"     // end a snooze: a button of each, with a suffix
	ActionWakeAll   = "alert_wake_all" // end all snoozes of the channel
	ActionAckAll    = "alert_ack_all"  // acknowledge all of a message of many
	ActionAlertMore = "alert_more"     // the incidents that a message of many leaves out

	CallbackSnooze = "alert_snooze_form"
	SnoozeFor      = "alert_snooze_for"    // how long, in hours
	SnoozeReason   = "alert_snooze_reason" // why
)

// AlertButtons are the values of an alert's buttons. An empty one leaves its
// button out.
type AlertButtons struct{ Ack, Snooze, Accept, Undo, More string }

// PersonAct is what a person did with an incident. A zero At is that nobody did.
type PersonAct struct {
	By     string // user id
	At     time.Time
	Until  time.Time // of a snooze
	Reason string    // of a snooze, from outside
}

func (a PersonAct) did() bool { return !a.At.IsZero() }

// AlertView is an incident as a channel is told of it, and told anew as it
// changes.
type AlertView struct {
	Command  string // the command as Slack sent it
	Now      time.Time
	Customer string            // name, from outside
	Tenants  map[string]string // names, from outside, by the ids in Incident, in small letters; of a customer with one tenant empty
	Incident coverage.Incident

	Acked, Snoozed, Accepted PersonAct
	Mention                  string      // id of a user group that is to hear of what is critical; "" is none
	Next                     time.Time   // the next reading; zero is unknown
	Days                     []DigestDay // how the last days went, of what lasts for long; empty leaves the chart out
	Before                   int         // how often the same message told of this before; 0 is never
	Portal                   string      // AvePoint's portal; "" is unknown
	Buttons                  AlertButtons
}

// mostMembers is how many modules an alert names.
const mostMembers = 10

// Alert is the message of one incident.
func Alert(v AlertView) Message {
	head := v.headline()
	lines := v.facts()
	blocks := []slack.Block{paragraph(head)}
	if len(lines) > 0 {
		blocks = append(blocks, paragraph(lines...))
	}
	if !v.over() {
		blocks = append(blocks, DigestView{Days: v.Days}.chart()...)
	}
	if l := v.unseen(); len(l) > 0 {
		blocks = append(blocks, context(l))
	}
	if l := v.handled(); len(l) > 0 {
		blocks = append(blocks, paragraph(l...))
	}
	blocks = append(blocks, v.actions()...)
	text := spoken(head)
	if len(lines) > 0 {
		text = join(sentence(text), spoken(lines[0]))
	}
	return Message{Text: cut(text.text(), maxPlain), Blocks: blocks}
}

// sentence ends a line with a full stop.
func sentence(l line) line {
	if len(l) == 0 {
		return l
	}
	return l.with(say("."))
}

// open are the members that are open, and closed those that are not.
func (v AlertView) open() (open []coverage.Member) {
	for _, m := range v.Incident.Members {
		if m.Ended.IsZero() {
			open = append(open, m)
		}
	}
	return open
}

func (v AlertView) over() bool { return !v.Incident.Closed.IsZero() }

// module names a member: its module, and its tenant where there are several.
func (v AlertView) module(m coverage.Member) line {
	l := line{called(orElse(m.Module, "all modules"))}
	if tenant := v.Tenants[m.Tenant]; tenant != "" {
		l = l.with(say(" of "), called(tenant))
	}
	return l
}

// modules names the members of a list.
func (v AlertView) modules(members []coverage.Member) line {
	var items []line
	more := 0
	for _, m := range members {
		switch {
		case m.Module == "":
		case len(items) < 3:
			items = append(items, v.module(m))
		default:
			more++
		}
	}
	return listed(items, more, ", ", " and ")
}

// actions are the buttons of the incident as it stands.
func (v AlertView) actions() []slack.Block {
	if v.over() {
		undo := button(ActionUndo, v.Buttons.Undo, "Undo")
		return actions(undo)
	}
	ack := button(ActionAck, v.Buttons.Ack, "Acknowledge")
	if v.Acked.did() {
		ack = nil
	}
	accept := button(ActionAccept, v.Buttons.Accept, "Accept as normal")
	if accept != nil {
		accept = accept.WithConfirm(slack.NewConfirmationBlockObject(
			plainText("Accept as normal?", maxButton),
			plainText("What is protected now counts as normal from then on: only what gets worse than this is told again. An admin can undo it for ten minutes.", maxConfirm),
			plainText("Accept as normal", maxConfirmButton), plainText("Not now", maxConfirmButton)))
	}
	return actions(ack, button(ActionSnooze, v.Buttons.Snooze, "Snooze…"), accept, link(ActionPortal, v.Portal, "Open in AvePoint"))
}
