package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/access"
	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	"github.com/backup-overview/backup-overview/internal/store"
)

// bind binds a channel in the store, as an admin would have.
func (s *stage) bind(channel string, b store.Binding) {
	s.t.Helper()
	b.Channel = channel
	if b.At.IsZero() {
		b.At = time.Now()
	}
	if err := s.store.SetBinding(s.t.Context(), b); err != nil {
		s.t.Fatal(err)
	}
}

// bound is what a channel is bound to in the store.
func (s *stage) bound(channel string) (store.Binding, bool) {
	s.t.Helper()
	b, ok, err := s.store.Binding(s.t.Context(), channel)
	if err != nil {
		s.t.Fatal(err)
	}
	return b, ok
}

// While nobody knows what a channel may see, nothing is shown there.
func TestBinding_lostStore(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.slash(ben, ops, "contoso retail")
	m := s.sees(ben, ops, canary)
	if err := s.store.Close(); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "gaps", "contoso retail", "contoso", "trend contoso retail", "export", "scope", "bind", "unbind"} {
		s.slash(ana, ops, text)
		s.sees(ana, ops, "cannot reach its memory")
	}
	for _, action := range []string{"overview_refresh", "overview_share", "customer_trend"} {
		before := len(s.slack.Messages(ops, ben))
		s.pressOn(ben, m, action)
		s.eventually(func() bool { return len(s.slack.Messages(ops, ben)) > before })
		if last := s.slack.Messages(ops, ben)[before]; !holds(last, []string{"cannot reach its memory"}) {
			t.Errorf("%s: %s", action, reads(last))
		}
	}
	s.slash(ana, ops, "help")
	if m := s.sees(ana, ops, "export"); strings.Contains(reads(m), "212") {
		t.Errorf("help says what it cannot know: %s", reads(m))
	}
}

// The file binds what nobody has bound in Slack.
func TestBinding_file(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(s *setup) {
		s.bot.Bindings = map[string]access.Rule{ops: {Pattern: "contoso retail*"}, shared: {Pattern: "contoso*"}}
	})
	s.sweep()
	s.slash(ben, ops, "fabrikam")
	s.sees(ben, ops, "It shows "+canary+" GmbH only")
	s.slash(ana, ops, "unbind")
	s.sees(ana, ops, "file of bindings")
	s.slash(ana, ops, "scope")
	s.sees(ana, ops, "The file of bindings says so")
	s.slash(ana, ops, "bind fabrikam")
	s.sees(ana, ops, "shows Fabrikam only")
	s.slash(ben, ops, "contoso")
	s.sees(ben, ops, "It shows Fabrikam only")
	s.slash(ana, ops, "unbind")
	s.sees(ana, ops, "file of bindings counts again")
	s.slash(ben, shared, "")
	s.sees(ben, shared, "until an admin binds it again")
	s.sees(ana, direct, "<#CSHAR>")
}

// A customer that an admin has erased is gone at once from what a channel shows
// by the names, and from what is offered to bind.
func TestBinding_forgottenNow(t *testing.T) {
	t.Parallel()
	s := stageOf(t, fakeavepoint.Customer{Organization: "Harbor North"}, fakeavepoint.Customer{Organization: "Harbor South"})
	s.sweep()
	s.slash(ana, ops, "bind harbor*")
	s.sees(ana, ops, "(2 at the moment)")
	s.slash(ana, ops, "forget harbor south")
	s.pressOn(ana, s.sees(ana, ops, "Harbor South", "?"), "customer_forget")
	s.sees(ana, ops, "Harbor South", "orgotten")
	s.slash(ben, ops, "scope")
	s.sees(ben, ops, "(1 at the moment)")
	s.slash(ana, ops, `bind "harbor south" friday`)
	s.sees(ana, ops, "friday")
	s.slash(ana, ops, "scope harbor")
	s.sees(ana, ops, "scope")
	s.slash(ana, ops, "bind harbor")
	s.sees(ana, ops, "shows Harbor North only")
}

// A channel whose only customer was forgotten is bound to nobody.
func TestBinding_forgottenCustomer(t *testing.T) {
	t.Parallel()
	s := stageOf(t, fakeavepoint.Customer{Organization: "Harbor"}, fakeavepoint.Customer{Organization: "Meadow"})
	s.sweep()
	s.bind(ops, store.Binding{Customers: []string{s.id("Harbor")}, By: ana})
	if err := s.store.Forget(t.Context(), strings.ToUpper(s.id("Harbor")), store.By{User: "U1"}); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "gaps", "export"} {
		s.slash(ben, ops, text)
		s.sees(ben, ops, "there is nothing to show")
	}
	s.slash(ben, ops, "meadow")
	s.sees(ben, ops, "It shows no customer")
	s.slash(ben, ops, "scope")
	s.sees(ben, ops, "shows no customer")
}
