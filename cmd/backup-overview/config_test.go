package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/google/go-cmp/cmp"
	pkcs12 "software.sslmate.com/src/go-pkcs12"
)

// today is the day on which configurations are loaded in these tests.
var today = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// setenv makes env, over a complete and valid one, all that Config reads. The
// value "-" removes a variable. envconfig reads the process environment, so
// these tests cannot run in parallel.
func setenv(t *testing.T, env map[string]string) {
	t.Helper()
	full := map[string]string{
		"SLACK_APP_TOKEN":        "xapp-1-A1-1-abc",
		"SLACK_BOT_TOKEN":        "xoxb-1-2-abc",
		"AVEPOINT_CLIENT_ID":     "client",
		"AVEPOINT_CLIENT_SECRET": "secret",
	}
	for name, value := range env {
		full[name] = value
	}
	for _, name := range slices.Concat(variables(&Config{}), slices.Sorted(maps.Keys(env))) {
		value, ok := full[name]
		t.Setenv(name, value) // restores the variable after the test
		if !ok || value == "-" {
			if err := os.Unsetenv(name); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestLoadConfig_takes_defaults(t *testing.T) {
	setenv(t, nil)
	c, err := loadConfig(today)
	if err != nil {
		t.Fatal(err)
	}
	got := []any{
		c.Slack.API.URL, c.Slack.Connections.V, c.AvePoint.GraphURL, c.AvePoint.TokenURL,
		c.AvePoint.Rate.V, c.AvePoint.Concurrency.V, c.Cache.TTL.V, c.Access.Default, c.Access.Admins,
		c.Limit.User.V, c.Limit.Channel.V, c.HTTP.Addr, c.Log.Level.V.String(), c.Log.Format, c.warnings,
		c.Sweep.Interval.V, c.Database.URL.Reveal(), c.Retention.Days.V, c.Rollup.Days.V, c.Metrics.Coverage.V, c.Ping.URL.Reveal(),
		c.Digest.Channel, c.Digest.Schedule.V.String(), c.Digest.zone().String(), c.unaskedIDs(), c.opsChannel(), c.Delivery.Wait.V,
	}
	want := []any{
		"https://slack.com/api/", 2, "https://graph.avepointonlineservices.com",
		"https://identity.avepointonlineservices.com/connect/token",
		4.0, 16, 5 * time.Minute, "members", []string(nil),
		6, 20, "127.0.0.1:8080", "INFO", "", []warning(nil),
		time.Hour, "sqlite://backup-overview.db", 35, 730, false, "",
		"", "", "UTC", []string(nil), "", 45 * time.Second,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("defaults (-want +got):\n%s", diff)
	}
}

func TestLoadConfig_reads_every_variable(t *testing.T) {
	setenv(t, map[string]string{
		"SLACK_API_URL": "https://slack-gov.com/api", "SLACK_CONNECTIONS": "10",
		"AVEPOINT_ENVIRONMENT": "usgov", "AVEPOINT_GRAPH_URL": "http://127.0.0.1:1", "AVEPOINT_TOKEN_URL": "http://localhost:2/t",
		"AVEPOINT_CUSTOMERS": "a1=Contoso = Retail, b2=Fabrikam", "AVEPOINT_RATE": "0.5", "AVEPOINT_CONCURRENCY": "3",
		"AVEPOINT_CREDENTIAL_EXPIRES": "2027-06-30",
		"CACHE_TTL":                   "90s", "ACCESS_ADMINS": "U0A, S0B", "ACCESS_DEFAULT": "admins",
		"LIMIT_USER": "0", "LIMIT_CHANNEL": "1", "HTTP_ADDR": ":8080", "LOG_LEVEL": "debug", "LOG_FORMAT": "json",
		"SWEEP_INTERVAL": "15m", "DATABASE_URL": "postgres://bot:pw@db/bot", "RETENTION_DAYS": "7", "ROLLUP_DAYS": "7",
		"METRICS_COVERAGE": "true", "PING_URL": "https://ping.example/abc?status=up",
		"DIGEST_CHANNEL": "C0DIGEST", "DIGEST_SCHEDULE": "30 8 * * 1-5", "DIGEST_TIMEZONE": "Europe/Berlin",
		"ALERT_CHANNEL": "G0ALERT", "OPS_CHANNEL": "C0OPS", "DELIVERY_WAIT": "20s",
	})
	c, err := loadConfig(today)
	if err != nil {
		t.Fatal(err)
	}
	o := c.AvePoint.options(nil)
	got := []any{
		c.Slack.API.URL, c.Slack.Connections.V, o.GraphURL, o.TokenURL, o.Known, o.Rate, o.Concurrency,
		o.Credentials.ClientID, o.Credentials.ClientSecret, c.AvePoint.credentialEnd().Format(time.DateOnly),
		c.Cache.TTL.V, c.Access.Admins, c.Access.Default, c.Limit.User.V, c.Limit.Channel.V,
		c.HTTP.Addr, c.Log.Level.V.String(), c.Log.Format,
		c.Sweep.Interval.V, c.Database.URL.Reveal(), c.Retention.Days.V, c.Rollup.Days.V, c.Metrics.Coverage.V, c.Ping.URL.Reveal(),
		c.Digest.Channel, c.Digest.Schedule.V.String(), c.Digest.zone().String(), c.unaskedIDs(), c.opsChannel(), c.Delivery.Wait.V, c.warnings,
	}
	want := []any{
		"https://slack-gov.com/api/", 10, "http://127.0.0.1:1", "http://localhost:2/t",
		[]avepoint.Customer{{ID: "a1", Organization: "Contoso = Retail"}, {ID: "b2", Organization: "Fabrikam"}},
		0.5, 3,
		"client", "secret", "2027-06-30",
		90 * time.Second,
		[]string{"U0A", "S0B"},
		"admins", 0, 1,
		":8080", "DEBUG", "json",
		15 * time.Minute, "postgres://bot:pw@db/bot", 7, 7, true, "https://ping.example/abc?status=up",
		"C0DIGEST", "30 8 * * 1-5", "Europe/Berlin",
		[]string{"C0DIGEST", "G0ALERT", "C0OPS"},
		"C0OPS", 20 * time.Second, []warning(nil),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
}

func TestLoadConfig_tells_each_problem(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "none")
	empty := file(t, "\n", 0o600)
	noCertificate := file(t, "not a certificate", 0o600)
	tests := []struct {
		name string
		env  map[string]string
		want string // the start of the one line
	}{
		{"no app token", map[string]string{"SLACK_APP_TOKEN": "-"}, "SLACK_APP_TOKEN is not set"},
		{"no bot token", map[string]string{"SLACK_BOT_TOKEN": "-"}, "SLACK_BOT_TOKEN is not set"},
		{"tokens swapped", map[string]string{"SLACK_APP_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN is not the right kind of token; it starts with xapp-"},
		{"user token", map[string]string{"SLACK_BOT_TOKEN": "xoxp-1"}, "SLACK_BOT_TOKEN is not the right kind of token; it starts with xoxb-"},
		{"rotating token", map[string]string{"SLACK_BOT_TOKEN": "xoxe.xoxb-1"}, "SLACK_BOT_TOKEN is a rotating token"},
		{"token with newline", map[string]string{"SLACK_BOT_TOKEN": "xoxb-1\n"}, "SLACK_BOT_TOKEN holds white space"},
		{"prefix alone", map[string]string{"SLACK_BOT_TOKEN": "xoxb-"}, "SLACK_BOT_TOKEN ends after xoxb-"},
		{"both set", map[string]string{"SLACK_BOT_TOKEN_FILE": empty}, "SLACK_BOT_TOKEN and SLACK_BOT_TOKEN_FILE are both set"},
		{"no such file", map[string]string{"SLACK_BOT_TOKEN": "-", "SLACK_BOT_TOKEN_FILE": missing}, "SLACK_BOT_TOKEN_FILE is set, but the file cannot be read: no such file"},
		{"empty file", map[string]string{"AVEPOINT_CLIENT_SECRET": "-", "AVEPOINT_CLIENT_SECRET_FILE": empty}, "AVEPOINT_CLIENT_SECRET_FILE is set, but the file is empty"},
		{"no client id", map[string]string{"AVEPOINT_CLIENT_ID": "-"}, "AVEPOINT_CLIENT_ID is not set"},
		{"no credential", map[string]string{"AVEPOINT_CLIENT_SECRET": "-"}, "AVEPOINT_CLIENT_SECRET is not set, and neither is AVEPOINT_CERTIFICATE"},
		{"two credentials", map[string]string{"AVEPOINT_CERTIFICATE": noCertificate}, "AVEPOINT_CLIENT_SECRET and AVEPOINT_CERTIFICATE are both set"},
		{"no certificate file", map[string]string{"AVEPOINT_CLIENT_SECRET": "-", "AVEPOINT_CERTIFICATE": missing}, "AVEPOINT_CERTIFICATE is set, but the file cannot be read"},
		{"not a certificate", map[string]string{"AVEPOINT_CLIENT_SECRET": "-", "AVEPOINT_CERTIFICATE": noCertificate}, "AVEPOINT_CERTIFICATE cannot be used: not a PKCS #12 file"},
		{"password alone", map[string]string{"AVEPOINT_CERTIFICATE_PASSWORD": "x"}, "AVEPOINT_CERTIFICATE_PASSWORD is set without AVEPOINT_CERTIFICATE"},
		{"environment", map[string]string{"AVEPOINT_ENVIRONMENT": "mars"}, "AVEPOINT_ENVIRONMENT is none of"},
		{"graph path", map[string]string{"AVEPOINT_GRAPH_URL": "https://h/partner"}, "AVEPOINT_GRAPH_URL must be scheme and host alone"},
		{"token url", map[string]string{"AVEPOINT_TOKEN_URL": "http://h/t"}, "AVEPOINT_TOKEN_URL must be https"},
		{"api url", map[string]string{"SLACK_API_URL": "slack.com/api"}, "SLACK_API_URL is not a complete URL"},
		{"connections 0", map[string]string{"SLACK_CONNECTIONS": "0"}, "SLACK_CONNECTIONS is not between 1 and 10"},
		{"connections 11", map[string]string{"SLACK_CONNECTIONS": "11"}, "SLACK_CONNECTIONS is not between 1 and 10"},
		{"expires", map[string]string{"AVEPOINT_CREDENTIAL_EXPIRES": "31.1.2027"}, "AVEPOINT_CREDENTIAL_EXPIRES is not a date"},
		{"customers", map[string]string{"AVEPOINT_CUSTOMERS": "a=A,b"}, "AVEPOINT_CUSTOMERS has an item that is not id=Name (number 2)"},
		{"customers twice", map[string]string{"AVEPOINT_CUSTOMERS": "a=A,A=B"}, "AVEPOINT_CUSTOMERS names the same id twice (number 2)"},
		{"rate 0", map[string]string{"AVEPOINT_RATE": "0"}, "AVEPOINT_RATE is not between"},
		{"rate NaN", map[string]string{"AVEPOINT_RATE": "NaN"}, "AVEPOINT_RATE is not between"},
		{"ttl negative", map[string]string{"CACHE_TTL": "-5m"}, "CACHE_TTL is not between 1s and 24h"},
		{"ttl without unit", map[string]string{"CACHE_TTL": "300"}, "CACHE_TTL is not a duration"},
		{"sweep interval 0", map[string]string{"SWEEP_INTERVAL": "0s"}, "SWEEP_INTERVAL is not between 1s and 24h"},
		{"sweep interval as cron", map[string]string{"SWEEP_INTERVAL": "0 * * * *"}, "SWEEP_INTERVAL is not a duration such as 90s, 5m or 1h"},
		{"database path alone", map[string]string{"DATABASE_URL": "/var/lib/backup-overview.db"}, "DATABASE_URL is neither sqlite://path nor postgres://"},
		{"another database", map[string]string{"DATABASE_URL": "mysql://h/d"}, "DATABASE_URL is neither sqlite://path nor postgres://"},
		{"database without file", map[string]string{"DATABASE_URL": "sqlite://"}, "DATABASE_URL names no file"},
		{"database twice", map[string]string{"DATABASE_URL": "postgres://h/d", "DATABASE_URL_FILE": empty}, "DATABASE_URL and DATABASE_URL_FILE are both set"},
		{"database file missing", map[string]string{"DATABASE_URL_FILE": missing}, "DATABASE_URL_FILE is set, but the file cannot be read: no such file"},
		{"retention 0", map[string]string{"RETENTION_DAYS": "0"}, "RETENTION_DAYS is not between 1 and 3650"},
		{"retention in words", map[string]string{"RETENTION_DAYS": "35d"}, "RETENTION_DAYS is not a whole number"},
		{"rollup 0", map[string]string{"ROLLUP_DAYS": "0"}, "ROLLUP_DAYS is not between 1 and 36500"},
		{"retention above rollup", map[string]string{"RETENTION_DAYS": "31", "ROLLUP_DAYS": "30"}, "RETENTION_DAYS is more than ROLLUP_DAYS"},
		{"metrics", map[string]string{"METRICS_COVERAGE": "yes"}, "METRICS_COVERAGE is neither true nor false"},
		{"ping over plain http", map[string]string{"PING_URL": "http://ping.example/abc"}, "PING_URL must be https"},
		{"ping with password", map[string]string{"PING_URL": "https://a:b@ping.example/abc"}, "PING_URL holds a user name or a password"},
		{"ping with fragment", map[string]string{"PING_URL": "https://ping.example/abc?a#b"}, "PING_URL must end before any #"},
		{"admins by name", map[string]string{"ACCESS_ADMINS": "U0A,@mia"}, "ACCESS_ADMINS has an item that is neither a Slack user id (U…, W…) nor a user-group id (S…) (number 2)"},
		{"default", map[string]string{"ACCESS_DEFAULT": "all"}, "ACCESS_DEFAULT is neither members nor admins"},
		{"limit", map[string]string{"LIMIT_USER": "-1"}, "LIMIT_USER is not between 0"},
		{"digest to a name", map[string]string{"DIGEST_CHANNEL": "#backup", "DIGEST_SCHEDULE": "@daily"}, "DIGEST_CHANNEL is not the id of a channel, such as C0123456789"},
		{"digest to a person", map[string]string{"DIGEST_CHANNEL": "U0ANA", "DIGEST_SCHEDULE": "@daily"}, "DIGEST_CHANNEL is not the id of a channel"},
		{"digest without schedule", map[string]string{"DIGEST_CHANNEL": "C0A"}, "DIGEST_CHANNEL is set without DIGEST_SCHEDULE"},
		{"schedule without channel", map[string]string{"DIGEST_SCHEDULE": "@every 5s"}, "DIGEST_SCHEDULE is set without DIGEST_CHANNEL"},
		{"zone alone", map[string]string{"DIGEST_TIMEZONE": "Europe/Berlin"}, "DIGEST_TIMEZONE is set without DIGEST_CHANNEL and DIGEST_SCHEDULE"},
		{"no schedule", map[string]string{"DIGEST_CHANNEL": "C0A", "DIGEST_SCHEDULE": "xoxb-1 at noon"}, "DIGEST_SCHEDULE is no schedule that is ever due; write a line of crontab"},
		{"never due", map[string]string{"DIGEST_CHANNEL": "C0A", "DIGEST_SCHEDULE": "0 8 30 2 *"}, "DIGEST_SCHEDULE is no schedule that is ever due"},
		{"half a second", map[string]string{"DIGEST_CHANNEL": "C0A", "DIGEST_SCHEDULE": "@every 500ms"}, "DIGEST_SCHEDULE is no @every with a duration of whole seconds from 1s"},
		{"zone in the schedule", map[string]string{"DIGEST_CHANNEL": "C0A", "DIGEST_SCHEDULE": "TZ=Europe/Berlin 30 8 * * *"}, "DIGEST_SCHEDULE holds a time zone; that goes into DIGEST_TIMEZONE"},
		{"no zone", map[string]string{"DIGEST_CHANNEL": "C0A", "DIGEST_SCHEDULE": "@daily", "DIGEST_TIMEZONE": "Middle/Earth"}, "DIGEST_TIMEZONE is no time zone that is known here"},
		{"alert channel", map[string]string{"ALERT_CHANNEL": "alerts"}, "ALERT_CHANNEL is not the id of a channel"},
		{"ops channel", map[string]string{"OPS_CHANNEL": "D0ANA"}, "OPS_CHANNEL is not the id of a channel"},
		{"wait of a day", map[string]string{"DELIVERY_WAIT": "24h"}, "DELIVERY_WAIT is not between 100ms and 10m0s"},
		{"wait without unit", map[string]string{"DELIVERY_WAIT": "45"}, "DELIVERY_WAIT is not a duration"},
		{"address", map[string]string{"HTTP_ADDR": "8080"}, "HTTP_ADDR is not host:port"},
		{"port", map[string]string{"HTTP_ADDR": ":80800"}, "HTTP_ADDR is not host:port"},
		{"level", map[string]string{"LOG_LEVEL": "loud"}, "LOG_LEVEL is none of"},
		{"format", map[string]string{"LOG_FORMAT": "xml"}, "LOG_FORMAT is neither"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			setenv(t, tt.env)
			_, err := loadConfig(today)
			if err == nil {
				t.Fatal("no problem found")
			}
			if !strings.HasPrefix(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got:\n%v\nwant one line that starts with: %s", err, tt.want)
			}
		})
	}
}

func TestLoadConfig_tells_all_problems_at_once(t *testing.T) {
	env := map[string]string{}
	for _, name := range variables(&Config{}) {
		env[name] = " "
	}
	setenv(t, env)
	_, err := loadConfig(today)
	if err == nil {
		t.Fatal("no problem found")
	}
	lines := strings.Split(err.Error(), "\n")
	for _, name := range variables(&Config{}) {
		n := 0
		for _, line := range lines {
			if strings.HasPrefix(line, name+" ") {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s, set but empty, has %d lines in:\n%v", name, n, err)
		}
	}
}

// A value that ends up under the wrong name is most often a secret.
func TestLoadConfig_repeats_no_value(t *testing.T) {
	for _, name := range variables(&Config{}) {
		setenv(t, map[string]string{name: canary})
		_, err := loadConfig(today)
		if err != nil && strings.Contains(err.Error(), canary) {
			t.Errorf("%s: the value stands in: %v", name, err)
		}
		free := []string{"AVEPOINT_CLIENT_ID", "AVEPOINT_CLIENT_SECRET"}
		if err == nil && !strings.Contains(strings.Join(free, " "), name) {
			t.Errorf("%s: %q was accepted", name, canary)
		}
	}
}

func TestLoadConfig_reads_secrets_from_files(t *testing.T) {
	app := file(t, "xapp-1-file\n", 0o600)
	bot := file(t, "xoxb-2-file\r\n", 0o440)
	setenv(t, map[string]string{
		"SLACK_APP_TOKEN": "-", "SLACK_APP_TOKEN_FILE": app,
		"SLACK_BOT_TOKEN": "-", "SLACK_BOT_TOKEN_FILE": bot,
		"AVEPOINT_CLIENT_SECRET": "-", "AVEPOINT_CLIENT_SECRET_FILE": file(t, " sp ace \n\n", 0o644),
		"DATABASE_URL_FILE": file(t, "postgres://bot:pw@db/bot\n", 0o600), // wins over the default
	})
	c, err := loadConfig(today)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{c.Slack.AppToken.Reveal(), c.Slack.BotToken.Reveal(), c.AvePoint.ClientSecret.Reveal(), c.Database.URL.Reveal()}
	// One newline goes; whatever else is there belongs to the secret.
	if diff := cmp.Diff([]string{"xapp-1-file", "xoxb-2-file", " sp ace \n", "postgres://bot:pw@db/bot"}, got); diff != "" {
		t.Errorf("secrets (-want +got):\n%s", diff)
	}
	var warned []string
	for _, w := range c.warnings {
		warned = append(warned, w.Variable+map[bool]string{true: " loud"}[w.Loud])
	}
	if diff := cmp.Diff([]string{"SLACK_BOT_TOKEN_FILE", "AVEPOINT_CLIENT_SECRET_FILE loud"}, warned); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}

	if err := os.WriteFile(app, []byte("xapp-1-new"), 0o600); err != nil {
		t.Fatal(err)
	}
	if again, err := c.Slack.tokens(); err != nil || again.App != "xapp-1-new" || again.Bot != "xoxb-2-file" {
		t.Errorf("read again: %+v, %v", again, err)
	}
	if err := os.Remove(app); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Slack.tokens(); err == nil || strings.Contains(err.Error(), app) {
		t.Errorf("removed file: %v; want an error without the path", err)
	}
}

func TestLoadConfig_certificate(t *testing.T) {
	pfx := certificate(t, "pw", today.AddDate(0, 0, 20))
	env := map[string]string{
		"AVEPOINT_CLIENT_SECRET": "-", "AVEPOINT_CERTIFICATE": pfx, "AVEPOINT_CERTIFICATE_PASSWORD": "pw",
		"AVEPOINT_CREDENTIAL_EXPIRES": "2027-06-30",
	}
	setenv(t, env)
	c, err := loadConfig(today)
	if err != nil {
		t.Fatal(err)
	}
	if c.AvePoint.options(nil).Credentials.Certificate == nil {
		t.Error("the client gets no certificate")
	}
	want := []warning{{Variable: "AVEPOINT_CERTIFICATE", Text: "the credential ends on 14 December 2026 (days left: 20); make a new one in AvePoint's API app registration"}}
	if diff := cmp.Diff(want, c.warnings); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}

	env["AVEPOINT_CERTIFICATE_PASSWORD"] = "other"
	setenv(t, env)
	if _, err := loadConfig(today); err == nil || err.Error() != "AVEPOINT_CERTIFICATE cannot be used: the password is wrong" {
		t.Errorf("wrong password: %v", err)
	}
}

func TestLoadConfig_warns_of_the_credentials_end(t *testing.T) {
	for _, tt := range []struct {
		date, text string
		loud       bool
	}{
		{"2026-12-25", "", false},
		{"2026-12-24", "the credential ends on 24 December 2026 (days left: 29)", false},
		{"2026-11-30", "the credential ends on 30 November 2026 (days left: 5)", true},
		{"2026-11-20", "the credential ended on 20 November 2026", true},
	} {
		setenv(t, map[string]string{"AVEPOINT_CREDENTIAL_EXPIRES": tt.date})
		c, err := loadConfig(today)
		if err != nil {
			t.Fatal(err)
		}
		if tt.text == "" {
			if len(c.warnings) > 0 {
				t.Errorf("%s: warned of %+v", tt.date, c.warnings)
			}
			continue
		}
		if len(c.warnings) != 1 || !strings.HasPrefix(c.warnings[0].Text, tt.text) || c.warnings[0].Loud != tt.loud {
			t.Errorf("%s: warnings %+v, want %q, loud %v", tt.date, c.warnings, tt.text, tt.loud)
		}
	}
}

func TestLoadDemoConfig_ignores_what_the_bot_needs(t *testing.T) {
	setenv(t, map[string]string{"SLACK_APP_TOKEN": "-", "HTTP_ADDR": "127.0.0.1:0"})
	if c, err := loadDemoConfig(); err != nil || c.HTTP.Addr != "127.0.0.1:0" {
		t.Errorf("HTTP_ADDR %q, %v", c.HTTP.Addr, err)
	}
	setenv(t, map[string]string{"HTTP_ADDR": "here"})
	if _, err := loadDemoConfig(); err == nil {
		t.Error("a wrong HTTP_ADDR was accepted")
	}
}

// file writes a file for one test and returns its path.
func file(t *testing.T, content string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // WriteFile's mode is cut by the umask
		t.Fatal(err)
	}
	return path
}

// certificate writes a PKCS #12 file with a key and a certificate until end.
func certificate(t *testing.T, password string, end time.Time) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"},
		NotBefore: end.AddDate(-1, 0, 0), NotAfter: end,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pfx, err := pkcs12.Modern.Encode(key, leaf, nil, password)
	if err != nil {
		t.Fatal(err)
	}
	return file(t, string(pfx), 0o600)
}
