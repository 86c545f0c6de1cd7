package formatting

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/internal/blockcheck"
)

func one() Shows { return Shows{Customers: 1, Names: []string{"Contoso Retail GmbH"}} }

func showing(n int) Shows {
	s := Shows{Customers: n}
	for i := range n {
		s.Names = append(s.Names, fmt.Sprintf("Customer %d", i+1))
	}
	return s
}

func matching(pattern string, n int) Shows {
	s := showing(n)
	s.Pattern = pattern
	return s
}

// scopeOf is a channel as a member sees it.
func scopeOf(why Holding, shows Shows) ScopeView {
	v := ScopeView{Command: command, Why: why, Shows: shows, Now: now}
	if why == HeldByAdmin {
		v.By, v.At = "U0ANA", now.Add(-48*time.Hour)
	}
	return v
}

func scopeStates() []state {
	all := Shows{All: true, Customers: 212}
	admin := scopeOf(HeldByAdmin, one())
	admin.Admin, admin.Bind = true, "b.1"
	shared, unknown, direct, boss := scopeOf(HeldByAdmin, one()), scopeOf(HeldByAdmin, showing(3)), scopeOf(HeldByNobody, all), scopeOf(HeldForAdmins, all)
	shared.Shared, unknown.Unknown, direct.Direct, direct.Unknown, boss.Admin = true, true, true, true, true
	return []state{
		{"scope_one", Scope(scopeOf(HeldByAdmin, one()))},
		{"scope_admin", Scope(admin)},
		{"scope_several", Scope(unknown)},
		{"scope_many", Scope(scopeOf(HeldByAdmin, showing(40)))},
		{"scope_pattern", Scope(scopeOf(HeldByAdmin, matching("contoso*, *retail", 12)))},
		{"scope_all", Scope(scopeOf(HeldByAdmin, all))},
		{"scope_nobody", Scope(scopeOf(HeldByAdmin, Shows{}))},
		{"scope_file", Scope(scopeOf(HeldByFile, one()))},
		{"scope_unbound", Scope(scopeOf(HeldByNobody, all))},
		{"scope_unbound_early", Scope(scopeOf(HeldByNobody, Shows{All: true}))},
		{"scope_direct", Scope(direct)},
		{"scope_for_admins", Scope(scopeOf(HeldForAdmins, Shows{}))},
		{"scope_for_admins_admin", Scope(boss)},
		{"scope_shared", Scope(scopeOf(HeldShared, Shows{}))},
		{"scope_shared_bound", Scope(shared)},
		{"scope_suspended", Scope(scopeOf(HeldSuspended, Shows{}))},
		{"bound_one", ChannelBound(BoundView{Command: command, By: "U0ANA", Shows: one()})},
		{"bound_shared", ChannelBound(BoundView{Command: command, By: "U0ANA", Shows: one(), Shared: true})},
		{"bound_pattern", ChannelBound(BoundView{Command: command, By: "U0ANA", Shows: matching("Contoso*", 2)})},
		{"bound_all", ChannelBound(BoundView{Command: command, By: "U0ANA", Shows: all})},
		{"unbound", ChannelUnbound(BoundView{Command: command, By: "U0ANA"}, scopeOf(HeldByNobody, all))},
		{"unbound_file", ChannelUnbound(BoundView{Command: command, By: "U0ANA"}, scopeOf(HeldByFile, one()))},
		{"unbound_for_admins", ChannelUnbound(BoundView{Command: command, By: "U0ANA"}, scopeOf(HeldForAdmins, all))},
		{"unbound_shared", ChannelUnbound(BoundView{Command: command, By: "U0ANA"}, scopeOf(HeldShared, Shows{}))},
		{"bind_refused_unchecked", BindRefused(BindUnchecked, command)},
		{"bind_refused_direct", BindRefused(BindDirect, command)},
		{"bind_refused_one", BindRefused(BindOne, command)},
		{"bind_refused_unbound", BindRefused(BindUnbound, command)},
		{"bind_refused_file", BindRefused(BindFile, command)},
		{"bind_refused_became_shared", BindRefused(BindBecameShared, command)},
		{"bind_refused_no_longer_shared", BindRefused(BindNoLongerShared, command)},
		{"bind_bad_pattern", BadPattern(`"*" names no customer: a pattern needs a letter or a digit`, command)},
		{"bind_form_lost", FormLost(command)},
	}
}

func channelStates() []state {
	hello := func(why Holding, all bool, n int) Message {
		return Hello(HelloView{Command: command, Why: why, All: all, Customers: n, Bind: "b.1"})
	}
	return []state{
		{"hello_unbound", hello(HeldByNobody, false, 0)},
		{"hello_for_admins", hello(HeldForAdmins, false, 0)},
		{"hello_bound", hello(HeldByAdmin, false, 3)},
		{"hello_bound_all", hello(HeldByAdmin, true, 0)},
		{"hello_file", hello(HeldByFile, false, 1)},
		{"hello_shared", hello(HeldShared, false, 0)},
		{"channel_shared", SharedChannel(command, false)},
		{"channel_suspended_refusal", SharedChannel(command, true)},
		{"channel_unchecked", ChannelUnchecked()},
		{"channel_nothing", NothingToShow(command)},
		{"channel_suspended", ChannelSuspended(SuspendedView{Channel: "C0OPS", Command: command})},
		{"channel_suspended_again", ChannelSuspended(SuspendedView{Channel: "C0OPS", Command: command, Again: true})},
		{"channel_suspended_odd", ChannelSuspended(SuspendedView{Channel: "C0<ops>", Command: command})},
		{"channel_free", ChannelFree(SuspendedView{Channel: "C0OPS", Command: command})},
	}
}

// boundAs are all messages about bindings with s wherever a name or what
// somebody typed stands.
func boundAs(s string) []Message {
	shows := Shows{Customers: 2, Names: []string{s, s}}
	scope := scopeOf(HeldByAdmin, shows)
	scope.Command = s
	pattern := scopeOf(HeldByAdmin, Shows{Customers: 2, Names: []string{s, s}, Pattern: s})
	return []Message{
		Scope(scope), Scope(pattern),
		ChannelBound(BoundView{Command: s, By: "U0ANA", Shows: shows}), ChannelUnbound(BoundView{Command: s, By: "U0ANA"}, scopeOf(HeldByFile, shows)),
		BindRefused(BindUnchecked, s), BindRefused(BindOne, s), BadPattern(s, s), FormLost(s),
		Hello(HelloView{Command: s}), SharedChannel(s, true), NothingToShow(s),
		ChannelSuspended(SuspendedView{Channel: "C0OPS", Command: s}), ChannelFree(SuspendedView{Channel: "C0OPS", Command: s}),
		Help(HelpView{Command: s, Shows: Shows{Customers: 1, Names: []string{s}, Pattern: s}}),
	}
}

// forms are the form in its states, by name.
func forms() map[string]slack.ModalViewRequest {
	snooze := SnoozeForm("m.C0OPS", strings.Repeat("a", 47))
	choice := func(n int) Choice {
		return Choice{Name: fmt.Sprintf("Customer %d", n), Detail: fmt.Sprintf("it@c%d.example", n), Value: fmt.Sprintf("abcdefghijklmnopqr%02d", n)}
	}
	few := BindFormView{Metadata: "m.C0OPS", None: true, Offered: []Choice{choice(1), choice(2)}}
	many := BindFormView{Metadata: "m.C0OPS", Shows: Shows{All: true, Customers: 212}, Which: BindToAll, Search: true}
	found := many
	found.Which, found.Query, found.Found, found.Chosen, found.Offered = BindToList, "customer", 40, []Choice{choice(1)}, []Choice{choice(1), choice(2), choice(3)}
	lost := many
	lost.Query = "nobody"
	shared := few
	shared.One, shared.Chosen = true, []Choice{choice(2)}
	match := many
	match.Which, match.Pattern, match.Preview = BindToPattern, "customer*", &BindPreview{Pattern: "customer*", Names: showing(14).Names, Total: 212}
	none, wrong := match, match
	none.Preview = &BindPreview{Pattern: "zzz*"}
	wrong.Preview = &BindPreview{Pattern: "*", Problem: `"*" names no customer: a pattern needs a letter or a digit`}
	full := found
	full.Chosen, full.Offered, full.Found = nil, nil, 100_000
	for n := range 150 {
		c := choice(n)
		c.Name = strings.Repeat("漢", 100)
		full.Chosen, full.Offered = append(full.Chosen, choice(n%60)), append(full.Offered, c)
	}
	full.Query, full.Pattern = strings.Repeat("<", 2000), strings.Repeat("漢", 2000)
	all := map[string]slack.ModalViewRequest{
		"form_bind_few": BindForm(few), "form_bind_many": BindForm(many), "form_bind_found": BindForm(found), "form_bind_lost": BindForm(lost),
		"form_bind_shared": BindForm(shared), "form_bind_match": BindForm(match), "form_bind_match_none": BindForm(none),
		"form_bind_match_wrong": BindForm(wrong), "form_bind_full": BindForm(full), "form_snooze": snooze,
	}
	maps.Copy(all, subscribeForms())
	return all
}

func TestForms(t *testing.T) {
	t.Parallel()
	for name, form := range forms() {
		assertForm(t, name, form)
		if strings.HasSuffix(name, "_full") {
			continue
		}
		compare(t, filepath.Join("testdata", name+".golden.json"), pretty(t, form))
	}
}

// assertForm holds a form against Slack's limits, and sees that no name in it
// is more than a name.
func assertForm(t *testing.T, name string, form slack.ModalViewRequest) {
	t.Helper()
	raw, err := json.Marshal(form)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range blockcheck.View(raw) {
		t.Errorf("%s: %s %s (%s)", name, p.Code, p.Text, p.Pointer)
	}
	var tree map[string]any
	if err := json.Unmarshal(raw, &tree); err != nil {
		t.Fatal(err)
	}
	delete(tree, "type")
	assertNodeInert(t, tree)
}

func FuzzBindForm(f *testing.F) {
	for _, s := range nasty {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c := Choice{Name: s, Detail: s, Value: "v1"}
		other := Choice{Name: s, Detail: s, Value: "v2"}
		assertForm(t, "form", BindForm(BindFormView{
			Metadata: "m", Shows: Shows{Customers: 1, Names: []string{s}, Pattern: s}, Which: s, Chosen: []Choice{c}, Offered: []Choice{c, other},
			Search: true, Found: 2, Query: s, Pattern: s, Preview: &BindPreview{Pattern: s, Names: []string{s}, Total: 3},
		}))
		assertForm(t, "problem", BindForm(BindFormView{One: true, Metadata: "m", Offered: []Choice{c}, Preview: &BindPreview{Problem: s}}))
	})
}

func TestBindProblem_Says(t *testing.T) {
	t.Parallel()
	for p := ProblemWhich; p <= ProblemUnshared; p++ {
		if p.Says() == "" {
			t.Errorf("problem %d says nothing", p)
		}
	}
}
