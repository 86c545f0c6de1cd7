package slack

import (
	"encoding/json"
	"errors"
	"time"
)

var (
	// ErrNoSocket is returned when the app has no open socket: the person sees
	// that the app did not respond.
	ErrNoSocket = errors.New("dispatch_failed: no socket of the app is open")
	// ErrNoAck is returned when the app did not acknowledge in time.
	ErrNoAck = errors.New("operation_timeout: the app did not acknowledge in time")
	// ErrNoElement is returned when the person sees no such button, select or view.
	ErrNoElement = errors.New("no such element")
	// ErrUnknown is returned for a user or channel that does not exist.
	ErrUnknown = errors.New("no such user or channel")
)

// Receipt says what became of something that a person did.
type Receipt struct {
	EnvelopeID  string
	Socket      int             // that carried it
	Took        time.Duration   // from the frame to the app until its ack
	Payload     json.RawMessage // of the ack; nil for an empty ack
	ResponseURL string
	TriggerID   string
	MessageTS   string            // of the message that the ack's payload posted
	Errors      map[string]string // of a view_submission, by block_id
	Attempts    int               // deliveries, for events
}

// mutated hands a payload, as plain JSON values of its own, to a test's function.
func mutated(payload map[string]any, mutate func(map[string]any)) map[string]any {
	if mutate == nil {
		return payload
	}
	tree, ok := decoded(marshal(payload)).(map[string]any)
	if !ok {
		return payload
	}
	mutate(tree)
	return tree
}
