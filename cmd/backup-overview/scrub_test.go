package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
)

// shapes are secrets as they turn up in the text of libraries: what stands
// around the word CANARY must go with it.
func shapes() map[string]string {
	return map[string]string{
		"bot token":          "token xoxb-12-CANARY refused",
		"app token":          "xapp-1-A0-CANARY",
		"user token":         "(xoxp-1-CANARY)",
		"workflow token":     "xwfp-1-CANARY",
		"refresh token":      "xoxe-1-CANARY",
		"rotating token":     "xoxe.xoxb-1-CANARY",
		"config token":       "xoxe.xoxp-1-CANARY",
		"bearer":             "Authorization: Bearer CANARYabc123",
		"bearer, lower case": "authorization: bearer CANARY._~+/=-x",
		"jwt":                "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJjbGllbnQifQ.CANARY_sig-1",
		"form":               "grant_type=client_credentials&client_secret=CANARY%21&scope=a",
		"form, encoded":      "client_secret%3DCANARY",
		"assertion":          "client_assertion=CANARY&x=1",
		"json":               `{"client_secret":"CANARY","a":1}`,
		"json in a string":   `{\"access_token\": \"CANARY\"}`,
		"dial":               `dial wss://wss-primary.slack.com/link/?ticket=CANARY-1&app_id=A1: refused`,
		"dial, later":        `ws://127.0.0.1:9/link/?app_id=A1&ticket=CANARY`,
		"response_url":       `Post "https://hooks.slack.com/commands/T1/2/CANARY": EOF`,
		"gov response_url":   `https://hooks.slack-gov.com/actions/T1/CANARY`,
		"webhook":            `https://hooks.slack.com/services/T1/B1/CANARY`,
		"stand-in":           `Post "http://127.0.0.1:4321/actions/T1/CANARY": EOF`,
	}
}

func TestScrubber_masks_in_message_and_attributes(t *testing.T) {
	t.Parallel()
	for name, text := range shapes() {
		var out bytes.Buffer
		for _, format := range []string{"text", "json"} {
			log := newLogger(&out, LogConfig{Format: format})
			log.Info(text)
			log.Info("m", "attr", text, "err", errors.New(text), "wrapped", fmt.Errorf("call: %w", errors.New(text)))
			log.Info("m", "any", struct{ Field string }{text}, "list", []string{text})
			log.Info("m", slog.Group("g", "deep", text), "value", slog.StringValue(text))
			log.With("with", text).WithGroup("h").Info("m", "url", &url.Error{Op: "Post", URL: text, Err: errors.New("EOF")})
		}
		if i := strings.Index(out.String(), "CANARY"); i >= 0 {
			t.Errorf("%s: not masked: %s", name, out.String()[max(0, i-80):i+20])
		}
	}
}

func TestScrubber_keeps_JSON_valid(t *testing.T) {
	t.Parallel()
	for name, text := range shapes() {
		var out bytes.Buffer
		newLogger(&out, LogConfig{Format: "json"}).Info(text, "attr", text, "after", "kept")
		var record map[string]any
		if err := json.Unmarshal(out.Bytes(), &record); err != nil {
			t.Errorf("%s: %v in %s", name, err, out.Bytes())
		} else if record["after"] != "kept" {
			t.Errorf("%s: what follows is lost: %s", name, out.Bytes())
		}
	}
}

func TestScrubber_leaves_the_rest(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"SLACK_BOT_TOKEN is not set; it starts with xoxb- (Slack, your app, OAuth & Permissions)",
		"required; the app-level token, xapp-…, with the scope connections:write",
		`GET "https://graph.avepointonlineservices.com/partner/external/v3/general/customers/caf9/cloud-backup-m365/overview?pageIndex=1": 503`,
		"customer_id=caf9 request_id=0HN7 command=/backup-overview attempt=2",
		"the bearer of bad news",
	} {
		var out bytes.Buffer
		n, err := scrubbed(&out).Write([]byte(text))
		if out.String() != text {
			t.Errorf("changed to %q", out.String())
		}
		if n != len(text) || err != nil {
			t.Errorf("Write(%d bytes) = %d, %v", len(text), n, err)
		}
	}
}

func TestScrubber_reports_the_length_it_was_given(t *testing.T) {
	t.Parallel()
	text := []byte("xoxb-1234-abcdefghijklmnop")
	if n, err := scrubbed(&bytes.Buffer{}).Write(text); n != len(text) || err != nil {
		t.Errorf("Write = %d, %v, want %d", n, err, len(text))
	}
	if w := scrubbed(&bytes.Buffer{}); scrubbed(w) != w {
		t.Error("scrubbed twice")
	}
}
