package slack

import (
	"time"

	"github.com/backup-overview/backup-overview/internal/blockcheck"
)

// Kinds of refusal.
const (
	RefusedBlocks      = "blocks"       // Problems says which
	RefusedNoFallback  = "missing_text" // accepted by Slack; our own rule
	RefusedLateAck     = "late_ack"
	RefusedOversizeAck = "oversize_ack"
	RefusedFragmentAck = "fragmented_ack"
	RefusedUnknownAck  = "unknown_ack"
	RefusedWrongSocket = "wrong_socket_ack"
	RefusedAckPayload  = "ack_payload" // a payload where accepts_response_payload was false, or one that Slack refuses
	RefusedDoubleAck   = "double_ack"
	RefusedNoAck       = "no_ack"
	RefusedResponseURL = "response_url" // used up, expired, unknown
	RefusedTrigger     = "trigger_id"
	RefusedToken       = "token"
	RefusedScope       = "scope"
	RefusedRate        = "rate"
	RefusedTicket      = "ticket"
	RefusedCall        = "call" // any other error of a Web API method
)

// Refusal is one thing that Slack did not accept. A healthy app causes none;
// answers of injected faults are not refusals.
type Refusal struct {
	At       time.Time
	Kind     string
	Where    string // API method, "response_url" or "socket"
	Code     string // Slack's error code where there is one
	Detail   string
	Problems []blockcheck.Problem
}

// Refusals returns all refusals so far, oldest first (the last 10,000).
func (w *Workspace) Refusals() []Refusal {
	w.mu.Lock()
	defer w.mu.Unlock()
	return tail(w.books.refusals, keptRecords)
}

func (w *Workspace) refuse(r Refusal) {
	r.At = w.Now()
	w.books.refusals = bounded(w.books.refusals, r, keptRecords)
	w.log.Debug("refused", "kind", r.Kind, "where", r.Where, "code", r.Code, "detail", r.Detail)
}
