package access

import (
	"maps"
	"testing"

	"pgregory.net/rapid"
)

// fleetOf are the customers of the properties, by id.
func fleetOf() map[string]string {
	return map[string]string{
		contoso: "Contoso Retail", fabrikam: "Fabrikam", stranger: "Stranger", "c-north": "Contoso North",
	}
}

var customerIDs = rapid.SampledFrom([]string{contoso, fabrikam, stranger, "c-north", ""})

func drawPerson(t *rapid.T) Person {
	teams := rapid.SampledFrom([]string{home, home, home, foreign, sister, ""})
	flag := func(name string) bool { return rapid.IntRange(0, 7).Draw(t, name) == 0 }
	return Person{
		UserID:             rapid.SampledFrom([]string{"U-MIA", "U-ANA", "USLACKBOT", ""}).Draw(t, "user"),
		TeamID:             teams.Draw(t, "team"),
		SentTeamID:         teams.Draw(t, "sent team"),
		Teams:              rapid.SliceOfN(teams, 0, 2).Draw(t, "teams"),
		Admin:              rapid.Bool().Draw(t, "admin"),
		Owner:              flag("owner"),
		Guest:              flag("guest"),
		SingleChannelGuest: flag("single-channel guest"),
		Stranger:           flag("stranger"),
		Bot:                flag("bot"),
		Deleted:            flag("deleted"),
		Known:              !flag("unknown"),
	}
}

func drawRule(t *rapid.T) Rule {
	var r Rule
	if rapid.IntRange(0, 3).Draw(t, "all") == 0 {
		r.All = true
	}
	if rapid.Bool().Draw(t, "list") {
		r.Customers = rapid.SliceOfN(customerIDs, 0, 3).Draw(t, "customers")
	}
	if rapid.IntRange(0, 2).Draw(t, "by pattern") == 0 {
		r.Pattern = rapid.SampledFrom([]string{"contoso*", "*n*", "fabrikam", "*", "zzz"}).Draw(t, "pattern")
	}
	return r
}

func drawChannel(t *rapid.T) Channel {
	c := Channel{
		ID:       rapid.SampledFrom([]string{"C-OPS", "D-MIA", ""}).Draw(t, "channel"),
		External: rapid.IntRange(0, 2).Draw(t, "external") == 0,
		Pending:  rapid.IntRange(0, 5).Draw(t, "pending") == 0,
		Direct:   rapid.IntRange(0, 5).Draw(t, "direct") == 0,
		Known:    rapid.IntRange(0, 5).Draw(t, "known") != 0,
	}
	if rapid.Bool().Draw(t, "has a binding") {
		rule := drawRule(t)
		c.Binding = &Binding{
			Rule:      rule,
			IDs:       rule.Resolve(maps.All(fleetOf())),
			Suspended: rapid.IntRange(0, 4).Draw(t, "suspended") == 0,
			Confirmed: rapid.Bool().Draw(t, "confirmed"),
			File:      rapid.Bool().Draw(t, "file"),
			Unasked:   rapid.IntRange(0, 4).Draw(t, "unasked") == 0,
		}
		if rapid.IntRange(0, 4).Draw(t, "not resolved") == 0 {
			c.Binding.IDs = nil
		}
	}
	return c
}

func drawPolicy(t *rapid.T) Policy {
	return Policy{
		TeamID:  rapid.SampledFrom([]string{home, home, home, ""}).Draw(t, "home"),
		Admins:  rapid.SampledFrom([][]string{nil, {"U-ANA"}, {""}}).Draw(t, "admins"),
		Default: rapid.SampledFrom([]Default{Members, Admins, 0, 7}).Draw(t, "default"),
	}
}

// outside says that a customer is not among those of a binding, by the words
// of the issue and not by the code.
func outside(b *Binding, id string) bool {
	r := b.Rule
	if r.All {
		return len(r.Customers) > 0 || r.Pattern != ""
	}
	if r.Pattern != "" {
		p, err := ParsePattern(r.Pattern)
		return len(r.Customers) > 0 || err != nil || !p.Matches(fleetOf()[id])
	}
	for _, listed := range r.Customers {
		if listed == id {
			return false
		}
	}
	return true
}

// ids counts the customers that a list names.
func ids(list []string) int {
	named := map[string]bool{}
	for _, id := range list {
		if id != "" {
			named[id] = true
		}
	}
	return len(named)
}

// No customer outside the binding is ever included, on any way to a channel;
// nothing is where the channel is suspended; one is where it is shared.
func TestProperty_noCustomerOutsideTheBinding(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		policy, who, where, id := drawPolicy(t), drawPerson(t), drawChannel(t), customerIDs.Draw(t, "customer")
		ways := map[string]bool{
			"See":               policy.See(who, where).Includes(id),
			"Share":             policy.Share(who, where, id).Allowed,
			"Post":              policy.Post(where).Includes(id),
			"Explain":           policy.Explain(who, where).Scope.Includes(id),
			"what is explained": policy.Explain(who, where).Posted.Includes(id),
		}
		b := where.Binding
		for way, included := range ways {
			if !included {
				continue
			}
			unasked := way == "Post" || way == "what is explained"
			switch {
			case id == "":
				t.Fatalf("%s: a customer without an id", way)
			case policy.TeamID == "":
				t.Fatalf("%s: before the sign-in", way)
			case !unasked && (!who.Known || who.Guest || who.SingleChannelGuest || who.Stranger || who.Bot || who.Deleted || who.UserID == ""):
				t.Fatalf("%s: shown to %+v", way, who)
			case (unasked || way == "Share") && (!where.Known || where.Direct || where.ID == ""):
				t.Fatalf("%s: posted where nobody knows who reads", way)
			case b != nil && b.Suspended:
				t.Fatalf("%s: though suspended", way)
			case b != nil && (!b.Unasked || unasked) && outside(b, id):
				t.Fatalf("%s: %s is outside of %+v", way, id, *b)
			case (where.External || where.Pending) && (b == nil || b.Unasked || !b.Confirmed || ids(b.Rule.Customers) != 1):
				t.Fatalf("%s: in a shared channel with %+v", way, b)
			}
		}
	})
}

// Each thing that speaks against somebody or some place, and each thing that
// is not known, only ever takes customers away.
func TestProperty_doubtNeverAdds(t *testing.T) {
	t.Parallel()
	doubts := map[string]func(*Policy, *Person, *Channel){
		"not signed in":    func(p *Policy, _ *Person, _ *Channel) { p.TeamID = "" },
		"stricter default": func(p *Policy, _ *Person, _ *Channel) { p.Default = Admins },
		"no default":       func(p *Policy, _ *Person, _ *Channel) { p.Default = 0 },
		"unknown person":   func(_ *Policy, w *Person, _ *Channel) { w.Known = false },
		"guest":            func(_ *Policy, w *Person, _ *Channel) { w.Guest = true },
		"stranger":         func(_ *Policy, w *Person, _ *Channel) { w.Stranger = true },
		"bot":              func(_ *Policy, w *Person, _ *Channel) { w.Bot = true },
		"deactivated":      func(_ *Policy, w *Person, _ *Channel) { w.Deleted = true },
		"no admin":         func(_ *Policy, w *Person, _ *Channel) { w.Admin, w.Owner = false, false },
		"other payload":    func(_ *Policy, w *Person, _ *Channel) { w.SentTeamID = "T-NOWHERE" },
		"external":         func(_ *Policy, _ *Person, c *Channel) { c.External = true },
		"pending":          func(_ *Policy, _ *Person, c *Channel) { c.Pending = true },
		"unknown channel":  func(_ *Policy, _ *Person, c *Channel) { c.Known = false },
		"suspended": func(_ *Policy, _ *Person, c *Channel) {
			if c.Binding != nil {
				b := *c.Binding
				b.Suspended = true
				c.Binding = &b
			}
		},
		"not confirmed": func(_ *Policy, _ *Person, c *Channel) {
			if c.Binding != nil {
				b := *c.Binding
				b.Confirmed = false
				c.Binding = &b
			}
		},
		"not resolved": func(_ *Policy, _ *Person, c *Channel) {
			if c.Binding != nil {
				b := *c.Binding
				b.IDs = nil
				c.Binding = &b
			}
		},
	}
	for name, doubt := range doubts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				policy, who, where, id := drawPolicy(t), drawPerson(t), drawChannel(t), customerIDs.Draw(t, "customer")
				doubtful, doubted, place := policy, who, where
				doubt(&doubtful, &doubted, &place)
				if doubtful.See(doubted, place).Includes(id) && !policy.See(who, where).Includes(id) {
					t.Fatal("See shows more")
				}
				if doubtful.Share(doubted, place, id).Allowed && !policy.Share(who, where, id).Allowed {
					t.Fatal("Share allows more")
				}
				if doubtful.Post(place).Includes(id) && !policy.Post(where).Includes(id) {
					t.Fatal("Post names more")
				}
				rule := drawRule(t)
				if name != "not confirmed" && doubtful.Bind(doubted, place, rule).Allowed && !policy.Bind(who, where, rule).Allowed {
					t.Fatal("Bind allows more")
				}
			})
		})
	}
}

// The decisions agree with one another.
func TestProperty_decisionsAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		policy, who, where, id := drawPolicy(t), drawPerson(t), drawChannel(t), customerIDs.Draw(t, "customer")
		ask, see, share := policy.Ask(who, where), policy.See(who, where), policy.Share(who, where, id)
		for name, d := range map[string]Decision{
			"Admit": policy.Admit(who), "Ask": ask, "Share": share,
			"Bind": policy.Bind(who, where, drawRule(t)), "Unbind": policy.Unbind(who, where),
		} {
			if d.Allowed != (d.Reason == ReasonNone) {
				t.Fatalf("%s = %+v", name, d)
			}
			if d.Allowed && !policy.Admit(who).Allowed {
				t.Fatalf("%s allows whom Admit refuses", name)
			}
		}
		if !ask.Allowed && !see.Empty() {
			t.Fatalf("Ask refuses (%v) and See shows %+v", ask.Reason, see)
		}
		if share.Allowed && !see.Includes(id) {
			t.Fatal("Share allows what See does not show")
		}
		if policy.Closed(where) != ReasonNone && !policy.Post(where).Empty() {
			t.Fatalf("Closed (%v) and Post names %+v", policy.Closed(where), policy.Post(where))
		}
	})
}
