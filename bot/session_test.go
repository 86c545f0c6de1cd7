package bot_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/bot"
	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// Three announced refreshes under a hundred commands a second lose none.
func TestSession_refreshesLoseNothing(t *testing.T) { // alone: it measures whether acks are in time
	const commands = 300
	s := newStage(t, func(s *setup) { s.slack.WarningGrace = time.Second })
	s.slash(ben, ops, "contoso retail")
	s.sees(ben, ops, "10 of 2,807")
	s.sockets(2)
	var group sync.WaitGroup
	var lost atomic.Int32
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for i := range commands {
		<-tick.C
		switch i {
		case 50, 200:
			s.slack.Disconnect(fakeslack.ReasonRefreshRequested, 1)
		case 125:
			s.slack.Disconnect(fakeslack.ReasonWarning, 1)
		}
		group.Go(func() {
			_, err := s.slack.Slash(context.Background(), fakeslack.SlashCommand{UserID: ben, ChannelID: ops, Command: command, Text: "contoso retail"})
			if err != nil {
				lost.Add(1)
			}
		})
	}
	group.Wait()
	if n := lost.Load(); n > 0 {
		t.Errorf("%d of %d commands were not acked", n, commands)
	}
	s.seesAll(commands+1, ben, ops, "10 of 2,807")
}

func TestSession_stopAnswersWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.listed()
	s.avepoint.Fault(fakeavepoint.Match{Endpoint: fakeavepoint.EndpointOverview}, fakeavepoint.Fault{Delay: time.Second})
	s.slash(ben, ops, "contoso retail")
	s.sees(ben, ops, "Reading Contoso Retail GmbH")
	s.stop()
	s.sees(ben, ops, "10 of 2,807")
}

func TestSession_stopTellsWhomItCutsOff(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(s *setup) { s.bot.Grace = 300 * time.Millisecond })
	s.listed()
	s.avepoint.Fault(fakeavepoint.Match{Endpoint: fakeavepoint.EndpointOverview}, fakeavepoint.Fault{Delay: 20 * time.Second})
	s.slash(ben, ops, "contoso retail")
	s.sees(ben, ops, "Reading Contoso Retail GmbH")
	start := time.Now()
	s.stop()
	s.sees(ben, ops, "The bot is restarting. Please repeat in a minute.")
	if err := <-s.ended; err != nil || time.Since(start) > 5*time.Second {
		t.Errorf("ended with %v after %v", err, time.Since(start))
	}
	s.ended <- nil
}

// The last reading is at hand, but why there is no new one is not AvePoint's
// doing.
func TestSession_stopTellsWhoSeesAnOldReading(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(s *setup) { s.bot.Grace, s.cache.TTL = 300*time.Millisecond, time.Nanosecond })
	s.slash(ben, ops, "contoso retail")
	s.sees(ben, ops, "10 of 2,807")
	s.avepoint.Fault(fakeavepoint.Match{Endpoint: fakeavepoint.EndpointOverview}, fakeavepoint.Fault{Delay: 20 * time.Second})
	s.slash(ben, ops, "contoso retail")
	s.sees(ben, ops, "Reading AvePoint now…")
	s.stop()
	s.sees(ben, ops, "The bot is restarting. Please repeat in a minute.")
}

// While what is under way ends, who comes is told to repeat.
func TestSession_stopTakesNoNewWork(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.listed()
	s.avepoint.Fault(fakeavepoint.Match{Endpoint: fakeavepoint.EndpointOverview}, fakeavepoint.Fault{Delay: 1500 * time.Millisecond})
	s.slash(ben, ops, "contoso retail")
	s.sees(ben, ops, "Reading Contoso Retail GmbH")
	s.stop()
	for !s.bot.State().Stopping {
		time.Sleep(time.Millisecond)
	}
	s.slash(ana, ops, "contoso retail")
	s.sees(ana, ops, "The bot is restarting. Please repeat in a minute.")
	s.sees(ben, ops, "10 of 2,807")
}

func TestSession_refusedAtTheStart(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		tokens   bot.Tokens
		variable string
	}{
		"bot token": {bot.Tokens{App: "app", Bot: "xox" + "b-wrong"}, "SLACK_BOT_TOKEN"},
		"app token": {bot.Tokens{App: "xap" + "p-wrong", Bot: "bot"}, "SLACK_APP_TOKEN"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var s *stage
			s = prepare(t, func(with *setup) {
				with.bot.Tokens = func() (bot.Tokens, error) {
					tokens := c.tokens
					if tokens.App == "app" {
						tokens.App = s.slack.AppToken()
					}
					if tokens.Bot == "bot" {
						tokens.Bot = s.slack.BotToken()
					}
					return tokens, nil
				}
			})
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			err := s.bot.Run(ctx)
			if !errors.Is(err, bot.ErrRefused) || !strings.Contains(fmt.Sprint(err), c.variable) {
				t.Errorf("ended with %v, want a refusal that names %s", err, c.variable)
			}
			if strings.Contains(fmt.Sprint(err), "wrong") {
				t.Errorf("the error holds the token: %v", err)
			}
		})
	}
}

// Refused later, the bot stays up, says so, and works again without a restart.
// Where the bot token alone is refused the sockets stay up, so a call has to
// tell.
func TestSession_refusedLater(t *testing.T) {
	t.Parallel()
	for name, refuse := range map[string]func(*stage){
		"both tokens": func(s *stage) { s.slack.RevokeTokens(); s.slack.Cut(0) },
		"bot token": func(s *stage) {
			s.slack.RefuseToken(s.slack.BotToken(), "invalid_auth")
			s.slash(ben, ops, "contoso retail")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, func(s *setup) { s.bot.Retry = 200 * time.Millisecond })
			refuse(s)
			s.eventually(func() bool { return s.bot.State().Refused && !s.bot.State().Ready() })
			s.slack.RestoreTokens()
			s.eventually(func() bool { return s.bot.State().Ready() })
			s.slash(ben, ops, "contoso retail")
			s.sees(ben, ops, "10 of 2,807")
			s.forgive(fakeslack.RefusedToken)
		})
	}
}

// Slack announces the end of every socket at once, three times within seconds:
// there must always be one to take a command.
func TestSession_allRefreshedAtOnce(t *testing.T) { // alone: it measures whether acks are in time
	s := newStage(t, func(s *setup) { s.slack.WarningGrace = time.Second })
	s.sockets(2)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for i := range 600 {
		<-tick.C
		if i%200 == 120 {
			s.slack.Disconnect(fakeslack.ReasonRefreshRequested, 0)
		}
		_, err := s.slack.Slash(t.Context(), fakeslack.SlashCommand{UserID: ben, ChannelID: ops, Command: command, Text: "help"})
		if err != nil {
			t.Fatalf("command %d: %v", i, err)
		}
	}
}

// Sockets that Slack turns away before it greets them are no connection.
func TestState_notReadyOnUngreetedSockets(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sockets(2) // none is on its way any more
	s.eventually(func() bool { return s.bot.State().Ready() })
	s.slack.Fail("apps.connections.open", fakeslack.Fault{Status: 503})
	s.slack.Cut(0)
	start := time.Now()
	s.eventually(func() bool { return !s.bot.State().Ready() })
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("ready for %v after the last socket has ended", took)
	}
	s.slack.ClearFaults()
}

// A disconnect that comes again and again must not become a storm of
// apps.connections.open.
func TestSession_linkDisabledIsNoStorm(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	end := time.After(3 * time.Second)
	for ended := false; !ended; {
		s.slack.Disconnect(fakeslack.ReasonLinkDisabled, 0)
		select {
		case <-end:
			ended = true
		case <-time.After(time.Millisecond):
		}
	}
	if n := s.slack.Calls("apps.connections.open"); n > 10 {
		t.Errorf("%d calls of apps.connections.open, want at most 10", n)
	}
}

// slack-go does not ack what it cannot parse; Slack would send it again.
func TestSession_acksWhatItCannotRead(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for i, raw := range []string{
		`{"envelope_id":"odd-%d","type":"something_new","payload":{}}`,
		`{"envelope_id":"odd-%d","type":"slash_commands","payload":[1,2]}`,
		`{"envelope_id":"odd-%d","type":"events_api","payload":{"type":"event_callback","event":{"type":"never_heard_of"}}}`,
		`{"envelope_id":"odd-%d","type":"interactive","payload":{"type":"block_actions","actions":"none"}}`,
	} {
		if err := s.slack.InjectEnvelope(json.RawMessage(fmt.Sprintf(raw, i))); err != nil {
			t.Fatal(err)
		}
	}
	for _, raw := range []string{`{`, `[]`, `"text"`, `{"type":null}`} {
		if err := s.slack.InjectEnvelope(json.RawMessage(raw)); err != nil {
			t.Fatal(err)
		}
	}
	s.eventually(func() bool {
		acked := map[string]bool{}
		for _, a := range s.slack.Acks() {
			acked[a.EnvelopeID] = true
		}
		return acked["odd-0"] && acked["odd-1"] && acked["odd-2"] && acked["odd-3"]
	})
	s.slash(ben, ops, "contoso retail")
	s.sees(ben, ops, "10 of 2,807")
}

// A socket that breaks is replaced, and the other one answers meanwhile.
func TestSession_brokenSocketIsReplaced(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sockets(2)
	s.slack.Cut(1)
	s.slash(ben, ops, "contoso retail")
	s.sees(ben, ops, "10 of 2,807")
	s.sockets(2)
}

func TestState_readyOnceConnected(t *testing.T) {
	t.Parallel()
	s := prepare(t)
	if s.bot.State().Ready() {
		t.Error("ready before the start")
	}
	s.start()
	s.connected()
	s.eventually(func() bool { return s.bot.State().Ready() && s.bot.State().Customers > 200 })
}

// A frame beyond the bound is passed over, and the connection is kept.
func TestSession_hugeFrameIsPassedOver(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(s *setup) { s.bot.Connections = 1 })
	huge := fmt.Sprintf(`{"envelope_id":"huge","type":"slash_commands","payload":{"text":%q}}`, strings.Repeat("x", 2<<20))
	if err := s.slack.InjectEnvelope(json.RawMessage(huge)); err != nil {
		t.Fatal(err)
	}
	s.slash(ben, ops, "contoso retail")
	s.sees(ben, ops, "10 of 2,807")
	if n := s.slack.Calls("apps.connections.open"); n != 1 {
		t.Errorf("%d connections were opened, want the first to be kept", n)
	}
}

// A Slack that answers nothing any more does not hold the process.
func TestSession_stopsThoughSlackHangs(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(s *setup) { s.bot.Grace = 300 * time.Millisecond })
	s.listed()
	s.slack.Fail("response_url", fakeslack.Fault{Delay: time.Minute})
	s.slash(ben, ops, "contoso retail")
	start := time.Now()
	s.stop()
	err := <-s.ended
	s.ended <- err
	if took := time.Since(start); took > 300*time.Millisecond+3*time.Second {
		t.Errorf("the stop took %v, want the grace and at most 3 s", took)
	}
}
