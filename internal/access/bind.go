package access

// Bind says whether a person may bind a channel to customers, in place of what
// it is bound to. The new binding is [Binding.Confirmed] where [Channel.Shared]
// says so of this same channel. While Slack does not say whether a channel is
// shared it cannot be bound: the bot has to be invited first.
func (p Policy) Bind(who Person, where Channel, rule Rule) Decision {
	reason := p.administers(who)
	if reason == ReasonNone {
		reason = where.closed()
	}
	if reason != ReasonNone {
		return decide(reason)
	}
	if rule.Check() != nil {
		return decide(ReasonNoRule)
	}
	if _, one := rule.One(); where.Shared() && !one {
		return decide(ReasonOneCustomer)
	}
	return decide(ReasonNone)
}

// Unbind says whether a person may end a channel's binding. A channel of which
// Slack says nothing can be unbound: the bot may have been removed from it.
func (p Policy) Unbind(who Person, where Channel) Decision {
	switch reason := p.administers(who); {
	case reason != ReasonNone:
		return decide(reason)
	case !where.Bound():
		return decide(ReasonUnbound)
	case where.Binding.File:
		return decide(ReasonFile)
	}
	return decide(ReasonNone)
}

// administers says why a person may not do what is reserved to admins, or
// ReasonNone.
func (p Policy) administers(who Person) Reason {
	reason := p.standing(who)
	if reason == ReasonNone && !p.IsAdmin(who) {
		reason = ReasonAdminsOnly
	}
	return reason
}
