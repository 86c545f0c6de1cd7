package formatting

import (
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// AlertOpsView tells whoever runs the bot of a trouble of the installation.
type AlertOpsView struct {
	Command  string
	Now      time.Time
	Incident coverage.Incident
	Expires  time.Time // when the credential ends; zero is unknown
	Acked    PersonAct
	Buttons  AlertButtons
}

// AlertOps is the message of a trouble of the installation.
func AlertOps(v AlertOpsView) Message {
	l := v.says()
	blocks := []slack.Block{paragraph(l)}
	if v.Acked.did() {
		blocks = append(blocks, paragraph(line{say("Acknowledged by "), by(v.Acked.By), say(" at "), at(v.Acked.At, v.Now)}))
	}
	if v.Incident.Closed.IsZero() && !v.Acked.did() {
		blocks = append(blocks, actions(button(ActionAck, v.Buttons.Ack, "Acknowledge"))...)
	}
	return Message{Text: l.text(), Blocks: blocks}
}

func (v AlertOpsView) says() line {
	if len(v.Incident.Members) == 0 {
		return line{say("All is well.")}
	}
	m := v.Incident.Members[0]
	over := !v.Incident.Closed.IsZero()
	switch v.Incident.Family {
	case coverage.APIFamily:
		if over {
			return line{say("✅ "), strong("AvePoint has recovered"), say(" after " + lasting(v.Incident.Closed.Sub(v.Incident.Began())) + ". Its customers are read again.")}
		}
		return v.api(m)
	case coverage.CredentialFamily:
		if over {
			return line{say("✅ "), strong("The credential for AvePoint was renewed"), say(": complete again.")}
		}
		return v.credential(m)
	}
	if over {
		return line{say("✅ "), strong("Messages get through again"), say(": recovered after " + lasting(v.Incident.Closed.Sub(v.Incident.Began())) + ".")}
	}
	return v.delivery(m)
}

func (v AlertOpsView) api(m coverage.Member) line {
	since := line{say(" since "), at(m.Since, v.Now)}
	kept := line{say("Readings are kept; digests will say their age. Single customers are not told of meanwhile.")}
	if m.Missing == 0 {
		return join(line{say("⚪ "), strong("The bot cannot sign in to AvePoint, so there is no data")}.with(since...).with(say(".")), kept,
			line{typed("backup-overview check"), say(" names what is wrong.")})
	}
	l := line{say("⚪ "), strong("No data for " + number(m.Missing) + " of " + counted(m.Now.Scanned, "customer", "customers"))}
	return join(l.with(since...).with(say(": "+apiWords(m.Class)+".")), kept)
}

func apiWords(class string) string {
	switch class {
	case "rate_limited":
		return "AvePoint answers 429 (too many requests)"
	case "busy":
		return "AvePoint answers 503 or too late"
	case "unavailable":
		return "AvePoint answers 5xx or not at all"
	case "forbidden":
		return "AvePoint answers 403 (not permitted)"
	case "not_found":
		return "AvePoint answers 404 (not known)"
	case "credentials":
		return "AvePoint refuses the bot's credentials"
	}
	return "AvePoint cannot be read (" + class + ")"
}

func (v AlertOpsView) credential(m coverage.Member) line {
	l := line{strong("The bot's credential for AvePoint ends within " + counted(m.Missing, "day", "days"))}
	if !v.Expires.IsZero() {
		l = l.with(say(", on "), on(v.Expires))
	}
	return join(l.with(say(".")), line{
		say("After that nothing can be read. Whoever runs the bot can make a new one in AvePoint's app registration and set "),
		setting("AVEPOINT_CLIENT_SECRET"), say(" (or the certificate) and "), setting("AVEPOINT_CREDENTIAL_EXPIRES"), say("."),
	})
}

func (v AlertOpsView) delivery(m coverage.Member) line {
	l := line{strong("Messages of the bot do not get through")}
	switch {
	case m.Lost > 0:
		l = l.with(say(": " + counted(m.Lost, "was", "were") + " given up in the last days"))
	case m.Missing > 0:
		l = l.with(say(": " + counted(m.Missing, "channel cannot", "channels cannot") + " be posted to"))
	default:
		l = l.with(say(": the oldest has waited for more than a quarter of an hour"))
	}
	return join(l.with(say(".")), line{typed(v.Command + " status"), say(" says more.")})
}

// AlertFleetHeadline tells whoever runs the bot of an event that many customers
// share.
func AlertFleetHeadline(customers, watched int, channels int, now time.Time) Message {
	return notice(line{
		say("🟠 "), strong(counted(int64(customers), "customer", "customers") + " of " + number(int64(watched)) + " fell at once (a gap of the whole fleet)"),
		say(". " + counted(int64(channels), "channel was", "channels were") + " told, each in one message. Please look whether AvePoint itself is well."),
	})
}
