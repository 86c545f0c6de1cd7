package access

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The explanation agrees with the decisions everywhere, and names no rule that
// does not count.
func TestPolicy_Explain_agrees(t *testing.T) {
	t.Parallel()
	for _, byDefault := range []Default{Members, Admins} {
		policy := Policy{TeamID: home, Default: byDefault}
		for _, p := range people {
			for _, c := range channels {
				for _, b := range bindings {
					c.channel.Binding = b.binding
					name := fmt.Sprintf("%v, %s, %s, %s", byDefault, p.name, c.name, b.name)
					e := policy.Explain(p.person, c.channel)
					if diff := cmp.Diff(policy.See(p.person, c.channel), e.Scope); diff != "" {
						t.Errorf("%s: Scope (-See +got):\n%s", name, diff)
					}
					if ask := policy.Ask(p.person, c.channel); ask.Reason != e.Reason {
						t.Errorf("%s: Reason = %v, Ask says %v", name, e.Reason, ask.Reason)
					}
					if e.Reason != ReasonNone && (e.Rule.All || e.Rule.Customers != nil || e.Rule.Pattern != "") {
						t.Errorf("%s: names the rule %+v though nothing is shown", name, e.Rule)
					}
					if p.members != ReasonNone {
						if diff := cmp.Diff(Explanation{Reason: p.members, PostedReason: p.members}, e); diff != "" {
							t.Errorf("%s: somebody who is refused learns (-want +got):\n%s", name, diff)
						}
						continue
					}
					if diff := cmp.Diff(policy.Post(c.channel), e.Posted); diff != "" || e.PostedReason != policy.Closed(c.channel) {
						t.Errorf("%s: Posted %v (-Post +got):\n%s", name, e.PostedReason, diff)
					}
				}
			}
		}
	}
}

func TestPolicy_Explain(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 24, 9, 52, 0, 0, time.UTC)
	rule := Rule{Customers: []string{contoso}}
	only := Scope{IDs: map[string]bool{contoso: true}}
	owner := member(func(p *Person) { p.Owner = true })
	tests := []struct {
		name    string
		person  Person
		channel Channel
		want    Explanation
	}{
		{
			name: "unbound", person: member(nil), channel: Channel{ID: "C-OPS", Known: true},
			want: Explanation{
				Reason: ReasonAdminsOnly, PostedReason: ReasonAdminsOnly,
				Default: Admins, Checked: true,
			},
		},
		{
			name: "unbound, to an admin", person: owner, channel: Channel{ID: "C-OPS", Known: true},
			want: Explanation{
				Scope: Scope{All: true}, PostedReason: ReasonAdminsOnly,
				Default: Admins, Checked: true, Admin: true,
			},
		},
		{
			name: "bound and shared", person: member(nil),
			channel: Channel{ID: "C-EXT", Known: true, External: true, Binding: &Binding{Rule: rule, By: "U-ANA", At: at, Confirmed: true}},
			want: Explanation{
				Scope: only, Posted: only, Bound: true, Rule: rule, By: "U-ANA", At: at, Confirmed: true,
				Default: Admins, Shared: true, Checked: true,
			},
		},
		{
			name: "suspended", person: member(nil),
			channel: Channel{ID: "C-EXT", Known: true, Pending: true, Binding: &Binding{Rule: rule, By: "U-ANA", At: at, Suspended: true}},
			want: Explanation{
				Reason: ReasonSuspended, PostedReason: ReasonSuspended, Bound: true, By: "U-ANA", At: at,
				Default: Admins, Shared: true, Checked: true,
			},
		},
		{
			name: "by the file, not checked", person: member(nil),
			channel: Channel{ID: "G-SECRET", Binding: &Binding{Rule: rule, File: true}},
			want: Explanation{
				Scope: only, PostedReason: ReasonUnknownChannel, Bound: true, Rule: rule, File: true, Default: Admins,
			},
		},
		{
			name: "by configuration", person: member(nil),
			channel: Channel{ID: "C-OPS", Known: true, Binding: &Binding{Rule: Rule{All: true}, Unasked: true}},
			want:    Explanation{Reason: ReasonAdminsOnly, Posted: Scope{All: true}, Default: Admins, Checked: true},
		},
		{
			name: "direct", person: owner, channel: Channel{ID: "D-MIA", Direct: true},
			want: Explanation{Scope: Scope{All: true}, PostedReason: ReasonDirect, Default: Admins, Direct: true, Admin: true},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := Policy{TeamID: home, Default: Admins}.Explain(tt.person, tt.channel)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Explain (-want +got):\n%s", diff)
			}
		})
	}
}

func TestScope(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		scope Scope
		list  []string
		only  string
		empty bool
	}{
		{name: "zero", list: []string{}, empty: true},
		{name: "all", scope: Scope{All: true}},
		{name: "none", scope: Scope{IDs: map[string]bool{contoso: false, "": true}}, list: []string{}, empty: true},
		{name: "one", scope: Scope{IDs: map[string]bool{contoso: true, fabrikam: false}}, list: []string{contoso}, only: contoso},
		{name: "two", scope: Scope{IDs: map[string]bool{fabrikam: true, contoso: true}}, list: []string{contoso, fabrikam}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.list, tt.scope.List()); diff != "" {
				t.Errorf("List (-want +got):\n%s", diff)
			}
			if got, ok := tt.scope.Only(); got != tt.only || ok != (tt.only != "") {
				t.Errorf("Only = %q, %v", got, ok)
			}
			if got := tt.scope.Empty(); got != tt.empty {
				t.Errorf("Empty = %v", got)
			}
			for _, id := range []string{contoso, fabrikam, ""} {
				want := id != "" && (tt.scope.All || slices.Contains(tt.list, id))
				if got := tt.scope.Includes(id); got != want {
					t.Errorf("Includes(%q) = %v", id, got)
				}
			}
		})
	}
}
