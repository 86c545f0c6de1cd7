package access

import (
	"errors"
	"iter"
	"time"
)

// Rule says which customers a channel is bound to, in one of three ways. A
// rule that says nothing, or more than one thing, holds no customer.
type Rule struct {
	All       bool     // every customer, also one that is new tomorrow
	Customers []string // these, by id
	Pattern   string   // those whose names match now, see [ParsePattern]
}

// Binding is what a channel is bound to.
type Binding struct {
	Rule Rule

	// IDs are the customers that Rule.Pattern means now: what [Rule.Resolve]
	// makes of the directory. It counts for a pattern only, and nil is nobody.
	IDs map[string]bool

	By string    // the id of the admin who bound it; empty with File
	At time.Time // when

	// Suspended says that nothing is shown until an admin binds the channel
	// again: it became shared with another organisation after it was bound, or
	// the entry in the file names a shared channel.
	Suspended bool

	// Confirmed says that an admin bound the channel while [Channel.Shared].
	// Only such a binding, to one customer by its id, holds in a shared channel.
	Confirmed bool

	File bool // from BINDINGS_FILE: it cannot be unbound in Slack

	// Unasked says that nobody bound the channel: configuration alone names it
	// (DIGEST_CHANNEL, ALERT_CHANNEL, OPS_CHANNEL), for what is posted there
	// unasked. To those who ask there, it is without a binding.
	Unasked bool
}

// Check says in a sentence what is wrong with a rule, or nil.
func (r Rule) Check() error {
	said := 0
	for _, is := range []bool{r.All, len(r.Customers) > 0, r.Pattern != ""} {
		if is {
			said++
		}
	}
	switch {
	case said == 0:
		return errors.New("no customer is named")
	case said > 1:
		return errors.New("all customers, a list and a pattern exclude one another")
	case len(r.Customers) > 0 && len(r.listed()) == 0:
		return errors.New("no customer is named")
	case r.Pattern != "":
		_, err := ParsePattern(r.Pattern)
		return err
	}
	return nil
}

// One is the customer of a rule that names exactly one by its id. What matches
// a pattern is never that: tomorrow it may be another.
func (r Rule) One() (customerID string, ok bool) {
	if r.Check() != nil {
		return "", false
	}
	return Scope{IDs: r.listed()}.Only()
}

// Resolve returns the ids of the customers that a rule means, from all
// customers as id and name; nil where it means all. A rule that [Rule.Check]
// refuses means nobody.
func (r Rule) Resolve(customers iter.Seq2[string, string]) map[string]bool {
	switch {
	case r.Check() != nil:
		return map[string]bool{}
	case r.All:
		return nil
	case r.Pattern == "":
		return r.listed()
	}
	ids := map[string]bool{}
	pattern, err := ParsePattern(r.Pattern)
	if err != nil {
		return ids
	}
	for id, name := range customers {
		if pattern.Matches(name) {
			ids[key(id)] = true
		}
	}
	return ids
}

// listed are the customers that a rule names by their ids.
func (r Rule) listed() map[string]bool {
	ids := make(map[string]bool, len(r.Customers))
	for _, id := range r.Customers {
		if id = key(id); id != "" {
			ids[id] = true
		}
	}
	return ids
}

// scope are the customers of a binding, whatever the channel is.
func (b *Binding) scope() Scope {
	switch {
	case b == nil || b.Rule.Check() != nil:
		return Scope{}
	case b.Rule.All:
		return Scope{All: true}
	case b.Rule.Pattern != "":
		return Scope{IDs: b.IDs}
	}
	return Scope{IDs: b.Rule.listed()}
}

// holdsShared says whether a binding counts in a channel that is shared with
// another organisation.
func (b *Binding) holdsShared() bool {
	if b == nil || !b.Confirmed || b.Unasked {
		return false
	}
	_, one := b.Rule.One()
	return one
}
