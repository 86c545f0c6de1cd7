package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// shareContoso has ben share an overview in the ops channel and returns it.
func (s *stage) shareContoso() fakeslack.Message {
	s.t.Helper()
	s.slash(ben, ops, "contoso retail")
	m := s.sees(ben, ops, "Share here")
	s.pressOn(ben, m, "overview_share")
	return s.sees(ana, ops, "Shared by")
}

// pressOn presses a button of a message.
func (s *stage) pressOn(user string, m fakeslack.Message, action string) {
	s.t.Helper()
	_, err := s.slack.Click(s.t.Context(), fakeslack.Click{
		UserID: user, ChannelID: m.ChannelID, MessageTS: m.TS, ActionID: elementID(m.Blocks, action), Anyone: true,
	})
	if err != nil {
		s.t.Fatalf("press %s: %v", action, err)
	}
}

// stays fails when a shared message is no longer what it was.
func (s *stage) stays(m fakeslack.Message) {
	s.t.Helper()
	s.settle()
	now, ok := s.slack.Message(ops, m.TS)
	if !ok || reads(now) != reads(m) {
		s.t.Errorf("the shared message became:\n%s", reads(now))
	}
}

// Whatever goes wrong with a press on a shared message is told to who pressed,
// and takes nothing from the channel.
func TestShared_troublesLeaveItAlone(t *testing.T) {
	t.Parallel()
	t.Run("outsider", func(t *testing.T) {
		t.Parallel()
		s := newStage(t)
		m := s.shareContoso()
		for why, u := range outsiders {
			s.pressOn(u.ID, m, "overview_refresh")
			s.sees(u.ID, ops, "full members of Home only")
			if got := s.avepoint.Calls(fakeavepoint.EndpointOverview); got != 1 {
				t.Errorf("%s: %d calls", why, got)
			}
		}
		s.stays(m)
	})
	t.Run("who cannot be checked", func(t *testing.T) {
		t.Parallel()
		s := newStage(t)
		m := s.shareContoso()
		s.slack.Fail("users.info", fakeslack.Fault{Status: 500})
		s.pressOn(outsiders["guest"].ID, m, "overview_refresh")
		s.sees(outsiders["guest"].ID, ops, "Something went wrong on our side.")
		s.stays(m)
	})
	t.Run("restart", func(t *testing.T) {
		t.Parallel()
		s := newStage(t, func(s *setup) { s.bot.Grace = 300 * time.Millisecond })
		m := s.shareContoso()
		s.avepoint.Fault(fakeavepoint.Match{Endpoint: fakeavepoint.EndpointOverview}, fakeavepoint.Fault{Delay: 20 * time.Second})
		s.pressOn(ana, m, "overview_refresh")
		s.stop()
		s.sees(ana, ops, "The bot is restarting.")
		s.stays(m)
	})
}

// Slack has posted and not said so: a second press must not post again.
func TestShare_unsureIsNotRepeated(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.slack.Fail("chat.postMessage", fakeslack.Fault{Status: 503, AfterAccept: true, Times: 1})
	s.slash(ben, ops, "contoso retail")
	m := s.sees(ben, ops, "Share here")
	s.pressOn(ben, m, "overview_share")
	s.sees(ben, ops, "Slack did not say whether this was posted.")
	s.pressOn(ben, m, "overview_share")
	s.sees(ben, ops, "lready shared")
	s.settle()
	if n := len(s.slack.Messages(ops, ana)); n != 1 {
		t.Errorf("%d posts, want 1", n)
	}
	s.keeps(m)
}

// keeps fails when an asker's own overview was taken away.
func (s *stage) keeps(m fakeslack.Message) {
	s.t.Helper()
	for _, now := range s.slack.Messages(ops, ben) {
		if now.TS == m.TS && strings.Contains(reads(now), "10 of 2,807") {
			return
		}
	}
	s.t.Error("the asker's overview is gone")
}

func TestShare_refusalsHaveWords(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"is_archived":       "Nobody can post in this channel",
		"restricted_action": "Nobody can post in this channel",
		"not_in_channel":    "/invite",
		"missing_scope":     "chat:write",
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.slack.Fail("chat.postMessage", fakeslack.Fault{Error: code, Times: 1})
			s.slash(ben, ops, "contoso retail")
			m := s.sees(ben, ops, "Share here")
			s.pressOn(ben, m, "overview_share")
			s.sees(ben, ops, want)
			s.keeps(m)
			s.pressOn(ben, m, "overview_share") // mended, the same button works
			s.sees(ana, ops, "Shared by")
		})
	}
}

// A method that refuses in the words of a refused token does not take the bot
// down, when the token itself is good.
func TestSession_oneMethodRefusesTheToken(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.slash(ben, ops, "contoso retail")
	m := s.sees(ben, ops, "Share here")
	s.slack.Fail("conversations.info", fakeslack.Fault{Error: "not_allowed_token_type", Times: 3})
	s.pressOn(ben, m, "overview_share")
	s.sees(ben, ops, "nothing was posted")
	s.settle()
	if state := s.bot.State(); state.Refused || !state.Ready() {
		t.Errorf("the bot is down: %+v", state)
	}
}

func TestPeople_waitsWhenSlackAsksTo(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.slack.Fail("users.info", fakeslack.Fault{Status: 429, RetryAfter: "1", Times: 1})
	s.slash(ben, ops, "contoso retail")
	s.sees(ben, ops, "10 of 2,807")
}

// A directory that takes longer than anybody waits is read once, by the bot,
// however many ask meanwhile.
func TestDirectory_slowIsReadOnce(t *testing.T) {
	t.Parallel()
	s := prepare(t, func(s *setup) { s.client = avepoint.Options{Rate: 1000, Concurrency: 64} })
	s.avepoint.Fault(fakeavepoint.Match{Endpoint: fakeavepoint.EndpointCustomers}, fakeavepoint.Fault{Delay: time.Second})
	s.start()
	s.connected()
	for range 5 {
		s.slash(ben, ops, "contoso retail")
	}
	s.sees(ben, ops, "10 of 2,807")
	if n := s.avepoint.Calls(fakeavepoint.EndpointCustomers); n != 3 {
		t.Errorf("%d pages were read, want the 3 of one reading", n)
	}
}
