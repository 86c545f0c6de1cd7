package access

import "time"

// Explanation says what a channel shows and why, as data for the answer to
// /backup-overview scope. It holds nothing of customers beyond its two scopes:
// the rule of a binding that does not count now is left out.
type Explanation struct {
	Scope  Scope  // what the asker is shown here
	Reason Reason // why nothing; ReasonNone where Scope decides

	Posted       Scope  // what is posted here unasked
	PostedReason Reason // why nothing; ReasonNone where Posted decides

	Bound     bool // a binding decides; otherwise Default does
	Rule      Rule // of the binding, where it counts
	By        string
	At        time.Time
	File      bool
	Confirmed bool
	Default   Default

	Shared  bool // other organisations read along, or are invited
	Direct  bool // a conversation of two
	Checked bool // Slack said what the channel is

	Admin bool // the asker may bind channels
}

// Explain says what a person is shown in a channel, and why. A person whom
// [Policy.Admit] refuses learns the reason and nothing of the channel.
func (p Policy) Explain(who Person, where Channel) Explanation {
	if reason := p.standing(who); reason != ReasonNone {
		return Explanation{Reason: reason, PostedReason: reason}
	}
	e := Explanation{
		Default: p.Default,
		Bound:   where.Bound(),
		Shared:  where.Shared(),
		Direct:  where.Direct,
		Checked: where.Known,
		Admin:   p.IsAdmin(who),
	}
	e.Scope, e.Reason = p.scope(who, where)
	e.Posted, e.PostedReason = p.posting(where)
	if !e.Bound {
		return e
	}
	b := where.Binding
	e.By, e.At, e.File, e.Confirmed = b.By, b.At, b.File, b.Confirmed
	if e.Reason == ReasonNone {
		e.Rule = b.Rule
	}
	return e
}
