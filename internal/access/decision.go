package access

import "fmt"

// Decision is an answer with its reason. The zero value refuses.
type Decision struct {
	Allowed bool
	Reason  Reason // why not; ReasonNone where allowed
}

// decide allows where nothing speaks against it.
func decide(reason Reason) Decision {
	return Decision{Allowed: reason == ReasonNone, Reason: reason}
}

// Reason is why something is refused.
type Reason int

// The reasons. Those up to ReasonGuest are of the person, wherever they ask.
const (
	ReasonNone              Reason = iota
	ReasonUnknownPerson            // Slack could not be asked who this is
	ReasonDeactivated              // the account is deactivated
	ReasonBot                      // not a human being
	ReasonOtherOrganisation        // of another workspace or organisation
	ReasonGuest                    // a guest of the workspace
	ReasonAdminsOnly               // only admins may do this, or ask in this channel
	ReasonDirect                   // a conversation of two: nobody to share with, nothing to bind
	ReasonUnknownChannel           // Slack could not be asked who reads along
	ReasonSharedChannel            // other organisations read along, or are invited, and no admin has bound it to one customer since
	ReasonSuspended                // bound, and then shared with another organisation; an admin has to bind it again
	ReasonOneCustomer              // a shared channel can be bound to one customer only, by its id
	ReasonNoRule                   // [Rule.Check] refuses what should be bound
	ReasonUnbound                  // there is no binding to end
	ReasonFile                     // the binding stands in BINDINGS_FILE and is changed there
	ReasonOutOfScope               // no such customer here: unknown and not visible look the same
)

// String is the reason as the log has it.
func (r Reason) String() string {
	names := [...]string{
		ReasonNone:              "none",
		ReasonUnknownPerson:     "person could not be checked",
		ReasonDeactivated:       "deactivated",
		ReasonBot:               "bot",
		ReasonOtherOrganisation: "other organisation",
		ReasonGuest:             "guest",
		ReasonAdminsOnly:        "admins only",
		ReasonDirect:            "direct message",
		ReasonUnknownChannel:    "channel could not be checked",
		ReasonSharedChannel:     "shared channel",
		ReasonSuspended:         "suspended",
		ReasonOneCustomer:       "one customer only",
		ReasonNoRule:            "no usable rule",
		ReasonUnbound:           "not bound",
		ReasonFile:              "bound by the file",
		ReasonOutOfScope:        "out of scope",
	}
	if r < 0 || int(r) >= len(names) {
		return fmt.Sprintf("Reason(%d)", int(r))
	}
	return names[r]
}

// Default is who may ask in a channel without a binding. What is neither of
// the two is treated as the stricter, Admins.
type Default int

const (
	Members Default = iota + 1 // every full member of the workspace
	Admins                     // admins only
)

// ParseDefault reads a [Default] as the configuration writes it: "members" or
// "admins".
func ParseDefault(text string) (Default, error) {
	for _, d := range []Default{Members, Admins} {
		if text == d.String() {
			return d, nil
		}
	}
	return 0, fmt.Errorf("%q is neither %q nor %q", text, Members, Admins)
}

// String is the name that [ParseDefault] reads.
func (d Default) String() string {
	switch d {
	case Members:
		return "members"
	case Admins:
		return "admins"
	}
	return fmt.Sprintf("Default(%d)", int(d))
}
