package bot

import (
	"cmp"
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/internal/directory"
)

const (
	// refreshEvery is the time between two readings of the customer directory.
	refreshEvery = 10 * time.Minute
	// refreshFactor keeps the reading of a slow directory below a tenth of the
	// time.
	refreshFactor = 10
	// refreshRetry is the first pause after a failure; it doubles.
	refreshRetry = 15 * time.Second
)

// customers is the directory of customers in memory.
type customers struct {
	client *avepoint.Client
	sealer sealer
	log    *slog.Logger
	last   atomic.Pointer[roll]
	calls  singleflight.Group
}

// roll is one whole reading of the directory.
type roll struct {
	index   *directory.Index
	ids     map[string]string            // customer id by opaque id
	tenants map[string]map[string]string // tenant name by customer id and tenant id, where there are several
}

// byToken finds the customer of a button.
func (r *roll) byToken(token string) (directory.Entry, bool) {
	id, ok := r.ids[token]
	if !ok {
		return directory.Entry{}, false
	}
	return r.index.ByID(id)
}

func newCustomers(client *avepoint.Client, sealer sealer, log *slog.Logger) *customers {
	return &customers{client: client, sealer: sealer, log: log}
}

// size is the number of customers known.
func (c *customers) size() int {
	if roll := c.last.Load(); roll != nil {
		return roll.index.Len()
	}
	return 0
}

// tenants are the names of a customer's tenants by id, where it has several.
func (c *customers) tenants(customerID string) map[string]string {
	if roll := c.last.Load(); roll != nil {
		return roll.tenants[customerID]
	}
	return nil
}

// known returns the directory, or nil before it was first read.
func (c *customers) known() *roll { return c.last.Load() }

// wait returns the directory, and has it read when that has not succeeded
// yet. Somebody waits, so this reading goes before the bot's own.
func (c *customers) wait(ctx context.Context) (*roll, error) {
	if roll := c.last.Load(); roll != nil {
		return roll, nil
	}
	result := c.calls.DoChan("", func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), directoryBudget)
		defer cancel()
		return c.read(ctx, c.client.ForPerson())
	})
	select {
	case r := <-result:
		if r.Err != nil {
			return nil, r.Err
		}
		return r.Val.(*roll), nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// directoryBudget bounds the reading of the directory for somebody who waits.
const directoryBudget = 25 * time.Second

// read reads the whole directory and puts it in force. Half a directory is
// none.
func (c *customers) read(ctx context.Context, client *avepoint.Client) (*roll, error) {
	next := &roll{ids: map[string]string{}, tenants: map[string]map[string]string{}}
	var entries []directory.Entry
	for customer, err := range client.Customers(ctx) {
		if err != nil {
			return nil, err
		}
		entries = append(entries, directory.Entry{
			ID:    customer.ID,
			Name:  cmp.Or(strings.TrimSpace(customer.Organization), customer.OwnerEmail, customer.ID),
			Owner: customer.OwnerEmail,
		})
		next.ids[c.sealer.token(customer.ID)] = customer.ID
		if len(customer.Tenants) > 1 {
			next.tenants[customer.ID] = tenantNames(customer.Tenants)
		}
	}
	next.index = directory.New(entries)
	c.last.Store(next)
	return next, nil
}

func tenantNames(tenants []avepoint.Tenant) map[string]string {
	names := make(map[string]string, len(tenants))
	for _, t := range tenants {
		names[t.ID] = t.Name
	}
	return names
}

// keepFresh reads the directory at once and then again and again until ctx
// ends. The last good one stays in force while AvePoint does not answer.
func (c *customers) keepFresh(ctx context.Context) {
	retry := refreshRetry
	for {
		start := time.Now()
		roll, err := c.read(ctx, c.client)
		took := time.Since(start)
		pause := max(refreshEvery, refreshFactor*took)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			pause, retry = retry, min(2*retry, refreshEvery)
			c.log.Warn("customers not read", "wait", pause, "err", err)
		default:
			retry = refreshRetry
			c.log.Info("customers read", "customers", roll.index.Len(), "took", took.Round(time.Millisecond))
		}
		if sleep(ctx, pause) != nil {
			return
		}
	}
}
