package slack_test

import (
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

const ownMetadata = `{"event_type":"bkp","event_payload":{"d":"01ARZ3"}}`

// listed are the texts of an answer of the history methods.
func listed(r reply) string {
	list, _ := r.json["messages"].([]any)
	texts := make([]string, 0, len(list))
	for _, item := range list {
		m, _ := item.(map[string]any)
		text, _ := m["text"].(string)
		texts = append(texts, text)
	}
	return strings.Join(texts, "|")
}

// TestHistory_metadata: it is there only for those who ask, in channels and in
// threads, also after an edit that says nothing of it.
func TestHistory_metadata(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	root := s.form("chat.postMessage", "channel", ops, "text", "root", "metadata", ownMetadata).text("ts")
	s.form("chat.postMessage", "channel", ops, "text", "reply", "thread_ts", root, "metadata", ownMetadata)
	s.form("chat.update", "channel", ops, "ts", root, "text", "edited")
	for method, pairs := range map[string][]string{
		"conversations.history": {"channel", ops},
		"conversations.replies": {"channel", ops, "ts", root},
	} {
		for flag, want := range map[string]int{"": 0, "false": 0, "true": strings.Count(method, "replies") + 1} {
			r := s.form(method, append(pairs, "include_all_metadata", flag)...)
			if got := strings.Count(r.raw, `"metadata":`+ownMetadata); got != want {
				t.Errorf("%s, %q: %d of %d have metadata: %s", method, flag, got, want, r.raw)
			}
		}
	}
}

// TestHistory_bounds: time stamps, pages and threads.
func TestHistory_bounds(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	ts := map[string]string{}
	for _, text := range strings.Fields("a b c d e") {
		ts[text] = s.form("chat.postMessage", "channel", ops, "text", text).text("ts")
	}
	for _, text := range []string{"c1", "c2"} {
		ts[text] = s.form("chat.postMessage", "channel", ops, "text", text, "thread_ts", ts["c"]).text("ts")
	}
	s.form("chat.postEphemeral", "channel", ops, "user", ana, "text", "psst")
	for _, c := range []struct{ method, want, pairs string }{
		{"history", "e|d|c|b|a", ""},
		{"history", "e|d|c", "oldest=" + ts["b"]},
		{"history", "e|d|c|b", "inclusive=true&oldest=" + ts["b"]},
		{"history", "b|a", "latest=" + ts["c"]},
		{"history", "c|b", "inclusive=1&oldest=" + ts["b"] + "&latest=" + ts["c"]},
		{"history", "", "oldest=" + ts["e"]},
		{"replies", "c|c1|c2", "ts=" + ts["c"]},
		{"replies", "c2", "ts=" + ts["c"] + "&oldest=" + ts["c1"]},
		{"replies", "a", "ts=" + ts["a"]},
	} {
		pairs := []string{"channel", ops}
		for _, pair := range strings.FieldsFunc(c.pairs, func(r rune) bool { return r == '&' }) {
			key, value, _ := strings.Cut(pair, "=")
			pairs = append(pairs, key, value)
		}
		if got := listed(s.form("conversations."+c.method, pairs...)); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.method, c.pairs, got, c.want)
		}
	}
	var pages []string
	for cursor := ""; len(pages) < 9; {
		r := s.form("conversations.history", "channel", ops, "limit", "2", "cursor", cursor)
		pages = append(pages, listed(r))
		cursor = r.text("response_metadata", "next_cursor")
		if more := r.json["has_more"] == true; more != (cursor != "") {
			t.Errorf("has_more is %v with the cursor %q", more, cursor)
		}
		if cursor == "" {
			break
		}
	}
	if got := strings.Join(pages, " "); got != "e|d c|b a" {
		t.Errorf("pages %q", got)
	}
	s.ws.Erase(ops, ts["c"])
	if got := s.form("conversations.replies", "channel", ops, "ts", ts["c"]).code(); got != "thread_not_found" {
		t.Errorf("a thread without its root: %q", got)
	}
	if got := s.form("chat.update", "channel", ops, "ts", ts["c"], "text", "f").code(); got != "message_not_found" {
		t.Errorf("an erased message: %q", got)
	}
}

// TestHistory_scopes: each kind of conversation needs its own scope, and channels
// the membership as well.
func TestHistory_scopes(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	dm := s.form("conversations.open", "users", ana).text("channel", "id")
	all := []string{"channels:history", "groups:history", "im:history"}
	for _, c := range []struct{ channel, without, code, needed string }{
		{ops, "channels:history", "missing_scope", "channels:history"},
		{board, "groups:history", "missing_scope", "groups:history"},
		{dm, "im:history", "missing_scope", "im:history"},
		{ops, "groups:history", "", ""},
		{board, "channels:history", "", ""},
		{dm, "channels:history", "", ""},
		{hall, "", "not_in_channel", ""},
		{den, "", "channel_not_found", ""},
		{ana, "", "channel_not_found", ""}, // a person is no conversation
	} {
		scopes := []string{}
		for _, scope := range all {
			if scope != c.without {
				scopes = append(scopes, scope)
			}
		}
		s.ws.SetScopes(scopes...)
		r := s.form("conversations.history", "channel", c.channel)
		if r.code() != c.code || c.needed != "" && r.text("needed") != c.needed {
			t.Errorf("%s without %q: %s", c.channel, c.without, r.raw)
		}
	}
}

// TestHistory_broadcast: a reply that is sent to the channel too stands in both.
func TestHistory_broadcast(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	root := s.form("chat.postMessage", "channel", ops, "text", "root").text("ts")
	s.form("chat.postMessage", "channel", ops, "text", "reply", "thread_ts", root)
	both := s.form("chat.postMessage", "channel", ops, "text", "both", "thread_ts", root, "reply_broadcast", "true")
	s.form("chat.postMessage", "channel", ops, "text", "alone", "reply_broadcast", "true")
	if got := listed(s.form("conversations.history", "channel", ops)); got != "alone|both|root" {
		t.Errorf("history: %q", got)
	}
	if got := listed(s.form("conversations.replies", "channel", ops, "ts", root)); got != "root|reply|both" {
		t.Errorf("replies: %q", got)
	}
	if m, _ := both.json["message"].(map[string]any); m["subtype"] != "thread_broadcast" || m["thread_ts"] != root {
		t.Errorf("%s", both.raw)
	}
}

// TestHistory_lag: a message is posted, but not yet in the history.
func TestHistory_lag(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{HistoryLag: time.Minute})
	s.form("chat.postMessage", "channel", ops, "text", "a")
	if got := listed(s.form("conversations.history", "channel", ops)); got != "" || s.texts(ops, ana) != "a" {
		t.Errorf("history %q, ana sees %q", got, s.texts(ops, ana))
	}
	s.ws.Advance(time.Minute)
	if got := listed(s.form("conversations.history", "channel", ops)); got != "a" {
		t.Errorf("a minute later: %q", got)
	}
}

// TestFiles_thread: a file shared in a thread stands there, as a message of the
// bot that carries it.
func TestFiles_thread(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	root := s.form("chat.postMessage", "channel", ops, "text", "root").text("ts")
	share := func(thread string) (id string, r reply) {
		id = s.upload("a.csv", "abc")
		return id, s.form("files.completeUploadExternal", "files", `[{"id":"`+id+`"}]`, "channel_id", ops, "thread_ts", thread, "initial_comment", "all of it")
	}
	id, r := share(root)
	if r.code() != "" {
		t.Fatal(r.raw)
	}
	r = s.form("conversations.replies", "channel", ops, "ts", root)
	if listed(r) != "root|all of it" || strings.Count(r.raw, `"files":[{`) != 1 || strings.Count(r.raw, `"id":"`+id+`"`) != 1 {
		t.Error(r.raw)
	}
	if got := listed(s.form("conversations.history", "channel", ops)); got != "root" {
		t.Errorf("the channel holds %q", got)
	}
	if _, r := share("1.000001"); r.code() != "thread_not_found" {
		t.Errorf("in no thread: %s", r.raw)
	}
	s.ws.UpdateChannel(ops, func(c *slack.Channel) { c.IsReadOnly = true })
	if _, r := share(root); r.code() != "posting_to_channel_denied" {
		t.Errorf("where only others may post: %s", r.raw)
	}
}

// TestRate_workspace: beside the channels' second, all posts together have their
// minute, whichever way they go.
func TestRate_workspace(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{RateLimits: true, PostsPerMinute: 3})
	for _, id := range []string{"C1", "C2", "C3", "C4", "C5"} {
		s.ws.AddChannel(slack.Channel{ID: id, Name: strings.ToLower(id), Members: []string{ana, s.ws.BotUserID()}})
	}
	post := func(id string) reply { return s.form("chat.postMessage", "channel", id, "text", "a") }
	share := func(id string) reply {
		return s.form("files.completeUploadExternal", "files", `[{"id":"`+s.upload("a.csv", "abc")+`"}]`, "channel_id", id)
	}
	if r := share("C1"); r.status != 200 {
		t.Error(r.raw)
	}
	if r := post("C1"); r.status != 429 || r.header.Get("Retry-After") != "1" {
		t.Errorf("after a file in the same second: %d %v", r.status, r.header)
	}
	for _, id := range []string{"C2", "C3"} {
		if r := post(id); r.status != 200 {
			t.Error(r.raw)
		}
	}
	for _, r := range []reply{post("C4"), share("C5")} {
		if r.status != 429 || r.header.Get("Retry-After") != "20" || r.code() != "ratelimited" {
			t.Errorf("the fourth in a minute: %d %v %s", r.status, r.header, r.raw)
		}
	}
	s.ws.Advance(20 * time.Second)
	if r := post("C4"); r.status != 200 {
		t.Errorf("20 s later: %s", r.raw)
	}
}
