package slack_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

func TestOpen_token(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	good := s.post("apps.connections.open", s.ws.AppToken(), "")
	if !strings.HasPrefix(good.text("url"), "ws"+strings.TrimPrefix(s.server.URL, "http")+"/link/?") || good.header.Get("X-Oauth-Scopes") != "connections:write" {
		t.Errorf("url %q, scopes %q", good.text("url"), good.header.Get("X-Oauth-Scopes"))
	}
	if got := s.post("apps.connections.open", s.ws.BotToken(), "").code(); got != "not_allowed_token_type" {
		t.Errorf("bot token: %q", got)
	}
	if got := s.form("apps.connections.open", "token", s.ws.AppToken()).code(); got != "not_authed" {
		t.Errorf("token as a parameter: %q", got)
	}
}

func TestLink_hello(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	first, second := s.dial(), s.dial()
	if first.hello["num_connections"] != 1.0 || second.hello["num_connections"] != 2.0 {
		t.Errorf("num_connections %v, %v", first.hello["num_connections"], second.hello["num_connections"])
	}
	debug, _ := first.hello["debug_info"].(map[string]any)
	app, _ := first.hello["connection_info"].(map[string]any)
	if debug["approximate_connection_time"] != 18060.0 || app["app_id"] != "A0BACKUP" {
		t.Errorf("hello %v", first.hello)
	}
	if err := s.ws.AwaitSockets(s.context(), 2); err != nil || s.ws.Sockets() != 2 {
		t.Errorf("%d sockets, %v", s.ws.Sockets(), err)
	}
}

func TestLink_ticketOnce(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	url := s.post("apps.connections.open", s.ws.AppToken(), "").text("url")
	dial := func(url string) int {
		conn, response, err := websocket.DefaultDialer.Dial(url, nil)
		if err == nil {
			t.Cleanup(func() { conn.Close() })
		}
		if response == nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response.StatusCode
	}
	if got := dial(url); got != http.StatusSwitchingProtocols {
		t.Errorf("first use: %d", got)
	}
	if got := dial(url); got != http.StatusUnauthorized {
		t.Errorf("second use: %d", got)
	}
	old := s.post("apps.connections.open", s.ws.AppToken(), "").text("url")
	s.ws.Advance(time.Minute)
	if got := dial(old); got != http.StatusUnauthorized {
		t.Errorf("old ticket: %d", got)
	}
	if got := s.kinds()[slack.RefusedTicket]; got != 2 {
		t.Errorf("%d refused tickets", got)
	}
}

func TestLink_pings(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{PingEvery: 10 * time.Millisecond})
	l := s.dial()
	pings := make(chan struct{}, 100)
	l.conn.SetPingHandler(func(string) error { pings <- struct{}{}; return nil })
	l.ackAll(nil)
	for range 3 {
		select {
		case <-pings:
		case <-time.After(5 * time.Second):
			t.Fatal("no ping")
		}
	}
	s.ws.Mute(0)
	time.Sleep(50 * time.Millisecond) // what was on its way
	for len(pings) > 0 {
		<-pings
	}
	time.Sleep(50 * time.Millisecond)
	if len(pings) > 0 || s.ws.Sockets() != 0 {
		t.Errorf("a muted socket pings %d times; %d sockets audible", len(pings), s.ws.Sockets())
	}
}

func TestLink_tooMany(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	for range 10 {
		s.dial()
	}
	l := s.dialRaw()
	if frame := l.read(); frame["type"] != "disconnect" || frame["reason"] != "too_many_websockets" {
		t.Errorf("the 11th gets %v", frame)
	}
	l.closed()
	if s.ws.Sockets() != 10 {
		t.Errorf("%d sockets", s.ws.Sockets())
	}
}

// closed fails unless the connection ends.
func (l *line) closed() {
	l.t.Helper()
	_ = l.conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, _, err := l.conn.ReadMessage(); err == nil {
		l.t.Error("the connection lives on")
	} else if strings.Contains(err.Error(), "timeout") {
		l.t.Error("the connection is not closed")
	}
}

func TestDispatch_eitherSocket(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	s.dial().ackAll(nil)
	s.dial().ackAll(nil)
	used := map[int]int{}
	for range 40 {
		receipt, err := s.ws.Slash(s.context(), slack.SlashCommand{UserID: ana, ChannelID: ops, Command: "/b"})
		if err != nil {
			t.Fatal(err)
		}
		used[receipt.Socket]++
	}
	if used[1] < 5 || used[2] < 5 {
		t.Errorf("envelopes per socket: %v", used)
	}
	if acks := s.ws.Acks(); len(acks) != 40 || acks[0].Type != "slash_commands" || acks[0].Size == 0 {
		t.Errorf("%d acks, first %+v", len(acks), acks[0])
	}
}

// TestDisconnect_warning: the socket is served on, and closed after the grace.
func TestDisconnect_warning(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{WarningGrace: 150 * time.Millisecond})
	l := s.dial()
	got := l.ackAll(nil)
	s.ws.Disconnect(slack.ReasonWarning, 1)
	if frame := <-got; frame["type"] != "disconnect" || frame["reason"] != "warning" {
		t.Fatalf("frame %v", frame)
	}
	if _, err := s.ws.Slash(s.context(), slack.SlashCommand{UserID: ana, ChannelID: ops, Command: "/b"}); err != nil {
		t.Errorf("during the grace: %v", err)
	}
	<-got
	if _, open := <-got; open {
		t.Error("still open after the grace")
	}
	s.eventually(func() bool { return s.ws.Sockets() == 0 })
}

// TestDisconnect_refresh: another socket takes all that is new.
func TestDisconnect_refresh(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	s.dial().ackAll(nil)
	s.dial().ackAll(nil)
	s.ws.Disconnect(slack.ReasonRefreshRequested, 1)
	for range 20 {
		receipt, err := s.ws.Slash(s.context(), slack.SlashCommand{UserID: ana, ChannelID: ops, Command: "/b"})
		if err != nil || receipt.Socket != 2 {
			t.Fatalf("socket %d, %v", receipt.Socket, err)
		}
	}
}

func TestDisconnect_atOnce(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{slack.ReasonLinkDisabled, slack.ReasonTooManyWebsockets} {
		s := setup(t, slack.Options{})
		l := s.dial()
		s.ws.Disconnect(reason, 0)
		if frame := l.read(); frame["reason"] != reason {
			t.Errorf("frame %v", frame)
		}
		l.closed()
	}
}

func TestUnroutable(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	s.ws.Unroutable(slack.ReasonLinkDisabled)
	l := s.dial()
	if frame := l.read(); frame["reason"] != "link_disabled" {
		t.Errorf("frame %v", frame)
	}
	l.closed()
	s.ws.Unroutable("")
	s.dial()
	if s.ws.Sockets() != 1 {
		t.Errorf("%d sockets", s.ws.Sockets())
	}
}

// TestMute_ghost: a dead socket stays registered and swallows envelopes until it
// is cut.
func TestMute_ghost(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{AckDeadline: 20 * time.Millisecond})
	dead := s.dial()
	s.ws.Mute(1)
	dead.conn.Close()
	live := s.dial()
	if live.hello["num_connections"] != 2.0 {
		t.Errorf("num_connections %v, want the ghost counted", live.hello["num_connections"])
	}
	live.ackAll(nil)
	lost := 0
	for range 20 {
		if _, err := s.ws.Slash(s.context(), slack.SlashCommand{UserID: ana, ChannelID: ops, Command: "/b"}); err != nil {
			lost++
		}
	}
	if lost == 0 || lost == 20 {
		t.Errorf("%d of 20 lost, want some", lost)
	}
	s.ws.Cut(1)
	s.eventually(func() bool {
		_, err := s.ws.Slash(s.context(), slack.SlashCommand{UserID: ana, ChannelID: ops, Command: "/b"})
		return err == nil
	})
}

func TestInjectEnvelope_anything(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	l := s.dial()
	for _, raw := range []string{`{not json`, `{"envelope_id":"e1","type":"never_seen","payload":7}`, `"` + strings.Repeat("x", 1<<20) + `"`} {
		if err := s.ws.InjectEnvelope([]byte(raw)); err != nil {
			t.Fatal(err)
		}
		_, got, err := l.conn.ReadMessage()
		if err != nil || string(got) != raw {
			t.Errorf("read %d bytes, %v; want %d", len(got), err, len(raw))
		}
	}
	l.write(map[string]any{"envelope_id": "e1"})
	s.eventually(func() bool { return len(s.ws.Acks()) == 1 })
	if s.ws.Acks()[0].Type != "never_seen" {
		t.Errorf("ack %+v", s.ws.Acks()[0])
	}
}

func TestClose_endsWaits(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	s.dial()
	done := make(chan error, 2)
	go func() {
		_, err := s.ws.Slash(s.context(), slack.SlashCommand{UserID: ana, ChannelID: ops, Command: "/b"})
		done <- err
	}()
	go func() { done <- s.ws.AwaitSockets(s.context(), 9) }()
	feed, _ := s.ws.Changes()
	s.eventually(func() bool { return len(s.ws.Traffic(0)) > 3 })
	s.ws.Close()
	for range 2 {
		if err := <-done; err == nil {
			t.Error("a wait ends without an error")
		}
	}
	for range feed {
	}
	if _, err := s.ws.Slash(s.context(), slack.SlashCommand{UserID: ana, ChannelID: ops, Command: "/b"}); err == nil {
		t.Error("a command after Close succeeds")
	}
}
