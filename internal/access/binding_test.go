package access

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What a scope shows, for tables.
const (
	nothing    = "nothing"
	everything = "everything"
)

func shown(s Scope) string {
	switch list := s.List(); {
	case s.All:
		return everything
	case len(list) == 0:
		return nothing
	default:
		return strings.Join(list, " ")
	}
}

// bindings are all kinds of binding, each with what it shows in a channel of
// one's own (open) and in one shared with another organisation (shared), or
// why it shows nothing there (reason); barred says that the reason counts in
// both.
var bindings = []struct {
	name         string
	binding      *Binding
	bound        bool // it decides for those who ask
	open, shared string
	reason       Reason
	barred       bool
}{
	{name: "unbound", reason: ReasonSharedChannel},
	{
		name: "all", binding: &Binding{Rule: Rule{All: true}},
		bound: true, open: everything, reason: ReasonSharedChannel,
	},
	{
		name: "all, confirmed", binding: &Binding{Rule: Rule{All: true}, Confirmed: true},
		bound: true, open: everything, reason: ReasonSharedChannel,
	},
	{
		name: "one", binding: &Binding{Rule: Rule{Customers: []string{contoso}}},
		bound: true, open: contoso, reason: ReasonSharedChannel,
	},
	{
		name: "one, confirmed", binding: &Binding{Rule: Rule{Customers: []string{contoso}}, Confirmed: true},
		bound: true, open: contoso, shared: contoso,
	},
	{
		name: "one named twice, confirmed", binding: &Binding{Rule: Rule{Customers: []string{contoso, "", contoso}}, Confirmed: true},
		bound: true, open: contoso, shared: contoso,
	},
	{
		name: "one, confirmed, of the file", binding: &Binding{Rule: Rule{Customers: []string{contoso}}, Confirmed: true, File: true},
		bound: true, open: contoso, shared: contoso,
	},
	{
		name: "one of the file", binding: &Binding{Rule: Rule{Customers: []string{contoso}}, File: true},
		bound: true, open: contoso, reason: ReasonSharedChannel,
	},
	{
		name: "two", binding: &Binding{Rule: Rule{Customers: []string{fabrikam, contoso}}},
		bound: true, open: contoso + " " + fabrikam, reason: ReasonSharedChannel,
	},
	{
		name: "two, confirmed", binding: &Binding{Rule: Rule{Customers: []string{contoso, fabrikam}}, Confirmed: true},
		bound: true, open: contoso + " " + fabrikam, reason: ReasonSharedChannel,
	},
	{
		name: "pattern of one, confirmed", bound: true, open: contoso, reason: ReasonSharedChannel,
		binding: &Binding{Rule: Rule{Pattern: "contoso*"}, IDs: map[string]bool{contoso: true}, Confirmed: true},
	},
	{
		name: "pattern", bound: true, open: contoso + " " + fabrikam, reason: ReasonSharedChannel,
		binding: &Binding{Rule: Rule{Pattern: "*o*"}, IDs: map[string]bool{contoso: true, fabrikam: true, stranger: false, "": true}},
	},
	{
		name: "pattern of nobody", binding: &Binding{Rule: Rule{Pattern: "zzz"}, IDs: map[string]bool{}},
		bound: true, open: nothing, reason: ReasonSharedChannel,
	},
	{
		name: "pattern that was not resolved", binding: &Binding{Rule: Rule{Pattern: "contoso*"}},
		bound: true, open: nothing, reason: ReasonSharedChannel,
	},
	{
		name: "pattern that cannot be read", bound: true, open: nothing, reason: ReasonSharedChannel,
		binding: &Binding{Rule: Rule{Pattern: "*"}, IDs: map[string]bool{contoso: true}, Confirmed: true},
	},
	{
		name: "ids beside a list do not count", bound: true, open: contoso, shared: contoso,
		binding: &Binding{Rule: Rule{Customers: []string{contoso}}, IDs: map[string]bool{stranger: true}, Confirmed: true},
	},
	{
		name: "nothing said", binding: &Binding{}, bound: true, open: nothing, reason: ReasonSharedChannel,
	},
	{
		name: "nothing said but ids, confirmed", binding: &Binding{IDs: map[string]bool{contoso: true}, Confirmed: true},
		bound: true, open: nothing, reason: ReasonSharedChannel,
	},
	{
		name: "a customer without an id", binding: &Binding{Rule: Rule{Customers: []string{""}}, Confirmed: true},
		bound: true, open: nothing, reason: ReasonSharedChannel,
	},
	{
		name: "all and one", binding: &Binding{Rule: Rule{All: true, Customers: []string{contoso}}, Confirmed: true},
		bound: true, open: nothing, reason: ReasonSharedChannel,
	},
	{
		name: "one and a pattern", bound: true, open: nothing, reason: ReasonSharedChannel,
		binding: &Binding{Rule: Rule{Customers: []string{contoso}, Pattern: "contoso*"}, IDs: map[string]bool{contoso: true}, Confirmed: true},
	},
	{
		name: "one, suspended", binding: &Binding{Rule: Rule{Customers: []string{contoso}}, Suspended: true},
		bound: true, reason: ReasonSuspended, barred: true,
	},
	{
		name: "one, confirmed and suspended", binding: &Binding{Rule: Rule{Customers: []string{contoso}}, Confirmed: true, Suspended: true},
		bound: true, reason: ReasonSuspended, barred: true,
	},
	{
		name: "all, suspended", binding: &Binding{Rule: Rule{All: true}, Suspended: true},
		bound: true, reason: ReasonSuspended, barred: true,
	},
	{
		name: "unasked", binding: &Binding{Rule: Rule{All: true}, Unasked: true},
		open: everything, reason: ReasonSharedChannel,
	},
	{
		name: "unasked and confirmed by mistake", binding: &Binding{Rule: Rule{Customers: []string{contoso}}, Unasked: true, Confirmed: true},
		open: contoso, reason: ReasonSharedChannel,
	},
	{
		name: "unasked, suspended", binding: &Binding{Rule: Rule{All: true}, Unasked: true, Suspended: true},
		reason: ReasonSuspended, barred: true,
	},
}

func TestRule(t *testing.T) {
	t.Parallel()
	names := map[string]string{contoso: "Contoso Retail GmbH", fabrikam: "Fabrikam", "c-north": "Contoso North", "": "Contoso of nobody"}
	tests := []struct {
		name string
		rule Rule
		err  string // begins so
		one  string
		ids  []string // resolved; nil is all
	}{
		{name: "zero", err: "no customer is named", ids: []string{}},
		{name: "all", rule: Rule{All: true}},
		{name: "one", rule: Rule{Customers: []string{contoso}}, one: contoso, ids: []string{contoso}},
		{name: "one that has left", rule: Rule{Customers: []string{"c-gone"}}, one: "c-gone", ids: []string{"c-gone"}},
		{name: "two", rule: Rule{Customers: []string{fabrikam, contoso}}, ids: []string{contoso, fabrikam}},
		{name: "no id", rule: Rule{Customers: []string{"", ""}}, err: "no customer is named", ids: []string{}},
		{name: "pattern", rule: Rule{Pattern: "contoso*"}, ids: []string{contoso, "c-north"}},
		{name: "pattern of one", rule: Rule{Pattern: "fabrikam"}, ids: []string{fabrikam}},
		{name: "pattern of nobody", rule: Rule{Pattern: "tailspin"}, ids: []string{}},
		{name: "bad pattern", rule: Rule{Pattern: "*"}, err: `"*" names no customer`, ids: []string{}},
		{name: "all and one", rule: Rule{All: true, Customers: []string{contoso}}, err: "all customers, a list", ids: []string{}},
		{name: "all and a pattern", rule: Rule{All: true, Pattern: "contoso*"}, err: "all customers, a list", ids: []string{}},
		{name: "one and a pattern", rule: Rule{Customers: []string{contoso}, Pattern: "f*"}, err: "all customers, a list", ids: []string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if err := tt.rule.Check(); (err == nil) != (tt.err == "") || err != nil && !strings.HasPrefix(err.Error(), tt.err) {
				t.Errorf("Check = %v, want %q", err, tt.err)
			}
			if one, ok := tt.rule.One(); one != tt.one || ok != (tt.one != "") {
				t.Errorf("One = %q, %v; want %q", one, ok, tt.one)
			}
			got := tt.rule.Resolve(maps.All(names))
			if (got == nil) != (tt.ids == nil) {
				t.Fatalf("Resolve = %v, want %v", got, tt.ids)
			}
			if diff := cmp.Diff(tt.ids, Scope{All: got == nil, IDs: got}.List()); diff != "" {
				t.Errorf("Resolve (-want +got):\n%s", diff)
			}
		})
	}
}

// Admins bind; where others read along, to one customer.
func TestPolicy_Bind(t *testing.T) {
	t.Parallel()
	rules := []struct {
		name         string
		rule         Rule
		open, shared Reason
	}{
		{name: "all", rule: Rule{All: true}, shared: ReasonOneCustomer},
		{name: "one", rule: Rule{Customers: []string{contoso}}},
		{name: "one twice", rule: Rule{Customers: []string{contoso, contoso}}},
		{name: "two", rule: Rule{Customers: []string{contoso, fabrikam}}, shared: ReasonOneCustomer},
		{name: "pattern", rule: Rule{Pattern: "contoso*"}, shared: ReasonOneCustomer},
		{name: "pattern like a name", rule: Rule{Pattern: "contoso"}, shared: ReasonOneCustomer},
		{name: "bad pattern", rule: Rule{Pattern: "**"}, open: ReasonNoRule, shared: ReasonNoRule},
		{name: "zero", open: ReasonNoRule, shared: ReasonNoRule},
		{name: "two ways", rule: Rule{All: true, Customers: []string{contoso}}, open: ReasonNoRule, shared: ReasonNoRule},
	}
	for _, p := range people {
		for _, c := range channels {
			for _, b := range bindings { // what it was bound to changes nothing
				for _, r := range rules {
					c.channel.Binding = b.binding
					want := p.members
					if want == ReasonNone && !p.administers {
						want = ReasonAdminsOnly
					}
					if want == ReasonNone {
						want = c.closed
					}
					if want == ReasonNone {
						want = r.open
						if c.shared {
							want = r.shared
						}
					}
					got := Policy{TeamID: home, Default: Members}.Bind(p.person, c.channel, r.rule)
					if got != (Decision{Allowed: want == ReasonNone, Reason: want}) {
						t.Errorf("%s, %s, %s, %s: Bind = %+v, want %v", p.name, c.name, b.name, r.name, got, want)
					}
				}
			}
		}
	}
}

// What Bind allows and the store then holds is what the channel shows.
func TestPolicy_Bind_holds(t *testing.T) {
	t.Parallel()
	admin := member(func(p *Person) { p.Admin = true })
	policy := Policy{TeamID: home, Default: Members}
	for _, c := range channels {
		rule := Rule{Customers: []string{contoso}}
		if !policy.Bind(admin, c.channel, rule).Allowed {
			continue
		}
		c.channel.Binding = &Binding{Rule: rule, Confirmed: c.channel.Shared()}
		if got := shown(policy.See(member(nil), c.channel)); got != contoso {
			t.Errorf("%s: See = %s after binding", c.name, got)
		}
		if got := shown(policy.Post(c.channel)); got != contoso {
			t.Errorf("%s: Post = %s after binding", c.name, got)
		}
	}
}

func TestPolicy_Unbind(t *testing.T) {
	t.Parallel()
	for _, p := range people {
		for _, c := range channels { // where it is changes nothing
			for _, b := range bindings {
				c.channel.Binding = b.binding
				want := p.members
				switch {
				case want != ReasonNone:
				case !p.administers:
					want = ReasonAdminsOnly
				case !b.bound:
					want = ReasonUnbound
				case strings.HasSuffix(b.name, "of the file"):
					want = ReasonFile
				}
				got := Policy{TeamID: home, Default: Members}.Unbind(p.person, c.channel)
				if got != (Decision{Allowed: want == ReasonNone, Reason: want}) {
					t.Errorf("%s, %s, %s: Unbind = %+v, want %v", p.name, c.name, b.name, got, want)
				}
			}
		}
	}
}

// AvePoint does not keep the case of ids: a list and a pattern mean the customer
// under each spelling of its id.
func TestScope_idCase(t *testing.T) {
	t.Parallel()
	rule := Rule{Customers: []string{"AbC-1", " abc-1"}}
	if id, ok := rule.One(); !ok || id != "abc-1" {
		t.Errorf("one is %q, %v", id, ok)
	}
	pattern := Rule{Pattern: "contoso*"}.Resolve(func(yield func(id, name string) bool) { yield("AbC-1", "Contoso") })
	for _, scope := range []Scope{{IDs: rule.Resolve(nil)}, {IDs: pattern}, {All: true}} {
		for _, id := range []string{"AbC-1", "abc-1", "ABC-1 "} {
			if !scope.Includes(id) {
				t.Errorf("%v does not include %q", scope, id)
			}
		}
		if scope.Includes(" ") {
			t.Errorf("%v includes nobody", scope)
		}
	}
}
