package formatting

import "time"

// AlertAnswer is what came of a press under an alert.
type AlertAnswer int

// Answers to presses.
const (
	AlertGone      AlertAnswer = iota // there is no such incident any more
	AlertOver                         // it is over
	AlertHad                          // somebody did it before
	AlertUndoLate                     // ten minutes have passed
	AlertNotAdmin                     // it is for admins
	AlertNotHere                      // the channel does not show the customer
	AlertSnoozeEnd                    // the snooze was ended
	AlertAcked                        // it is acknowledged now
	AlertNoneLeft                     // of those of a message of several none waits to be acknowledged
)

// AlertAnswered says what came of a press, to who pressed.
func AlertAnswered(a AlertAnswer, who string, when, now time.Time) Message {
	switch a {
	case AlertOver:
		return notice(line{say("This is over already; there is nothing to do.")})
	case AlertHad:
		return notice(line{say("Done already, by "), by(who), say(" at "), at(when, now), say(".")})
	case AlertUndoLate:
		return notice(line{say("That can be undone for ten minutes only. If it gets worse than what was accepted, it is told again.")})
	case AlertNotAdmin:
		return notice(line{say("Accepting something as normal is for admins of this bot, since nobody hears of it again. You can acknowledge or snooze it.")})
	case AlertNotHere:
		return notice(line{say("This channel does not show that customer any more, so nothing was done.")})
	case AlertAcked:
		return notice(line{say("Acknowledged. The message in the channel says so in a moment.")})
	case AlertNoneLeft:
		return notice(line{say("None of these waits to be acknowledged any more, so nothing was done.")})
	case AlertSnoozeEnd:
		return notice(line{say("The snooze is over: what changes is told again.")})
	}
	return notice(line{say("This alert is not known any more, so nothing was done. It is from long ago, or its customer was forgotten.")})
}
