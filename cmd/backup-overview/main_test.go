package main

import (
	"bytes"
	"net"
	"strings"
	"testing"
)

// command runs the program as main does and returns what came of it.
func command(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, &out, &errs)
	return code, out.String(), errs.String()
}

func TestRun_help(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"help", "--help", "-h"} {
		code, out, errs := command(t, word)
		if code != exitOK || errs != "" {
			t.Errorf("%s: exit %d, stderr %q", word, code, errs)
		}
		for _, want := range []string{"demo", "check", "version", "SLACK_BOT_TOKEN ", "127.0.0.1:8080", "NAME_FILE"} {
			if !strings.Contains(out, want) {
				t.Errorf("%s does not speak of %q:\n%s", word, want, out)
			}
		}
		if strings.Contains(out, "SLACK_BOT_TOKEN_FILE") {
			t.Errorf("%s has a row for a _FILE variable", word)
		}
	}
}

func TestRun_version(t *testing.T) {
	t.Parallel()
	code, out, errs := command(t, "version")
	if code != exitOK || errs != "" || !strings.HasPrefix(out, "backup-overview ") || !strings.Contains(out, "go1.") {
		t.Errorf("exit %d, stdout %q, stderr %q", code, out, errs)
	}
}

func TestRun_refuses_what_it_does_not_know(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ args, want string }{
		{"start", `"start" is no command of backup-overview.`},
		{"run fast", "run takes no arguments."},
		{"demo now", "demo takes no arguments."},
	} {
		code, out, errs := command(t, strings.Fields(tt.args)...)
		if code != exitUsage || out != "" || !strings.HasPrefix(errs, tt.want) || !strings.Contains(errs, "Usage:") {
			t.Errorf("%s: exit %d, stdout %q, stderr %q", tt.args, code, out, errs)
		}
	}
}

func TestRun_wrong_configuration(t *testing.T) {
	for _, args := range [][]string{nil, {"run"}} {
		setenv(t, map[string]string{"SLACK_BOT_TOKEN": "-", "CACHE_TTL": "soon"})
		code, out, errs := command(t, args...)
		want := "SLACK_BOT_TOKEN is not set; it starts with xoxb- (Slack, your app, OAuth & Permissions)\n" +
			"CACHE_TTL is not a duration such as 90s, 5m or 1h\n" +
			"The bot did not start. `backup-overview help` lists all variables.\n"
		if code != exitConfig || out != "" || errs != want {
			t.Errorf("%q: exit %d, stdout %q, stderr:\n%s", args, code, out, errs)
		}
	}
}

func TestRun_demo_says_that_the_port_is_taken(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	setenv(t, map[string]string{"HTTP_ADDR": ln.Addr().String()})
	code, out, errs := command(t, "demo")
	want := "HTTP_ADDR " + ln.Addr().String() + " is taken by another process; stop that process or set HTTP_ADDR to another address\n"
	if code != exitConfig || out != "" || errs != want {
		t.Errorf("exit %d, stdout %q, stderr %q", code, out, errs)
	}
}
