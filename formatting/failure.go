package formatting

import "time"

// TroubleKind says why AvePoint gave no reading.
type TroubleKind int

// Kinds of trouble. The zero value is an error of which nothing is known.
const (
	Internal      TroubleKind = iota // anything else, our side
	Forbidden                        // 403
	NotFound                         // 404
	Busy                             // 429, 503, our time budget ran out
	Unavailable                      // 500, 502, 504, dropped connection, lasting
	Unreadable                       // not an overview
	Credentials                      // the sign-in is refused
	OtherCustomer                    // the answer is about somebody else
	TooLarge                         // more pages, rows or bytes than we read
)

// Scopes that are named where the client did not say which one it lacked.
const (
	overviewScope  = "elements.cbprotected.read.all"
	customersScope = "elements.customers.read.all"
)

// Trouble is why AvePoint gave no reading, in an answer of its own
// ([Failure]) or above an older reading ([OverviewView]).
type Trouble struct {
	Kind       TroubleKind
	Waited     time.Duration // how long a busy AvePoint was waited for; 0 is not at all
	RetryAfter time.Duration // how long it asks to wait; 0 is unknown
	Scope      string        // what a forbidden call needs
	Ref        string        // reference that is in the log, as 7F3K; "" leaves it out
}

// FailureView is an answer without data.
type FailureView struct {
	Trouble

	Customer string // from outside; "" where the list of customers is meant
	Command  string // the command as Slack sent it
	Retry    string // value of Try again (action [ActionRefresh]); "" leaves it out
}

// Failure says in one sentence what happened and in one what to do.
func Failure(v FailureView) Message {
	what, todo := v.says(v.Customer, v.Command, false)
	return notice(join(what, todo, v.ref()), button(ActionRefresh, v.Retry, "Try again"))
}

// says returns what happened and what to do. Where an older reading is shown
// it does not say that nothing is.
func (t Trouble) says(customer, command string, reading bool) (what, todo line) {
	but := func(s string) span {
		if reading {
			return say(".")
		}
		return say(s)
	}
	if customer == "" {
		return t.saysOfDirectory()
	}
	switch t.Kind {
	case Forbidden:
		return line{say("AvePoint does not let this bot read "), called(customer), say(".")},
			line{say("An AvePoint admin can grant "), scope(orElse(t.Scope, overviewScope)), say(" or add the customer to the app.")}
	case NotFound:
		return line{called(customer), say(": AvePoint no longer knows this customer.")},
			line{say("If it has left, an admin can run "), typed(command + " forget"), say(".")}
	case Unreadable:
		return line{say("AvePoint sent something that is not an overview"), but(", so nothing is shown rather than a wrong number.")},
			line{say("Please tell whoever runs this bot.")}
	case OtherCustomer:
		return line{say("AvePoint was asked for "), called(customer), say(" and answered with another customer"), but(", so nothing is shown.")},
			line{say("Please tell whoever runs this bot.")}
	case TooLarge:
		return line{say("AvePoint sent more of "), called(customer), say(" than the bot reads"), but(", so nothing is shown rather than a part.")},
			line{say("Please tell whoever runs this bot.")}
	}
	return t.saysOfAll()
}

// saysOfAll are the troubles that concern no customer in particular.
func (t Trouble) saysOfAll() (what, todo line) {
	switch t.Kind {
	case Busy:
		if t.Waited <= 0 {
			return line{say("AvePoint is busy.")}, t.again("in a minute")
		}
		return line{say("AvePoint is busy and did not answer in " + atLeast(t.Waited) + ".")}, t.again("in a minute")
	case Unavailable:
		return line{say("AvePoint cannot answer at the moment.")}, t.again("in a few minutes")
	case Credentials:
		return line{say("The bot cannot sign in to AvePoint; its operators have been told.")}, nil
	}
	return line{say("Something went wrong on our side.")},
		line{say("Please repeat it; if that does not help, tell whoever runs this bot.")}
}

// saysOfDirectory are the troubles with the list of customers.
func (t Trouble) saysOfDirectory() (what, todo line) {
	switch t.Kind {
	case Forbidden:
		return line{say("AvePoint does not let this bot list its customers.")},
			line{say("An AvePoint admin can grant "), scope(orElse(t.Scope, customersScope)), say(".")}
	case NotFound, Unreadable, OtherCustomer, TooLarge:
		return line{say("AvePoint sent something that is not a list of customers.")},
			line{say("Please tell whoever runs this bot.")}
	}
	return t.saysOfAll()
}

// again asks to try again, at the time that AvePoint named where it did.
func (t Trouble) again(usual string) line {
	if t.RetryAfter > 0 {
		usual = "in " + atLeast(t.RetryAfter)
	}
	return line{say("Please try again " + usual + ".")}
}

// passing is whether trying again is all there is to do.
func (t Trouble) passing() bool {
	return t.Kind == Busy || t.Kind == Unavailable || t.Kind == Internal
}

// ref is the reference that leads to the log.
func (t Trouble) ref() line {
	if t.Ref == "" {
		return nil
	}
	return line{say("(ref "), called(t.Ref), say(")")}
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
