package slack_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// TestClick_everyElement sends what Slack sends of each kind of element.
func TestClick_everyElement(t *testing.T) {
	t.Parallel()
	const options = `"options":[{"text":{"type":"plain_text","text":"1"},"value":"1"},{"text":{"type":"plain_text","text":"2"},"value":"2"}]`
	one := map[string]any{"text": map[string]any{"type": "plain_text", "text": "1", "emoji": true}, "value": "1"}
	two := map[string]any{"text": map[string]any{"type": "plain_text", "text": "2", "emoji": true}, "value": "2"}
	for kind, c := range map[string]struct {
		more   string
		values []string
		key    string
		want   any
	}{
		"checkboxes":           {options, []string{"1", "2"}, "selected_options", []any{one, two}},
		"radio_buttons":        {options, []string{"2"}, "selected_option", two},
		"multi_static_select":  {options, []string{}, "selected_options", []any{}},
		"external_select":      {`"min_query_length":0`, []string{"1"}, "selected_option", one},
		"users_select":         {`"focus_on_load":false`, []string{ana}, "selected_user", ana},
		"conversations_select": {`"focus_on_load":false`, []string{ops}, "selected_conversation", ops},
		"channels_select":      {`"focus_on_load":false`, []string{ops}, "selected_channel", ops},
		"multi_users_select":   {`"focus_on_load":false`, []string{ana, guest}, "selected_users", []any{ana, guest}},
		"datepicker":           {`"initial_date":"2026-11-24"`, []string{"2026-11-25"}, "selected_date", "2026-11-25"},
		"timepicker":           {`"initial_time":"08:30"`, []string{"09:00"}, "selected_time", "09:00"},
		"datetimepicker":       {`"initial_date_time":1700000000`, []string{"1700000060"}, "selected_date_time", 1700000060.0},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := setup(t, slack.Options{})
			got := s.dial().ackAll(nil)
			posted := s.form("chat.postMessage", "channel", ops, "text", "t",
				"blocks", `[{"type":"actions","block_id":"b","elements":[{"type":"`+kind+`","action_id":"a",`+c.more+`}]}]`)
			if _, err := s.ws.Click(s.context(), slack.Click{UserID: ana, ChannelID: ops, MessageTS: posted.text("ts"), ActionID: "a", Values: c.values}); err != nil {
				t.Fatal(err, posted.raw)
			}
			payload, _ := (<-got)["payload"].(map[string]any)
			if diff := cmp.Diff(c.want, action(t, payload)[c.key]); diff != "" {
				t.Error(diff)
			}
			want := map[string]any{"values": map[string]any{"b": map[string]any{"a": map[string]any{"type": kind, c.key: c.want}}}}
			if diff := cmp.Diff(want, payload["state"]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDirectory_lists(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	s.ws.UpdateUser(ana, func(u *slack.User) { u.Deleted = true })
	if u, ok := s.ws.User(ana); !ok || !u.Deleted || u.TeamID != s.ws.TeamID() {
		t.Errorf("%+v", u)
	}
	users, channels := s.ws.Users(), s.ws.Channels()
	if len(users) != 4 || users[0].Name != "ana" || users[1].Name != "backup-overview" {
		t.Errorf("users %+v", users)
	}
	if len(channels) != 4 || channels[0].Name != "board" {
		t.Errorf("channels %+v", channels)
	}
	if _, ok := s.ws.Channel("C0X"); ok {
		t.Error("an unknown channel is found")
	}
}

func TestFail_handshake(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	s.ws.Fail("link", slack.Fault{Status: 503, Times: 1})
	s.eventuallyDialled()
	if got := s.ws.Calls("link"); got != 2 {
		t.Errorf("%d handshakes", got)
	}
}
