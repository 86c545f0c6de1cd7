package avepoint_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
)

// with is the usual form with some parameters changed; "" takes one out.
func with(changes ...string) url.Values {
	form := secretForm()
	for i := 0; i < len(changes); i += 2 {
		form.Set(changes[i], changes[i+1])
		if changes[i+1] == "" {
			form.Del(changes[i])
		}
	}
	return form
}

func TestToken_secret(t *testing.T) {
	t.Parallel()
	a := serve(t, avepoint.Options{Customers: 1, ClientID: "sandbox-client", ClientSecret: "sandbox-secret"})
	for name, test := range map[string]struct {
		form  url.Values
		error string
	}{
		"right":              {with(), ""},
		"no scope":           {with("scope", ""), ""},
		"one scope":          {with("scope", "elements.jobs.read.all"), ""},
		"wrong secret":       {with("client_secret", "guess"), "invalid_client"},
		"no secret":          {with("client_secret", ""), "invalid_client"},
		"other client":       {with("client_id", "someone"), "invalid_client"},
		"no client":          {with("client_id", ""), "invalid_client"},
		"other grant":        {with("grant_type", "password"), "unsupported_grant_type"},
		"no grant":           {with("grant_type", ""), "unsupported_grant_type"},
		"foreign scope":      {with("scope", "elements.customers.read.all elements.customers.write.all"), "invalid_scope"},
		"comma between":      {with("scope", "elements.customers.read.all,elements.jobs.read.all"), "invalid_scope"},
		"assertion too":      {with("client_assertion", "a.b.c"), "invalid_client"},
		"assertion alone":    {with("client_secret", "", "client_assertion", "a.b.c"), "invalid_client"},
		"300 characters":     {with("scope", scopes(3, 4, 4)), ""},
		"301 characters":     {with("scope", scopes(2, 7, 2)), "invalid_scope"},
		"secret given twice": {url.Values{"client_secret": {"sandbox-secret", "x"}}, "invalid_request"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, body := a.fetchToken(test.form)
			switch {
			case test.error == "" && (status != http.StatusOK || body["access_token"] == nil):
				t.Errorf("%d %v, want a token", status, body)
			case test.error != "" && (status != http.StatusBadRequest || body["error"] != test.error || body["access_token"] != nil):
				t.Errorf("%d %v, want %s", status, body, test.error)
			}
		})
	}
}

// scopes repeats three scopes that the app holds, of 22, 27 and 29 characters.
func scopes(jobs, customers, overviews int) string {
	return strings.TrimSuffix(strings.Repeat("elements.jobs.read.all ", jobs)+
		strings.Repeat("elements.customers.read.all ", customers)+
		strings.Repeat("elements.cbprotected.read.all ", overviews), " ")
}

func TestToken_answer(t *testing.T) {
	t.Parallel()
	a := serve(t, avepoint.Options{Customers: 1, TokenLife: 90 * time.Second})
	_, body := a.fetchToken(with("scope", "elements.customers.read.all elements.jobs.read.all"))
	if number(t, body, "expires_in") != 90 || body["token_type"] != "Bearer" {
		t.Errorf("answer = %v", body)
	}
	if body["scope"] != "elements.customers.read.all elements.jobs.read.all" {
		t.Errorf("scope = %v, want what was granted", body["scope"])
	}
	_, all := a.fetchToken(with("scope", ""))
	if scope, _ := all["scope"].(string); len(strings.Fields(scope)) != 6 {
		t.Errorf("scope = %q, want all that the app holds", scope)
	}
	if tokens := a.Tokens(); len(tokens) != 3 || tokens[1] != body["access_token"] {
		t.Errorf("Tokens() = %v", tokens)
	}
}

func TestToken_defaultLifeIsAnHour(t *testing.T) {
	t.Parallel()
	a := serve(t, avepoint.Options{Customers: 1})
	if _, body := a.fetchToken(with()); number(t, body, "expires_in") != 3600 {
		t.Errorf("expires_in = %v", body["expires_in"])
	}
}

func TestToken_onlyFromTheBody(t *testing.T) {
	t.Parallel()
	a := serve(t, avepoint.Options{Customers: 1})
	for name, change := range map[string]func(*http.Request){
		"Basic":      func(r *http.Request) { r.SetBasicAuth("sandbox-client", "sandbox-secret") },
		"JSON":       func(r *http.Request) { r.Header.Set("Content-Type", "application/json") },
		"in the URL": func(r *http.Request) { r.URL.RawQuery = secretForm().Encode() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req, err := http.NewRequest(http.MethodPost, a.server.URL+"/connect/token", strings.NewReader(secretForm().Encode()))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			change(req)
			res, err := a.client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			body := decode(t, read(t, res))
			if res.StatusCode/100 != 4 || body["error"] == nil {
				t.Errorf("%d %v, want a refusal", res.StatusCode, body)
			}
		})
	}
}

func TestToken_isNeededAndExpires(t *testing.T) {
	t.Parallel()
	a := serve(t, avepoint.Options{Customers: 1, TokenLife: 300 * time.Millisecond})
	path := overviewPath(a.Names()[0].ID)
	want := func(when string, status int) {
		t.Helper()
		if res, _ := a.get(path); res.StatusCode != status {
			t.Errorf("%s: %d, want %d", when, res.StatusCode, status)
		}
	}
	a.signIn()
	want("at once", 200)
	time.Sleep(320 * time.Millisecond) // the life of a token on a real connection
	want("after its life", 401)
	a.signIn()
	want("renewed", 200)
	a.ExpireTokens()
	want("after ExpireTokens", 401)
	a.token = ""
	want("without", 401)
}

func TestToken_scopeOfEachEndpoint(t *testing.T) {
	t.Parallel()
	a := serve(t, avepoint.Options{Customers: 1})
	id := a.Names()[0].ID
	for scope, want := range map[string][3]int{
		"elements.cbprotected.read.all": {200, 403, 403},
		"elements.customers.read.all":   {403, 200, 200},
		"elements.jobs.read.all":        {403, 403, 403},
	} {
		_, body := a.fetchToken(with("scope", scope))
		a.token, _ = body["access_token"].(string)
		overview, _ := a.get(overviewPath(id))
		one, _ := a.get(general + "/" + id)
		batch, err := a.do(http.MethodPost, general+"/batch", "")
		if err != nil {
			t.Fatal(err)
		}
		read(t, batch)
		if got := [3]int{overview.StatusCode, one.StatusCode, batch.StatusCode}; got != want {
			t.Errorf("with %s: %v, want %v", scope, got, want)
		}
	}
}

func TestToken_onlyGrantedScopes(t *testing.T) {
	t.Parallel()
	a := serve(t, avepoint.Options{Customers: 1, Granted: []string{"elements.cbprotected.read.all", "elements.customers.read.all"}})
	if status, body := a.fetchToken(with("scope", "elements.jobs.read.all")); status != 400 || body["error"] != "invalid_scope" {
		t.Errorf("%d %v", status, body)
	}
}
