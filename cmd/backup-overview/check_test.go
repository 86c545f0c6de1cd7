package main

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// A double is a Slack and an AvePoint to check.
type double struct {
	slack    fakeslack.Options
	avepoint fakeavepoint.Options
	env      map[string]string
	skew     time.Duration // of the services' clocks
	trouble  func(*fakeslack.Workspace, *fakeavepoint.Platform)
}

// checked runs `check --json` against d.
func checked(t *testing.T, d double) (int, report) {
	t.Helper()
	ws := fakeslack.New(d.slack)
	slackServer := httptest.NewServer(skewed(d.skew, ws.Handler()))
	ws.SetURL(slackServer.URL)
	platform := fakeavepoint.New(d.avepoint)
	avepointServer := httptest.NewServer(skewed(d.skew, platform.Handler()))
	t.Cleanup(func() {
		ws.Close()
		platform.Close()
		slackServer.Close()
		avepointServer.Close()
	})
	if d.trouble != nil {
		d.trouble(ws, platform)
	}
	env := map[string]string{
		"SLACK_API_URL": slackServer.URL + "/api/", "SLACK_APP_TOKEN": ws.AppToken(), "SLACK_BOT_TOKEN": ws.BotToken(),
		"AVEPOINT_GRAPH_URL": avepointServer.URL, "AVEPOINT_TOKEN_URL": avepointServer.URL + "/connect/token",
		"AVEPOINT_CLIENT_ID": fakeavepoint.DefaultClientID, "AVEPOINT_CLIENT_SECRET": fakeavepoint.DefaultClientSecret,
		"AVEPOINT_RATE": "1000",
		"DATABASE_URL":  "sqlite://" + filepath.Join(t.TempDir(), "check.db"),
	}
	for name, value := range d.env {
		env[name] = value
	}
	setenv(t, env)
	code, out, errs := command(t, "check", "--json")
	var r report
	if err := json.Unmarshal([]byte(out), &r); err != nil || errs != "" {
		t.Fatalf("%v\nstdout: %s\nstderr: %s", err, out, errs)
	}
	for _, secret := range []string{ws.AppToken(), ws.BotToken(), fakeavepoint.DefaultClientSecret, "ticket=", canary} {
		if strings.Contains(out, secret) {
			t.Errorf("%q stands in:\n%s", secret, out)
		}
	}
	return code, r
}

// skewed makes a server's clock differ.
func skewed(by time.Duration, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", time.Now().Add(by).UTC().Format(http.TimeFormat))
		next.ServeHTTP(w, r)
	})
}

func TestCheck_everything_works(t *testing.T) {
	code, r := checked(t, double{})
	if code != exitOK || !r.OK {
		t.Errorf("exit %d, ok %v", code, r.OK)
	}
	want := []string{
		"settings", "Slack bot token", "Slack scopes", "Slack app token", "Slack connection (Socket Mode)",
		"AvePoint sign-in", "AvePoint scopes", "AvePoint customers", "AvePoint overview", "sweep", "database",
		"clock against Slack", "clock against AvePoint",
	}
	var got []string
	for _, f := range r.Findings {
		if f.Verdict != passed {
			t.Errorf("%+v", f)
		}
		got = append(got, f.What)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("tried %q, want %q", got, want)
	}
}

func TestCheck_finds(t *testing.T) {
	allScopes := []string{"commands", "chat:write", "users:read", "channels:read", "groups:read", "files:write", "im:write", "channels:history", "groups:history"}
	without := func(scope string) fakeslack.Options {
		return fakeslack.Options{Scopes: slices.DeleteFunc(slices.Clone(allScopes), func(s string) bool { return s == scope })}
	}
	slackFault := func(method string, f fakeslack.Fault) func(*fakeslack.Workspace, *fakeavepoint.Platform) {
		return func(ws *fakeslack.Workspace, _ *fakeavepoint.Platform) { ws.Fail(method, f) }
	}
	avepointFault := func(e fakeavepoint.Endpoint, f fakeavepoint.Fault) func(*fakeslack.Workspace, *fakeavepoint.Platform) {
		return func(_ *fakeslack.Workspace, p *fakeavepoint.Platform) { p.Fault(fakeavepoint.Match{Endpoint: e}, f) }
	}
	noCustomers := []string{fakeavepoint.ScopeOverview}
	tests := []struct {
		name           string
		double         double
		code           int
		verdict        verdict
		what           string
		detail, mend   string // contained
		everythingElse bool   // must have passed
	}{
		{"wrong bot token", double{env: map[string]string{"SLACK_BOT_TOKEN": "xoxb-0-wrong"}}, 1, failed, "Slack bot token", "Slack refuses SLACK_BOT_TOKEN (invalid_auth)", "copy it again", true},
		{"wrong app token", double{env: map[string]string{"SLACK_APP_TOKEN": "xapp-0-wrong"}}, 1, failed, "Slack app token", "Slack refuses SLACK_APP_TOKEN (invalid_auth)", "copy it again", true},
		{"revoked", double{trouble: slackFault("auth.test", fakeslack.Fault{Error: "token_revoked"})}, 1, failed, "Slack bot token", "token_revoked", "install the app again", true},
		{"app token without its scope", double{slack: fakeslack.Options{AppScopes: []string{"authorizations:read"}}}, 1, failed, "Slack app token", "missing_scope", "another scope", true},
		{"Slack down", double{trouble: slackFault("auth.test", fakeslack.Fault{Drop: true})}, 1, failed, "Slack bot token", "EOF", "SLACK_API_URL", true},
		{"Slack in trouble", double{trouble: slackFault("auth.test", fakeslack.Fault{Status: 503})}, 1, failed, "Slack bot token", "503", "status.slack.com", true},
		{"Slack's limit", double{trouble: slackFault("auth.test", fakeslack.Fault{Status: 429, RetryAfter: "30"})}, 1, failed, "Slack bot token", "rate limit", "try again in a minute", true},
		{"vital scope", double{slack: without("users:read")}, 1, failed, "Slack scope users:read", "everybody is refused", "OAuth & Permissions", true},
		{"scope with a use", double{slack: without("groups:read")}, 0, warned, "Slack scope groups:read", "private channels", "OAuth & Permissions", true},
		{"no look-up", double{slack: without("channels:history")}, 0, warned, "Slack scope channels:history", "can come twice", "OAuth & Permissions", true},
		{"group of admins", double{slack: without(""), env: map[string]string{"ACCESS_ADMINS": "S0OPS"}}, 0, warned, "Slack scope usergroups:read", "ACCESS_ADMINS", "OAuth & Permissions", true},
		{"too many connections", double{slack: fakeslack.Options{MaxSockets: -1}}, 1, failed, "Slack connection (Socket Mode)", "too_many_websockets", "10 connections are allowed", true},
		{"nearly too many", double{env: map[string]string{"SLACK_CONNECTIONS": "10"}}, 0, passed, "Slack connection (Socket Mode)", "Slack counts 1 with this one", "", true},
		{"wrong client secret", double{env: map[string]string{"AVEPOINT_CLIENT_SECRET": "wrong"}}, 1, failed, "AvePoint sign-in", "refuses the credentials", "AVEPOINT_CLIENT_ID", true},
		{"identity service down", double{trouble: avepointFault(fakeavepoint.EndpointToken, fakeavepoint.Fault{Status: 502})}, 1, failed, "AvePoint sign-in", "502", "AVEPOINT_TOKEN_URL", true},
		{"login page", double{trouble: avepointFault(fakeavepoint.EndpointCustomers, fakeavepoint.Fault{Body: "<html>", ContentType: "text/html"})}, 1, failed, "AvePoint customers", "unreadable", "login page", false},
		{"no customer scope", double{avepoint: fakeavepoint.Options{Granted: noCustomers}}, 1, failed, "AvePoint scope elements.customers.read.all", "no customer is found", "API app registration", false},
		{"no overview scope", double{avepoint: fakeavepoint.Options{Granted: []string{fakeavepoint.ScopeCustomers}}}, 1, failed, "AvePoint scope elements.cbprotected.read.all", "no overview", "API app registration", false},
		{"no customers", double{avepoint: fakeavepoint.Options{Customers: -1}}, 1, failed, "AvePoint customers", "lists no customer", "AVEPOINT_CUSTOMERS", false},
		{"overview of another", double{trouble: avepointFault(fakeavepoint.EndpointOverview, fakeavepoint.Fault{WrongCustomer: "someone-else"})}, 1, failed, "AvePoint overview", "another customer", "support", true},
		{"overview fails", double{trouble: avepointFault(fakeavepoint.EndpointOverview, fakeavepoint.Fault{Status: 403})}, 1, failed, "AvePoint overview", "403", "grant", true},
		{"first customers out of scope", double{trouble: avepointFault(fakeavepoint.EndpointOverview, fakeavepoint.Fault{Status: 404, Times: 2})}, 0, passed, "AvePoint overview", "rows, read in", "", true},
		{"clock behind", double{skew: 90 * time.Second}, 0, warned, "clock against AvePoint", "behind", "NTP", false},
		{"clock ahead", double{skew: -2 * time.Minute}, 0, warned, "clock against Slack", "ahead", "NTP", false},
		{"misspelt", double{env: map[string]string{"SLACK_APPTOKEN": "x"}}, 0, warned, "SLACK_APPTOKEN", "reads no such variable", "help", true},
		{"credential ends", double{env: map[string]string{"AVEPOINT_CREDENTIAL_EXPIRES": time.Now().AddDate(0, 0, 3).Format(time.DateOnly)}}, 0, warned, "AVEPOINT_CREDENTIAL_EXPIRES", "the credential ends on", "make a new one", true},
		{"sweep too long for the rate", double{env: map[string]string{"AVEPOINT_RATE": "10", "SWEEP_INTERVAL": "5s"}}, 0, warned, "sweep", "reading 212 customers takes 24s", "raise AVEPOINT_RATE", true},
		{"sweep too long for the calls in flight", double{avepoint: fakeavepoint.Options{Latency: true, LatencyScale: 0.1}, env: map[string]string{"AVEPOINT_CONCURRENCY": "2", "SWEEP_INTERVAL": "5s"}}, 0, warned, "sweep", "AVEPOINT_CONCURRENCY 2", "raise AVEPOINT_CONCURRENCY", true},
		{"database in a folder that is none", double{env: map[string]string{"DATABASE_URL": "sqlite:///nowhere/x.db"}}, 1, failed, "database", "The folder of the database /nowhere/x.db does not exist", "Make it", true},
		{"database not there", double{env: map[string]string{"DATABASE_URL": "postgres://bot:" + canary + "@127.0.0.1:1/bot"}}, 1, failed, "database", "PostgreSQL cannot be reached", "DATABASE_URL names the right host", true},
		{"customers of the settings", double{avepoint: fakeavepoint.Options{Granted: noCustomers}, env: map[string]string{"AVEPOINT_CUSTOMERS": "nobody=Nobody"}}, 1, warned, "AvePoint customers", "none beside those of AVEPOINT_CUSTOMERS", "grant", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, r := checked(t, tt.double)
			if code != tt.code {
				t.Errorf("exit %d, want %d", code, tt.code)
			}
			i := slices.IndexFunc(r.Findings, func(f finding) bool { return f.What == tt.what })
			if i < 0 {
				t.Fatalf("%s was not told: %+v", tt.what, r.Findings)
			}
			f := r.Findings[i]
			if f.Verdict != tt.verdict || !strings.Contains(f.Detail, tt.detail) || !strings.Contains(f.Mend, tt.mend) {
				t.Errorf("got %+v\nwant %s with %q and %q", f, tt.verdict, tt.detail, tt.mend)
			}
			for j, other := range r.Findings {
				if tt.everythingElse && i != j && other.Verdict != passed {
					t.Errorf("also told: %+v", other)
				}
				if other.Verdict != passed && other.Mend == "" {
					t.Errorf("says not how to mend: %+v", other)
				}
			}
		})
	}
}

func TestCheckSweep(t *testing.T) {
	t.Parallel()
	const postgres = "postgres://bot@db/bot"
	for _, tt := range []struct {
		name        string
		url         string
		customers   int
		rate        float64
		concurrency int
		latency     time.Duration
		verdict     verdict
		detail      string // begins with
		mend        string // contained
	}{
		{"one", "sqlite://x.db", 1, 4, 16, time.Millisecond, passed, "reading 1 customer takes less than a second with ", ""},
		{"some", "sqlite://x.db", 100, 4, 16, 4600 * time.Millisecond, passed, "reading 100 customers takes 33s with ", ""},
		{"many", "sqlite://x.db", 10_000, 4, 16, 4600 * time.Millisecond, passed, "reading 10000 customers takes 55m with ", ""},
		{"too few in flight", "sqlite://x.db", 100_000, 40, 16, 4600 * time.Millisecond, warned, "reading 100000 customers takes 9h8m with ", "raise AVEPOINT_CONCURRENCY"},
		{"others may help", postgres, 100_000, 40, 16, 4600 * time.Millisecond, passed, "reading 100000 customers takes 9h8m with AVEPOINT_RATE 40, AVEPOINT_CONCURRENCY 16 and 4.6 s a customer; SWEEP_INTERVAL is 1h0m0s; that is one process alone, 10 of them keep up", ""},
		{"others would share the rate", postgres, 100_000, 4, 16, 4600 * time.Millisecond, warned, "reading 100000 customers takes 9h8m with ", "raise AVEPOINT_RATE, as far as AvePoint allows, and AVEPOINT_CONCURRENCY"},
	} {
		var cfg Config
		cfg.AvePoint.Rate.V, cfg.AvePoint.Concurrency.V = tt.rate, tt.concurrency
		cfg.Sweep.Interval.V, cfg.Database.URL = time.Hour, Secret(tt.url)
		f := checkSweep(cfg, probed{customers: tt.customers, latency: tt.latency}, 0)[0]
		if f.Verdict != tt.verdict || !strings.HasPrefix(f.Detail, tt.detail) || !strings.Contains(f.Mend, tt.mend) {
			t.Errorf("%s: %+v", tt.name, f)
		}
	}
}

// Whoever gets a ping believes that a sweep was good.
func TestCheck_does_not_ping(t *testing.T) {
	var pings atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { pings.Add(1) }))
	defer server.Close()
	if code, _ := checked(t, double{env: map[string]string{"PING_URL": server.URL + "/ping"}}); code != exitOK {
		t.Errorf("exit %d", code)
	}
	if n := pings.Load(); n > 0 {
		t.Errorf("PING_URL was called %d times", n)
	}
}

func TestCheck_leaves_the_database_alone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none.db")
	if code, _ := checked(t, double{env: map[string]string{"DATABASE_URL": "sqlite://" + path}}); code != exitOK {
		t.Errorf("exit %d", code)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("check made %s: %v", path, err)
	}
}

func TestCheck_tells_another_customers_answer_first(t *testing.T) {
	_, r := checked(t, double{
		env: map[string]string{"SLACK_BOT_TOKEN": "xoxb-0-wrong"},
		trouble: func(_ *fakeslack.Workspace, p *fakeavepoint.Platform) {
			p.Fault(fakeavepoint.Match{Endpoint: fakeavepoint.EndpointOverview}, fakeavepoint.Fault{WrongCustomer: "someone-else"})
		},
	})
	if f := r.Findings[0]; f.What != "AvePoint overview" || !strings.Contains(f.Detail, "another customer") {
		t.Errorf("first is %+v", f)
	}
}

func TestCheck_private_authority(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	_, r := checked(t, double{env: map[string]string{
		"SLACK_API_URL": server.URL + "/api/", "AVEPOINT_TOKEN_URL": server.URL + "/connect/token",
	}})
	for _, f := range r.Findings {
		if f.Verdict == failed && !strings.Contains(f.Mend, "SSL_CERT_FILE") {
			t.Errorf("does not speak of SSL_CERT_FILE: %+v", f)
		}
	}
}

func TestCheck_wrong_configuration(t *testing.T) {
	setenv(t, map[string]string{"SLACK_BOT_TOKEN": "-", "CACHE_TTL": "soon"})
	code, out, errs := command(t, "check")
	want := `fail  SLACK_BOT_TOKEN: is not set
      to mend it: it starts with xoxb- (Slack, your app, OAuth & Permissions)
fail  CACHE_TTL: is not a duration such as 90s, 5m or 1h
` + "      to mend it: correct it; `backup-overview help` says what it takes" + `
The bot would not work. Mend what is marked fail.
`
	if code != exitFailed || out != want || errs != "" {
		t.Errorf("exit %d, stderr %q, stdout:\n%s", code, errs, out)
	}
}

func TestCheck_refuses_arguments(t *testing.T) {
	t.Parallel()
	if code, out, errs := command(t, "check", "--yaml"); code != exitUsage || out != "" || !strings.HasPrefix(errs, "check takes no argument but --json.") {
		t.Errorf("exit %d, stdout %q, stderr %q", code, out, errs)
	}
}
