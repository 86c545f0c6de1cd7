package formatting

import "time"

// Shows is which customers a channel shows. The zero value is none.
type Shows struct {
	All       bool
	Customers int      // how many there are, with All or without; 0 with All is not known yet
	Names     []string // of all of them, from outside, where it is not All
	Pattern   string   // what the names match, as an admin wrote it; "" where it is no pattern
}

// says is what is shown, as the end of "This channel shows …".
func (s Shows) says() line {
	switch {
	case s.All && s.Customers == 0:
		return line{say("all customers")}
	case s.All:
		return line{say(allOf(s.Customers))}
	case s.Pattern != "":
		return line{say("the customers whose names match ")}.with(quoted(s.Pattern)...).
			with(say(" (" + number(int64(s.Customers)) + " at the moment)"))
	}
	return onlyThese(s.Names)
}

// Holding is why a channel shows what it shows.
type Holding int

// Reasons. The zero value is that an admin has bound the channel.
const (
	HeldByAdmin   Holding = iota
	HeldByFile            // the file of bindings names the channel
	HeldByNobody          // not bound: every full member may ask for all customers
	HeldForAdmins         // not bound: the bot's admins alone may ask
	HeldShared            // shared with another organisation, and not bound to one customer since
	HeldSuspended         // bound, and then shared with another organisation
)

// ScopeView is what one channel may see, to one who asks there.
type ScopeView struct {
	Command string // the command as Slack sent it
	Why     Holding
	Shows   Shows // to who asks; nothing where Why says so

	By string    // user id of who bound it; "" is unknown
	At time.Time // when; zero is unknown

	Direct  bool   // a conversation of two, which cannot be bound
	Shared  bool   // with another organisation, and bound to one customer since
	Unknown bool   // Slack does not tell the bot of this channel
	Admin   bool   // who asks may bind it
	Bind    string // value of the button that opens the form (action [ActionBind]); "" leaves it out
	Now     time.Time
}

// Scope says what a channel may see, and why.
func Scope(v ScopeView) Message {
	return notice(join(v.what(), v.why(), v.posted(), v.change()), button(ActionBind, v.Bind, "Choose customers"))
}

// what is the answer.
func (v ScopeView) what() line {
	switch {
	case v.Why == HeldShared || v.Why == HeldSuspended:
		return line{strong("This channel shows nothing.")}
	case v.Why == HeldForAdmins && !v.Admin:
		return line{strong("This channel shows nothing to you.")}
	case v.Why == HeldForAdmins:
		return line{strong("You may see " + allCustomers(v.Shows.Customers) + " here.")}
	case v.Direct && v.Shows.All:
		return line{strong("You may see " + allCustomers(v.Shows.Customers) + " here.")}
	}
	return line{say("This channel shows ")}.with(v.Shows.says()...).with(say("."))
}

func allCustomers(n int) string {
	if n == 0 {
		return "all customers"
	}
	return allOf(n)
}

// why is the reason.
func (v ScopeView) why() line {
	switch v.Why {
	case HeldByFile:
		return line{say("The file of bindings says so; whoever runs the bot can change it there.")}
	case HeldByNobody:
		if v.Direct {
			return line{say("A direct message is not bound to customers: every full member may ask for all of them.")}
		}
		return line{say("It is not bound to customers, and then every full member may ask for all of them.")}
	case HeldForAdmins:
		return line{say("It is not bound to customers, and then the bot answers its admins only.")}
	case HeldShared:
		return line{say("It is shared with another organisation, or about to be, so an admin has to bind it to one customer first.")}
	case HeldSuspended:
		return line{say("It was bound, and then shared with another organisation, so an admin has to bind it again.")}
	}
	l := line{say("It was bound")}
	if v.By != "" {
		l = l.with(say(" by "), by(v.By))
	}
	if !v.At.IsZero() {
		l = l.with(say(", "), on(v.At))
	}
	if v.Shared {
		l = l.with(say(", knowing that another organisation reads along"))
	}
	return l.with(say("."))
}

// posted says where nothing can be posted.
func (v ScopeView) posted() line {
	if !v.Unknown || v.Direct {
		return nil
	}
	return join(line{say("Slack does not tell the bot of this channel, so nothing is posted here.")},
		line{say("Add the bot with "), typed("/invite"), say(".")})
}

// change says how to change it.
func (v ScopeView) change() line {
	switch {
	case v.Direct || v.Why == HeldByFile:
		return nil
	case v.Why == HeldShared || v.Why == HeldSuspended:
		return line{typed(v.Command + " bind"), say(" does that.")}
	case v.Admin:
		return line{typed(v.Command + " bind"), say(" changes that.")}
	}
	return line{say("An admin of the bot can change that with "), typed(v.Command + " bind"), say(".")}
}

// BoundView is a channel that was just bound or unbound.
type BoundView struct {
	Command string
	By      string // user id of who did it
	Shows   Shows
	Shared  bool // with another organisation
}

// ChannelBound says what a channel shows from now on, and who decided it.
func ChannelBound(v BoundView) Message {
	l := line{say("From now on this channel shows ")}.with(v.Shows.says()...).with(say(". It was bound by "), by(v.By), say("."))
	if v.Shared {
		l = l.with(say(" It is shared with another organisation: whoever reads along there sees what is shared or posted of this customer."))
	}
	return notice(join(l, line{typed(v.Command + " unbind"), say(" ends it.")}))
}

// ChannelUnbound says that a channel is bound no longer, and what it shows now.
func ChannelUnbound(v BoundView, now ScopeView) Message {
	l := line{say("The binding of this channel was ended by "), by(v.By), say(".")}
	switch now.Why {
	case HeldByFile:
		return notice(join(l, line{say("Now the file of bindings counts again: the channel shows ")}.with(now.Shows.says()...).with(say("."))))
	case HeldByNobody:
		return notice(join(l, line{say("Now every full member may ask here for all customers.")}))
	case HeldForAdmins:
		return notice(join(l, line{say("Now the bot answers its admins only here.")}))
	}
	return notice(join(l, line{say("It is shared with another organisation, so it shows nothing now.")}))
}

// BindRefusal says why a channel was not bound or unbound.
type BindRefusal int

// Reasons. The zero value is that Slack does not tell the bot of the channel.
const (
	BindUnchecked      BindRefusal = iota
	BindDirect                     // a conversation of two
	BindOne                        // a shared channel takes one customer, by its name
	BindUnbound                    // there is nothing to unbind
	BindFile                       // only the file of bindings binds the channel
	BindBecameShared               // it became shared while the admin bound it
	BindNoLongerShared             // it ceased to be shared meanwhile
)

// BindRefused says why nothing was changed, and what to do.
func BindRefused(why BindRefusal, command string) Message {
	switch why {
	case BindDirect:
		return notice(line{say("A direct message cannot be bound: nobody else reads it. Bindings are for channels.")})
	case BindOne:
		return notice(line{
			say("This channel is shared with another organisation, or about to be, so it can be bound to exactly one customer: "),
			typed(command + " bind contoso"), say("."),
		})
	case BindBecameShared:
		return notice(line{
			say("Nothing changed: this channel has become shared with another organisation, or is about to be. If that is wanted, type "),
			typed(command + " bind"), say(" again."),
		})
	case BindNoLongerShared:
		return notice(line{
			say("Nothing changed: this channel is no longer shared with another organisation. Type "), typed(command + " bind"), say(" again."),
		})
	case BindUnbound:
		return notice(line{say("This channel is not bound, so nothing changed. "), typed(command + " scope"), say(" says what it shows.")})
	case BindFile:
		return notice(line{
			say("The file of bindings binds this channel, so it can only be unbound there, by whoever runs the bot. "),
			typed(command + " bind"), say(" goes before the file."),
		})
	}
	return notice(line{
		say("Slack does not tell the bot who reads this channel, so it cannot be bound. Add the bot with "), typed("/invite"),
		say(", then type "), typed(command + " bind"), say(" again."),
	})
}

// BadPattern says what is wrong with a pattern, in a sentence of ours that may
// repeat it.
func BadPattern(problem, command string) Message {
	return notice(line{
		say("Nothing changed: "), called(problem), say(". Examples: "), typed(command + " bind contoso"), say(", "),
		typed(command + ` bind "Contoso*, Fabrikam*"`), say(", "), typed(command + " bind all"), say("."),
	})
}

// FormLost answers where Slack did not open the form.
func FormLost(command string) Message {
	return notice(line{say("Slack did not open the form. Please press or type that again, or say it in words: "), typed(command + " bind contoso"), say(".")})
}
