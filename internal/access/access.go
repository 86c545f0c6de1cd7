// Package access decides who may see which customer where.
//
// It is asked at every door (command, button, select) and at the moment of the
// click, never earlier. It is pure: the caller fetches what Slack knows of the
// person and the channel, and says so when it could not. Whatever is missing
// refuses: the zero values of [Person], [Channel], [Policy], [Decision] and
// [Scope] all mean "no".
//
// Three questions follow from one another:
//
//	Ask    may this person use the bot in this channel at all?
//	See    which customers may the answer name? ([Scope])
//	Share  may one customer's answer be posted for the whole channel?
//
// An answer is shown to the asker alone, so Ask and See do not mind a channel
// that is shared with another organisation or that could not be checked. Share
// does.
package access

// Policy is what an installation allows. It is a value without state and may
// be used by many goroutines.
type Policy struct {
	// TeamID is the workspace that installed the bot, as auth.test names it.
	// While it is empty nobody is let in.
	TeamID string

	// Admins are ids of people (U…, W…) and of user groups (S…). Without any,
	// the owners and admins of the workspace are the admins.
	Admins []string

	// Default says who may ask in a channel without a binding.
	Default Default
}

// Ask says whether a person may use the bot in a channel.
func (p Policy) Ask(who Person, where Channel) Decision {
	if reason := p.standing(who); reason != ReasonNone {
		return refuse(reason)
	}
	if _, reason := p.scope(who, where); reason != ReasonNone {
		return refuse(reason)
	}
	return Decision{Allowed: true}
}

// See says which customers a person may be shown in a channel. Whatever lists,
// searches, suggests or renders customers goes through this scope.
func (p Policy) See(who Person, where Channel) Scope {
	if p.standing(who) != ReasonNone {
		return Scope{}
	}
	scope, _ := p.scope(who, where)
	return scope
}

// Share says whether a person may post a customer's answer for everybody in a
// channel. Why the channel itself is refused comes before whether the customer
// may be seen, so that a refusal tells nothing of the customer.
func (p Policy) Share(who Person, where Channel, customerID string) Decision {
	if d := p.Ask(who, where); !d.Allowed {
		return d
	}
	if reason := where.closed(); reason != ReasonNone {
		return refuse(reason)
	}
	if !p.See(who, where).Includes(customerID) {
		return refuse(ReasonOutOfScope)
	}
	return Decision{Allowed: true}
}

// scope is the one place that turns a channel into customers; Ask, See and
// Share all rest on it. Every channel is without a binding: it shows all
// customers to those whom Default lets in. A channel that is bound to some
// customers is answered here, before that, with a scope of those.
func (p Policy) scope(who Person, _ Channel) (Scope, Reason) {
	if p.Default != Members && !p.IsAdmin(who) {
		return Scope{}, ReasonAdminsOnly
	}
	return Scope{All: true}, ReasonNone
}

// Scope is a set of customers. The zero value holds none.
type Scope struct {
	All bool // every customer, also one that is new tomorrow
}

// Includes says whether a customer may be named.
func (s Scope) Includes(customerID string) bool { return s.All && customerID != "" }
