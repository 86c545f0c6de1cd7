package bot

import "testing"

func TestReplies_trusted(t *testing.T) {
	t.Parallel()
	cases := []struct {
		host, url string
		want      bool
	}{
		{"slack.com", "https://hooks.slack.com/commands/T1/2/abc", true},
		{"slack.com", "https://hooks.slack-gov.com/actions/T1/2/abc", true},
		{"slack.com", "http://hooks.slack.com/commands/T1", false},
		{"slack.com", "https://slack.com/commands/T1", false},
		{"slack.com", "https://hooks.slack.com.evil.test/commands", false},
		{"slack.com", "https://evil.test/hooks.slack.com", false},
		{"slack.com", "https://hooks.slack.com@evil.test/commands", false},
		{"slack.com", "https://user:pass@hooks.slack.com/commands", false},
		{"slack.com", "https://hooks.slack.com:8443/commands", false},
		{"slack.com", "//hooks.slack.com/commands", false},
		{"slack.com", "http://127.0.0.1/commands", false},
		{"slack.com", "http://169.254.169.254/latest/meta-data", false},
		{"slack.com", "http://[::ffff:127.0.0.1]/x", false},
		{"slack.com", "http://2130706433/x", false},
		{"slack.com", "file:///etc/passwd", false},
		{"slack.com", "", false},
		{"slack.com", "%zz", false},
		{"127.0.0.1", "http://127.0.0.1:4711/commands/T1", true},
		{"127.0.0.1", "http://127.0.0.2:4711/commands/T1", false},
		{"127.0.0.1", "https://hooks.slack.com/commands/T1", true},
		{"slack.internal", "https://slack.internal/commands/T1", true},
		{"slack.internal", "http://slack.internal/commands/T1", false},
		{"slack.internal", "https://sub.slack.internal/commands/T1", false},
	}
	for _, c := range cases {
		local := c.host == "127.0.0.1"
		if got := (&replies{host: c.host, open: local}).trusted(c.url); got != c.want {
			t.Errorf("API at %s: %q trusted: %v, want %v", c.host, c.url, got, c.want)
		}
	}
}

func TestResponseCode(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"ok":                                 "",
		"":                                   "",
		"ok\n":                               "",
		`{"ok":true}`:                        "",
		`{"ok":false,"error":"used_url"}`:    "used_url",
		"invalid_blocks":                     "invalid_blocks",
		"<html><body>Bad gateway</body>":     "",
		"something went wrong, please retry": "",
	}
	for body, want := range cases {
		if got := responseCode([]byte(body)); got != want {
			t.Errorf("body %q: got %q, want %q", body, got, want)
		}
	}
}

func TestFormRefused(t *testing.T) {
	t.Parallel()
	if !formRefused(&responseError{status: 400, code: "invalid_blocks"}) {
		t.Error("invalid_blocks at a response_url is no refusal of the form")
	}
	if formRefused(&responseError{status: 404, code: "used_url"}) || formRefused(errNoResponseURL) {
		t.Error("a URL that is used up calls for a simpler form")
	}
}
