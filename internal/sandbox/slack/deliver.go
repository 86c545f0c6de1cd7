package slack

import (
	"context"
	"encoding/json"
	"errors"
	"time"
)

// envelope is one thing that the app has to acknowledge.
type envelope struct {
	kind        string
	payload     any
	accepts     bool
	retry       int
	retryReason string
}

// delivery is an envelope on its way, or lately answered.
type delivery struct {
	envelope
	socket *socket
	sent   time.Time
	state  deliveryState
	acked  chan acknowledgement // holds one
}

type deliveryState int

const (
	underWay deliveryState = iota
	answered
	expired
)

type acknowledgement struct {
	took    time.Duration
	payload json.RawMessage
}

func (e envelope) frame(id string) map[string]any {
	frame := map[string]any{
		"envelope_id": id, "type": e.kind, "payload": e.payload, "accepts_response_payload": e.accepts,
	}
	if e.kind == "events_api" {
		frame["retry_attempt"], frame["retry_reason"] = e.retry, e.retryReason
	}
	return frame
}

// deliver sends an envelope to one socket and waits for its ack. It takes mu itself.
func (w *Workspace) deliver(ctx context.Context, e envelope) (Receipt, error) {
	id := envelopeID()
	d, err := w.dispatch(id, e, marshal(e.frame(id)))
	if err != nil {
		return Receipt{}, err
	}
	receipt := Receipt{EnvelopeID: id, Socket: d.socket.number, Attempts: 1}
	timer := time.NewTimer(w.options.AckDeadline)
	defer timer.Stop()
	select {
	case a := <-d.acked:
		receipt.Took, receipt.Payload = a.took, a.payload
		return receipt, nil
	case <-timer.C:
		err = w.expire(d, ErrNoAck)
	case <-ctx.Done():
		err = w.expire(d, ctx.Err())
	case <-w.life.Done():
		err = ErrClosed
	}
	if err == nil { // acked in the last moment
		a := <-d.acked
		receipt.Took, receipt.Payload = a.took, a.payload
	}
	return receipt, err
}

// dispatch writes an envelope to the first socket that takes it, beginning with
// the one whose turn it is. It takes mu itself.
func (w *Workspace) dispatch(id string, e envelope, body []byte) (*delivery, error) {
	for _, s := range w.turns() {
		d := &delivery{envelope: e, socket: s, acked: make(chan acknowledgement, 1)}
		w.track(id, d)
		w.record(Frame{Kind: "socket", Name: e.kind, Socket: s.number}, body)
		if s.send(body) == nil {
			return d, nil
		}
		s.cut()
	}
	return nil, ErrNoSocket
}

// turns returns the sockets in the order in which one envelope tries them: a
// random one first, as Slack promises no pattern; recycled ones last.
func (w *Workspace) turns() []*socket {
	w.mu.Lock()
	defer w.mu.Unlock()
	order := w.random.Perm(len(w.wire.sockets))
	var staying, leaving []*socket
	for _, i := range order {
		s := w.wire.sockets[i]
		if s.leaving.Load() {
			leaving = append(leaving, s)
		} else {
			staying = append(staying, s)
		}
	}
	return append(staying, leaving...)
}

// track remembers a delivery, and the last 10,000 for late and double acks.
func (w *Workspace) track(id string, d *delivery) {
	w.mu.Lock()
	defer w.mu.Unlock()
	d.sent = time.Now()
	if id == "" {
		return
	}
	if _, again := w.wire.deliveries[id]; !again {
		w.wire.recent = append(w.wire.recent, id)
	}
	w.wire.deliveries[id] = d
	if len(w.wire.recent) > keptRecords {
		delete(w.wire.deliveries, w.wire.recent[0])
		w.wire.recent = w.wire.recent[1:]
	}
}

// expire gives a delivery up, unless it was acked meanwhile: then it returns nil.
func (w *Workspace) expire(d *delivery, reason error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if d.state == answered {
		return nil
	}
	d.state = expired
	if errors.Is(reason, ErrNoAck) {
		w.refuse(Refusal{Kind: RefusedNoAck, Where: "socket", Code: "operation_timeout", Detail: d.kind})
	}
	return reason
}

// InjectEnvelope writes raw bytes as one text frame to one open socket, whatever
// they are, and waits for no ack. An ack to its envelope_id is accepted, whenever
// it comes.
func (w *Workspace) InjectEnvelope(raw json.RawMessage) error {
	var head struct {
		ID   string `json:"envelope_id"`
		Type string `json:"type"`
	}
	_ = json.Unmarshal(raw, &head) // may be no JSON at all: that is the point
	if head.Type == "" {
		head.Type = "injected"
	}
	_, err := w.dispatch(head.ID, envelope{kind: head.Type, accepts: true}, raw)
	return err
}

// Redeliver sends what an envelope carried once more, in an envelope of its own,
// as Slack was seen to do now and then; trigger_id, response_url and event_id are
// the same. The envelope must be one of the last 10,000.
func (w *Workspace) Redeliver(ctx context.Context, envelopeID string) (Receipt, error) {
	w.mu.Lock()
	d := w.wire.deliveries[envelopeID]
	w.mu.Unlock()
	if d == nil {
		return Receipt{}, ErrNoElement
	}
	return w.deliver(ctx, d.envelope)
}
