package bot

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// slack-go sends the token in the form, which Go would post again to wherever
// a redirect leads.
func TestWeb_followsNoRedirect(t *testing.T) {
	t.Parallel()
	var reached atomic.Bool
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }))
	defer elsewhere.Close()
	slack := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusTemporaryRedirect)
	}))
	defer slack.Close()
	w := newWeb(slack.URL + "/api/")
	defer w.http.CloseIdleConnections()
	if err := w.signIn(t.Context(), Tokens{Bot: "xoxb-canary"}); err == nil {
		t.Error("signed in through a redirect")
	}
	err := (&replies{web: w}).post(t.Context(), slack.URL+"/commands/T1", &webhookMessage{Text: "canary"})
	if err == nil {
		t.Error("answered through a redirect")
	}
	if reached.Load() {
		t.Error("the other host was reached")
	}
}
