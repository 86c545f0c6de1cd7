package avepoint

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
	"golang.org/x/sync/singleflight"
)

const (
	// fetchTimeout bounds one token request, whoever waits for it.
	fetchTimeout = 10 * time.Second
	// refusalLife is how long a refusal stands for all who ask, so that a
	// crowd of people tries wrong credentials once.
	refusalLife = 5 * time.Second
	// tokenLife is taken where the answer holds no expires_in: the vendor says
	// that a token expires in an hour.
	tokenLife = time.Hour
	// refreshAt is the share of its life after which a token is renewed.
	refreshAt = 0.8
	// refreshPause follows a renewal that failed while the token still works.
	refreshPause = 30 * time.Second
	// expiryMargin before the end of its life a token is no longer sent.
	expiryMargin = 10 * time.Second
	// longestScopes is the length from which the scope parameter was seen to
	// fail.
	longestScopes = 300

	assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
)

// tokens holds the token sources of one app: one for all its scopes, and one
// for each scope for the case that the identity service refuses them together
// because the app was not granted one of them.
type tokens struct {
	scopes []string
	all    *tokenSource
	each   map[string]*tokenSource
	split  atomic.Bool
}

func newTokens(c Credentials, endpoint *url.URL, scopes []string, client *http.Client, counts *counts) *tokens {
	t := &tokens{scopes: slices.Compact(slices.Sorted(slices.Values(scopes))), each: map[string]*tokenSource{}}
	source := func(scopes ...string) *tokenSource {
		return &tokenSource{credentials: c, endpoint: endpoint, scopes: scopes, http: client, counts: counts}
	}
	t.all = source(t.scopes...)
	for _, s := range t.scopes {
		t.each[s] = source(s)
	}
	t.split.Store(len(strings.Join(t.scopes, " ")) > longestScopes)
	return t
}

// token returns a token good for the scope, and its source.
func (t *tokens) token(ctx context.Context, scope string) (string, *tokenSource, error) {
	single, ok := t.each[scope]
	if !ok {
		return "", nil, &Error{Kind: ErrForbidden, Scope: scope, Reason: "the client was made without this scope"}
	}
	if !t.split.Load() {
		token, err := t.all.token(ctx)
		if len(t.scopes) == 1 || !errors.Is(err, ErrForbidden) {
			return token, t.all, err
		}
		t.split.Store(true)
	}
	token, err := single.token(ctx)
	return token, single, err
}

// granted collects the scopes of all sources in use.
func (t *tokens) granted(ctx context.Context) ([]string, error) {
	var granted []string
	var refused error
	for _, scope := range t.scopes {
		_, source, err := t.token(ctx, scope)
		switch {
		case errors.Is(err, ErrForbidden):
			refused = err
		case err != nil:
			return nil, err
		default:
			granted = append(granted, source.granted()...)
		}
	}
	if len(granted) == 0 {
		return nil, refused
	}
	slices.Sort(granted)
	return slices.Compact(granted), nil
}

// tokenSource fetches tokens for one set of scopes and keeps the last one. It
// wraps x/oauth2, whose own cache can neither forget a token nor bound a fetch,
// and whose errors print the response body.
type tokenSource struct {
	credentials Credentials
	endpoint    *url.URL
	scopes      []string
	http        *http.Client
	counts      *counts
	flight      singleflight.Group

	mu        sync.Mutex
	current   *oauth2.Token
	renewAt   time.Time
	refusal   error
	refusedAt time.Time
}

// token returns the current token, or waits for a new one. From 80 % of a
// token's life on it is renewed in the background while it still works.
func (s *tokenSource) token(ctx context.Context) (string, error) {
	token, renew := s.usable(time.Now())
	if token != "" && !renew {
		return token, nil
	}
	done := s.flight.DoChan("", s.renew)
	if token != "" {
		return token, nil
	}
	select {
	case r := <-done:
		if r.Err != nil {
			return "", r.Err
		}
		return r.Val.(string), nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// usable returns the token that may be sent now, if any, and whether it is time
// to fetch another.
func (s *tokenSource) usable(now time.Time) (token string, renew bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil || !now.Before(s.current.Expiry.Add(-expiryMargin)) {
		return "", true
	}
	return s.current.AccessToken, !now.Before(s.renewAt)
}

// forget drops the token if it is still the current one, so that many calls
// refused with the same token cost one new token.
func (s *tokenSource) forget(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != nil && s.current.AccessToken == token {
		s.current = nil
	}
}

// granted is what the current token allows: what was asked for, unless the
// answer said otherwise (RFC 6749, 5.1).
func (s *tokenSource) granted() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil {
		return nil
	}
	if scope, ok := s.current.Extra("scope").(string); ok && strings.TrimSpace(scope) != "" {
		return strings.Fields(scope)
	}
	return s.scopes
}

// renew fetches a token unless that was done, or refused, a moment ago.
func (s *tokenSource) renew() (any, error) {
	now := time.Now()
	if token, renew := s.usable(now); token != "" && !renew {
		return token, nil
	}
	if err := s.refused(now); err != nil {
		return nil, err
	}
	token, err := s.fetch(now)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.renewAt = time.Now().Add(refreshPause)
		if errors.Is(err, ErrCredentials) || errors.Is(err, ErrForbidden) {
			s.refusal, s.refusedAt = err, time.Now()
		}
		return nil, err
	}
	life := token.Expiry.Sub(now)
	s.current, s.renewAt = token, now.Add(time.Duration(refreshAt*float64(life)))
	return token.AccessToken, nil
}

func (s *tokenSource) refused(now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refusal != nil && now.Sub(s.refusedAt) < refusalLife {
		return s.refusal
	}
	return nil
}

// fetch asks the identity service once. Its time does not depend on who asked
// first: others wait for the same answer.
//
// API: POST /connect/token
//
// https://github.com/AvePoint/cloud-api/blob/main/docs/elements/register-app.md
func (s *tokenSource) fetch(now time.Time) (*oauth2.Token, error) {
	conf := clientcredentials.Config{
		ClientID:     s.credentials.ClientID,
		ClientSecret: s.credentials.ClientSecret,
		TokenURL:     s.endpoint.String(),
		Scopes:       s.scopes,
		AuthStyle:    oauth2.AuthStyleInParams,
	}
	if cert := s.credentials.Certificate; cert != nil {
		assertion, err := cert.assertion(conf.ClientID, conf.TokenURL, now)
		if err != nil {
			return nil, &Error{Kind: ErrCredentials, Path: s.endpoint.Path, Reason: "the certificate's key cannot sign"}
		}
		conf.EndpointParams = url.Values{"client_assertion_type": {assertionType}, "client_assertion": {assertion}}
	}
	ctx, cancel := context.WithTimeout(context.WithValue(context.Background(), oauth2.HTTPClient, s.http), fetchTimeout)
	defer cancel()
	token, err := conf.Token(ctx)
	if err != nil {
		err = s.failure(err, now)
	}
	s.counts.add(ctx, ofAll, toIdentity, err, time.Since(now))
	if err != nil {
		return nil, err
	}
	if token.Expiry.IsZero() {
		token.Expiry = now.Add(tokenLife)
	}
	return token, nil
}

// failure turns an error of x/oauth2 into ours, of which no text is the
// library's: that holds the response body.
func (s *tokenSource) failure(err error, now time.Time) error {
	e := &Error{Kind: ErrUnavailable, Path: s.endpoint.Path, retry: passing}
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) {
		describe(e, err, "the identity service sent no token")
		if errors.Is(e.Kind, ErrBusy) { // slow or silent, it is down for our purposes
			e.Kind = ErrUnavailable
		}
		return e
	}
	e.Code = safeWord(refused.ErrorCode)
	if refused.Response != nil {
		e.StatusCode = refused.Response.StatusCode
		e.RequestID = safeWord(refused.Response.Header.Get("request-id"))
		e.RetryAfter = parseRetryAfter(refused.Response.Header, now)
	}
	switch {
	case e.Code == "invalid_scope" && len(s.scopes) > 0:
		e.Kind, e.retry, e.Scope = ErrForbidden, never, strings.Join(s.scopes, " ")
	case e.StatusCode == http.StatusBadRequest, e.StatusCode == http.StatusUnauthorized, e.StatusCode == http.StatusOK:
		e.Kind, e.retry = ErrCredentials, never
	case e.StatusCode == http.StatusTooManyRequests:
		e.Kind, e.retry = ErrRateLimited, limited
	case e.StatusCode < http.StatusInternalServerError:
		e.retry = never
	}
	e.Reason = "the identity service refused"
	return e
}
