package avepoint

import (
	"crypto/x509"
	"log/slog"
	"time"
)

// Defaults of [Options].
const (
	DefaultCustomers    = 212
	DefaultClientID     = "sandbox-client"
	DefaultClientSecret = "sandbox-secret" //nolint:gosec // opens nothing but this stand-in
	DefaultTokenLife    = time.Hour
)

// Scopes that the endpoints of this package ask for.
const (
	ScopeOverview  = "elements.cbprotected.read.all"
	ScopeCustomers = "elements.customers.read.all"
)

// Options says what kind of AvePoint to be. The zero value is a fleet of
// [DefaultCustomers] whose story starts when [New] is called, which answers at
// once and takes [DefaultClientID] with [DefaultClientSecret].
type Options struct {
	// Seed decides names, sizes, gaps and the ordinary part of the story.
	Seed int64
	// Customers is the size of the fleet, up to 100,000. 0 means
	// DefaultCustomers; a negative number means no fleet, only what is Put.
	Customers int
	// Start is the origin of the story; incidents are scripted around it.
	Start time.Time
	// Now is the clock of the story; nil means time.Now. A clock that always
	// says Start freezes the fleet in its first moment. Tokens, assertions and
	// latency go by the real time.
	Now func() time.Time

	// Latency makes answers take as long as the vendor's do.
	Latency bool
	// LatencyScale multiplies that time; 0 means 1.
	LatencyScale float64

	// ClientID and ClientSecret are what the identity service accepts. With a
	// Certificate and no ClientSecret, a secret is refused.
	ClientID, ClientSecret string
	// Certificate accepts client assertions signed with its key.
	Certificate *x509.Certificate
	// TokenURL is the audience an assertion must name. Empty means the address
	// under which the request came.
	TokenURL string
	// TokenLife is how long a token is valid; 0 means DefaultTokenLife.
	TokenLife time.Duration
	// Granted are the scopes that the app registration holds. Nil means every
	// read scope that the vendor documents for this bot.
	Granted []string

	// Log gets one line a request at debug level; nil means none.
	Log *slog.Logger
}

// withDefaults fills what was left out, as of now.
func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Start.IsZero() {
		o.Start = o.Now()
	}
	if o.Customers == 0 {
		o.Customers = DefaultCustomers
	}
	o.Customers = max(0, min(o.Customers, maxCustomers))
	if o.LatencyScale == 0 {
		o.LatencyScale = 1
	}
	if o.ClientID == "" {
		o.ClientID = DefaultClientID
	}
	if o.ClientSecret == "" && o.Certificate == nil {
		o.ClientSecret = DefaultClientSecret
	}
	if o.TokenLife == 0 {
		o.TokenLife = DefaultTokenLife
	}
	if o.Granted == nil {
		o.Granted = documentedScopes()
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// documentedScopes are the read scopes of the endpoints that the vendor
// documents and the bot has a use for.
func documentedScopes() []string {
	return []string{
		ScopeOverview,
		ScopeCustomers,
		"elements.jobs.read.all",
		"elements.scanprofiles.read.all",
		"elements.license.read.all",
		"elements.report.read.all",
	}
}
