package slack_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

const form = `{"type":"modal","callback_id":"sub","private_metadata":"pm","notify_on_close":true,
	"title":{"type":"plain_text","text":"Subscribe"},"submit":{"type":"plain_text","text":"Go"},"blocks":[
	{"type":"input","block_id":"when","label":{"type":"plain_text","text":"When"},"element":{"type":"timepicker","action_id":"time","initial_time":"08:30"}},
	{"type":"input","block_id":"who","label":{"type":"plain_text","text":"Who"},"element":{"type":"plain_text_input","action_id":"name"}},
	{"type":"input","block_id":"where","label":{"type":"plain_text","text":"Where"},"element":{"type":"conversations_select","action_id":"to","response_url_enabled":true}},
	{"type":"actions","block_id":"acts","elements":[{"type":"button","action_id":"preview","text":{"type":"plain_text","text":"Preview"}}]}]}`

// trigger types a command and returns its trigger_id.
func (s *stage) trigger() string {
	s.t.Helper()
	if s.ws.Sockets() == 0 {
		s.dial().ackAll(nil)
	}
	receipt, err := s.ws.Slash(s.context(), slack.SlashCommand{UserID: ana, ChannelID: ops, Command: "/b"})
	if err != nil {
		s.t.Fatal(err)
	}
	return receipt.TriggerID
}

// open opens the form and returns its id.
func (s *stage) open() string {
	s.t.Helper()
	r := s.form("views.open", "trigger_id", s.trigger(), "view", form)
	if r.json["ok"] != true {
		s.t.Fatal(r.raw)
	}
	return r.text("view", "id")
}

func TestViewsOpen_trigger(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	id := s.trigger()
	if r := s.form("views.open", "trigger_id", id, "view", form); r.json["ok"] != true || r.text("view", "callback_id") != "sub" {
		t.Error(r.raw)
	}
	if got := s.form("views.open", "trigger_id", id, "view", form).code(); got != "exchanged_trigger_id" {
		t.Errorf("used: %q", got)
	}
	if got := s.form("views.open", "trigger_id", "1.2.3", "view", form).code(); got != "invalid_trigger_id" {
		t.Errorf("unknown: %q", got)
	}
	old := s.trigger()
	s.ws.Advance(3*time.Second + time.Millisecond)
	if got := s.form("views.open", "trigger_id", old, "view", form).code(); got != "expired_trigger_id" {
		t.Errorf("old: %q", got)
	}
	bad := s.form("views.open", "trigger_id", s.trigger(), "view", `{"type":"modal","blocks":[]}`)
	if bad.code() != "invalid_arguments" || bad.json["response_metadata"] == nil {
		t.Error(bad.raw)
	}
	if got := len(s.ws.Views(ana)); got != 1 {
		t.Errorf("%d views", got)
	}
}

func TestViewsPush_stack(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	id := s.open()
	if got := s.form("views.push", "trigger_id", s.trigger(), "view", form).code(); got != "invalid_trigger_id" {
		t.Errorf("a command's trigger pushes: %q", got)
	}
	for i, want := range []string{"", "", "push_limit_reached"} {
		receipt, err := s.ws.Click(s.context(), slack.Click{UserID: ana, ViewID: id, ActionID: "preview"})
		if err != nil {
			t.Fatal(err)
		}
		if got := s.form("views.push", "trigger_id", receipt.TriggerID, "view", form).code(); got != want {
			t.Errorf("push %d: %q, want %q", i+1, got, want)
		}
	}
	stack := s.ws.Views(ana)
	if len(stack) != 3 || stack[2].RootID != id || stack[2].PreviousID != stack[1].ID {
		t.Errorf("stack %+v", stack)
	}
}

func TestViewsUpdate_hash(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	id := s.open()
	hash := s.ws.Views(ana)[0].Hash
	if got := s.form("views.update", "view_id", id, "hash", "1.x", "view", form).code(); got != "hash_conflict" {
		t.Errorf("stale hash: %q", got)
	}
	r := s.form("views.update", "view_id", id, "hash", hash, "view", form)
	if r.json["ok"] != true || r.text("view", "hash") == hash || r.text("view", "id") != id {
		t.Error(r.raw)
	}
	if got := s.form("views.update", "view_id", "V0", "view", form).code(); got != "not_found" {
		t.Errorf("unknown: %q", got)
	}
}

func TestViewClick(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	got := s.dial().ackAll(nil)
	id := s.open()
	<-got
	if _, err := s.ws.Click(s.context(), slack.Click{UserID: ana, ViewID: id, ActionID: "preview"}); err != nil {
		t.Fatal(err)
	}
	envelope := <-got
	payload, _ := envelope["payload"].(map[string]any)
	view, _ := payload["view"].(map[string]any)
	if envelope["accepts_response_payload"] != false || payload["response_url"] != nil || payload["channel"] != nil || payload["message"] != nil {
		t.Errorf("envelope %v", envelope)
	}
	if diff := cmp.Diff(map[string]any{"type": "view", "view_id": id}, payload["container"]); diff != "" || view["hash"] == "" {
		t.Error(diff)
	}
	if _, err := s.ws.Click(s.context(), slack.Click{UserID: eve, ViewID: id, ActionID: "preview"}); !errors.Is(err, slack.ErrNoElement) {
		t.Errorf("another person's view: %v", err)
	}
}

func TestSubmitView_stateAndAnswers(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	var answer any
	got := s.dial().ackAll(func(e map[string]any) any {
		if e["type"] == "interactive" {
			return answer
		}
		return nil
	})
	id := s.open()
	<-got
	answer = map[string]any{"response_action": "errors", "errors": map[string]string{"who": "unknown", "acts": "no input"}}
	inputs := map[string][]string{"name": {"Contoso"}, "where/to": {ops}}
	receipt, err := s.ws.SubmitView(s.context(), slack.Submission{UserID: ana, ViewID: id, Inputs: inputs})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"who": "unknown"}, receipt.Errors); diff != "" || len(s.ws.Views(ana)) != 1 {
		t.Errorf("%s; %d views", diff, len(s.ws.Views(ana)))
	}
	payload, _ := (<-got)["payload"].(map[string]any)
	view, _ := payload["view"].(map[string]any)
	want := map[string]any{"values": map[string]any{
		"when":  map[string]any{"time": map[string]any{"type": "timepicker", "selected_time": "08:30"}},
		"who":   map[string]any{"name": map[string]any{"type": "plain_text_input", "value": "Contoso"}},
		"where": map[string]any{"to": map[string]any{"type": "conversations_select", "selected_conversation": ops}},
	}}
	if diff := cmp.Diff(want, view["state"]); diff != "" || payload["type"] != "view_submission" || view["private_metadata"] != "pm" {
		t.Error(diff)
	}
	urls, _ := payload["response_urls"].([]any)
	if len(urls) != 1 {
		t.Fatalf("response_urls %v", urls)
	}
	first, _ := urls[0].(map[string]any)
	link, _ := first["response_url"].(string)
	if r := s.post(link, "", map[string]any{"text": "done", "response_type": "in_channel"}); r.raw != "ok" || s.texts(ops, ana) != "done" {
		t.Errorf("%s; ana sees %q", r.raw, s.texts(ops, ana))
	}
	s.answers(id, &answer)
}

// answers goes through what the ack of a submission may ask for.
func (s *stage) answers(id string, answer *any) {
	s.t.Helper()
	for _, step := range []struct {
		answer any
		views  int
	}{
		{map[string]any{"response_action": "update", "view": json.RawMessage(form)}, 1},
		{map[string]any{"response_action": "update", "view": json.RawMessage(`{"type":"modal"}`)}, 1},
		{map[string]any{"response_action": "push", "view": json.RawMessage(form)}, 2},
		{map[string]any{"response_action": "clear"}, 0},
	} {
		*answer = step.answer
		if _, err := s.ws.SubmitView(s.context(), slack.Submission{UserID: ana, ViewID: id}); err != nil {
			s.t.Fatal(err)
		}
		if got := len(s.ws.Views(ana)); got != step.views {
			s.t.Errorf("after %v: %d views, want %d", step.answer, got, step.views)
		}
	}
	if got := s.kinds()[slack.RefusedAckPayload]; got != 1 {
		s.t.Errorf("%d refused answers, want 1", got)
	}
	*answer = nil
	if _, err := s.ws.SubmitView(s.context(), slack.Submission{UserID: ana, ViewID: s.open()}); err != nil || len(s.ws.Views(ana)) != 0 {
		s.t.Errorf("an empty ack leaves %d views, %v", len(s.ws.Views(ana)), err)
	}
}

func TestCloseView(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	got := s.dial().ackAll(nil)
	id := s.open()
	<-got
	if _, err := s.ws.CloseView(s.context(), slack.Closing{UserID: ana, ViewID: id, All: true}); err != nil {
		t.Fatal(err)
	}
	payload, _ := (<-got)["payload"].(map[string]any)
	if payload["type"] != "view_closed" || payload["is_cleared"] != true || len(s.ws.Views(ana)) != 0 {
		t.Errorf("payload %v", payload)
	}
}

func TestViewsPublish(t *testing.T) {
	t.Parallel()
	const tab = `{"type":"home","blocks":[{"type":"actions","elements":[{"type":"button","action_id":"a","text":{"type":"plain_text","text":"x"}}]}]}`
	off := setup(t, slack.Options{})
	if got := off.form("views.publish", "user_id", ana, "view", tab).code(); got != "not_enabled" {
		t.Errorf("Home is off: %q", got)
	}
	s := setup(t, slack.Options{HomeTab: true})
	s.dial().ackAll(nil)
	if r := s.form("views.publish", "user_id", ana, "view", tab); r.json["ok"] != true {
		t.Error(r.raw)
	}
	if got := s.form("views.publish", "user_id", ana, "view", form).code(); got != "invalid_arguments" {
		t.Errorf("a modal as Home: %q", got)
	}
	if got := s.form("views.publish", "user_id", ana, "hash", "0", "view", tab).code(); got != "hash_conflict" {
		t.Errorf("stale hash: %q", got)
	}
	if _, err := s.ws.Click(s.context(), slack.Click{UserID: ana, ViewID: "home", ActionID: "a"}); err != nil {
		t.Error(err)
	}
	if v, ok := s.ws.Home(ana); !ok || v.Type != "home" {
		t.Errorf("home %+v", v)
	}
}
