package watch

import (
	"context"
	"fmt"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/internal/store"
)

// Heard records what a person's live look-up read: a reading like the sweep's,
// though not in its stead. One that is not newer than the last is passed over,
// and so is a customer that the store does not know.
func (w *Watch) Heard(ctx context.Context, o avepoint.Overview) error {
	at := o.FetchedAt
	if at.IsZero() {
		at = w.now()
	}
	reading := classify(o.CustomerID, o, nil, at)
	reading.Live = true
	w.credentials(reading.Class, nil)
	// Another owner than the sweep's, whose claim on this customer stays.
	if err := w.store.Record(ctx, w.owner+"/live", []store.Reading{reading}); err != nil {
		return fmt.Errorf("reading of customer %s: %w", o.CustomerID, err)
	}
	return nil
}

// Last is the last good reading of a customer, whole; its FetchedAt is its
// time. It returns false where there is none, or none that can be read (it may
// be of another version of this program), and [store.ErrUnknown] for a customer
// that the store does not know.
func (w *Watch) Last(ctx context.Context, id string) (avepoint.Overview, bool, error) {
	body, at, err := w.store.Last(ctx, id)
	if err != nil {
		return avepoint.Overview{}, false, fmt.Errorf("last reading of customer %s: %w", id, err)
	}
	if body == nil {
		return avepoint.Overview{}, false, nil
	}
	o, err := Decode(body)
	if err != nil {
		w.log.Warn("a stored reading is not used", "customer_id", id, "err", err)
		return avepoint.Overview{}, false, nil
	}
	o.CustomerID, o.FetchedAt = id, at
	return o, true, nil
}
