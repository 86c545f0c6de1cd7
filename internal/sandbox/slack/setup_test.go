package slack_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack/socketmode"
	"go.uber.org/goleak"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The people and channels of every test.
const (
	ana   = "U0ANA"
	guest = "U0GUEST"
	eve   = "U0EVE" // of another organisation
	ops   = "C0OPS"
	den   = "G0DEN"   // private, without the bot
	board = "G0BOARD" // private, with the bot
	hall  = "C0HALL"  // public, without the bot
)

// stage is a workspace behind a server, with a plain HTTP client for the app.
type stage struct {
	t      *testing.T
	ws     *slack.Workspace
	server *httptest.Server
	client *http.Client
}

func setup(t *testing.T, o slack.Options) *stage {
	t.Helper()
	ws := slack.New(o)
	server := httptest.NewServer(ws.Handler())
	ws.SetURL(server.URL)
	transport := &http.Transport{}
	s := &stage{t: t, ws: ws, server: server, client: &http.Client{Transport: transport, Timeout: 10 * time.Second}}
	t.Cleanup(func() {
		ws.Close()
		transport.CloseIdleConnections()
		server.Close()
	})
	bot := ws.BotUserID()
	ws.AddUser(slack.User{ID: ana, Name: "ana", RealName: "Ana Lima", TZ: "Europe/Lisbon"})
	ws.AddUser(slack.User{ID: guest, Name: "gus", IsRestricted: true})
	ws.AddUser(slack.User{ID: eve, Name: "eve", TeamID: "T0EVIL", IsStranger: true})
	ws.AddChannel(slack.Channel{ID: ops, Name: "ops", Members: []string{ana, bot}})
	ws.AddChannel(slack.Channel{ID: den, Name: "den", IsPrivate: true, Members: []string{ana}})
	ws.AddChannel(slack.Channel{ID: board, Name: "board", IsPrivate: true, Members: []string{ana, bot}})
	ws.AddChannel(slack.Channel{ID: hall, Name: "hall", Members: []string{ana}})
	return s
}

func (s *stage) context() context.Context {
	ctx, cancel := context.WithTimeout(s.t.Context(), 20*time.Second)
	s.t.Cleanup(cancel)
	return ctx
}

// reply is an answer of the Web API or a response_url.
type reply struct {
	status int
	header http.Header
	raw    string
	json   map[string]any
}

func (r reply) code() string {
	code, _ := r.json["error"].(string)
	return code
}

func (r reply) text(keys ...string) string {
	var node any = r.json
	for _, key := range keys {
		object, _ := node.(map[string]any)
		node = object[key]
	}
	return fmt.Sprint(node)
}

// form calls a method as most clients do: everything in a form, token too.
func (s *stage) form(method string, pairs ...string) reply {
	s.t.Helper()
	values := url.Values{"token": {s.ws.BotToken()}}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.server.URL+"/api/"+method, strings.NewReader(values.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.do(request)
}

// post sends JSON with a token in the header ("" for none).
func (s *stage) post(target, token string, body any) reply {
	s.t.Helper()
	if !strings.Contains(target, "://") {
		target = s.server.URL + "/api/" + target
	}
	raw, ok := body.(string)
	if !ok {
		encoded, err := json.Marshal(body)
		if err != nil {
			s.t.Fatal(err)
		}
		raw = string(encoded)
	}
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, target, strings.NewReader(raw))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	return s.do(request)
}

func (s *stage) do(request *http.Request) reply {
	s.t.Helper()
	response, err := s.client.Do(request)
	if err != nil {
		s.t.Fatalf("%s: %v", request.URL.Path, err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatalf("%s: %v", request.URL.Path, err)
	}
	r := reply{status: response.StatusCode, header: response.Header, raw: string(raw), json: map[string]any{}}
	if bytes.HasPrefix(raw, []byte("{")) {
		if err := json.Unmarshal(raw, &r.json); err != nil {
			s.t.Fatalf("%s: %v in %s", request.URL.Path, err, raw)
		}
	}
	return r
}

// line is one Socket Mode connection of a hand-made app.
type line struct {
	t     *testing.T
	conn  *websocket.Conn
	hello map[string]any
}

func (s *stage) dial() *line {
	s.t.Helper()
	l := s.dialRaw()
	l.hello = l.read()
	if l.hello["type"] != "hello" {
		s.t.Fatalf("first frame is %v, want hello", l.hello)
	}
	return l
}

func (s *stage) dialRaw() *line {
	s.t.Helper()
	opened := s.post("apps.connections.open", s.ws.AppToken(), "")
	// A buffer smaller than an ack would send it in fragments.
	dialer := websocket.Dialer{WriteBufferSize: 32 << 10}
	conn, response, err := dialer.DialContext(s.t.Context(), opened.text("url"), nil)
	if err != nil {
		s.t.Fatalf("dial: %v", err)
	}
	response.Body.Close()
	s.t.Cleanup(func() { conn.Close() })
	return &line{t: s.t, conn: conn}
}

// read returns the next frame.
func (l *line) read() map[string]any {
	l.t.Helper()
	if err := l.conn.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		l.t.Fatal(err)
	}
	var frame map[string]any
	if err := l.conn.ReadJSON(&frame); err != nil {
		l.t.Fatalf("read: %v", err)
	}
	return frame
}

func (l *line) write(frame any) {
	l.t.Helper()
	if err := l.conn.WriteJSON(frame); err != nil {
		l.t.Fatalf("write: %v", err)
	}
}

// ackAll acknowledges everything with an answer's payload and hands the
// envelopes on, until the connection ends.
func (l *line) ackAll(payload func(envelope map[string]any) any) <-chan map[string]any {
	envelopes := make(chan map[string]any, 1000)
	_ = l.conn.SetReadDeadline(time.Time{})
	go func() {
		defer close(envelopes)
		for {
			var envelope map[string]any
			if l.conn.ReadJSON(&envelope) != nil {
				return
			}
			ack := map[string]any{"envelope_id": envelope["envelope_id"]}
			if payload != nil {
				if p := payload(envelope); p != nil {
					ack["payload"] = p
				}
			}
			if envelope["envelope_id"] != nil && l.conn.WriteJSON(ack) != nil {
				return
			}
			envelopes <- envelope
		}
	}()
	return envelopes
}

// kinds counts the refusals of each kind.
func (s *stage) kinds() map[string]int {
	counts := map[string]int{}
	for _, r := range s.ws.Refusals() {
		counts[r.Kind]++
	}
	return counts
}

// eventually waits for what a goroutine of the workspace is about to do.
func (s *stage) eventually(done func() bool) {
	s.t.Helper()
	deadline := time.Now().Add(5 * time.Second)
	for !done() {
		if time.Now().After(deadline) {
			s.t.Fatal("did not happen within 5 s")
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// eventuallyDialled runs the independent client until it is connected.
func (s *stage) eventuallyDialled() {
	s.t.Helper()
	s.run(s.api(), func(*socketmode.Client, socketmode.Event) {})
}
