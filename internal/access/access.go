// Package access decides who may see which customer where.
//
// It is asked at every door (command, button, select, form, digest, alert,
// export) and at the moment of the click or the post, never earlier. It is
// pure: the caller fetches what Slack knows of the person and the channel and
// what the store knows of the channel's [Binding], and says so when it could
// not. Whatever is missing refuses: the zero values of [Person], [Channel],
// [Policy], [Rule], [Binding], [Pattern], [Decision] and [Scope] all mean "no".
//
// The questions:
//
//	Admit  may this person use the bot at all?
//	Ask    may this person be shown customers in this channel?
//	See    which customers may the answer name? ([Scope])
//	Share  may one customer's answer be posted for the whole channel?
//	Post   which customers may be named there unasked: digests, alerts?
//	Bind   may this person bind this channel to these customers? And Unbind.
//
// What a channel shows:
//
//   - Bound, it shows the customers of its binding to every full member.
//   - Without a binding, [Policy.Default] says who sees all customers.
//   - Shared with another organisation, it shows nothing until an admin binds
//     it as it is, and then exactly the one customer that the binding names.
//   - Suspended, because it was bound and then became shared, it shows nothing
//     until an admin binds it again.
//
// An answer is shown to the asker alone, so Ask and See do not mind a channel
// of which Slack says nothing, such as a private one without the bot. Share,
// Post and Bind do.
package access

// Policy is what an installation allows. It is a value without state and may
// be used by many goroutines.
type Policy struct {
	// TeamID is the workspace that installed the bot, as auth.test names it.
	// While it is empty nobody is let in and nothing is posted.
	TeamID string

	// Admins are ids of people (U…, W…) and of user groups (S…). Without any,
	// the owners and admins of the workspace are the admins.
	Admins []string

	// Default says who may ask in a channel without a binding.
	Default Default
}

// Admit says whether a person may use the bot at all. It is the whole door of
// what names no customer and has to work in every channel: help, scope, bind.
func (p Policy) Admit(who Person) Decision { return decide(p.standing(who)) }

// Ask says whether a person may use the bot in a channel. It allows where the
// channel is bound to customers of which there are none: then See is empty.
func (p Policy) Ask(who Person, where Channel) Decision {
	_, reason := p.scope(who, where)
	return decide(reason)
}

// See says which customers a person may be shown in a channel. Whatever lists,
// searches, suggests, exports or renders customers goes through this scope.
func (p Policy) See(who Person, where Channel) Scope {
	scope, _ := p.scope(who, where)
	return scope
}

// Share says whether a person may post a customer's answer for everybody in a
// channel. Why the channel itself is refused comes before whether the customer
// may be seen, so that a refusal tells nothing of the customer.
func (p Policy) Share(who Person, where Channel, customerID string) Decision {
	scope, reason := p.scope(who, where)
	if reason == ReasonNone {
		reason = where.closed()
	}
	if reason == ReasonNone && !scope.Includes(customerID) {
		reason = ReasonOutOfScope
	}
	return decide(reason)
}

// Post says which customers may be named in a channel unasked, in a digest or
// an alert: those of its binding; without one, all where [Policy.Default] lets
// every member ask. Nobody's role counts, for everybody reads along. A
// conversation of two is no channel: what goes there is for one person, and
// See decides.
func (p Policy) Post(where Channel) Scope {
	scope, _ := p.posting(where)
	return scope
}

// Closed says why nothing may be posted in a channel unasked; ReasonNone where
// Post decides. After ReasonUnknownChannel the same question may have another
// answer in a minute; the others stand until somebody changes something.
func (p Policy) Closed(where Channel) Reason {
	_, reason := p.posting(where)
	return reason
}

// scope is the one place that turns a person in a channel into customers; Ask,
// See and Share all rest on it.
func (p Policy) scope(who Person, where Channel) (Scope, Reason) {
	if reason := p.standing(who); reason != ReasonNone {
		return Scope{}, reason
	}
	if reason := where.barred(); reason != ReasonNone {
		return Scope{}, reason
	}
	if where.Bound() {
		return where.Binding.scope(), ReasonNone
	}
	if p.Default != Members && !p.IsAdmin(who) {
		return Scope{}, ReasonAdminsOnly
	}
	return Scope{All: true}, ReasonNone
}

// posting is scope where nobody asks.
func (p Policy) posting(where Channel) (Scope, Reason) {
	if p.TeamID == "" {
		return Scope{}, ReasonUnknownChannel // before the sign-in nothing is known
	}
	if reason := where.closed(); reason != ReasonNone {
		return Scope{}, reason
	}
	if reason := where.barred(); reason != ReasonNone {
		return Scope{}, reason
	}
	if where.Binding != nil {
		return where.Binding.scope(), ReasonNone
	}
	if p.Default != Members {
		return Scope{}, ReasonAdminsOnly
	}
	return Scope{All: true}, ReasonNone
}
