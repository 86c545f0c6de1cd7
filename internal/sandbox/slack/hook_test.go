package slack_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// typed sends a command and returns its response_url.
func (s *stage) typed(channelID string) string {
	s.t.Helper()
	if s.ws.Sockets() == 0 {
		s.dial().ackAll(nil)
	}
	receipt, err := s.ws.Slash(s.context(), slack.SlashCommand{UserID: ana, ChannelID: channelID, Command: "/b", Text: "x"})
	if err != nil {
		s.t.Fatal(err)
	}
	return receipt.ResponseURL
}

// texts lists what a viewer sees.
func (s *stage) texts(channelID, viewer string) string {
	var texts []string
	for _, m := range s.ws.Messages(channelID, viewer) {
		texts = append(texts, m.Text)
	}
	return strings.Join(texts, "|")
}

func TestHook_uses(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	url := s.typed(hall) // where the bot is no member
	for i := range 5 {
		if r := s.post(url, "", map[string]any{"text": "a"}); r.status != http.StatusOK || r.raw != "ok" {
			t.Fatalf("use %d: %d %s", i+1, r.status, r.raw)
		}
	}
	if r := s.post(url, "", map[string]any{"text": "a"}); r.status != http.StatusNotFound || r.code() != "used_url" {
		t.Errorf("use 6: %d %s", r.status, r.raw)
	}
	late := s.typed(hall)
	s.ws.Advance(30*time.Minute + time.Second)
	if r := s.post(late, "", map[string]any{"text": "a"}); r.status == http.StatusOK || r.code() != "expired_url" {
		t.Errorf("after 30 minutes: %d %s", r.status, r.raw)
	}
	if r := s.post(late+"x", "", map[string]any{"text": "a"}); r.status == http.StatusOK {
		t.Errorf("unknown URL: %d %s", r.status, r.raw)
	}
	if got := s.kinds()[slack.RefusedResponseURL]; got != 3 {
		t.Errorf("%d refusals", got)
	}
	if got := s.texts(hall, ana); got != "a|a|a|a|a" {
		t.Errorf("ana sees %q", got)
	}
	if got := s.texts(hall, guest); got != "" {
		t.Errorf("the guest sees %q", got)
	}
}

func TestHook_visibility(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	url := s.typed(ops)
	s.post(url, "", map[string]any{"text": "mine"})
	m := s.ws.Messages(ops, ana)[0]
	if !m.Ephemeral || m.VisibleTo != ana || m.BotID == "" {
		t.Errorf("default answer %+v", m)
	}
	s.post(url, "", map[string]any{"text": "still mine", "replace_original": true, "response_type": "in_channel"})
	list := s.ws.Messages(ops, ana)
	if len(list) != 1 || list[0].Text != "still mine" || !list[0].Ephemeral || list[0].TS != m.TS || !list[0].Edited {
		t.Errorf("after replacing: %+v", list)
	}
	s.post(url, "", map[string]any{"text": "all", "response_type": "in_channel"})
	if got := s.texts(ops, ana); got != "still mine|/b x|all" {
		t.Errorf("ana sees %q", got)
	}
	other := s.ws.Messages(ops, s.ws.BotUserID())
	if len(other) != 2 || !other[0].Typed || other[0].UserID != ana {
		t.Errorf("others see %+v", other)
	}
	s.post(url, "", map[string]any{"delete_original": true})
	if got := s.texts(ops, ana); got != "still mine|/b x" {
		t.Errorf("after deleting the latest, ana sees %q", got)
	}
}

func TestHook_echoAlone(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	url := s.typed(ops)
	if r := s.post(url, "", map[string]any{"response_type": "in_channel"}); r.status != http.StatusOK {
		t.Errorf("%d %s", r.status, r.raw)
	}
	if got := s.texts(ops, ana); got != "/b x" {
		t.Errorf("ana sees %q", got)
	}
	if r := s.post(url, "", map[string]any{}); r.status != http.StatusBadRequest || r.code() != "no_text" {
		t.Errorf("empty answer: %d %s", r.status, r.raw)
	}
}

// TestHook_refusedBlocks: pointers and code as from the Web API, and a use is gone.
func TestHook_refusedBlocks(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	url := s.typed(ops)
	bad := map[string]any{"text": "t", "blocks": []any{map[string]any{"type": "header", "text": map[string]any{"type": "plain_text", "text": ""}}}}
	r := s.post(url, "", bad)
	if r.status != http.StatusBadRequest || r.code() != "invalid_blocks" || !strings.Contains(r.raw, "[json-pointer:/blocks/0/text/text]") {
		t.Errorf("%d %s", r.status, r.raw)
	}
	refusals := s.ws.Refusals()
	if len(refusals) != 1 || refusals[0].Kind != slack.RefusedBlocks || len(refusals[0].Problems) != 1 {
		t.Errorf("refusals %+v", refusals)
	}
	if r := s.post(url, "", "{half"); r.status != http.StatusBadRequest {
		t.Errorf("no JSON: %d %s", r.status, r.raw)
	}
}

// TestHook_ofClick: replace_original means the clicked message, in its thread.
func TestHook_ofClick(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	s.dial().ackAll(nil)
	root := s.form("chat.postMessage", "channel", ops, "text", "root").text("ts")
	ts := s.form("chat.postMessage", "channel", ops, "text", "old", "thread_ts", root, "blocks", oneButton).text("ts")
	receipt, err := s.ws.Click(s.context(), slack.Click{UserID: ana, ChannelID: ops, MessageTS: ts, ActionID: "go"})
	if err != nil {
		t.Fatal(err)
	}
	s.post(receipt.ResponseURL, "", map[string]any{"text": "new", "replace_original": true})
	s.post(receipt.ResponseURL, "", map[string]any{"text": "whisper"})
	s.post(receipt.ResponseURL, "", map[string]any{"text": "reply", "response_type": "in_channel", "thread_ts": root})
	s.post(receipt.ResponseURL, "", map[string]any{"text": "gone", "delete_original": true})
	list := s.ws.Messages(ops, ana)
	if got := s.texts(ops, ana); got != "root|whisper|reply|gone" {
		t.Fatalf("ana sees %q", got)
	}
	if !list[1].Ephemeral || list[1].ThreadTS != root || list[2].Ephemeral || list[2].ThreadTS != root || !list[3].Ephemeral {
		t.Errorf("messages %+v", list)
	}
}

func TestHook_archivedAndFaults(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	url := s.typed(ops)
	s.ws.Fail("response_url", slack.Fault{Status: 503, Body: "<html>", Times: 1, Channel: ops})
	if r := s.post(url, "", map[string]any{"text": "a"}); r.status != 503 || r.raw != "<html>" {
		t.Errorf("fault: %d %s", r.status, r.raw)
	}
	s.ws.Fail("response_url", slack.Fault{Status: 500, AfterAccept: true, Times: 1})
	if r := s.post(url, "", map[string]any{"text": "posted"}); r.status != 500 || s.texts(ops, ana) != "posted" {
		t.Errorf("accepted, then failed: %d, ana sees %q", r.status, s.texts(ops, ana))
	}
	s.ws.UpdateChannel(ops, func(c *slack.Channel) { c.IsArchived = true })
	if r := s.post(url, "", map[string]any{"text": "a"}); r.status == http.StatusOK {
		t.Errorf("archived: %d %s", r.status, r.raw)
	}
	if s.ws.Calls("response_url") != 3 {
		t.Errorf("%d calls", s.ws.Calls("response_url"))
	}
}
