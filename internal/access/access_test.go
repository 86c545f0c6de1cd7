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
	customer = "c-contoso"
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

// channels are all kinds of place with what Share says of them to somebody who
// may ask there.
var channels = []struct {
	name    string
	channel Channel
	share   Reason
}{
	{name: "public", channel: Channel{ID: "C-OPS", Known: true}},
	{name: "private with the bot", channel: Channel{ID: "G-OPS", Known: true}},
	{name: "shared", channel: Channel{ID: "C-EXT", Known: true, External: true}, share: ReasonSharedChannel},
	{name: "pending", channel: Channel{ID: "C-EXT", Known: true, Pending: true}, share: ReasonSharedChannel},
	{name: "shared and pending", channel: Channel{ID: "C-EXT", Known: true, External: true, Pending: true}, share: ReasonSharedChannel},
	{name: "unknown", channel: Channel{ID: "G-SECRET"}, share: ReasonUnknownChannel},
	{name: "without an id", channel: Channel{Known: true}, share: ReasonUnknownChannel},
	{name: "nowhere", share: ReasonUnknownChannel},
	{name: "direct", channel: Channel{ID: "D-MIA", Known: true, Direct: true}, share: ReasonDirect},
	{name: "direct, unknown", channel: Channel{ID: "D-MIA", Direct: true}, share: ReasonDirect},
	{name: "direct with an outsider", channel: Channel{ID: "D-EXT", Known: true, Direct: true, External: true}, share: ReasonDirect},
}

// Every person in every place asks, sees and shares, under both defaults.
func TestPolicy_matrix(t *testing.T) {
	t.Parallel()
	for _, p := range people {
		for _, c := range channels {
			t.Run(p.name+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				check(t, Policy{TeamID: home, Default: Members}, p.person, c.channel, p.members, c.share)
				check(t, Policy{TeamID: home, Default: Admins}, p.person, c.channel, p.admins, c.share)
				check(t, Policy{TeamID: home}, p.person, c.channel, p.admins, c.share)
			})
		}
	}
}

// check asks the three questions; ask is what is expected of Ask, share of
// Share where Ask allows.
func check(t *testing.T, policy Policy, who Person, where Channel, ask, share Reason) {
	t.Helper()
	want := Decision{Allowed: ask == ReasonNone, Reason: ask}
	if diff := cmp.Diff(want, policy.Ask(who, where)); diff != "" {
		t.Errorf("%v: Ask (-want +got):\n%s", policy.Default, diff)
	}
	if got := policy.See(who, where); got.All != want.Allowed || got.Includes(customer) != want.Allowed {
		t.Errorf("%v: See = %+v, want everything: %v", policy.Default, got, want.Allowed)
	}
	if want.Allowed {
		want = Decision{Allowed: share == ReasonNone, Reason: share}
	}
	if diff := cmp.Diff(want, policy.Share(who, where, customer)); diff != "" {
		t.Errorf("%v: Share (-want +got):\n%s", policy.Default, diff)
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
	if want := refuse(ReasonOutOfScope); got != want {
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
