package digest

import (
	"context"
	"sync"

	"github.com/backup-overview/backup-overview/internal/store"
)

// settings remember that the configured subscription was saved.
type settings struct {
	mu   sync.Mutex
	done bool
}

// configure saves the subscription of the configuration once in the life of the
// process: a changed one is changed in place. It ends one that an earlier
// configuration made.
func (d *Digests) configure(ctx context.Context) error {
	d.settings.mu.Lock()
	defer d.settings.mu.Unlock()
	if d.settings.done {
		return nil
	}
	now := d.options.Now()
	var err error
	if c := d.options.Config; c == nil {
		_, _, err = d.options.Store.DeleteSubscription(ctx, store.ConfigSubscription, "", now)
	} else {
		err = d.options.Store.SaveSubscription(ctx, store.Subscription{
			ID: store.ConfigSubscription, Config: true, Channel: c.Channel, Schedule: c.Schedule.String(), Zone: c.Zone.String(),
			Created: now, Cursor: now, NextAt: planned(c.Schedule.Next(now, c.Zone), now),
		}, "", now)
	}
	d.settings.done = err == nil
	return err
}
