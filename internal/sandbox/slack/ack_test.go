package slack_test

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// TestAck_refused has one wrong ack a case; what Slack ignores, the person sees
// as a time-out.
func TestAck_refused(t *testing.T) {
	t.Parallel()
	pad := func(id string, size int) []byte {
		ack := `{"envelope_id":"` + id + `","payload":{"text":"` + `"}}`
		return []byte(strings.Replace(ack, `"text":"`, `"text":"`+strings.Repeat("x", size-len(ack)), 1))
	}
	for name, c := range map[string]struct {
		kind string // "": accepted
		send func(l, other *line, id string)
	}{
		"right":        {"", func(l, _ *line, id string) { l.write(map[string]any{"envelope_id": id}) }},
		"largest":      {"", func(l, _ *line, id string) { l.raw(pad(id, 20_479)) }},
		"oversize":     {slack.RefusedOversizeAck, func(l, _ *line, id string) { l.raw(pad(id, 20_480)) }},
		"fragmented":   {slack.RefusedFragmentAck, func(l, _ *line, id string) { l.fragments(`{"envelope_id":`, `"`+id+`"}`) }},
		"unknown":      {slack.RefusedUnknownAck, func(l, _ *line, _ string) { l.write(map[string]any{"envelope_id": "nobody"}) }},
		"no id":        {slack.RefusedUnknownAck, func(l, _ *line, _ string) { l.write(map[string]any{}) }},
		"no JSON":      {slack.RefusedUnknownAck, func(l, _ *line, _ string) { l.raw([]byte("ok")) }},
		"wrong socket": {slack.RefusedWrongSocket, func(_, other *line, id string) { other.write(map[string]any{"envelope_id": id}) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := setup(t, slack.Options{AckDeadline: 300 * time.Millisecond})
			lines := map[int]*line{1: s.dial(), 2: s.dial()}
			done := make(chan error, 1)
			go func() {
				_, err := s.ws.Slash(s.context(), slack.SlashCommand{UserID: ana, ChannelID: ops, Command: "/b"})
				done <- err
			}()
			s.eventually(func() bool { return s.lastEnvelope() != nil })
			e := s.lastEnvelope()
			c.send(lines[e.socket], lines[3-e.socket], e.id)
			err := <-done
			if c.kind == "" {
				if err != nil {
					t.Errorf("refused: %v, %v", err, s.kinds())
				}
				return
			}
			if !errors.Is(err, slack.ErrNoAck) {
				t.Errorf("err = %v, want ErrNoAck", err)
			}
			if s.kinds()[c.kind] != 1 {
				t.Errorf("refusals %v, want one %s", s.kinds(), c.kind)
			}
		})
	}
}

type sentEnvelope struct {
	socket int
	id     string
}

// lastEnvelope finds a sent envelope in the traffic.
func (s *stage) lastEnvelope() *sentEnvelope {
	for _, f := range s.ws.Traffic(0) {
		var head struct {
			ID string `json:"envelope_id"`
		}
		if f.Kind == "socket" && !f.ToSlack && json.Unmarshal([]byte(f.Body), &head) == nil && head.ID != "" {
			return &sentEnvelope{socket: f.Socket, id: head.ID}
		}
	}
	return nil
}

func (l *line) raw(body []byte) {
	if err := l.conn.WriteMessage(websocket.TextMessage, body); err != nil {
		l.t.Errorf("write: %v", err)
	}
}

// fragments sends one message in two frames.
func (l *line) fragments(parts ...string) {
	raw := l.conn.NetConn()
	for i, part := range parts {
		opcode := byte(0)
		if i == 0 {
			opcode = websocket.TextMessage
		}
		if i == len(parts)-1 {
			opcode |= 0x80
		}
		frame := append([]byte{opcode, 0x80 | byte(len(part)), 0, 0, 0, 0}, part...)
		if _, err := raw.Write(frame); err != nil && !errors.Is(err, io.EOF) {
			l.t.Errorf("write: %v", err)
		}
	}
}

func TestAck_doubleAndPayload(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	l := s.dial()
	done := make(chan error, 1)
	go func() {
		_, err := s.ws.SendEvent(s.context(), map[string]any{"type": "channel_archive", "channel": ops})
		done <- err
	}()
	id := l.read()["envelope_id"]
	l.write(map[string]any{"envelope_id": id, "payload": map[string]any{"text": "events take no answer"}})
	l.write(map[string]any{"envelope_id": id})
	if err := <-done; err != nil {
		t.Error(err)
	}
	s.eventually(func() bool {
		return s.kinds()[slack.RefusedAckPayload] == 1 && s.kinds()[slack.RefusedDoubleAck] == 1
	})
}

func TestRedeliver(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	got := s.dial().ackAll(nil)
	receipt, err := s.ws.Slash(s.context(), slack.SlashCommand{UserID: ana, ChannelID: ops, Command: "/b"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.ws.Redeliver(s.context(), receipt.EnvelopeID); err != nil {
		t.Fatal(err)
	}
	first, second := <-got, <-got
	one, _ := first["payload"].(map[string]any)
	two, _ := second["payload"].(map[string]any)
	if one["trigger_id"] != two["trigger_id"] || first["envelope_id"] == second["envelope_id"] {
		t.Errorf("first %v, second %v", first, second)
	}
}

func TestSendEvent_retries(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{AckDeadline: 30 * time.Millisecond, EventRetries: []time.Duration{0, 0, 0}})
	l := s.dial()
	done := make(chan slack.Receipt, 1)
	go func() {
		receipt, err := s.ws.SendEvent(s.context(), map[string]any{"type": "channel_rename", "channel": ops})
		if err != nil {
			t.Error(err)
		}
		done <- receipt
	}()
	var ids []any
	for attempt := range 3 {
		e := l.read()
		payload, _ := e["payload"].(map[string]any)
		ids = append(ids, payload["event_id"])
		reason := "timeout"
		if attempt == 0 {
			reason = ""
		}
		if e["retry_attempt"] != float64(attempt) || e["retry_reason"] != reason || e["accepts_response_payload"] != false {
			t.Errorf("attempt %d: %v", attempt, e)
		}
		if attempt == 2 {
			l.write(map[string]any{"envelope_id": e["envelope_id"]})
		}
	}
	if receipt := <-done; receipt.Attempts != 3 {
		t.Errorf("%d attempts", receipt.Attempts)
	}
	if ids[0] == nil || ids[0] != ids[2] {
		t.Errorf("event ids %v, want one", ids)
	}
}

// signal is a value that tells when it is written as JSON.
type signal struct{ written chan struct{} }

func (s signal) MarshalJSON() ([]byte, error) {
	s.written <- struct{}{}
	return []byte("true"), nil
}

// TestSendEvent_noSocket: what happens while nobody listens comes as a retry.
func TestSendEvent_noSocket(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{EventRetries: []time.Duration{200 * time.Millisecond}})
	done, tried := make(chan error, 1), signal{make(chan struct{}, 2)}
	go func() {
		_, err := s.ws.SendEvent(s.context(), map[string]any{"type": "app_uninstalled", "tried": tried})
		done <- err
	}()
	<-tried.written
	got := s.dial().ackAll(nil)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if e := <-got; e["retry_attempt"] != 1.0 {
		t.Errorf("envelope %v", e)
	}
}
