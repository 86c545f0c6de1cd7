package main

import (
	"errors"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/kelseyhightower/envconfig"
)

// Config is everything that the environment says. It is the only place that
// reads the environment; the packages below get plain options.
//
// A nested struct gives its fields their prefix: Slack.AppToken is
// SLACK_APP_TOKEN. The descriptions are the README's table and --help.
type Config struct {
	Slack     SlackConfig
	AvePoint  AvePointConfig
	Cache     CacheConfig
	Sweep     SweepConfig
	Database  DatabaseConfig
	Retention RetentionConfig
	Rollup    RollupConfig
	Access    AccessConfig
	Bindings  BindingsConfig
	Limit     LimitConfig
	Digest    DigestConfig
	Alert     AlertConfig
	Rules     RulesConfig
	Ops       OpsConfig
	Delivery  DeliveryConfig
	HTTP      HTTPConfig
	Metrics   MetricsConfig
	Ping      PingConfig
	Log       LogConfig

	rules    ruleBook
	warnings []warning
}

// SlackConfig holds the SLACK_ variables.
type SlackConfig struct {
	AppToken     Secret     `split_words:"true" desc:"required; the app-level token, xapp-…, with the scope connections:write"`
	AppTokenFile SecretFile `split_words:"true"`
	BotToken     Secret     `split_words:"true" desc:"required; the bot token, xoxb-…"`
	BotTokenFile SecretFile `split_words:"true"`
	API          APIConfig
	Connections  Value[int] `default:"2" desc:"Socket Mode connections held at once, 1 to 10 over all replicas"`
}

// APIConfig is apart so that the variable reads SLACK_API_URL: envconfig would
// make SLACK_APIURL of a field APIURL.
type APIConfig struct {
	URL string `default:"https://slack.com/api/" desc:"another base of Slack's API, for GovSlack (https://slack-gov.com/api/) or a test double"`
}

// AvePointConfig holds the AVEPOINT_ variables.
type AvePointConfig struct {
	ClientID                string                     `split_words:"true" desc:"required; of the app registered in Elements, API app registration"`
	ClientSecret            Secret                     `split_words:"true" desc:"this, or a certificate"`
	ClientSecretFile        SecretFile                 `split_words:"true"`
	Certificate             string                     `desc:"path of a PKCS #12 file (.pfx), instead of the secret"`
	CertificatePassword     Secret                     `split_words:"true" desc:"password of that file"`
	CertificatePasswordFile SecretFile                 `split_words:"true"`
	CredentialExpires       Value[time.Time]           `split_words:"true" desc:"last day of the client secret, as 2027-01-31; the bot and check warn of it 30 days before"`
	Environment             string                     `default:"commercial" desc:"commercial, usgov, aos2 or fedramp"`
	GraphURL                string                     `split_words:"true" desc:"scheme and host of the API, if not the environment's"`
	TokenURL                string                     `split_words:"true" desc:"the complete token endpoint, if not the environment's"`
	Customers               Value[[]avepoint.Customer] `desc:"id=Name,id=Name: beside AvePoint's customer list, or instead of it where the app may not read it"`
	Rate                    Value[float64]             `default:"4" desc:"requests a second of the whole installation, divided among replicas; a tenth is kept for people who wait"`
	Concurrency             Value[int]                 `default:"16" desc:"calls in flight at once"`

	environment avepoint.Environment
	certificate *avepoint.Certificate
}

// CacheConfig holds CACHE_TTL.
type CacheConfig struct {
	TTL Value[time.Duration] `default:"5m" desc:"how long an overview answers without a call to AvePoint"`
}

// SweepConfig holds SWEEP_INTERVAL.
type SweepConfig struct {
	Interval Value[time.Duration] `default:"1h" desc:"how often every watched customer is read"`
}

// DatabaseConfig holds DATABASE_URL, a secret because it can hold a password.
type DatabaseConfig struct {
	URL     Secret     `default:"sqlite://backup-overview.db" desc:"sqlite://path for one process, or postgres://… for several"`
	URLFile SecretFile `split_words:"true"`
}

// RetentionConfig holds RETENTION_DAYS.
type RetentionConfig struct {
	Days Value[int] `default:"35" desc:"how many days each reading is kept; older ones become one line a day"`
}

// RollupConfig holds ROLLUP_DAYS.
type RollupConfig struct {
	Days Value[int] `default:"730" desc:"how many days those lines are kept"`
}

// AccessConfig holds the ACCESS_ variables.
type AccessConfig struct {
	Admins  []string `desc:"Slack user ids (U…, W…) or user-group ids (S…), comma separated; without it the owners and admins of the workspace"`
	Default string   `default:"members" desc:"who may ask: members, or admins only"`
}

// BindingsConfig holds BINDINGS_FILE.
type BindingsConfig struct {
	File string `desc:"path of a YAML file of channels and the customers that they may see, beside what is bound in Slack (docs/channels.md)"`

	rules map[string]access.Rule
}

// LimitConfig holds the LIMIT_ variables.
type LimitConfig struct {
	User    Value[int] `default:"6" desc:"live look-ups a minute for one person; answers from the cache are free, 0 is no limit"`
	Channel Value[int] `default:"20" desc:"the same for one channel"`
}

// HTTPConfig holds HTTP_ADDR.
type HTTPConfig struct {
	Addr string `default:"127.0.0.1:8080" desc:"where /livez, /readyz and /metrics answer, and the page of the demo (containers set :8080)"`
}

// MetricsConfig holds METRICS_COVERAGE.
type MetricsConfig struct {
	Coverage Value[bool] `default:"false" desc:"true adds each customer's coverage to /metrics, with its name"`
}

// PingConfig holds PING_URL. Whoever knows such an address can call it, so it
// is kept like a secret.
type PingConfig struct {
	URL Secret `desc:"called after each good sweep, so that a dead man's switch elsewhere notices when none comes"`
}

// LogConfig holds the LOG_ variables.
type LogConfig struct {
	Level  Value[slog.Level] `default:"info" desc:"debug, info, warn or error"`
	Format string            `desc:"text or json; without it text on a terminal, json elsewhere"`
}

// DemoConfig is the part of the environment that the demo honours.
type DemoConfig struct {
	HTTP HTTPConfig
	Log  LogConfig
}

// loadConfig reads the environment. Its error joins all problems, each a line
// that starts with the name of its variable and repeats no value.
func loadConfig(now time.Time) (Config, error) {
	var c Config
	if err := process(&c); err != nil {
		return c, err
	}
	return c, c.validate(now)
}

// loadDemoConfig is loadConfig for the demo.
func loadDemoConfig() (DemoConfig, error) {
	var c DemoConfig
	if err := process(&c); err != nil {
		return c, err
	}
	p := newProblems(&c)
	c.HTTP.validate(p)
	c.Log.validate(p)
	return c, errors.Join(p.errs...)
}

// process fills spec. It cannot fail while every field is a string, a list of
// strings or a Value; if it does, only the name of the variable goes on,
// because envconfig's error quotes the value.
func process(spec any) error {
	err := envconfig.Process("", spec)
	if parse := (*envconfig.ParseError)(nil); errors.As(err, &parse) {
		return errors.New(parse.KeyName + " cannot be read")
	}
	return err
}

// options returns what the client needs. It is complete once validate passed.
func (a AvePointConfig) options(log *slog.Logger) avepoint.Options {
	return avepoint.Options{
		GraphURL: a.GraphURL,
		TokenURL: a.TokenURL,
		Credentials: avepoint.Credentials{
			ClientID:     a.ClientID,
			ClientSecret: a.ClientSecret.Reveal(),
			Certificate:  a.certificate,
		},
		Rate:        a.Rate.V,
		Concurrency: a.Concurrency.V,
		Known:       a.Customers.V,
		Log:         log,
	}
}

// credentialEnd is the earlier of the certificate's end and the configured
// one; the zero time where neither is known.
func (a AvePointConfig) credentialEnd() time.Time {
	end := a.CredentialExpires.V
	if a.certificate == nil {
		return end
	}
	if notAfter := a.certificate.NotAfter(); end.IsZero() || notAfter.Before(end) {
		return notAfter
	}
	return end
}

// unknownVariables lists what is set under our prefixes and read by nothing,
// most often a misspelt name.
func unknownVariables() []string {
	known := variables(&Config{})
	var unknown []string
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		ours := strings.HasPrefix(name, "SLACK_") || strings.HasPrefix(name, "AVEPOINT_")
		if ours && !slices.Contains(known, name) {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	return unknown
}
