package slack_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

func TestSlash_payload(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	got := s.dial().ackAll(nil)
	receipt, err := s.ws.Slash(s.context(), slack.SlashCommand{UserID: ana, ChannelID: board, Command: "/backup-overview", Text: "a & b"})
	if err != nil {
		t.Fatal(err)
	}
	envelope := <-got
	payload, _ := envelope["payload"].(map[string]any)
	for key, want := range map[string]any{
		"command": "/backup-overview", "text": "a & b", "user_id": ana, "user_name": "ana", "team_id": s.ws.TeamID(),
		"channel_id": board, "channel_name": "privategroup", "is_enterprise_install": "false", "api_app_id": "A0BACKUP",
		"response_url": receipt.ResponseURL, "trigger_id": receipt.TriggerID,
	} {
		if payload[key] != want {
			t.Errorf("%s = %v, want %v", key, payload[key], want)
		}
	}
	if envelope["type"] != "slash_commands" || envelope["accepts_response_payload"] != true {
		t.Errorf("envelope %v", envelope)
	}
	if _, ok := payload["thread_ts"]; ok {
		t.Error("commands carry no thread_ts")
	}
	if !strings.HasPrefix(receipt.ResponseURL, s.server.URL+"/commands/") {
		t.Errorf("response_url %q is not on the server's own host", receipt.ResponseURL)
	}
}

func TestSlash_escaped(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	got := s.dial().ackAll(nil)
	if _, err := s.ws.Slash(s.context(), slack.SlashCommand{UserID: ana, ChannelID: ops, Command: "/b", Text: "a&b", Escaped: true}); err != nil {
		t.Fatal(err)
	}
	payload, _ := (<-got)["payload"].(map[string]any)
	if payload["text"] != "a&amp;b" {
		t.Errorf("text = %v", payload["text"])
	}
}

func TestSlash_noSocket(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	_, err := s.ws.Slash(s.context(), slack.SlashCommand{UserID: ana, ChannelID: ops, Command: "/b"})
	if !errors.Is(err, slack.ErrNoSocket) {
		t.Errorf("err = %v, want ErrNoSocket", err)
	}
	_, err = s.ws.Slash(s.context(), slack.SlashCommand{UserID: "U0NOBODY", ChannelID: ops, Command: "/b"})
	if !errors.Is(err, slack.ErrUnknown) {
		t.Errorf("err = %v, want ErrUnknown", err)
	}
}

func TestSlash_noAckThenLate(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{AckDeadline: 30 * time.Millisecond})
	l := s.dial()
	_, err := s.ws.Slash(s.context(), slack.SlashCommand{UserID: ana, ChannelID: ops, Command: "/b"})
	if !errors.Is(err, slack.ErrNoAck) {
		t.Fatalf("err = %v, want ErrNoAck", err)
	}
	l.write(map[string]any{"envelope_id": l.read()["envelope_id"]})
	s.eventually(func() bool { return s.kinds()[slack.RefusedLateAck] == 1 && s.kinds()[slack.RefusedNoAck] == 1 })
	if len(s.ws.Acks()) != 0 {
		t.Error("a late ack counts as accepted")
	}
}

func TestSlash_ackPayloadPosts(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	answers := []any{
		map[string]any{"text": "only you"},
		map[string]any{"text": "all", "response_type": "in_channel"},
		map[string]any{"text": "bad", "blocks": []any{map[string]any{"type": "no_such_block"}}},
	}
	n := 0
	s.dial().ackAll(func(map[string]any) any { n++; return answers[n-1] })
	for range answers {
		if _, err := s.ws.Slash(s.context(), slack.SlashCommand{UserID: ana, ChannelID: ops, Command: "/b", Text: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	var seen []string
	for _, m := range s.ws.Messages(ops, ana) {
		seen = append(seen, m.Text)
	}
	if got := strings.Join(seen, "|"); got != "only you|/b x|all" {
		t.Errorf("ana sees %q", got)
	}
	if got := s.kinds()[slack.RefusedAckPayload]; got != 1 {
		t.Errorf("%d refused ack payloads, want 1", got)
	}
}
