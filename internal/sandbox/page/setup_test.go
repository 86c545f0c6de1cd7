package page

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The people and channels of every test.
const (
	ana    = "U0ANA"
	gus    = "U0GUS" // a guest, in shared only
	eve    = "U0EVE" // of another organisation, in shared only
	review = "C0REVIEW"
	den    = "G0DEN"   // private, ana and the bot
	shared = "C0SHARE" // with another organisation
)

// stage is a workspace with its app's side on one server and the page on another.
type stage struct {
	t    *testing.T
	ws   *slack.Workspace
	api  *httptest.Server
	page *httptest.Server
	http *http.Client
}

func setup(t *testing.T, o Options) *stage {
	t.Helper()
	return setupImpatient(t, o, 0)
}

// setupImpatient has a workspace that waits only so long for an ack.
func setupImpatient(t *testing.T, o Options, deadline time.Duration) *stage {
	t.Helper()
	ws := slack.New(slack.Options{AckDeadline: deadline})
	api := httptest.NewServer(ws.Handler())
	ws.SetURL(api.URL)
	bot := ws.BotUserID()
	ws.AddUser(slack.User{ID: ana, Name: "ana", RealName: "Ana Lima", TZ: "Europe/Lisbon", IsAdmin: true})
	ws.AddUser(slack.User{ID: gus, Name: "gus", IsRestricted: true})
	ws.AddUser(slack.User{ID: eve, Name: "eve", TeamID: "T0EVIL"})
	ws.AddChannel(slack.Channel{ID: review, Name: "backup-review", Members: []string{ana, bot}})
	ws.AddChannel(slack.Channel{ID: den, Name: "den", IsPrivate: true, Members: []string{ana, bot}})
	ws.AddChannel(slack.Channel{ID: shared, Name: "ext-fabrikam", IsExtShared: true, Members: []string{ana, gus, eve, bot}})

	o.Workspace = ws
	s := &stage{t: t, ws: ws, api: api, page: httptest.NewServer(New(o)), http: &http.Client{Transport: &http.Transport{}}}
	t.Cleanup(func() {
		ws.Close()
		s.http.CloseIdleConnections()
		s.page.Close()
		api.Close()
	})
	return s
}

// get reads one of the page's JSON routes.
func (s *stage) get(path string, into any) {
	s.t.Helper()
	response := s.do(http.MethodGet, path, "", nil)
	if response.status != http.StatusOK {
		s.t.Fatalf("GET %s: %d %s", path, response.status, response.body)
	}
	if err := json.Unmarshal([]byte(response.body), into); err != nil {
		s.t.Fatalf("GET %s: %v in %s", path, err, response.body)
	}
}

type response struct {
	status int
	header http.Header
	body   string
}

// post sends JSON as the page's own script does.
func (s *stage) post(path, body string) response {
	s.t.Helper()
	return s.do(http.MethodPost, path, body, http.Header{
		"Content-Type": {"application/json"}, "Origin": {s.page.URL}, "Sec-Fetch-Site": {"same-origin"},
	})
}

func (s *stage) do(method, path, body string, header http.Header) response {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.page.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for name, values := range header {
		request.Header[name] = values
	}
	if host := header.Get("Host"); host != "" {
		request.Host = host
	}
	answer, err := s.http.Do(request)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	return response{status: answer.StatusCode, header: answer.Header, body: string(raw)}
}

// app is a hand-made app: one socket, and the Web API.
type app struct {
	s    *stage
	conn *websocket.Conn
}

func (s *stage) connect() *app {
	s.t.Helper()
	var opened struct{ URL string }
	s.call("apps.connections.open", s.ws.AppToken(), map[string]any{}, &opened)
	conn, answer, err := websocket.DefaultDialer.DialContext(s.t.Context(), opened.URL, nil)
	if err != nil {
		s.t.Fatalf("dial: %v", err)
	}
	answer.Body.Close()
	s.t.Cleanup(func() { conn.Close() })
	a := &app{s: s, conn: conn}
	a.read() // hello
	return a
}

// call calls a Web API method and insists on ok.
func (s *stage) call(method, token string, body map[string]any, into any) {
	s.t.Helper()
	raw := s.send(s.api.URL+"/api/"+method, token, body)
	var answer struct {
		OK    bool
		Error string
	}
	if err := json.Unmarshal(raw, &answer); err != nil || !answer.OK {
		s.t.Fatalf("%s: %v %s", method, err, raw)
	}
	if into != nil {
		if err := json.Unmarshal(raw, into); err != nil {
			s.t.Fatalf("%s: %v", method, err)
		}
	}
}

func (s *stage) send(url, token string, body map[string]any) []byte {
	s.t.Helper()
	encoded, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, url, strings.NewReader(string(encoded)))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := s.http.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return raw
}

type envelope struct {
	ID      string `json:"envelope_id"`
	Type    string
	Payload struct {
		Text        string
		UserID      string `json:"user_id"`
		ResponseURL string `json:"response_url"`
		TriggerID   string `json:"trigger_id"`
		Actions     []struct {
			ActionID       string `json:"action_id"`
			Value          string
			SelectedOption struct{ Value string } `json:"selected_option"`
		}
		View struct {
			State struct {
				Values map[string]map[string]struct{ Value string }
			}
		}
	}
}

func (a *app) read() envelope {
	a.s.t.Helper()
	_ = a.conn.SetReadDeadline(time.Now().Add(10 * time.Second)) // a broken connection fails the read
	var e envelope
	if err := a.conn.ReadJSON(&e); err != nil {
		a.s.t.Fatalf("read: %v", err)
	}
	return e
}

// take reads an envelope and acknowledges it, with a payload if there is one.
func (a *app) take(payload any) envelope {
	a.s.t.Helper()
	e := a.read()
	ack := map[string]any{"envelope_id": e.ID}
	if payload != nil {
		ack["payload"] = payload
	}
	if err := a.conn.WriteJSON(ack); err != nil {
		a.s.t.Fatalf("ack: %v", err)
	}
	return e
}

// say posts as the app.
func (a *app) say(channelID, text string) {
	a.s.t.Helper()
	a.s.call("chat.postMessage", a.s.ws.BotToken(), map[string]any{"channel": channelID, "text": text}, nil)
}
