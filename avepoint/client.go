package avepoint

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// The scopes that this package's calls need.
const (
	// ScopeOverview is needed by [Client.Overview].
	ScopeOverview = "elements.cbprotected.read.all"
	// ScopeCustomers is needed by [Client.Customers] and [Client.Customer].
	ScopeCustomers = "elements.customers.read.all"
)

const (
	defaultRate        = 4
	defaultConcurrency = 16

	// A reading that nobody waits for may take 90 s, one that a person waits
	// for 25 s, tries and waits included.
	plainBudget  = 90 * time.Second
	personBudget = 25 * time.Second
)

// Options of a [Client]. Only Credentials are required.
type Options struct {
	// GraphURL is scheme and host of the API, TokenURL the complete token
	// endpoint; empty means the commercial [Environment]. Plain http is
	// accepted for this machine only.
	GraphURL, TokenURL string
	Credentials        Credentials
	// Scopes to ask for; none means ScopeOverview and ScopeCustomers; a call
	// whose scope is not among them is refused without being sent.
	Scopes []string
	// HTTPClient is copied, not changed; nil means one of the package's own
	// that takes proxies from the environment. Redirects to another host are
	// refused in any case.
	HTTPClient *http.Client
	// Rate is the requests a second, 4 if 0, until [Client.SetRate]. A tenth is
	// kept for people.
	Rate float64
	// Concurrency is the calls in flight at once, 16 if 0. An eighth of them,
	// rounded down but one at least, is kept for people.
	Concurrency int
	// Known customers are listed beside those of the directory, or instead of
	// it where the app may not read the directory. Organization wins over the
	// directory's, so a customer can be given another name.
	Known []Customer
	// Log gets one line a call at debug level; nil means none.
	Log *slog.Logger
}

// Client calls the AvePoint Elements API. It is safe for concurrent use.
type Client struct {
	shared *shared
	class  class
	budget time.Duration
	retry  retryPolicy
}

// shared is what all views of one client have in common.
type shared struct {
	graph   *url.URL
	http    *http.Client
	tokens  *tokens
	limiter *limiter
	counts  *counts
	known   []Customer
	log     *slog.Logger
}

// New checks the options and reports everything that is wrong with them. It
// makes no call: the first token is fetched with the first request.
func New(o Options) (*Client, error) {
	commercial := Environments()[0]
	graph, graphErr := parseGraphURL(cmp.Or(o.GraphURL, commercial.GraphURL))
	token, tokenErr := parseServiceURL(cmp.Or(o.TokenURL, commercial.TokenURL))
	err := errors.Join(
		named("GraphURL", graphErr), named("TokenURL", tokenErr),
		o.Credentials.validate(), validateLimits(o),
	)
	if err != nil {
		return nil, err
	}
	concurrency := cmp.Or(o.Concurrency, defaultConcurrency)
	httpClient := newHTTPClient(o.HTTPClient, concurrency)
	scopes := o.Scopes
	if len(scopes) == 0 {
		scopes = []string{ScopeOverview, ScopeCustomers}
	}
	log := o.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	counts := newCounts()
	return &Client{
		shared: &shared{
			graph:   graph,
			http:    httpClient,
			tokens:  newTokens(o.Credentials, token, scopes, honest(httpClient), counts),
			limiter: newLimiter(cmp.Or(o.Rate, defaultRate), concurrency),
			counts:  counts,
			known:   slices.Clone(o.Known),
			log:     log,
		},
		class:  sweep,
		budget: plainBudget,
		retry:  sweepRetries(),
	}, nil
}

// ForPerson returns a view of the client for calls that somebody waits for:
// they go before all others, are never paused, and have 25 s a customer instead
// of 90. Token, limits and connections are the same.
func (c *Client) ForPerson() *Client {
	view := *c
	view.class, view.budget, view.retry = person, personBudget, personRetries()
	return &view
}

// Scopes signs in if need be and returns the scopes that the identity service
// granted, which may be fewer than were asked for.
func (c *Client) Scopes(ctx context.Context) ([]string, error) {
	ctx, cancel := c.withBudget(ctx)
	defer cancel()
	granted, err := c.shared.tokens.granted(ctx)
	if err != nil {
		return nil, fmt.Errorf("scopes of the app: %w", err)
	}
	return granted, nil
}

func (c *Client) withBudget(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, c.budget, fmt.Errorf("the time budget of %s ran out", c.budget))
}

func named(option string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %w", option, err)
}

func validateLimits(o Options) error {
	var errs []error
	if o.Rate < 0 || math.IsNaN(o.Rate) || math.IsInf(o.Rate, 0) {
		errs = append(errs, errors.New("Rate must be a positive number of requests a second"))
	}
	if o.Concurrency < 0 {
		errs = append(errs, errors.New("Concurrency must be positive"))
	}
	for i, k := range o.Known {
		if strings.TrimSpace(k.ID) == "" {
			errs = append(errs, fmt.Errorf("Known[%d] has no ID", i))
		}
	}
	return errors.Join(errs...)
}
