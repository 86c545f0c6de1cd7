package bot_test

import (
	"testing"

	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// A refusal to tell of a channel is no word that the bot is not in it: nobody
// knows who reads along, so nothing is shown. Of a channel that the bot does not
// see, the default decides.
func TestChannel_refused(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"missing_scope", "team_access_not_granted", "ekm_access_denied", "access_denied", "fatal_error", "new_tomorrow"} {
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
	s := newStage(t)
	s.sweep()
	s.forgive("call")
	s.slash(ben, secret, "fabrikam")
	s.sees(ben, secret, "Fabrikam", "protected")
}
