package main

import (
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// TestPlague: 4 % are limited and 8 % lost, as the witness sees them, and what a
// lost answer was about is there, except where it was never done.
func TestPlague(t *testing.T) {
	t.Parallel()
	const posts = 3000
	ws := fakeslack.New(fakeslack.Options{Seed: 3, KeepTraffic: -1})
	defer ws.Close()
	ws.AddChannel(fakeslack.Channel{ID: "C1", Members: []string{ws.BotUserID()}})
	settings{plague: plague, latest: 10 * time.Millisecond}.infect(ws)
	w := &witness{next: ws.Handler(), posting: make(chan struct{}, 1)}
	server := httptest.NewServer(w)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	body := url.Values{"channel": {"C1"}, "text": {"a"}, "token": {ws.BotToken()}}.Encode()
	for range posts {
		res, err := client.Post(server.URL+"/api/chat.postMessage", "application/x-www-form-urlencoded", strings.NewReader(body))
		if err == nil {
			res.Body.Close()
		}
	}
	if err := ws.AwaitLate(t.Context()); err != nil {
		t.Fatal(err)
	}
	near := func(name string, got, share float64) {
		if want := share * posts; math.Abs(got-want) > 4*math.Sqrt(want) {
			t.Errorf("%s: %v of %d, want about %v", name, got, posts, want)
		}
	}
	near("limited", float64(w.of(limited)), 0.04)
	near("lost", float64(w.of(lost)), 0.08)
	near("not done", posts-float64(len(ws.Messages("C1", ""))), 0.05)
	if len(w.all()) != posts || len(w.posting) != 1 {
		t.Errorf("%d calls seen", len(w.all()))
	}
}

// TestWitness: what a caller may know of a call that posts; nothing else counts.
func TestWitness(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		path   string
		answer http.HandlerFunc
		want   []outcome
	}{
		"done":      {"chat.postMessage", text(200, `{"ok":true}`), []outcome{answered}},
		"refused":   {"chat.update", text(200, `{"ok":false,"error":"is_archived"}`), []outcome{answered}},
		"limited":   {"files.completeUploadExternal", text(429, `{"ok":false,"error":"ratelimited"}`), []outcome{limited}},
		"internal":  {"chat.postMessage", text(200, `{"ok":false,"error":"internal_error"}`), []outcome{lost}},
		"gateway":   {"chat.postMessage", text(502, `<html>`), []outcome{lost}},
		"dropped":   {"chat.postMessage", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, []outcome{lost}},
		"a look-up": {"conversations.history", text(200, `{"ok":true}`), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := &witness{next: c.answer, posting: make(chan struct{}, 1)}
			server := httptest.NewServer(w)
			if res, err := server.Client().Post(server.URL+"/api/"+c.path, "", nil); err == nil {
				res.Body.Close()
			}
			server.Close() // waits for the handler
			calls := w.all()
			if len(calls) != len(c.want) {
				t.Fatalf("%+v", calls)
			}
			for i, call := range calls {
				if call.Outcome != c.want[i] || call.Method != c.path || call.End.Before(call.Begun) {
					t.Errorf("%+v, want %v", call, c.want[i])
				}
			}
		})
	}
}

func text(status int, body string) http.HandlerFunc {
	return func(rw http.ResponseWriter, _ *http.Request) {
		rw.WriteHeader(status)
		_, _ = rw.Write([]byte(body))
	}
}
