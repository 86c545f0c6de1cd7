package slack

import (
	"net/http"
	"slices"
	"time"
)

// wire is the app's side of Socket Mode: its sockets and what was sent over them.
type wire struct {
	sockets    []*socket // registered, oldest first; muted ones are among them
	numbered   int
	refuseWith string // disconnect reason for every new socket
	deliveries map[string]*delivery
	recent     []string // envelope ids, oldest first
}

func newWire() wire { return wire{deliveries: map[string]*delivery{}} }

// serveLink is one WebSocket from its handshake to its end.
func (w *Workspace) serveLink(rw http.ResponseWriter, r *http.Request) {
	if fault := w.begin(r, "link", ""); fault != nil {
		if !w.pause(r.Context(), fault.Delay) {
			return
		}
		if fault.spoils() {
			fault.write(rw, nil)
			return
		}
	}
	if !w.admit(r.URL.Query().Get("ticket")) {
		http.Error(rw, "invalid ticket", http.StatusUnauthorized)
		return
	}
	if !w.enter() {
		http.Error(rw, "closed", http.StatusServiceUnavailable)
		return
	}
	defer w.running.Done()
	s, err := upgrade(rw, r)
	if err != nil {
		return // the upgrader has answered
	}
	defer s.cut()
	w.runSocket(s, r.URL.Query().Get("debug_reconnects") == "true")
}

// admit redeems a ticket. It takes mu itself.
func (w *Workspace) admit(ticket string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.redeem(ticket) {
		return true
	}
	w.refuse(Refusal{Kind: RefusedTicket, Where: "link", Detail: "unknown, used or old"})
	return false
}

// runSocket greets, serves and forgets one socket.
func (w *Workspace) runSocket(s *socket, debugReconnects bool) {
	count, reason := w.register(s)
	if reason == ReasonTooManyWebsockets && count > w.options.MaxSockets {
		w.turnAway(s, reason)
		return
	}
	defer w.unregister(s)
	w.sendFrame(s, "hello", w.hello(count, debugReconnects))
	if reason != "" {
		w.turnAway(s, reason)
		return
	}
	w.goWith(func() { w.ping(s) })
	if debugReconnects {
		w.goWith(func() { w.endLater(s, debugConnectionTime, true) })
	}
	w.listen(s)
}

// goWith starts a goroutine of a running socket, which Close waits for.
func (w *Workspace) goWith(f func()) {
	if w.enter() {
		go func() {
			defer w.running.Done()
			f()
		}()
	}
}

// register counts a socket in, unless it is one too many; the reason says why it
// has to go at once.
func (w *Workspace) register(s *socket) (count int, reason string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	count = len(w.wire.sockets) + 1
	if count > w.options.MaxSockets {
		return count, ReasonTooManyWebsockets
	}
	if w.closed {
		s.cut()
	}
	w.wire.numbered++
	s.number = w.wire.numbered
	w.wire.sockets = append(w.wire.sockets, s)
	w.publish(Change{Kind: SocketOpened, Sockets: w.audible()})
	return count, w.wire.refuseWith
}

func (w *Workspace) unregister(s *socket) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wire.sockets = slices.DeleteFunc(w.wire.sockets, func(other *socket) bool { return other == s })
	w.publish(Change{Kind: SocketClosed, Sockets: w.audible()})
}

// listen reads acks until the socket ends.
func (w *Workspace) listen(s *socket) {
	s.conn.SetPingHandler(func(data string) error { return s.pong(data) })
	for {
		kind, body, err := s.conn.ReadMessage()
		if s.muted.Load() {
			// Slack does not learn that the other side is gone: the socket stays
			// registered, a ghost that swallows its share of the envelopes.
			<-s.gone
			return
		}
		if err != nil {
			return
		}
		w.takeAck(s, kind, body, s.frames.next())
	}
}

func (s *socket) pong(data string) error {
	if s.muted.Load() {
		return nil
	}
	return s.conn.WriteControl(pongMessage, []byte(data), time.Now().Add(time.Second))
}

// ping sends the PINGs by which an app knows that the socket lives.
func (w *Workspace) ping(s *socket) {
	if w.options.PingEvery < 0 {
		return
	}
	ticker := time.NewTicker(w.options.PingEvery)
	defer ticker.Stop()
	for {
		if !s.muted.Load() && s.conn.WriteControl(pingMessage, []byte("Ping from the workspace"), time.Now().Add(time.Second)) != nil {
			s.cut()
			return
		}
		select {
		case <-ticker.C:
		case <-s.gone:
			return
		}
	}
}
