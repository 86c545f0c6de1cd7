package access

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	home     = "T-HOME"
	foreign  = "T-FOREIGN"
	sister   = "T-SISTER" // another workspace of the same Enterprise Grid
	contoso  = "c-contoso"
	fabrikam = "c-fabrikam"
	stranger = "c-stranger" // bound nowhere
)

// member is a full member of the home workspace, changed as a case needs.
func member(change func(*Person)) Person {
	p := Person{UserID: "U-MIA", TeamID: home, SentTeamID: home, Known: true}
	if change != nil {
		change(&p)
	}
	return p
}

// people are all kinds of person with what Ask says of them in a channel that
// everybody may use and in one for admins.
var people = []struct {
	name            string
	person          Person
	members, admins Reason
	administers     bool // by being an owner or admin of the workspace
}{
	{name: "member", person: member(nil), admins: ReasonAdminsOnly},
	{name: "admin", person: member(func(p *Person) { p.Admin = true }), administers: true},
	{name: "owner", person: member(func(p *Person) { p.Owner = true }), administers: true},
	{
		name: "guest", person: member(func(p *Person) { p.Guest = true }),
		members: ReasonGuest, admins: ReasonGuest,
	},
	{
		name: "single-channel guest", person: member(func(p *Person) { p.SingleChannelGuest = true }),
		members: ReasonGuest, admins: ReasonGuest,
	},
	{
		name: "stranger", person: member(func(p *Person) { p.Stranger = true }),
		members: ReasonOtherOrganisation, admins: ReasonOtherOrganisation,
	},
	{
		name: "other organisation", person: member(func(p *Person) { p.TeamID, p.SentTeamID = foreign, foreign }),
		members: ReasonOtherOrganisation, admins: ReasonOtherOrganisation,
	},
	{
		name: "other organisation by the payload alone", person: member(func(p *Person) { p.SentTeamID = foreign }),
		members: ReasonOtherOrganisation, admins: ReasonOtherOrganisation,
	},
	{
		name: "other organisation by the profile alone", person: member(func(p *Person) { p.TeamID = foreign }),
		members: ReasonOtherOrganisation, admins: ReasonOtherOrganisation,
	},
	{
		name: "owner of another organisation",
		person: member(func(p *Person) {
			p.TeamID, p.SentTeamID, p.Owner, p.Admin = foreign, foreign, true, true
			p.EnterpriseUserID, p.Teams = "W-MIA", []string{foreign}
		}),
		members: ReasonOtherOrganisation, admins: ReasonOtherOrganisation,
	},
	{
		name: "no team at all", person: member(func(p *Person) { p.TeamID, p.SentTeamID = "", "" }),
		members: ReasonOtherOrganisation, admins: ReasonOtherOrganisation,
	},
	{
		name: "bot", person: member(func(p *Person) { p.Bot = true }),
		members: ReasonBot, admins: ReasonBot,
	},
	{
		name: "Slackbot", person: member(func(p *Person) { p.UserID = "USLACKBOT" }),
		members: ReasonBot, admins: ReasonBot,
	},
	{
		name: "deactivated", person: member(func(p *Person) { p.Deleted = true }),
		members: ReasonDeactivated, admins: ReasonDeactivated,
	},
	{
		name: "deactivated owner", person: member(func(p *Person) { p.Deleted, p.Owner = true, true }),
		members: ReasonDeactivated, admins: ReasonDeactivated,
	},
	{
		name: "guest with the flag of an admin", person: member(func(p *Person) { p.Guest, p.Admin = true, true }),
		members: ReasonGuest, admins: ReasonGuest,
	},
	{
		name: "unknown", person: member(func(p *Person) { p.Known = false }),
		members: ReasonUnknownPerson, admins: ReasonUnknownPerson,
	},
	{
		name: "unknown with every good sign", person: member(func(p *Person) { p.Known, p.Admin, p.Owner = false, true, true }),
		members: ReasonUnknownPerson, admins: ReasonUnknownPerson,
	},
	{
		name: "without an id", person: member(func(p *Person) { p.UserID = "" }),
		members: ReasonUnknownPerson, admins: ReasonUnknownPerson,
	},
	{name: "nobody", members: ReasonUnknownPerson, admins: ReasonUnknownPerson},
	{
		name: "Grid colleague", admins: ReasonAdminsOnly,
		person: member(func(p *Person) {
			p.TeamID, p.SentTeamID = sister, sister
			p.EnterpriseUserID, p.Teams = "W-MIA", []string{sister, home}
		}),
	},
	{
		name: "Grid colleague who is a guest",
		person: member(func(p *Person) {
			p.TeamID, p.SentTeamID, p.Guest = sister, sister, true
			p.Teams = []string{sister, home}
		}),
		members: ReasonGuest, admins: ReasonGuest,
	},
	{
		name: "Grid colleague of other workspaces only",
		person: member(func(p *Person) {
			p.TeamID, p.SentTeamID = sister, sister
			p.Teams = []string{sister, "T-THIRD"}
		}),
		members: ReasonOtherOrganisation, admins: ReasonOtherOrganisation,
	},
	{
		name: "without a team in the payload", admins: ReasonAdminsOnly,
		person: member(func(p *Person) { p.SentTeamID = "" }),
	},
}

// channels are all kinds of place. closed is why nothing may be posted there
// for everybody, whatever it is bound to; shared says that other organisations
// read along.
var channels = []struct {
	name    string
	channel Channel
	shared  bool
	closed  Reason
}{
	{name: "public", channel: Channel{ID: "C-OPS", Known: true}},
	{name: "private with the bot", channel: Channel{ID: "G-OPS", Known: true}},
	{name: "shared", channel: Channel{ID: "C-EXT", Known: true, External: true}, shared: true},
	{name: "pending", channel: Channel{ID: "C-EXT", Known: true, Pending: true}, shared: true},
	{name: "shared and pending", channel: Channel{ID: "C-EXT", Known: true, External: true, Pending: true}, shared: true},
	{name: "shared as last heard", channel: Channel{ID: "C-EXT", External: true}, shared: true, closed: ReasonUnknownChannel},
	{name: "unknown", channel: Channel{ID: "G-SECRET"}, closed: ReasonUnknownChannel},
	{name: "without an id", channel: Channel{Known: true}, closed: ReasonUnknownChannel},
	{name: "nowhere", closed: ReasonUnknownChannel},
	{name: "direct", channel: Channel{ID: "D-MIA", Known: true, Direct: true}, closed: ReasonDirect},
	{name: "direct, unknown", channel: Channel{ID: "D-MIA", Direct: true}, closed: ReasonDirect},
	{name: "direct with an outsider", channel: Channel{ID: "D-EXT", Known: true, Direct: true, External: true}, shared: true, closed: ReasonDirect},
}

// Every person in every place with every binding asks, sees and shares, and is
// posted for, under both defaults.
func TestPolicy_matrix(t *testing.T) {
	t.Parallel()
	for _, p := range people {
		for _, c := range channels {
			for _, b := range bindings {
				t.Run(p.name+"/"+c.name+"/"+b.name, func(t *testing.T) {
					t.Parallel()
					where := c.channel
					where.Binding = b.binding
					for _, policy := range []struct {
						Policy
						ask Reason
					}{
						{Policy{TeamID: home, Default: Members}, p.members},
						{Policy{TeamID: home, Default: Admins}, p.admins},
						{Policy{TeamID: home}, p.admins},
					} {
						want := expectation{ask: policy.ask, see: everything}
						switch {
						case p.members != ReasonNone: // refused everywhere
						case b.reason != ReasonNone && (c.shared || b.barred):
							want.ask = b.reason
						case c.shared:
							want.ask, want.see = ReasonNone, b.shared
						case b.bound:
							want.ask, want.see = ReasonNone, b.open
						}
						want.closed = c.closed
						want.check(t, policy.Policy, p.person, where)
					}
				})
			}
		}
	}
}

// What is posted unasked is nobody's: the same table without people.
func TestPolicy_Post_matrix(t *testing.T) {
	t.Parallel()
	for _, c := range channels {
		for _, b := range bindings {
			for _, byDefault := range []Default{Members, Admins, 0} {
				t.Run(fmt.Sprintf("%s/%s/%v", c.name, b.name, byDefault), func(t *testing.T) {
					t.Parallel()
					where := c.channel
					where.Binding = b.binding
					want, reason := everything, ReasonNone
					switch {
					case c.closed != ReasonNone:
						want, reason = nothing, c.closed
					case b.reason != ReasonNone && (c.shared || b.barred):
						want, reason = nothing, b.reason
					case c.shared:
						want = b.shared
					case b.binding != nil:
						want = b.open
					case byDefault != Members:
						want, reason = nothing, ReasonAdminsOnly
					}
					policy := Policy{TeamID: home, Default: byDefault}
					if got := shown(policy.Post(where)); got != want {
						t.Errorf("Post = %s, want %s", got, want)
					}
					if got := policy.Closed(where); got != reason {
						t.Errorf("Closed = %v, want %v", got, reason)
					}
					if got := (Policy{Default: byDefault}).Post(where); !got.Empty() {
						t.Errorf("before the sign-in Post = %+v", got)
					}
				})
			}
		}
	}
}

// expectation is what the questions about one person in one place answer.
type expectation struct {
	ask    Reason
	see    string // where ask allows
	closed Reason // why Share refuses where ask allows
}

func (want expectation) check(t *testing.T, policy Policy, who Person, where Channel) {
	t.Helper()
	allowed := want.ask == ReasonNone
	if diff := cmp.Diff(Decision{Allowed: allowed, Reason: want.ask}, policy.Ask(who, where)); diff != "" {
		t.Errorf("%v: Ask (-want +got):\n%s", policy.Default, diff)
	}
	if !allowed {
		want.see = nothing
	}
	scope := policy.See(who, where)
	if got := shown(scope); got != want.see {
		t.Errorf("%v: See = %s, want %s", policy.Default, got, want.see)
	}
	for _, id := range []string{contoso, fabrikam, stranger, ""} {
		reason := want.ask
		switch {
		case reason != ReasonNone:
		case want.closed != ReasonNone:
			reason = want.closed
		case !scope.Includes(id):
			reason = ReasonOutOfScope
		}
		if diff := cmp.Diff(Decision{Allowed: reason == ReasonNone, Reason: reason}, policy.Share(who, where, id)); diff != "" {
			t.Errorf("%v: Share of %q (-want +got):\n%s", policy.Default, id, diff)
		}
	}
}

func TestPolicy_Admit(t *testing.T) {
	t.Parallel()
	for _, p := range people {
		want := Decision{Allowed: p.members == ReasonNone, Reason: p.members}
		if got := (Policy{TeamID: home}).Admit(p.person); got != want {
			t.Errorf("%s: Admit = %+v, want %+v", p.name, got, want)
		}
	}
}

func TestPolicy_IsAdmin_byDefault(t *testing.T) {
	t.Parallel()
	for _, p := range people {
		if got := (Policy{TeamID: home, Default: Members}).IsAdmin(p.person); got != p.administers {
			t.Errorf("%s: IsAdmin = %v, want %v", p.name, got, p.administers)
		}
	}
}

func TestPolicy_IsAdmin_listed(t *testing.T) {
	t.Parallel()
	inGroup := func(p *Person) { p.Groups = []string{"S-OTHER", "S-OPS"} }
	onGrid := func(p *Person) { p.EnterpriseUserID, p.Teams = "W-MIA", []string{home} }
	tests := []struct {
		name   string
		admins []string
		person Person
		want   bool
	}{
		{"by id", []string{"U-ANA", "U-MIA"}, member(nil), true},
		{"by id of the organisation", []string{"W-MIA"}, member(onGrid), true},
		{"by group", []string{"S-OPS"}, member(inGroup), true},
		{"somebody else is", []string{"U-ANA"}, member(nil), false},
		{"another group is", []string{"S-OPS"}, member(func(p *Person) { p.Groups = []string{"S-OTHER"} }), false},
		{"group not read", []string{"S-OPS"}, member(nil), false},
		{"an owner is not once a list exists", []string{"U-ANA"}, member(func(p *Person) { p.Owner, p.Admin = true, true }), false},
		{"ids are exact", []string{"u-mia"}, member(nil), false},
		{"a trailing comma lets nobody in", []string{"U-ANA", ""}, member(nil), false},
		{"an empty entry is no empty list", []string{""}, member(func(p *Person) { p.Owner = true }), false},
		{"guest by id", []string{"U-MIA"}, member(func(p *Person) { p.Guest = true }), false},
		{"guest by group", []string{"S-OPS"}, member(func(p *Person) { inGroup(p); p.Guest = true }), false},
		{"outsider by id", []string{"U-MIA"}, member(func(p *Person) { p.TeamID = foreign }), false},
		{"outsider by group", []string{"S-OPS"}, member(func(p *Person) { inGroup(p); p.Stranger = true }), false},
		{"deactivated by id", []string{"U-MIA"}, member(func(p *Person) { p.Deleted = true }), false},
		{"bot by id", []string{"U-MIA"}, member(func(p *Person) { p.Bot = true }), false},
		{"unknown by id", []string{"U-MIA"}, member(func(p *Person) { p.Known = false }), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			policy := Policy{TeamID: home, Admins: tt.admins, Default: Admins}
			if got := policy.IsAdmin(tt.person); got != tt.want {
				t.Errorf("IsAdmin = %v, want %v", got, tt.want)
			}
			if got := policy.Ask(tt.person, Channel{ID: "C-OPS", Known: true}).Allowed; got != tt.want {
				t.Errorf("Ask where admins only may = %v, want %v", got, tt.want)
			}
		})
	}
}

// A bot that has not signed in yet does not know its workspace: an empty team
// must not fit a person without one.
func TestPolicy_withoutTeam(t *testing.T) {
	t.Parallel()
	for _, p := range people {
		for _, team := range []string{p.person.TeamID, ""} {
			p.person.TeamID, p.person.SentTeamID = team, team
			got := Policy{Default: Members}.Ask(p.person, Channel{ID: "C-OPS", Known: true})
			if got.Allowed {
				t.Errorf("%s of team %q was let in", p.name, team)
			}
		}
	}
}

func TestPolicy_Share_noCustomer(t *testing.T) {
	t.Parallel()
	got := Policy{TeamID: home, Default: Members}.Share(member(nil), Channel{ID: "C-OPS", Known: true}, "")
	if want := decide(ReasonOutOfScope); got != want {
		t.Errorf("Share of no customer = %+v, want %+v", got, want)
	}
}

func TestPolicy_AdminGroups(t *testing.T) {
	t.Parallel()
	policy := Policy{Admins: []string{"U-MIA", "S-OPS", "", "W-ANA", "S-LEADS"}}
	if diff := cmp.Diff([]string{"S-OPS", "S-LEADS"}, policy.AdminGroups()); diff != "" {
		t.Errorf("AdminGroups (-want +got):\n%s", diff)
	}
}

// A forgotten name would be an empty string in the log.
func TestReason_String(t *testing.T) {
	t.Parallel()
	seen := map[string]Reason{}
	for r := ReasonNone; r <= ReasonOutOfScope; r++ {
		name := r.String()
		if other, ok := seen[name]; ok || name == "" {
			t.Errorf("reason %d is called %q, as is %d", int(r), name, int(other))
		}
		seen[name] = r
	}
	for _, r := range []Reason{-1, ReasonOutOfScope + 1} {
		if got, want := r.String(), fmt.Sprintf("Reason(%d)", int(r)); got != want {
			t.Errorf("String of %d = %q, want %q", int(r), got, want)
		}
	}
}

func TestParseDefault(t *testing.T) {
	t.Parallel()
	for _, want := range []Default{Members, Admins} {
		if got, err := ParseDefault(want.String()); got != want || err != nil {
			t.Errorf("ParseDefault(%q) = %v, %v", want, got, err)
		}
	}
	for _, text := range []string{"", "member", "Members", "everybody", "Default(0)"} {
		if got, err := ParseDefault(text); err == nil || got != 0 {
			t.Errorf("ParseDefault(%q) = %v, %v; want an error", text, got, err)
		}
	}
}
