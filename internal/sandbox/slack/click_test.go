package slack_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

const oneButton = `[{"type":"actions","block_id":"b","elements":[
	{"type":"button","action_id":"go","text":{"type":"plain_text","text":"Go"},"value":"v1","style":"primary","url":"https://x.example"},
	{"type":"static_select","action_id":"pick","placeholder":{"type":"plain_text","text":"Pick"},"options":[
		{"text":{"type":"plain_text","text":"One"},"value":"1"},{"text":{"type":"plain_text","text":"Two"},"value":"2"}]},
	{"type":"overflow","action_id":"more","options":[{"text":{"type":"plain_text","text":"Gone"},"value":"g"}]}]},
	{"type":"section","text":{"type":"mrkdwn","text":"s"},"accessory":{"type":"button","text":{"type":"plain_text","text":"Again"},"action_id":"again"}}]`

// click posts the blocks above and clicks; it returns the payload.
func (s *stage) click(c slack.Click, ephemeral bool) map[string]any {
	s.t.Helper()
	l := s.dial()
	got := l.ackAll(nil)
	c.UserID, c.ChannelID = ana, ops
	if ephemeral {
		c.MessageTS = s.form("chat.postEphemeral", "channel", ops, "user", ana, "text", "t", "blocks", oneButton).text("message_ts")
	} else {
		c.MessageTS = s.form("chat.postMessage", "channel", ops, "text", "t", "blocks", oneButton).text("ts")
	}
	receipt, err := s.ws.Click(s.context(), c)
	if err != nil {
		s.t.Fatal(err)
	}
	envelope := <-got
	if envelope["type"] != "interactive" || envelope["accepts_response_payload"] != true {
		s.t.Errorf("envelope %v", envelope)
	}
	payload, _ := envelope["payload"].(map[string]any)
	if payload["response_url"] != receipt.ResponseURL || payload["trigger_id"] != receipt.TriggerID || receipt.TriggerID == "" {
		s.t.Errorf("receipt %+v", receipt)
	}
	return payload
}

// action is the payload's one action without its time.
func action(t *testing.T, payload map[string]any) map[string]any {
	t.Helper()
	list, _ := payload["actions"].([]any)
	if len(list) != 1 {
		t.Fatalf("actions %v", list)
	}
	a, _ := list[0].(map[string]any)
	if a["action_ts"] == nil {
		t.Error("no action_ts")
	}
	delete(a, "action_ts")
	return a
}

func TestClick_button(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	payload := s.click(slack.Click{ActionID: "go", Value: "v1"}, false)
	want := map[string]any{
		"type": "button", "action_id": "go", "block_id": "b", "value": "v1", "style": "primary",
		"text": map[string]any{"type": "plain_text", "text": "Go", "emoji": true},
	}
	if diff := cmp.Diff(want, action(t, payload)); diff != "" {
		t.Error(diff)
	}
	message, _ := payload["message"].(map[string]any)
	blocks, _ := message["blocks"].([]any)
	container, _ := payload["container"].(map[string]any)
	if len(blocks) != 2 || message["ts"] != container["message_ts"] || container["is_ephemeral"] != false || container["channel_id"] != ops {
		t.Errorf("message %v, container %v", message, container)
	}
	user, _ := payload["user"].(map[string]any)
	if user["id"] != ana || user["team_id"] != s.ws.TeamID() || payload["type"] != "block_actions" {
		t.Errorf("user %v", user)
	}
	if enterprise, ok := payload["enterprise"]; !ok || enterprise != nil || payload["is_enterprise_install"] != false {
		t.Errorf("enterprise %v", enterprise)
	}
}

// TestClick_ephemeral: Slack does not repeat an ephemeral message.
func TestClick_ephemeral(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	payload := s.click(slack.Click{ActionID: "again"}, true)
	container, _ := payload["container"].(map[string]any)
	if _, ok := payload["message"]; ok || container["is_ephemeral"] != true {
		t.Errorf("payload %v", payload)
	}
}

func TestClick_selects(t *testing.T) {
	t.Parallel()
	option := func(text, value string) map[string]any {
		return map[string]any{"text": map[string]any{"type": "plain_text", "text": text, "emoji": true}, "value": value}
	}
	s := setup(t, slack.Options{})
	payload := s.click(slack.Click{ActionID: "pick", Value: "2"}, true)
	want := map[string]any{
		"type": "static_select", "action_id": "pick", "block_id": "b", "selected_option": option("Two", "2"),
		"placeholder": map[string]any{"type": "plain_text", "text": "Pick", "emoji": true},
	}
	if diff := cmp.Diff(want, action(t, payload)); diff != "" {
		t.Error(diff)
	}
	wantState := map[string]any{"values": map[string]any{"b": map[string]any{"pick": map[string]any{"type": "static_select", "selected_option": option("Two", "2")}}}}
	if diff := cmp.Diff(wantState, payload["state"]); diff != "" {
		t.Error(diff)
	}
	other := setup(t, slack.Options{})
	got := action(t, other.click(slack.Click{ActionID: "more", Value: "g"}, false))
	if diff := cmp.Diff(map[string]any{"type": "overflow", "action_id": "more", "block_id": "b", "selected_option": option("Gone", "g")}, got); diff != "" {
		t.Error(diff)
	}
}

// TestClick_refused: what a person does not see they cannot click, unless their
// client is tampered with.
func TestClick_refused(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	got := s.dial().ackAll(nil)
	ts := s.form("chat.postEphemeral", "channel", ops, "user", ana, "text", "t", "blocks", oneButton).text("message_ts")
	for name, c := range map[string]slack.Click{
		"no such action": {UserID: ana, ChannelID: ops, MessageTS: ts, ActionID: "nope"},
		"no such option": {UserID: ana, ChannelID: ops, MessageTS: ts, ActionID: "pick", Value: "3"},
		"other value":    {UserID: ana, ChannelID: ops, MessageTS: ts, ActionID: "go", Value: "v2"},
		"other block":    {UserID: ana, ChannelID: ops, MessageTS: ts, ActionID: "go", BlockID: "c"},
		"no message":     {UserID: ana, ChannelID: ops, MessageTS: "1.000001", ActionID: "go"},
		"not theirs":     {UserID: eve, ChannelID: ops, MessageTS: ts, ActionID: "go"},
	} {
		if _, err := s.ws.Click(s.context(), c); !errors.Is(err, slack.ErrNoElement) {
			t.Errorf("%s: err = %v", name, err)
		}
	}
	_, err := s.ws.Click(s.context(), slack.Click{
		UserID: eve, ChannelID: ops, MessageTS: ts, ActionID: "go", Anyone: true,
		Mutate: func(p map[string]any) { p["api_app_id"] = "A0OTHER" },
	})
	if err != nil {
		t.Fatal(err)
	}
	payload, _ := (<-got)["payload"].(map[string]any)
	user, _ := payload["user"].(map[string]any)
	if user["team_id"] != "T0EVIL" || payload["api_app_id"] != "A0OTHER" {
		t.Errorf("payload %v", payload)
	}
}

// TestMessages_settled: Slack gives ids to what has none, and each its own.
func TestMessages_settled(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	s.form("chat.postMessage", "channel", ops, "text", "t", "blocks",
		`[{"type":"divider"},{"type":"context","elements":[{"type":"image","image_url":"https://x.example/a","alt_text":"a"}]},
		{"type":"table","rows":[[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"1.50"}]}]}]]},
		{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"x"}}]}]`)
	var blocks []map[string]any
	if err := json.Unmarshal(s.ws.Messages(ops, "")[0].Blocks, &blocks); err != nil {
		t.Fatal(err)
	}
	ids := map[any]bool{}
	for _, b := range blocks {
		ids[b["block_id"]] = true
	}
	if len(ids) != 4 || ids[nil] || ids[""] {
		t.Errorf("block ids %v", ids)
	}
	image, _ := blocks[1]["elements"].([]any)[0].(map[string]any)
	button, _ := blocks[3]["elements"].([]any)[0].(map[string]any)
	if image["block_id"] != nil || button["action_id"] == nil {
		t.Errorf("image %v, button %v", image, button)
	}
}
