package slack

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/gorilla/websocket"
)

// ackLimit is the size from which on Slack silently ignores an ack.
const ackLimit = 20_480

// Ack is one acknowledgement that was accepted.
type Ack struct {
	EnvelopeID string
	Type       string // of the envelope
	Socket     int
	Took       time.Duration
	Size       int // bytes
}

// Acks returns the accepted acks, oldest first (the last 10,000).
func (w *Workspace) Acks() []Ack {
	w.mu.Lock()
	defer w.mu.Unlock()
	return tail(w.books.acks, keptRecords)
}

// takeAck judges one message from the app. It takes mu itself.
func (w *Workspace) takeAck(s *socket, kind int, body []byte, fragmented bool) {
	w.record(Frame{Kind: "socket", ToSlack: true, Name: "ack", Socket: s.number}, body)
	now := time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	var ack struct {
		ID      string          `json:"envelope_id"`
		Payload json.RawMessage `json:"payload"`
	}
	err := json.Unmarshal(body, &ack)
	d := w.wire.deliveries[ack.ID]
	if reason, detail := judgeAck(s, d, ackFacts{
		text: kind == websocket.TextMessage && err == nil, id: ack.ID, size: len(body), fragmented: fragmented,
	}); reason != "" {
		w.refuse(Refusal{Kind: reason, Where: "socket", Detail: detail})
		return
	}
	d.state = answered
	a := acknowledgement{took: now.Sub(d.sent), payload: w.ackPayload(d, ack.Payload)}
	w.books.acks = bounded(w.books.acks, Ack{
		EnvelopeID: ack.ID, Type: d.kind, Socket: s.number, Took: a.took, Size: len(body),
	}, keptRecords)
	d.acked <- a
}

type ackFacts struct {
	text       bool
	id         string
	size       int
	fragmented bool
}

// judgeAck says why an ack is not accepted; "" where it is. Whether Slack takes
// an ack on another socket is not known; the careful answer is no.
func judgeAck(s *socket, d *delivery, f ackFacts) (reason, detail string) {
	switch {
	case f.size >= ackLimit:
		return RefusedOversizeAck, fmt.Sprintf("%d bytes", f.size)
	case f.fragmented:
		return RefusedFragmentAck, f.id
	case !f.text || d == nil:
		return RefusedUnknownAck, f.id
	case d.state == answered:
		return RefusedDoubleAck, f.id
	case d.state == expired:
		return RefusedLateAck, fmt.Sprintf("%s after %s", d.kind, time.Since(d.sent).Round(time.Millisecond))
	case d.socket != s:
		return RefusedWrongSocket, fmt.Sprintf("sent on %d, acked on %d", d.socket.number, s.number)
	}
	return "", ""
}

// ackPayload returns the payload where the envelope takes one. An empty object
// or null is no payload: some clients send it with every ack.
func (w *Workspace) ackPayload(d *delivery, payload json.RawMessage) json.RawMessage {
	if text := string(payload); text == "" || text == "null" || text == "{}" || text == `""` {
		return nil
	}
	if !d.accepts {
		w.refuse(Refusal{Kind: RefusedAckPayload, Where: "socket", Detail: d.kind + " takes no payload"})
		return nil
	}
	return payload
}
