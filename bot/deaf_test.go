package bot

import (
	"bufio"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
)

// pipeSocket is a socket over a connection in memory, with Slack's side of it.
func pipeSocket(t *testing.T) (*socket, *websocket.Conn) {
	t.Helper()
	ours, theirs := net.Pipe()
	accepted := make(chan *websocket.Conn, 1)
	go func() {
		r, err := http.ReadRequest(bufio.NewReader(theirs))
		if err != nil {
			close(accepted)
			return
		}
		conn, err := (&websocket.Upgrader{}).Upgrade(&hijacked{conn: theirs, header: http.Header{}}, r, nil)
		if err != nil {
			close(accepted)
			return
		}
		accepted <- conn
	}()
	conn, _, err := (&websocket.Dialer{NetDial: func(string, string) (net.Conn, error) { return ours, nil }}).Dial("ws://slack.test/link", nil)
	if err != nil {
		t.Fatal(err)
	}
	l := &line{state: &lineState{}, log: slog.New(slog.DiscardHandler)}
	s := &socket{line: l, conn: conn, leaving: make(chan string, 1), ended: make(chan struct{})}
	conn.SetPingHandler(s.pong)
	return s, <-accepted
}

// hijacked is a response that gives up its connection.
type hijacked struct {
	http.ResponseWriter
	conn   net.Conn
	header http.Header
}

func (h *hijacked) Header() http.Header { return h.header }

func (h *hijacked) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return h.conn, bufio.NewReadWriter(bufio.NewReader(h.conn), bufio.NewWriter(h.conn)), nil
}

// A socket on which Slack falls silent, without a close, is given up within
// 35 s of its last word.
func TestSocket_deafIsGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, slack := pipeSocket(t)
		defer slack.Close()
		go func() { // Slack's side takes the pongs
			for {
				if _, _, err := slack.ReadMessage(); err != nil {
					return
				}
			}
		}()
		s.heard(time.Now())
		go s.read()
		for range 10 {
			time.Sleep(10 * time.Second)
			if err := slack.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second)); err != nil {
				t.Fatal(err)
			}
		}
		silent := time.Now()
		<-s.ended
		if took := time.Since(silent); took < 30*time.Second || took > 35*time.Second {
			t.Errorf("given up after %v of silence, want 30 to 35 s", took)
		}
	})
}
