package digest

import (
	"context"
	"encoding/json"
	"time"

	"github.com/backup-overview/backup-overview/internal/store"
)

// memory is what a subscription remembers of what it said. A digest that was
// decided may never reach its channel; then the next one compares with what
// the channel heard before that.
type memory struct {
	Heard   *snapshot `json:"heard,omitempty"` // with what the last digest compared; nil: with nothing
	HeardAt time.Time `json:"heard_at,omitzero"`

	Last     *snapshot `json:"last,omitempty"` // how things were at the last digest
	LastAt   time.Time `json:"last_at,omitzero"`
	Delivery string    `json:"delivery,omitempty"` // which brings it to the channel
}

// readMemory reads what is remembered; nothing where it cannot be read any more.
func readMemory(said []byte) memory {
	var m memory
	if len(said) == 0 || json.Unmarshal(said, &m) != nil {
		return memory{}
	}
	return m
}

// heard is what the channel has heard last, and when that was made; nil:
// nothing. What may be in the channel but was not confirmed is said once more
// rather than never. A delivery that is no longer known was sent long ago.
func (d *Digests) heard(ctx context.Context, said []byte) (*snapshot, time.Time, error) {
	m := readMemory(said)
	if m.Last == nil {
		return m.Heard, m.HeardAt, nil
	}
	state, ok, err := d.options.Store.StateOf(ctx, m.Delivery)
	if err != nil {
		return nil, time.Time{}, err
	}
	if !ok || state == store.Sent {
		return m.Last, m.LastAt, nil
	}
	return m.Heard, m.HeardAt, nil
}
