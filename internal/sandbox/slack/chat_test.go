package slack_test

import (
	"strings"
	"testing"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

func TestChatPostMessage_channels(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	s.ws.AddChannel(slack.Channel{ID: "C0OLD", Name: "old", IsArchived: true, Members: []string{s.ws.BotUserID()}})
	s.ws.AddChannel(slack.Channel{ID: "C0NEWS", Name: "news", IsReadOnly: true, Members: []string{s.ws.BotUserID()}})
	s.ws.AddUser(slack.User{ID: "U0GONE", Name: "gone", Deleted: true})
	for channel, want := range map[string]string{
		ops: "", board: "", "#ops": "", den: "channel_not_found", hall: "not_in_channel", "C0NOWHERE": "channel_not_found",
		"C0OLD": "is_archived", "C0NEWS": "restricted_action", ana: "", "U0GONE": "user_disabled", s.ws.BotUserID(): "channel_not_found",
	} {
		if got := s.form("chat.postMessage", "channel", channel, "text", "a").code(); got != want {
			t.Errorf("%s: %q, want %q", channel, got, want)
		}
	}
	im, err := s.ws.OpenIM(ana)
	if err != nil || len(s.ws.Messages(im.ID, ana)) != 1 {
		t.Errorf("the direct message is not in %v, %v", im, err)
	}
	s.ws.SetScopes("chat:write", "chat:write.public")
	if got := s.form("chat.postMessage", "channel", hall, "text", "a").code(); got != "" {
		t.Errorf("with chat:write.public: %q", got)
	}
}

func TestChatPostMessage_content(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	bad := s.form("chat.postMessage", "channel", ops, "text", "t", "blocks", `[{"type":"section","text":{"type":"mrkdwn","text":""}}]`)
	if bad.code() != "invalid_blocks" || !strings.Contains(bad.text("response_metadata", "messages"), "[json-pointer:/blocks/0/text/text]") {
		t.Error(bad.raw)
	}
	for name, c := range map[string]struct {
		pairs []string
		want  string
	}{
		"nothing":      {[]string{}, "no_text"},
		"empty blocks": {[]string{"blocks", "[]"}, "no_text"},
		"no JSON":      {[]string{"blocks", "{"}, "invalid_blocks_format"},
		"two tables": {[]string{"text", "t", "blocks", `[{"type":"table","rows":[[{"type":"raw_text","text":"a"}]]},
			{"type":"table","rows":[[{"type":"raw_text","text":"a"}]]}]`}, "only_one_table_allowed"},
		"attachments":   {[]string{"text", "t", "attachments", `[{"blocks":[{"type":"x"}]}]`}, "invalid_attachments"},
		"markdown":      {[]string{"markdown_text", "**a**"}, ""},
		"markdown text": {[]string{"markdown_text", "a", "text", "b"}, "markdown_text_conflict"},
		"metadata":      {[]string{"text", "t", "metadata", `{"event_type":"a","event_payload":{"id":"1"}}`}, ""},
		"half metadata": {[]string{"text", "t", "metadata", `{"event_type":"a"}`}, "invalid_metadata_schema"},
		"bad metadata":  {[]string{"text", "t", "metadata", `[]`}, "invalid_metadata_format"},
		"no thread":     {[]string{"text", "t", "thread_ts", "1.000001"}, "thread_not_found"},
	} {
		if got := s.form("chat.postMessage", append(c.pairs, "channel", ops)...).code(); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if got := s.form("chat.postMessage", "channel", ops, "blocks", `[{"type":"divider"}]`).code(); got != "" || s.kinds()[slack.RefusedNoFallback] != 1 {
		t.Errorf("blocks alone: %q, %v", got, s.kinds())
	}
	s.form("chat.postMessage", "channel", ops, "text", strings.Repeat("x", 40_001))
	list := s.ws.Messages(ops, "")
	if got := len(list[len(list)-1].Text); got != 40_000 {
		t.Errorf("a long text is cut to %d", got)
	}
}

func TestChatPostEphemeral(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	r := s.form("chat.postEphemeral", "channel", ops, "user", ana, "text", "psst")
	if r.json["ok"] != true || r.json["ts"] != nil {
		t.Error(r.raw)
	}
	if got := s.form("chat.postEphemeral", "channel", ops, "user", guest, "text", "a").code(); got != "user_not_in_channel" {
		t.Errorf("guest: %q", got)
	}
	if got := s.form("chat.postEphemeral", "channel", ops, "user", "U0X", "text", "a").code(); got != "user_not_found" {
		t.Errorf("nobody: %q", got)
	}
	if s.texts(ops, ana) != "psst" || s.texts(ops, s.ws.BotUserID()) != "" || s.texts(ops, "") != "psst" {
		t.Error("an ephemeral message is for one person")
	}
	if got := s.form("chat.update", "channel", ops, "ts", r.text("message_ts"), "text", "b").code(); got != "message_not_found" {
		t.Errorf("update: %q", got)
	}
	if got := s.form("conversations.history", "channel", ops).text("messages"); got != "[]" {
		t.Errorf("history %s", got)
	}
}

func TestChatUpdate(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	posted := s.form("chat.postMessage", "channel", ana, "text", "old", "blocks", `[{"type":"divider"}]`)
	channel, ts := posted.text("channel"), posted.text("ts")
	if !strings.HasPrefix(channel, "D") {
		t.Errorf("posted to %s", channel)
	}
	if got := s.form("chat.update", "channel", ana, "ts", ts, "text", "new").code(); got != "channel_not_found" {
		t.Errorf("with a user id: %q", got)
	}
	if got := s.form("chat.update", "channel", channel, "ts", ts, "text", strings.Repeat("x", 4001)).code(); got != "msg_too_long" {
		t.Errorf("long: %q", got)
	}
	s.form("chat.update", "channel", channel, "ts", ts, "text", "new")
	if m, _ := s.ws.Message(channel, ts); m.Text != "new" || m.Blocks != nil || !m.Edited {
		t.Errorf("text without blocks drops the blocks: %+v", m)
	}
	said, err := s.ws.Say(ana, ops, "", "mine")
	if err != nil {
		t.Fatal(err)
	}
	if got := s.form("chat.update", "channel", ops, "ts", said.TS, "text", "a").code(); got != "cant_update_message" {
		t.Errorf("another's: %q", got)
	}
	if got := s.form("chat.delete", "channel", ops, "ts", said.TS).code(); got != "cant_delete_message" {
		t.Errorf("another's: %q", got)
	}
	link := s.form("chat.getPermalink", "channel", channel, "message_ts", ts).text("permalink")
	if want := "https://home.slack.com/archives/" + channel + "/p" + strings.ReplaceAll(ts, ".", ""); link != want {
		t.Errorf("permalink %s, want %s", link, want)
	}
	s.ws.Erase(channel, ts)
	for _, method := range []string{"chat.update", "chat.delete"} {
		if got := s.form(method, "channel", channel, "ts", ts, "text", "a").code(); got != "message_not_found" {
			t.Errorf("%s of what is gone: %q", method, got)
		}
	}
}

func TestHistory(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	root := s.form("chat.postMessage", "channel", ops, "text", "root", "metadata", `{"event_type":"e","event_payload":{"id":"7"}}`).text("ts")
	s.form("chat.postMessage", "channel", ops, "text", "reply", "thread_ts", root)
	last := s.form("chat.postMessage", "channel", ops, "text", "last").text("ts")
	messages := func(r reply) (texts string) {
		list, _ := r.json["messages"].([]any)
		for _, item := range list {
			m, _ := item.(map[string]any)
			text, _ := m["text"].(string)
			texts += text + " "
		}
		return texts
	}
	if got := messages(s.form("conversations.history", "channel", ops)); got != "last root " {
		t.Errorf("history %q", got)
	}
	if got := messages(s.form("conversations.replies", "channel", ops, "ts", root)); got != "root reply " {
		t.Errorf("replies %q", got)
	}
	if got := messages(s.form("conversations.history", "channel", ops, "latest", last, "oldest", root)); got != "" {
		t.Errorf("between, exclusive: %q", got)
	}
	if got := messages(s.form("conversations.history", "channel", ops, "latest", last, "oldest", root, "inclusive", "true")); got != "last root " {
		t.Errorf("between, inclusive: %q", got)
	}
	if r := s.form("conversations.history", "channel", ops, "include_all_metadata", "true"); !strings.Contains(r.raw, `"id":"7"`) {
		t.Error(r.raw)
	}
	if r := s.form("conversations.history", "channel", ops); strings.Contains(r.raw, "metadata\":{\"event") {
		t.Error("metadata without asking")
	}
	if got := s.form("conversations.history", "channel", hall).code(); got != "not_in_channel" {
		t.Errorf("hall: %q", got)
	}
	first := s.form("conversations.history", "channel", ops, "limit", "1")
	second := s.form("conversations.history", "channel", ops, "limit", "1", "cursor", first.text("response_metadata", "next_cursor"))
	if messages(first) != "last " || first.json["has_more"] != true || messages(second) != "root " || second.json["has_more"] != false {
		t.Errorf("pages %s, %s", first.raw, second.raw)
	}
}
