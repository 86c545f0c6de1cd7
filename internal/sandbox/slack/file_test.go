package slack_test

import (
	"net/http"
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
