package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
)

// problems collects what is wrong with the environment, a line each.
type problems struct {
	errs  []error
	empty map[string]bool // variables that are set and empty, told already
}

// newProblems starts with the variables of spec that are set and empty:
// envconfig takes them for a value.
func newProblems(spec any) *problems {
	p := &problems{empty: map[string]bool{}}
	for _, name := range variables(spec) {
		if value, set := os.LookupEnv(name); set && strings.TrimSpace(value) == "" {
			p.addf(name, "is set but empty; give it a value, or remove it")
			p.empty[name] = true
		}
	}
	return p
}

func (p *problems) addf(variable, format string, args ...any) {
	if !p.empty[variable] {
		p.errs = append(p.errs, errors.New(variable+" "+fmt.Sprintf(format, args...)))
	}
}

// validate checks and completes c: it reads secret files, resolves the
// environment's URLs, and parses the certificate. All problems come at once.
func (c *Config) validate(now time.Time) error {
	p := newProblems(c)
	c.validateSlack(p)
	c.validateAvePoint(p, now)
	inRange(p, "CACHE_TTL", c.Cache.TTL, time.Second, 24*time.Hour)
	inRange(p, "SWEEP_INTERVAL", c.Sweep.Interval, time.Second, 24*time.Hour)
	c.validateDatabase(p)
	c.validateRetention(p)
	c.Access.validate(p)
	c.Bindings.validate(p)
	inRange(p, "LIMIT_USER", c.Limit.User, 0, 1_000_000)
	inRange(p, "LIMIT_CHANNEL", c.Limit.Channel, 0, 1_000_000)
	c.validateUnasked(p)
	c.HTTP.validate(p)
	parsed(p, "METRICS_COVERAGE", c.Metrics.Coverage)
	c.Ping.validate(p)
	c.Log.validate(p)
	return errors.Join(p.errs...)
}

func (c *Config) validateSlack(p *problems) {
	s := &c.Slack
	c.secret(p, "SLACK_APP_TOKEN", &s.AppToken, s.AppTokenFile)
	c.secret(p, "SLACK_BOT_TOKEN", &s.BotToken, s.BotTokenFile)
	checkToken(p, "SLACK_APP_TOKEN", s.AppToken, "xapp-", "Slack, your app, Basic Information, App-Level Tokens")
	checkToken(p, "SLACK_BOT_TOKEN", s.BotToken, "xoxb-", "Slack, your app, OAuth & Permissions")
	if err := checkURL(s.API.URL); err != nil {
		p.addf("SLACK_API_URL", "%v", err)
	}
	if !strings.HasSuffix(s.API.URL, "/") {
		s.API.URL += "/" // slack-go appends the method's name as it is
	}
	inRange(p, "SLACK_CONNECTIONS", s.Connections, 1, 10)
}

func (c *Config) validateAvePoint(p *problems, now time.Time) {
	a := &c.AvePoint
	if a.ClientID == "" {
		p.addf("AVEPOINT_CLIENT_ID", "is not set; AvePoint shows it under Elements, API app registration")
	}
	c.secret(p, "AVEPOINT_CLIENT_SECRET", &a.ClientSecret, a.ClientSecretFile)
	c.secret(p, "AVEPOINT_CERTIFICATE_PASSWORD", &a.CertificatePassword, a.CertificatePasswordFile)
	c.certificate(p)
	if end := a.credentialEnd(); !end.IsZero() && end.Sub(now) < expiryNotice {
		c.warnings = append(c.warnings, expiryWarning(a, end, now))
	}
	a.endpoints(p)
	parsed(p, "AVEPOINT_CREDENTIAL_EXPIRES", a.CredentialExpires)
	parsed(p, "AVEPOINT_CUSTOMERS", a.Customers)
	inRange(p, "AVEPOINT_RATE", a.Rate, 0.01, 1000)
	inRange(p, "AVEPOINT_CONCURRENCY", a.Concurrency, 1, 1000)
}

// validateDatabase checks the kind of database alone: what else a URL says is
// read by the store, which is as silent about it.
func (c *Config) validateDatabase(p *problems) {
	d := &c.Database
	if _, set := os.LookupEnv("DATABASE_URL"); !set && d.URLFile != "" {
		d.URL = "" // the default, which gives way to a file
	}
	c.secret(p, "DATABASE_URL", &d.URL, d.URLFile)
	scheme, rest, ok := strings.Cut(d.URL.Reveal(), "://")
	switch {
	case d.URL == "": // the file's problem is told
	case !ok || !slices.Contains([]string{"sqlite", "postgres", "postgresql"}, scheme):
		p.addf("DATABASE_URL", "is neither sqlite://path nor postgres://user:password@host/database")
	case scheme == "sqlite" && rest == "":
		p.addf("DATABASE_URL", "names no file; sqlite://backup-overview.db is one in the folder where the bot starts, sqlite:///var/lib/x.db has a whole path")
	}
}

// validateRetention wants the history in its order: readings, then rollups.
func (c *Config) validateRetention(p *problems) {
	before := len(p.errs)
	inRange(p, "RETENTION_DAYS", c.Retention.Days, 1, 3650)
	inRange(p, "ROLLUP_DAYS", c.Rollup.Days, 1, 36500)
	if len(p.errs) == before && c.Retention.Days.V > c.Rollup.Days.V {
		p.addf("RETENTION_DAYS", "is more than ROLLUP_DAYS; readings become rollups when RETENTION_DAYS are over, so keep rollups for longer")
	}
}

// validate reads the file, each of whose problems is a line of its own.
func (b *BindingsConfig) validate(p *problems) {
	if b.File == "" {
		return
	}
	rules, err := readBindings(b.File)
	b.rules = rules
	all := []error{err}
	if joined := (interface{ Unwrap() []error })(nil); errors.As(err, &joined) {
		all = joined.Unwrap()
	}
	for _, err := range all {
		if err != nil {
			p.addf("BINDINGS_FILE", "%v", err)
		}
	}
}

// secret resolves NAME and NAME_FILE into value.
func (c *Config) secret(p *problems, name string, value *Secret, file SecretFile) {
	if file == "" {
		return
	}
	if *value != "" {
		p.addf(name, "and %s_FILE are both set; keep one", name)
		return
	}
	read, err := readSecret(file)
	if err != nil {
		p.addf(name+"_FILE", "is set, but %v", err)
		p.empty[name] = true // one line is enough
		return
	}
	*value = read
	if w, ok := permissionWarning(name+"_FILE", string(file)); ok {
		c.warnings = append(c.warnings, w)
	}
}

// certificate wants exactly one of the secret and the certificate, and parses
// the latter.
func (c *Config) certificate(p *problems) {
	a := &c.AvePoint
	switch {
	case a.Certificate == "" && a.ClientSecret == "":
		p.addf("AVEPOINT_CLIENT_SECRET", "is not set, and neither is AVEPOINT_CERTIFICATE; the bot needs one of them")
		return
	case a.Certificate == "" && a.CertificatePassword != "":
		p.addf("AVEPOINT_CERTIFICATE_PASSWORD", "is set without AVEPOINT_CERTIFICATE")
		return
	case a.Certificate == "":
		return
	case a.ClientSecret != "":
		p.addf("AVEPOINT_CLIENT_SECRET", "and AVEPOINT_CERTIFICATE are both set; keep one")
		return
	}
	data, err := readBounded(a.Certificate)
	if err != nil {
		p.addf("AVEPOINT_CERTIFICATE", "is set, but %v", err)
		return
	}
	if a.certificate, err = avepoint.ParseCertificate(data, a.CertificatePassword.Reveal()); err != nil {
		p.addf("AVEPOINT_CERTIFICATE", "cannot be used: %s", strings.TrimPrefix(err.Error(), "certificate: "))
		return
	}
	if w, ok := permissionWarning("AVEPOINT_CERTIFICATE", a.Certificate); ok {
		c.warnings = append(c.warnings, w)
	}
}

// endpoints completes the URLs from the environment's name.
func (a *AvePointConfig) endpoints(p *problems) {
	var err error
	if a.environment, err = avepoint.ParseEnvironment(a.Environment); err != nil {
		p.addf("AVEPOINT_ENVIRONMENT", "is none of commercial, usgov, aos2, fedramp")
	}
	if a.GraphURL == "" {
		a.GraphURL = a.environment.GraphURL
	} else if err := checkHostURL(a.GraphURL); err != nil {
		p.addf("AVEPOINT_GRAPH_URL", "%v", err)
	}
	if a.TokenURL == "" {
		a.TokenURL = a.environment.TokenURL
	} else if err := checkURL(a.TokenURL); err != nil {
		p.addf("AVEPOINT_TOKEN_URL", "%v", err)
	}
}
