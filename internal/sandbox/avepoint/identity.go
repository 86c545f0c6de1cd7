package avepoint

import (
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// Limits of the identity service: a longer scope string was seen to fail.
const maxScopeString = 300

// identity gives out tokens and knows those it gave out.
type identity struct {
	opts Options

	mu     sync.Mutex
	tokens map[string]token
	given  []string
	used   map[string]bool // jti of assertions
}

// token is an access token that has not been forgotten.
type token struct {
	scopes  map[string]bool
	expires time.Time
}

func newIdentity(o Options) *identity {
	return &identity{opts: o, tokens: map[string]token{}, used: map[string]bool{}}
}

// ExpireTokens makes every token given out so far invalid.
func (p *Platform) ExpireTokens() {
	p.identity.mu.Lock()
	defer p.identity.mu.Unlock()
	clear(p.identity.tokens)
}

// Tokens are all access tokens given out so far, so that a test can look for
// them where they must not be.
func (p *Platform) Tokens() []string {
	p.identity.mu.Lock()
	defer p.identity.mu.Unlock()
	return slices.Clone(p.identity.given)
}

// forget makes one token invalid.
func (s *identity) forget(access string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.tokens, access)
}

// check gives the scopes of a token that is valid at a time.
func (s *identity) check(access string, now time.Time) (scopes map[string]bool, valid bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.tokens[access]
	return t.scopes, ok && now.Before(t.expires)
}

// issue makes a token.
func (s *identity) issue(scopes []string, now time.Time) string {
	access := "sandbox-access-" + rand.Text()
	t := token{scopes: map[string]bool{}, expires: now.Add(s.opts.TokenLife)}
	for _, scope := range scopes {
		t.scopes[scope] = true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[access] = t
	s.given = append(s.given, access)
	return access
}

// serveToken answers POST /connect/token as the vendor's page on app
// registration describes it
// (https://github.com/AvePoint/cloud-api/blob/main/docs/elements/register-app.md).
func (p *Platform) serveToken(r *http.Request, v visit) answer {
	form, refusal := tokenForm(r, v.body)
	if refusal != "" {
		return oauthError(http.StatusBadRequest, "invalid_request", refusal)
	}
	if r.Header.Get("Authorization") != "" {
		a := oauthError(http.StatusUnauthorized, "invalid_client", "credentials belong in the body")
		a.header["WWW-Authenticate"] = `Basic realm="identity"`
		return a
	}
	if grant := form.Get("grant_type"); grant != "client_credentials" {
		return oauthError(http.StatusBadRequest, "unsupported_grant_type", "")
	}
	if refusal := p.identity.authenticate(r, form, time.Now()); refusal != "" {
		return oauthError(http.StatusBadRequest, "invalid_client", refusal)
	}
	scopes, refusal := p.identity.grant(form)
	if refusal != "" {
		return oauthError(http.StatusBadRequest, "invalid_scope", refusal)
	}
	return p.identity.tokenAnswer(scopes, time.Now())
}

// tokenForm reads the request's body, strictly.
func tokenForm(r *http.Request, body []byte) (form url.Values, refusal string) {
	if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); kind != "application/x-www-form-urlencoded" {
		return nil, "the body is no form"
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, "the form cannot be read"
	}
	for name, values := range form {
		if len(values) > 1 {
			return nil, name + " is given twice"
		}
	}
	if r.URL.RawQuery != "" {
		return nil, "parameters belong in the body"
	}
	return form, ""
}

// authenticate says what is wrong with the caller's credentials, if anything.
func (s *identity) authenticate(r *http.Request, form url.Values, now time.Time) (refusal string) {
	secret, assertion := form.Get("client_secret"), form.Get("client_assertion")
	switch {
	case secret != "" && assertion != "":
		return "secret and assertion are given both"
	case assertion != "":
		return s.checkAssertion(r, form, now)
	case form.Get("client_id") != s.opts.ClientID:
		return "unknown client"
	case s.opts.ClientSecret == "":
		return "this app has no client secret"
	case subtle.ConstantTimeCompare([]byte(secret), []byte(s.opts.ClientSecret)) != 1:
		return "wrong secret"
	}
	return ""
}

// grant decides which scopes a token gets: those asked for, all of which the
// app must hold, or all that it holds when none is named.
func (s *identity) grant(form url.Values) (scopes []string, refusal string) {
	text := form.Get("scope")
	if len(text) > maxScopeString {
		return nil, "the scope string is too long"
	}
	if text == "" {
		return s.opts.Granted, ""
	}
	for scope := range strings.SplitSeq(text, " ") {
		if !slices.Contains(s.opts.Granted, scope) {
			return nil, "the app does not hold a scope that was asked for"
		}
		if !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	return scopes, ""
}

// tokenAnswer hands a token over.
func (s *identity) tokenAnswer(scopes []string, now time.Time) answer {
	return answer{
		status: http.StatusOK,
		header: map[string]string{"Cache-Control": "no-store", "Pragma": "no-cache"},
		body: marshal(object{
			{"access_token", s.issue(scopes, now)},
			{"expires_in", int(s.opts.TokenLife / time.Second)},
			{"token_type", "Bearer"},
			{"scope", strings.Join(scopes, " ")},
		}),
	}
}

// oauthError is an error answer of the identity service (RFC 6749, 5.2).
func oauthError(status int, code, description string) answer {
	o := object{{"error", code}}
	if description != "" {
		o.set("error_description", description)
	}
	return answer{status: status, header: map[string]string{"Cache-Control": "no-store"}, body: marshal(o)}
}
