package slack_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

func TestFiles(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	begun := s.form("files.getUploadURLExternal", "filename", "a.csv", "length", "5")
	url, id := begun.text("upload_url"), begun.text("file_id")
	if !strings.HasPrefix(url, s.server.URL+"/") {
		t.Fatalf("upload_url %q is not on the server's own host", url)
	}
	files := `[{"id":"` + id + `","title":"Report"}]`
	complete := func(channel string) string {
		return s.form("files.completeUploadExternal", "files", files, "channel_id", channel, "initial_comment", "here").code()
	}
	if got := complete(ops); got != "file_not_found" {
		t.Errorf("before the upload: %q", got)
	}
	if r := s.post(url, "", "four"); r.status != http.StatusBadRequest {
		t.Errorf("wrong length: %d", r.status)
	}
	if r := s.post(url, "", "a,b,c"); r.status != http.StatusOK {
		t.Errorf("%d %s", r.status, r.raw)
	}
	for channel, want := range map[string]string{ana: "invalid_arguments", hall: "not_in_channel", den: "channel_not_found"} {
		if got := complete(channel); got != want {
			t.Errorf("%s: %q, want %q", channel, got, want)
		}
	}
	if got := complete(ops); got != "" {
		t.Errorf("ops: %q", got)
	}
	if got := complete(ops); got != "file_not_found" {
		t.Errorf("twice: %q", got)
	}
	list := s.ws.Messages(ops, ana)
	shared := s.ws.Files()
	if len(list) != 1 || list[0].Text != "here" || len(list[0].FileIDs) != 1 {
		t.Errorf("messages %+v", list)
	}
	if len(shared) != 1 || string(shared[0].Content) != "a,b,c" || shared[0].Title != "Report" || shared[0].ChannelIDs[0] != ops {
		t.Errorf("files %+v", shared)
	}
	if r := s.form("files.info", "file", id); r.code() != "missing_scope" {
		t.Error(r.raw)
	}
	s.ws.SetScopes("files:read")
	if got := s.form("files.info", "file", id).text("file", "size"); got != "5" {
		t.Errorf("size %s", got)
	}
}

// upload announces and posts a file, and returns its id.
func (s *stage) upload(name, content string) string {
	s.t.Helper()
	begun := s.form("files.getUploadURLExternal", "filename", name, "length", strconv.Itoa(len(content)))
	if r := s.post(begun.text("upload_url"), "", content); r.status != http.StatusOK {
		s.t.Fatalf("%d %s", r.status, r.raw)
	}
	return begun.text("file_id")
}

// A file for one person goes to the conversation that conversations.open gives.
func TestFiles_directMessage(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	dm := s.form("conversations.open", "users", ana, "return_im", "true").text("channel", "id")
	if again := s.form("conversations.open", "users", ana).text("channel", "id"); again != dm || dm[0] != 'D' {
		t.Errorf("opened %q, then %q", dm, again)
	}
	id := s.upload("overview 24.csv", "a,b,c")
	r := s.post("files.completeUploadExternal", s.ws.BotToken(), map[string]any{
		"files": []any{map[string]any{"id": id}}, "channel_id": dm, "initial_comment": "Your export",
	})
	list, _ := r.json["files"].([]any)
	if len(list) != 1 {
		t.Fatal(r.raw)
	}
	file, _ := list[0].(map[string]any)
	want := map[string]any{
		"id": id, "title": "overview 24.csv", "permalink": "https://home.slack.com/files/" + s.ws.BotUserID() + "/" + id + "/overview%2024.csv",
	}
	for key, value := range want {
		if file[key] != value {
			t.Errorf("%s is %v, want %v", key, file[key], value)
		}
	}
	seen := s.ws.Messages(dm, ana)
	if len(seen) != 1 || seen[0].Text != "Your export" || !slices.Equal(seen[0].FileIDs, []string{id}) {
		t.Errorf("ana sees %+v", seen)
	}
	if seen := s.ws.Messages(dm, guest); len(seen) != 0 {
		t.Errorf("somebody else sees %+v", seen)
	}
}

func TestFiles_refusals(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	one := func(id string) string { return `[{"id":"` + id + `"}]` }
	id := s.upload("a.csv", "abc")
	for name, test := range map[string]struct {
		method string
		pairs  []string
		want   string
	}{
		"length 0":     {"files.getUploadURLExternal", []string{"filename", "a.csv", "length", "0"}, "invalid_arguments"},
		"no name":      {"files.getUploadURLExternal", []string{"length", "5"}, "invalid_arguments"},
		"nobody":       {"conversations.open", []string{"users", "U0NOBODY"}, "user_not_found"},
		"the bot":      {"conversations.open", []string{"users", s.ws.BotUserID()}, "cannot_dm_bot"},
		"no files":     {"files.completeUploadExternal", []string{"files", "[]", "channel_id", ops}, "invalid_arguments"},
		"unknown file": {"files.completeUploadExternal", []string{"files", one("F0"), "channel_id", ops}, "file_not_found"},
		"thread of 2":  {"files.completeUploadExternal", []string{"files", one(id), "channels", ops + "," + board, "thread_ts", "1.1"}, "invalid_arguments"},
		"bad blocks":   {"files.completeUploadExternal", []string{"files", one(id), "channel_id", ops, "blocks", `[{"type":"x"}]`}, "invalid_blocks"},
	} {
		if got := s.form(test.method, test.pairs...).code(); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
	s.ws.SetScopes("chat:write")
	for method, needed := range map[string]string{
		"files.getUploadURLExternal": "files:write", "files.completeUploadExternal": "files:write", "conversations.open": "im:write,mpim:write",
	} {
		r := s.form(method, "users", ana, "filename", "a", "length", "1", "files", one(id))
		if r.code() != "missing_scope" || r.text("needed") != needed {
			t.Errorf("%s without its scope: %s", method, r.raw)
		}
	}
	if n := len(s.ws.Files()); n != 0 {
		t.Errorf("%d files were shared", n)
	}
}

// Blocks stand above a file where there is no comment.
func TestFiles_blocks(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	for comment, want := range map[string]bool{"": true, "a comment": false} {
		id := s.upload("a.csv", "abc")
		s.form("files.completeUploadExternal", "files", `[{"id":"`+id+`"}]`, "channel_id", ops, "initial_comment", comment, "blocks", "["+plainBlock+"]")
		list := s.ws.Messages(ops, ana)
		if len(list) == 0 {
			t.Fatal("nothing was shared")
		}
		if last := list[len(list)-1]; last.Blocks != nil != want || comment != "" && last.Text != comment {
			t.Errorf("comment %q: %+v", comment, last)
		}
	}
}
