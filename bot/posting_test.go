package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/access"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
)

// What may be posted unasked, by what the channel is bound to and what
// configuration names it for.
func TestPosting(t *testing.T) {
	t.Parallel()
	one, two := canary, "Fabrikam"
	s := newStage(t, func(s *setup) {
		s.bot.Default = access.Admins
		s.bot.Unasked = []string{ops, shared, pending, secret, "CLIST"}
		s.bot.Bindings = map[string]access.Rule{"CFILE": {Pattern: "contoso retail*"}}
	})
	s.sweep()
	s.forgive("call")
	for _, id := range []string{"CLIST", "CFILE", "CPATT", "CSUSP", "CPLAIN"} {
		s.slack.AddChannel(fakeslack.Channel{ID: id, Name: strings.ToLower(id), Members: []string{s.slack.BotUserID()}})
	}
	s.bind("CLIST", store.Binding{Customers: []string{s.id(one), s.id(two)}, By: ana})
	s.bind("CPATT", store.Binding{Pattern: "fabri*", By: ana})
	s.bind("CSUSP", store.Binding{All: true, By: ana, Suspended: time.Now()})
	for channel, want := range map[string]struct {
		all    bool
		names  []string
		reason access.Reason
	}{
		ops:      {all: true},
		"CLIST":  {names: []string{one, two}}, // a binding goes before configuration
		"CPATT":  {names: []string{two}},
		"CFILE":  {names: []string{one}},
		"CSUSP":  {reason: access.ReasonSuspended},
		"CPLAIN": {reason: access.ReasonAdminsOnly},
		private:  {reason: access.ReasonAdminsOnly},
		shared:   {reason: access.ReasonSharedChannel},
		pending:  {reason: access.ReasonSharedChannel},
		secret:   {reason: access.ReasonUnknownChannel},
		"CNONE":  {reason: access.ReasonUnknownChannel},
		"":       {reason: access.ReasonUnknownChannel},
		direct:   {reason: access.ReasonDirect},
	} {
		scope, reason, err := s.bot.Posting(t.Context(), channel)
		if err != nil || scope.All != want.all || len(scope.List()) != len(want.names) || reason != want.reason {
			t.Errorf("%s: %+v, %v, %v; want %+v", channel, scope, reason, err, want)
		}
		for _, name := range want.names {
			if !scope.Includes(s.id(name)) {
				t.Errorf("%s: not %s", channel, name)
			}
		}
	}
}

// While Slack or the store does not answer, nobody knows what may be posted.
func TestPosting_unanswered(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(s *setup) { s.bot.Unasked = []string{ops} })
	s.sweep()
	s.forgive("call")
	closed := func(name string, unknown bool) {
		t.Helper()
		scope, reason, err := s.bot.Posting(t.Context(), ops)
		if (err != nil) != unknown || !scope.Empty() || reason != access.ReasonUnknownChannel {
			t.Errorf("%s: %+v, %v, %v", name, scope, reason, err)
		}
	}
	for _, fault := range []fakeslack.Fault{{Status: 500}, {Status: 429, RetryAfter: "60"}, {Error: "access_denied"}, {Drop: true}} {
		fault.Times = 1
		s.slack.Fail("conversations.info", fault)
		closed(fault.Error, true)
	}
	s.slack.Fail("conversations.info", fakeslack.Fault{Error: "missing_scope", Times: 1})
	closed("missing_scope", false)
	if scope, reason, err := s.bot.Posting(t.Context(), ops); err != nil || !scope.All || reason != access.ReasonNone {
		t.Errorf("answered: %+v, %v, %v", scope, reason, err)
	}
	if err := s.store.Close(); err != nil {
		t.Fatal(err)
	}
	closed("store", true)
}

// Before the sign-in nothing is known.
func TestPosting_early(t *testing.T) {
	t.Parallel()
	s := prepare(t, func(s *setup) { s.bot.Unasked = []string{ops} })
	if scope, reason, err := s.bot.Posting(t.Context(), ops); err == nil || !scope.Empty() || reason != access.ReasonUnknownChannel {
		t.Errorf("%+v, %v, %v", scope, reason, err)
	}
	if token, err := s.bot.Token(); err == nil {
		t.Errorf("the token is %q", token)
	}
	s.start()
	s.connected()
	if token, err := s.bot.Token(); err != nil || token != s.slack.BotToken() {
		t.Errorf("the token is another: %v", err)
	}
}

// A channel that configuration names for what is posted unasked is, to those
// who ask there, one without a binding; shared, it is as any other.
func TestUnasked_asked(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(s *setup) {
		s.bot.Default = access.Admins
		s.bot.Unasked = []string{ops, shared}
	})
	s.sweep()
	for _, text := range []string{"", "fabrikam", "gaps", "export", "trend fabrikam"} {
		s.slash(ben, ops, text)
		s.sees(ben, ops, "answers its admins only")
		s.slash(ana, shared, text)
		s.sees(ana, shared, "until an admin binds it")
	}
	s.never(ben, ops, "Fabrikam")
	s.slash(ana, ops, "unbind")
	s.sees(ana, ops, "not bound")
	s.slash(ana, ops, "bind")
	if form := string(s.form(ana).JSON); strings.Contains(form, "initial_option") {
		t.Errorf("the form begins with a binding that nobody made: %s", form)
	}
	s.settle()
	if n := len(s.slack.Messages(direct, ana)); n != 0 {
		t.Errorf("%d messages about a channel that nobody bound", n)
	}
	if b, ok := s.bound(shared); ok {
		t.Errorf("bound to %+v", b)
	}
}
