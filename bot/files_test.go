package bot

import "testing"

// A file goes to Slack, or to the operator's own SLACK_API_URL, and nowhere
// else.
func TestFiles_ours(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		api, address string
		want         bool
	}{
		{"https://slack.com/api/", "https://files.slack.com/upload/v1/abc", true},
		{"https://slack.com/api/", "https://files.slack-gov.com/upload/v1/abc", true},
		{"https://slack.com/api/", "https://slack.com/upload/v1/abc", true},
		{"https://slack.com/api/", "http://files.slack.com/upload/v1/abc", false},
		{"https://slack.com/api/", "http://slack.com/upload/v1/abc", false},
		{"https://slack.com/api/", "https://files.slack.com.evil.example/upload", false},
		{"https://slack.com/api/", "https://evilslack.com/upload", false},
		{"https://slack.com/api/", "https://user@files.slack.com/upload", false},
		{"https://slack.com/api/", "https://169.254.169.254/upload", false},
		{"https://slack.com/api/", "//files.slack.com/upload", false},
		{"https://slack.com/api/", "file:///etc/passwd", false},
		{"https://slack.com/api/", "", false},
		{"https://slack.com/api/", "%", false},
		{"http://127.0.0.1:8080/api/", "http://127.0.0.1:8080/upload/v1/abc", true},
		{"http://127.0.0.1:8080/api/", "http://127.0.0.1:8081/upload/v1/abc", false},
		{"http://127.0.0.1:8080/api/", "http://localhost:8080/upload/v1/abc", false},
	} {
		if got := newFiles(newWeb(c.api)).ours(c.address); got != c.want {
			t.Errorf("with %s, %s is ours: %v", c.api, c.address, got)
		}
	}
}
