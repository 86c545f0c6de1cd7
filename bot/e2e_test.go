package bot_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/internal/access"
	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// canary is a customer's name that must not reach who may not see it.
const canary = "Contoso Retail"

func TestOutsiders_areRefusedAtEveryDoor(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.slash(ben, ops, "conto")
	s.sees(ben, ops, "Which one?")
	picker := s.slack.Messages(ops, ben)[0]
	s.slash(ben, ops, "contoso retail")
	overview := s.sees(ben, ops, "10 of 2,807")
	pressable := map[string]fakeslack.Click{
		"button": {ChannelID: ops, MessageTS: overview.TS, ActionID: elementID(overview.Blocks, "overview_refresh"), Anyone: true},
		"share":  {ChannelID: ops, MessageTS: overview.TS, ActionID: elementID(overview.Blocks, "overview_share"), Anyone: true},
		"select": {
			ChannelID: ops, MessageTS: picker.TS, ActionID: elementID(picker.Blocks, "customer_pick"),
			Value: optionValue(picker.Blocks, canary), Anyone: true,
		},
	}
	for why, u := range outsiders {
		s.slash(u.ID, ops, "contoso retail")
		s.sees(u.ID, ops, "This bot answers full members of Home only.")
		for door, click := range pressable {
			click.UserID = u.ID
			if _, err := s.slack.Click(t.Context(), click); err != nil {
				t.Fatalf("%s at the %s: %v", why, door, err)
			}
		}
	}
	s.settle()
	for why, u := range outsiders {
		for _, m := range s.slack.Messages(ops, u.ID) {
			if strings.Contains(reads(m), canary) {
				t.Errorf("the %s sees %s", why, reads(m))
			}
		}
	}
	if n := s.avepoint.Calls(fakeavepoint.EndpointOverview); n != 1 {
		t.Errorf("%d calls of AvePoint, want the member's one", n)
	}
}

// The team in the payload is not to be believed in either direction.
func TestOutsiders_payloadFromAnotherTeam(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	_, err := s.slack.Slash(t.Context(), fakeslack.SlashCommand{
		UserID: ben, ChannelID: ops, Command: command, Text: "contoso retail",
		Mutate: func(p map[string]any) { p["team_id"] = "T0AWAY" },
	})
	if err != nil {
		t.Fatal(err)
	}
	s.sees(ben, ops, "full members of Home only")
}

func TestOutsiders_whoCannotBeCheckedIsRefused(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.slack.Fail("users.info", fakeslack.Fault{Status: 500, Times: 1})
	s.slash(ben, ops, "contoso retail")
	s.sees(ben, ops, "ref")
	s.slash(ben, ops, "contoso retail")
	s.sees(ben, ops, "10 of 2,807")
}

func TestAccess_adminsOnly(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(s *setup) { s.bot.Default = access.Admins })
	s.slash(ben, ops, "contoso retail")
	s.sees(ben, ops, "admin")
	s.slash(ana, ops, "contoso retail")
	s.sees(ana, ops, "10 of 2,807")
}

func TestAskers_fiftyAtOnceCostOneCall(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(s *setup) { s.bot.UserLimit, s.bot.ChannelLimit = 1, 1 })
	s.slash(ben, ops, "help")
	s.sees(ben, ops, "customer")
	s.avepoint.Fault(fakeavepoint.Match{Endpoint: fakeavepoint.EndpointOverview}, fakeavepoint.Fault{Delay: 500 * time.Millisecond})
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() { s.slash(ben, ops, "contoso retail") })
	}
	group.Wait()
	s.seesAll(51, ben, ops, "10 of 2,807")
	s.slash(ben, ops, "contoso retail")
	s.seesAll(52, ben, ops, "10 of 2,807")
	if n := s.avepoint.Calls(fakeavepoint.EndpointOverview); n != 1 {
		t.Errorf("%d calls, want 1", n)
	}
}

func TestLimit_onlyLiveCallsCount(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(s *setup) { s.bot.UserLimit = 2 })
	for _, name := range []string{"contoso retail", "contoso logistics"} {
		s.slash(ben, ops, name)
		s.sees(ben, ops, "Refresh")
	}
	s.slash(ben, ops, "contoso energy")
	s.sees(ben, ops, "That was 3 live look-ups in a minute.", "cached answers always are")
	s.slash(ben, ops, "contoso retail")
	s.sees(ben, ops, "10 of 2,807")
	s.slash(ana, ops, "contoso energy")
	s.sees(ana, ops, "Refresh")
}

func TestAnswer_saysAtOnceThatItReads(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.listed()
	s.avepoint.Fault(fakeavepoint.Match{Endpoint: fakeavepoint.EndpointOverview}, fakeavepoint.Fault{Delay: 2 * time.Second})
	start := time.Now()
	s.slash(ben, ops, "contoso retail")
	s.sees(ben, ops, "Reading Contoso Retail GmbH from AvePoint. This takes about five seconds.")
	if waited := time.Since(start); waited > 1500*time.Millisecond {
		t.Errorf("told after %v", waited)
	}
	s.sees(ben, ops, "10 of 2,807")
	if n := len(s.slack.Messages(ops, ben)); n != 1 {
		t.Errorf("%d messages, want the one that changed", n)
	}
}

func TestAnswer_oldReadingFirst(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(s *setup) { s.cache.TTL = time.Nanosecond })
	s.slash(ben, ops, "contoso retail")
	s.sees(ben, ops, "10 of 2,807")
	s.avepoint.Fault(fakeavepoint.Match{Endpoint: fakeavepoint.EndpointOverview}, fakeavepoint.Fault{Delay: time.Second})
	s.slash(ben, ops, "contoso retail")
	s.sees(ben, ops, "10 of 2,807", "Reading AvePoint now…")
	s.sees(ben, ops, "10 of 2,807", "Read from AvePoint")
}

func TestAnswer_simplerFormWhenSlackRefuses(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.slash(ben, ops, "contoso retail")
	s.sees(ben, ops, "10 of 2,807")
	// From memory, so that no announcement takes the refusal in its place.
	s.slack.Fail("response_url", fakeslack.Fault{Status: 400, Body: "invalid_blocks", Times: 1})
	s.slash(ben, ops, "contoso retail")
	m := s.sees(ben, ops, "10 of 2,807")
	if strings.Contains(string(m.Blocks), `"table"`) {
		t.Error("the refused form was sent again")
	}
}

func TestAnswer_ephemeralWhenTheURLIsGone(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.slack.Fail("response_url", fakeslack.Fault{Status: 404, Error: "expired_url"})
	s.slash(ben, ops, "contoso retail")
	s.sees(ben, ops, "10 of 2,807")
	if n := s.slack.Calls("chat.postEphemeral"); n == 0 {
		t.Error("the answer came another way")
	}
	s.never(ana, ops, canary)
}

func TestDirectory_readForWhoWaits(t *testing.T) {
	t.Parallel()
	s := prepare(t)
	s.avepoint.Fault(fakeavepoint.Match{Endpoint: fakeavepoint.EndpointCustomers}, fakeavepoint.Fault{Status: 500})
	s.start()
	s.connected()
	s.slash(ben, ops, "contoso retail")
	s.seesWithin(30*time.Second, ben, ops, "cannot answer at the moment", "ref")
	s.avepoint.ClearFaults()
	s.slash(ben, ops, "contoso retail")
	s.sees(ben, ops, "10 of 2,807")
}

func TestCredentials_refused(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(s *setup) {
		s.client.Credentials = avepoint.Credentials{ClientID: fakeavepoint.DefaultClientID, ClientSecret: "wrong-secret-canary"}
	})
	s.slash(ben, ops, "contoso retail")
	s.sees(ben, ops, "The bot cannot sign in to AvePoint; its operators have been told.")
	if strings.Contains(s.log.String(), "wrong-secret-canary") {
		t.Error("the log holds the secret")
	}
}

func TestToken_expiredCostsNoError(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.slash(ben, ops, "contoso retail")
	s.sees(ben, ops, "10 of 2,807")
	s.avepoint.ExpireTokens()
	s.slash(ben, ops, "contoso logistics")
	s.sees(ben, ops, "32 of 1,921")
}

func TestDuplicates_answeredOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	raw, err := json.Marshal(map[string]any{
		"envelope_id": "twice", "type": "slash_commands", "accepts_response_payload": true,
		"payload": map[string]any{
			"team_id": "T0HOME", "user_id": ben, "channel_id": ops, "command": command, "text": "help",
			"response_url": "",
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := s.slack.InjectEnvelope(raw); err != nil {
			t.Fatal(err)
		}
	}
	s.sees(ben, ops, "/backup-overview contoso")
	s.settle()
	if n := len(s.slack.Messages(ops, ben)); n != 1 {
		t.Errorf("%d answers, want 1", n)
	}
	s.forgive(fakeslack.RefusedDoubleAck, fakeslack.RefusedUnknownAck)
}

func TestButtons_alteredValueIsUnknown(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.slash(ben, ops, "contoso retail")
	m := s.sees(ben, ops, "10 of 2,807")
	id, _ := s.avepoint.ID("Fabrikam")
	for _, value := range []string{id, "", ".", "x", strings.Repeat("A", 20), "../../x", "<!channel>"} {
		_, err := s.slack.Click(t.Context(), fakeslack.Click{
			UserID: ben, ChannelID: ops, MessageTS: m.TS, ActionID: elementID(m.Blocks, "overview_refresh"),
			Mutate: func(p map[string]any) {
				p["actions"].([]any)[0].(map[string]any)["value"] = value
			},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	s.seesAll(8, ben, ops, "")
	s.never(ben, ops, "Fabrikam")
	if n := s.avepoint.Calls(fakeavepoint.EndpointOverview); n != 1 {
		t.Errorf("%d calls, want 1", n)
	}
}

// The same press in a second envelope is the same press.
func TestButtons_redeliveredPressIsDoneOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.slash(ben, ops, "contoso retail")
	m := s.sees(ben, ops, "10 of 2,807")
	var again map[string]any
	_, err := s.slack.Click(t.Context(), fakeslack.Click{
		UserID: ben, ChannelID: ops, MessageTS: m.TS, ActionID: elementID(m.Blocks, "overview_refresh"),
		Mutate: func(p map[string]any) { again = p },
	})
	if err != nil {
		t.Fatal(err)
	}
	s.eventually(func() bool { return s.avepoint.Calls(fakeavepoint.EndpointOverview) == 2 })
	raw, err := json.Marshal(map[string]any{"envelope_id": "again", "type": "interactive", "payload": again})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.slack.InjectEnvelope(raw); err != nil {
		t.Fatal(err)
	}
	s.settle()
	if n := s.avepoint.Calls(fakeavepoint.EndpointOverview); n != 2 {
		t.Errorf("%d calls, want 2: the command's and the press's", n)
	}
}

// A press says twice where it comes from; both have to be this workspace.
func TestButtons_pressFromAnotherTeam(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.slash(ben, ops, "contoso retail")
	m := s.sees(ben, ops, "10 of 2,807")
	for _, mutate := range []func(map[string]any){
		func(p map[string]any) { p["team"] = map[string]any{"id": "T0AWAY"} },
		func(p map[string]any) {
			p["team"] = map[string]any{"id": "T0AWAY"}
			delete(p["user"].(map[string]any), "team_id")
		},
		func(p map[string]any) { p["user"].(map[string]any)["team_id"] = "T0AWAY" },
	} {
		before := len(s.slack.Messages(ops, ben))
		_, err := s.slack.Click(t.Context(), fakeslack.Click{
			UserID: ben, ChannelID: ops, MessageTS: m.TS, ActionID: elementID(m.Blocks, "overview_refresh"), Mutate: mutate,
		})
		if err != nil {
			t.Fatal(err)
		}
		s.eventually(func() bool { return len(s.slack.Messages(ops, ben)) == before+1 })
		s.sees(ben, ops, "full members of Home only")
	}
	if n := s.avepoint.Calls(fakeavepoint.EndpointOverview); n != 1 {
		t.Errorf("%d calls, want the command's one", n)
	}
}

func TestPeople_missingScopeIsNamed(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.slack.SetScopes("commands", "chat:write")
	s.slash(ben, ops, "contoso retail")
	s.sees(ben, ops, "users:read")
	if s.bot.State().Refused {
		t.Error("a missing scope is taken for a refused token")
	}
	s.forgive(fakeslack.RefusedScope)
}
