package bot_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

const (
	lightTeam = "T0HOME"
	// lightID is an envelope's id; the digits at its end count.
	lightID = "5f1c6d52-8f0a-4c1b-9a3e-000000000000"
	// lightPings is well below what any client takes for a dead connection.
	lightPings = 5 * time.Second
)

// lightSlack is as little of Slack as one app lives with. It checks nothing and
// keeps nothing, so that what a benchmark measures is the app.
type lightSlack struct {
	*httptest.Server

	app      chan *websocket.Conn // each socket once it is open
	acked    chan struct{}        // one an ack
	answered chan struct{}        // one an answer
	curious  atomic.Bool          // the next answer is wanted
	answer   chan []byte

	conn  *websocket.Conn // that commands are sent on
	frame []byte          // a command's envelope
	id    []byte          // the place of the envelope's id in frame
	sent  int64
}

func newLightSlack(b *testing.B, text string) *lightSlack {
	b.Helper()
	const room = 64 // above what is ever under way
	s := &lightSlack{
		app: make(chan *websocket.Conn, 1), answer: make(chan []byte, 1),
		acked: make(chan struct{}, room), answered: make(chan struct{}, room),
	}
	s.Server = httptest.NewServer(s)
	b.Cleanup(s.Close)
	frame, err := json.Marshal(map[string]any{
		"envelope_id": lightID, "type": "slash_commands", "accepts_response_payload": true,
		"payload": map[string]string{
			"token": "light", "team_id": lightTeam, "team_domain": "home", "channel_id": ops, "channel_name": "ops",
			"user_id": ben, "user_name": "ben", "command": command, "text": text, "api_app_id": "A0LIGHT",
			"is_enterprise_install": "false", "response_url": s.URL + "/hook", "trigger_id": "1.2.3",
		},
	})
	if err != nil {
		b.Fatal(err)
	}
	at := bytes.Index(frame, []byte(lightID))
	s.frame, s.id = frame, frame[at:at+len(lightID)]
	return s
}

// ServeHTTP implements [http.Handler].
func (s *lightSlack) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/hook":
		s.hook(w, r)
	case "/link":
		s.link(w, r)
	case "/api/auth.test":
		fmt.Fprintf(w, `{"ok":true,"team":"Home","team_id":%q,"user_id":"UBOT"}`, lightTeam)
	case "/api/apps.connections.open":
		fmt.Fprintf(w, `{"ok":true,"url":%q}`, "ws"+strings.TrimPrefix(s.URL, "http")+"/link")
	case "/api/users.info":
		fmt.Fprintf(w, `{"ok":true,"user":{"id":%q,"team_id":%q,"name":"ben"}}`, ben, lightTeam)
	default:
		http.NotFound(w, r)
	}
}

// hook is every response_url.
func (s *lightSlack) hook(w http.ResponseWriter, r *http.Request) {
	if s.curious.CompareAndSwap(true, false) {
		body, _ := io.ReadAll(r.Body)
		s.answer <- body
	} else {
		_, _ = io.Copy(io.Discard, r.Body)
	}
	_, _ = io.WriteString(w, "ok")
	s.answered <- struct{}{}
}

// link is the WebSocket. Everything that the app sends on it is an ack.
func (s *lightSlack) link(w http.ResponseWriter, r *http.Request) {
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer conn.Close()
	_ = conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"hello","num_connections":1}`))
	stop := pings(conn)
	defer stop()
	s.app <- conn
	for {
		_, ack, err := conn.NextReader()
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, ack)
		s.acked <- struct{}{}
	}
}

func pings(conn *websocket.Conn) (stop func()) {
	gone := make(chan struct{})
	go func() {
		ticker := time.NewTicker(lightPings)
		defer ticker.Stop()
		for {
			_ = conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second))
			select {
			case <-ticker.C:
			case <-gone:
				return
			}
		}
	}()
	return func() { close(gone) }
}

// connected waits until the app has its socket.
func (s *lightSlack) connected(b *testing.B) {
	b.Helper()
	select {
	case s.conn = <-s.app:
	case <-time.After(10 * time.Second):
		b.Fatal("the app does not connect")
	}
}

// send sends the command once more, as a new one.
func (s *lightSlack) send(b *testing.B) {
	s.sent++
	for i, n := len(s.id)-1, s.sent; n > 0; i, n = i-1, n/10 {
		s.id[i] = '0' + byte(n%10)
	}
	if err := s.conn.WriteMessage(websocket.TextMessage, s.frame); err != nil {
		b.Fatal(err)
	}
}

// exchange has n commands acked and answered, so many under way at a time.
func (s *lightSlack) exchange(b *testing.B, n, underWay int) {
	for sent, done := 0, 0; done < n; done++ {
		for ; sent < n && sent-done < underWay; sent++ {
			s.send(b)
		}
		<-s.answered
		<-s.acked
	}
}

// sample is the body of one answer.
func (s *lightSlack) sample(b *testing.B) []byte {
	b.Helper()
	s.curious.Store(true)
	s.exchange(b, 1, 1)
	return <-s.answer
}
