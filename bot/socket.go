package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
)

const (
	// deafAfter is the silence after which a socket is given up. Slack pings
	// about every ten seconds.
	deafAfter = 33 * time.Second
	// frameLimit bounds one frame from Slack; a larger one is passed over.
	frameLimit = 1 << 20
	// writeTimeout bounds the writing of one ack.
	writeTimeout = 2 * time.Second
	// farewell is how long a socket that we close waits for Slack's close, so
	// that no ack on its way is cut off.
	farewell = 300 * time.Millisecond
	// writeBuffer holds every ack whole: Slack drops one that comes in
	// fragments.
	writeBuffer = 32 << 10
)

// socket is one WebSocket to Slack's Socket Mode. It acks on the socket that
// received, hands the envelope on, and never works.
// https://docs.slack.dev/apis/events-api/using-socket-mode
//
// It is our own and not slack-go's client, because that one closes its socket
// at the first word of a refresh: what Slack sends on it in the ten seconds
// that it announces would be lost.
type socket struct {
	line    *line
	conn    *websocket.Conn
	writing sync.Mutex
	leaving chan string   // the reason of a `disconnect`, at most one
	greeted bool          // Slack said hello; read and written by the reader alone
	ended   chan struct{} // closed when nothing more is read
	end     error         // why; set before ended is closed
}

// openSocket asks for an address and dials it. The address holds a ticket, so
// no error repeats it.
// https://docs.slack.dev/reference/methods/apps.connections.open
func openSocket(ctx context.Context, l *line) (*socket, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*callTimeout)
	defer cancel()
	_, address, err := l.api.StartSocketModeContext(ctx)
	if err != nil {
		return nil, fmt.Errorf("apps.connections.open: %w", bare(err))
	}
	if !l.mayDial(address) {
		return nil, errors.New("apps.connections.open: the address is no WebSocket of Slack's")
	}
	dialer := websocket.Dialer{
		Proxy:            http.ProxyFromEnvironment,
		HandshakeTimeout: callTimeout,
		WriteBufferSize:  writeBuffer,
	}
	conn, response, err := dialer.DialContext(ctx, address, nil)
	if response != nil {
		defer response.Body.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("socket: %w", bare(err))
	}
	s := &socket{line: l, conn: conn, leaving: make(chan string, 1), ended: make(chan struct{})}
	conn.SetPingHandler(s.pong)
	return s, nil
}

// mayDial reports whether an address may be dialled: encrypted, unless the
// operator's SLACK_API_URL is not.
func (l *line) mayDial(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && (u.Scheme == "wss" || u.Scheme == "ws" && l.plain)
}

// pong answers a ping and notes that Slack was heard.
func (s *socket) pong(data string) error {
	s.heard(time.Now())
	return s.conn.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(writeTimeout))
}

// heard puts off the moment at which the socket counts as deaf.
func (s *socket) heard(now time.Time) {
	if s.greeted {
		s.line.state.heard.Store(now.UnixNano())
	}
	_ = s.conn.SetReadDeadline(now.Add(deafAfter)) // a closed socket says so at the next read
}

// read takes frames until the socket ends.
func (s *socket) read() {
	defer close(s.ended)
	defer s.conn.Close()
	s.end = s.frames()
	if s.greeted {
		s.line.state.open.Add(-1)
	}
}

// frames takes frames. Its error is the end of the socket.
func (s *socket) frames() error {
	for {
		_, frame, err := s.conn.NextReader()
		if err != nil {
			return err
		}
		body, err := io.ReadAll(io.LimitReader(frame, frameLimit+1))
		if err != nil {
			return err
		}
		s.heard(time.Now())
		if len(body) > frameLimit {
			s.line.log.Warn("frame passed over", "bytes", len(body))
			continue
		}
		s.take(body)
	}
}

// envelope is what Slack wraps around everything that it sends.
type envelope struct {
	Type        string          `json:"type"`
	ID          string          `json:"envelope_id"`
	Reason      string          `json:"reason"`          // of a disconnect
	Connections int             `json:"num_connections"` // of a hello
	Payload     json.RawMessage `json:"payload"`
}

// take acks a frame and hands it on; what changes something is acked by whoever
// stores it. What cannot be understood is acked too: unacked it would come again,
// and count as a failure of the app.
func (s *socket) take(frame []byte) {
	defer func() {
		if p := recover(); p != nil { // one odd frame must not end the process
			s.line.log.Error("frame not handled", "bytes", len(frame), "err", fmt.Errorf("%w: %v", errPanic, p))
		}
	}()
	arrived := time.Now()
	var e envelope
	if err := json.Unmarshal(frame, &e); err != nil {
		s.line.log.Warn("frame not understood", "bytes", len(frame))
		// The id may be readable where another field is not.
	}
	acked := func(response any) {
		s.ack(e.ID, response)
		s.line.intake.tally.acked(time.Since(arrived))
	}
	if e.ID != "" && e.Type == "interactive" {
		if store := s.line.intake.storing(e.Payload); store != nil {
			if err := store(e.ID, e.Payload, acked); err != nil {
				s.line.log.Warn("envelope not understood", "type", e.Type, "envelope_id", e.ID, "bytes", len(frame))
			}
			return
		}
	}
	if e.ID != "" {
		acked(nil)
	}
	if err := s.hand(e); err != nil {
		s.line.log.Warn("envelope not understood", "type", e.Type, "envelope_id", e.ID, "bytes", len(frame))
	}
}

// hand gives an envelope to whom it concerns.
func (s *socket) hand(e envelope) error {
	switch e.Type {
	case "hello":
		if !s.greeted {
			s.greeted = true
			s.line.hello(e.Connections)
			s.heard(time.Now())
		}
	case "disconnect":
		s.leave(e.Reason)
	case "slash_commands":
		var c slack.SlashCommand
		if err := json.Unmarshal(e.Payload, &c); err != nil {
			return err
		}
		s.line.intake.slash(e.ID, c)
	case "interactive":
		return s.line.intake.interaction(e.ID, e.Payload)
	case "events_api":
		return s.line.intake.event(e.Payload)
	default:
		return errors.New("unknown type")
	}
	return nil
}

// leave notes that Slack is about to close this socket.
func (s *socket) leave(reason string) {
	select {
	case s.leaving <- reason:
	default:
	}
}

// ack tells Slack that an envelope has arrived. Only that of a form carries a
// response: answers go another way. When ack returns, the frame is on its way.
func (s *socket) ack(id string, response any) {
	s.writing.Lock()
	defer s.writing.Unlock()
	frame, err := json.Marshal(struct {
		ID       string `json:"envelope_id"`
		Response any    `json:"payload,omitempty"`
	}{id, response})
	if err == nil {
		_ = s.conn.SetWriteDeadline(time.Now().Add(writeTimeout)) // a closed socket says so at the write
		err = s.conn.WriteMessage(websocket.TextMessage, frame)
	}
	if err != nil {
		s.line.log.Warn("ack not sent", "envelope_id", id, "err", err)
	}
}

// close says goodbye and waits a moment for Slack's.
func (s *socket) close() {
	bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	_ = s.conn.WriteControl(websocket.CloseMessage, bye, time.Now().Add(farewell))
	if !waited(s.ended, farewell) {
		_ = s.conn.Close()
		<-s.ended
	}
}
