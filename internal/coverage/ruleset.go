package coverage

// RuleSet are the rules of one customer: those of the whole, and those of each
// module where they differ.
type RuleSet struct {
	Customer Rules
	Module   func(Key) Rules // nil: those of Customer
}

// Of are the rules of a series.
func (r RuleSet) Of(k Key) Rules { return r.of(k) }

func (r RuleSet) of(k Key) Rules {
	if r.Module == nil {
		return r.Customer
	}
	return r.Module(k)
}

// Everywhere is a set with one rule for all.
func (r Rules) Everywhere() RuleSet { return RuleSet{Customer: r} }
