package bot_test

import (
	"testing"

	"github.com/backup-overview/backup-overview/internal/access"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
)

// A refusal to tell of a channel is no word that the bot is not in it: nobody
// knows who reads along, so nothing is shown.
func TestChannel_refused(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"team_access_not_granted", "ekm_access_denied", "access_denied", "fatal_error", "new_tomorrow"} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.sweep()
			s.slack.Fail("conversations.info", fakeslack.Fault{Error: code})
			s.slash(ben, shared, "fabrikam")
			s.sees(ben, shared, "Slack does not say at the moment who reads this channel")
			s.never(ben, shared, "Fabrikam")
		})
	}
}

// Of a channel that the bot does not see, or may not ask about for want of a
// scope, the binding and the default decide, and answers are for the asker
// alone: nothing is posted there, whoever asks for it.
func TestChannel_unseen(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		channel string
		hide    func(*stage)
	}{
		"private channel without the bot": {secret, func(*stage) {}},
		"no scope":                        {ops, func(s *stage) { s.slack.Fail("conversations.info", fakeslack.Fault{Error: "missing_scope"}) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.sweep()
			s.forgive("call")
			c.hide(s)
			s.slash(ben, c.channel, "fabrikam")
			m := s.sees(ben, c.channel, "Fabrikam", "protected")
			s.pressIn(ben, c.channel, m, "overview_share")
			s.sees(ben, c.channel, "nothing was posted")
			s.slash(ana, c.channel, "bind fabrikam")
			s.sees(ana, c.channel, "cannot be bound")
			s.bind(c.channel, store.Binding{Customers: []string{s.id(canary)}, By: ana})
			s.slash(ben, c.channel, "fabrikam")
			s.sees(ben, c.channel, "No customer of this channel matches")
			s.never(outsiders["guest"].ID, c.channel, "Fabrikam")
		})
	}
}

// That a channel is shared stays known when Slack stops telling of it.
func TestChannel_unseenSince(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.slash(ben, shared, "fabrikam")
	s.sees(ben, shared, "shared with another organisation")
	s.slack.Fail("conversations.info", fakeslack.Fault{Error: "missing_scope"})
	if _, reason, err := s.bot.Posting(t.Context(), shared); err != nil || reason != access.ReasonUnknownChannel {
		t.Errorf("%v, %v", reason, err) // which asks Slack anew
	}
	s.slash(ben, shared, "fabrikam")
	s.sees(ben, shared, "shared with another organisation")
	s.never(ben, shared, "Fabrikam")
}
