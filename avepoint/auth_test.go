package avepoint

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestToken_secretInBody(t *testing.T) {
	t.Parallel()
	s := &stub{api: answers("[]")}
	s.identity = func(w http.ResponseWriter, r *http.Request) {
		if r.ParseForm() != nil || r.Method != http.MethodPost || r.Header.Get("Authorization") != "" {
			t.Errorf("%s %v", r.Method, r.Header)
		}
		got := map[string]string{}
		for k := range r.PostForm {
			got[k] = r.PostForm.Get(k)
		}
		want := map[string]string{
			"grant_type": "client_credentials", "client_id": "the-app", "client_secret": theSecret,
			"scope": "elements.cbprotected.read.all elements.customers.read.all",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		issue(w, 1, 3600)
	}
	if _, err := s.serve(t).Overview(t.Context(), theID); err != nil {
		t.Fatal(err)
	}
}

// Many at once share one token request.
func TestToken_oneFetchForAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{api: answers("[]")}
		s.identity = func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(time.Second)
			issue(w, 1, 3600)
		}
		c := s.client(t)
		var group sync.WaitGroup
		for range 50 {
			group.Go(func() {
				if _, err := c.ForPerson().Overview(t.Context(), theID); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if calls, tokens := s.counts(); calls != 50 || tokens != 1 {
			t.Errorf("%d calls with %d tokens", calls, tokens)
		}
	})
}

// From 80 % of its life on a token is renewed, and nobody waits for that.
func TestToken_renewal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sent []string
		s := &stub{api: answers("[]")}
		s.check = func(r *http.Request) { sent = append(sent, r.Header.Get("Authorization")) }
		s.identity = func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(5 * time.Second)
			issue(w, s.tokens, 3600)
		}
		c := s.client(t)
		ask := func(wantTokens int, within time.Duration) {
			t.Helper()
			start := time.Now()
			if _, err := c.Overview(t.Context(), theID); err != nil {
				t.Error(err)
			}
			if took := time.Since(start); took > within+time.Millisecond {
				t.Errorf("took %s", took)
			}
			time.Sleep(6 * time.Second)
			synctest.Wait()
			if _, tokens := s.counts(); tokens != wantTokens {
				t.Errorf("%d tokens, want %d", tokens, wantTokens)
			}
		}
		ask(1, 5*time.Second)
		time.Sleep(2850 * time.Second)
		ask(1, 0)
		time.Sleep(60 * time.Second) // past 80 % of 3,600 s
		ask(2, 0)
		ask(2, 0)
		time.Sleep(2 * time.Hour)
		ask(3, 5*time.Second)
		want := []string{"Bearer token-canary-1", "Bearer token-canary-1", "Bearer token-canary-1", "Bearer token-canary-2", "Bearer token-canary-3"}
		if diff := cmp.Diff(want, sent); diff != "" {
			t.Error(diff)
		}
	})
}

// A renewal that fails leaves the token that still works.
func TestToken_renewalFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{api: answers("[]")}
		s.identity = steps(func(w http.ResponseWriter, _ *http.Request) { issue(w, 1, 3600) }, status(400))
		c := s.client(t)
		for range 59 { // minutes
			if _, err := c.Overview(t.Context(), theID); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			synctest.Wait()
		}
		if _, tokens := s.counts(); tokens < 5 || tokens > 13 {
			t.Errorf("%d token requests", tokens)
		}
		time.Sleep(time.Minute)
		if _, err := c.Overview(t.Context(), theID); !errors.Is(err, ErrCredentials) {
			t.Error("an expired token was used:", err)
		}
	})
}

// Calls refused with one and the same token cost one new token, and none fails.
func TestToken_forgottenOn401(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{}
		s.api = func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(time.Second) // all are under way with the old token
			if r.Header.Get("Authorization") == "Bearer token-canary-1" {
				status(http.StatusUnauthorized)(w, r)
				return
			}
			reply(w, "[]")
		}
		c := s.client(t)
		var group sync.WaitGroup
		for range 30 {
			group.Go(func() {
				if _, err := c.Overview(t.Context(), theID); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if calls, tokens := s.counts(); calls != 60 || tokens != 2 {
			t.Errorf("%d calls with %d tokens, want 60 with 2", calls, tokens)
		}
	})
}

// Refused credentials are tried once in five seconds, whoever asks.
func TestToken_refused(t *testing.T) {
	t.Parallel()
	for code, body := range map[int]string{
		400: `{"error":"invalid_client","error_description":"body-canary"}`,
		401: `{"error":"unauthorized_client"}`,
		200: `{"error":"invalid_client"}`,
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &stub{api: answers("[]")}
			s.identity = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(code)
				fmt.Fprint(w, body)
			}
			c := s.client(t)
			start := time.Now()
			for range 60 { // 12 s
				_, err := c.ForPerson().Overview(t.Context(), theID)
				checkFailure(t, err, ErrCredentials)
				var e *Error
				if !errors.As(err, &e) || !strings.Contains(body, e.Code) || e.Code == "" || e.Path != "/connect/token" {
					t.Fatalf("%+v", e)
				}
				time.Sleep(200 * time.Millisecond)
			}
			if calls, tokens := s.counts(); calls != 0 || tokens != 3 {
				t.Errorf("%d: %d calls, %d token requests in %s; want 0 and 3", code, calls, tokens, time.Since(start))
			}
		})
	}
}

// The way back: credentials that are mended work at the latest 5 s later.
func TestToken_mended(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{api: answers("[]")}
		s.identity = steps(status(401), func(w http.ResponseWriter, _ *http.Request) { issue(w, 1, 3600) })
		c := s.client(t)
		if _, err := c.Overview(t.Context(), theID); !errors.Is(err, ErrCredentials) {
			t.Error(err)
		}
		time.Sleep(refusalLife)
		if _, err := c.Overview(t.Context(), theID); err != nil {
			t.Error(err)
		}
	})
}

func TestToken_identityDown(t *testing.T) {
	t.Parallel()
	hang := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	for name, test := range map[string]struct {
		identity http.HandlerFunc
		kind     error
	}{
		"503":         {status(503), ErrUnavailable},
		"500":         {status(500), ErrUnavailable},
		"403":         {status(403), ErrUnavailable},
		"404":         {status(404), ErrUnavailable},
		"429":         {status(429), ErrRateLimited},
		"dropped":     {drop, ErrUnavailable},
		"HTML":        {answers("<html>body-canary"), ErrUnavailable},
		"no token":    {answers(`{"token_type":"canary"}`), ErrUnavailable},
		"not JSON":    {answers(`canary`), ErrUnavailable},
		"hangs":       {hang, ErrBusy}, // for a person, whose budget runs out first
		"odd code":    {answersWith(500, `{"error":"body canary"}`), ErrUnavailable},
		"code in 403": {answersWith(403, `{"error":"access_denied"}`), ErrUnavailable},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &stub{api: answers("[]"), identity: test.identity}
			start := time.Now()
			_, err := s.client(t).ForPerson().Overview(t.Context(), theID)
			checkFailure(t, err, test.kind)
			if took := time.Since(start); took > personBudget {
				t.Errorf("%s: took %s", name, took)
			}
			synctest.Wait()
			time.Sleep(fetchTimeout) // the last fetch ends by itself
		})
	}
	synctest.Test(t, func(t *testing.T) {
		s := &stub{api: answers("[]"), identity: hang}
		_, err := s.client(t).Overview(t.Context(), theID)
		checkFailure(t, err, ErrUnavailable)
	})
	// A short outage costs nobody an error.
	synctest.Test(t, func(t *testing.T) {
		s := &stub{api: answers("[]")}
		s.identity = steps(status(503), drop, func(w http.ResponseWriter, _ *http.Request) { issue(w, 1, 3600) })
		if _, err := s.client(t).ForPerson().Overview(t.Context(), theID); err != nil {
			t.Error(err)
		}
	})
}

func answersWith(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}
}

// A fetch is bounded by itself, not by whoever asked first.
func TestToken_fetchOutlivesAsker(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{api: answers("[]")}
		s.identity = func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(8 * time.Second)
			issue(w, 1, 3600)
		}
		c := s.client(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.Overview(ctx, theID); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		start := time.Now()
		if _, err := c.Overview(t.Context(), theID); err != nil {
			t.Error(err)
		}
		if _, tokens := s.counts(); tokens != 1 || time.Since(start) > 7*time.Second+time.Millisecond {
			t.Errorf("%d token requests, %s", tokens, time.Since(start))
		}
	})
}

// An app that was not granted all scopes still uses those that it has.
func TestToken_scopeRefused(t *testing.T) {
	t.Parallel()
	s := &stub{api: answers("[]")}
	s.identity = func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.FormValue("scope"), ScopeCustomers) {
			answersWith(400, `{"error":"invalid_scope"}`)(w, r)
			return
		}
		issue(w, 1, 3600)
	}
	synctest.Test(t, func(t *testing.T) {
		c := s.client(t)
		for range 3 {
			if _, err := c.Overview(t.Context(), theID); err != nil {
				t.Error(err)
			}
			time.Sleep(time.Minute)
		}
		_, err := c.Customer(t.Context(), theID)
		var e *Error
		if !errors.Is(err, ErrForbidden) || !errors.As(err, &e) || e.Scope != ScopeCustomers {
			t.Errorf("%+v", err)
		}
		if _, tokens := s.counts(); tokens != 3 {
			t.Errorf("%d token requests, want 3: all scopes, the one, the other", tokens)
		}
		granted, err := c.Scopes(t.Context())
		if err != nil || !slices.Equal(granted, []string{ScopeOverview}) {
			t.Errorf("%v, %v", granted, err)
		}
	})
}

func TestClient_Scopes(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string][]string{
		`{"access_token":"a","scope":"elements.cbprotected.read.all something.else"}`: {ScopeOverview, "something.else"},
		`{"access_token":"a"}`:            {ScopeOverview, ScopeCustomers},
		`{"access_token":"a","scope":""}`: {ScopeOverview, ScopeCustomers},
	} {
		s := &stub{identity: answers(answer)}
		got, err := s.client(t).Scopes(t.Context())
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v", answer, got, err)
		}
	}
	s := &stub{identity: answersWith(400, `{"error":"invalid_scope"}`)}
	if _, err := s.client(t).Scopes(t.Context()); !errors.Is(err, ErrForbidden) {
		t.Error(err)
	}
	s = &stub{identity: answersWith(400, `{"error":"invalid_client"}`)}
	if _, err := s.client(t).Scopes(t.Context()); !errors.Is(err, ErrCredentials) {
		t.Error(err)
	}
}

// A scope string beyond 300 characters was seen to fail.
func TestToken_longScopes(t *testing.T) {
	t.Parallel()
	s := &stub{api: answers("[]")}
	s.identity = func(w http.ResponseWriter, r *http.Request) {
		if len(r.FormValue("scope")) > longestScopes {
			t.Errorf("scope of %d characters", len(r.FormValue("scope")))
		}
		issue(w, 1, 3600)
	}
	c := s.client(t, func(o *Options) {
		for i := range 20 {
			o.Scopes = append(o.Scopes, fmt.Sprintf("elements.scope%02d.read.all", i))
		}
		o.Scopes = append(o.Scopes, ScopeOverview)
	})
	if _, err := c.Overview(t.Context(), theID); err != nil {
		t.Error(err)
	}
}

// x/oauth2 takes text/plain for a form; the identity service may call its JSON
// so.
func TestToken_anyContentType(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"application/json", "text/plain", "text/json; charset=utf-8", "application/x-www-form-urlencoded", ""} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := &stub{api: answers("[]")}
			s.identity = func(w http.ResponseWriter, r *http.Request) {
				w.Header()["Content-Type"] = []string{kind}
				if r.FormValue("scope") == ScopeOverview+" "+ScopeCustomers {
					w.WriteHeader(http.StatusBadRequest)
					fmt.Fprint(w, `{"error":"invalid_scope"}`)
					return
				}
				fmt.Fprint(w, `{"access_token":"t1","token_type":"Bearer","expires_in":3600}`)
			}
			if _, err := s.serve(t).Overview(t.Context(), theID); err != nil {
				t.Error(err)
			}
		})
	}
}
