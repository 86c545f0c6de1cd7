package slack

import (
	"bufio"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// socket is one WebSocket of the app.
type socket struct {
	number  int
	conn    *websocket.Conn
	frames  *frameReader
	writing sync.Mutex
	gone    chan struct{} // closed when the socket is cut
	cutOnce sync.Once
	muted   atomic.Bool // half-open: neither read nor written
	leaving atomic.Bool // recycled: gets no new envelopes while there is another
}

// writeWait bounds a write to an app that does not read.
const writeWait = 10 * time.Second

// send writes one text frame. A muted socket swallows it, as a dead network does.
func (s *socket) send(body []byte) error {
	if s.muted.Load() {
		return nil
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.conn.SetWriteDeadline(time.Now().Add(writeWait)); err != nil {
		return err
	}
	return s.conn.WriteMessage(websocket.TextMessage, body)
}

// cut breaks the connection.
func (s *socket) cut() {
	s.cutOnce.Do(func() {
		close(s.gone)
		_ = s.conn.Close()
	})
}

// hangUp says goodbye as RFC 6455 wants it, then breaks the connection.
func (s *socket) hangUp() {
	goodbye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	_ = s.conn.WriteControl(websocket.CloseMessage, goodbye, time.Now().Add(time.Second))
	s.cut()
}

// watchedWriter hands the upgrader a connection whose frames are watched.
type watchedWriter struct {
	http.ResponseWriter
	frames *frameReader
}

// Hijack wraps the connection on its way to the upgrader.
func (w *watchedWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	w.frames.Conn = conn
	return w.frames, buffered, nil
}

// upgrade turns a request into a socket.
func upgrade(rw http.ResponseWriter, r *http.Request) (*socket, error) {
	frames := &frameReader{}
	// A read buffer of its own keeps the upgrader from reading past the watcher.
	upgrader := websocket.Upgrader{
		ReadBufferSize: 4096, WriteBufferSize: 4096,
		CheckOrigin: func(*http.Request) bool { return true },
	}
	conn, err := upgrader.Upgrade(&watchedWriter{ResponseWriter: rw, frames: frames}, r, nil)
	if err != nil {
		return nil, err
	}
	conn.SetReadLimit(1 << 20)
	return &socket{conn: conn, frames: frames, gone: make(chan struct{})}, nil
}
