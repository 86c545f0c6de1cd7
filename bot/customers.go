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
	"github.com/backup-overview/backup-overview/formatting"
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
	life   context.Context //nolint:containedctx // of the readings, which belong to no single asker
	end    context.CancelFunc
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
	life, end := context.WithCancel(context.Background())
	return &customers{client: client, sealer: sealer, log: log, life: life, end: end}
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

// wait returns the directory. Before it was first read, the asker joins the
// reading under way, or starts one, and waits for a while; the reading goes on
// without the asker.
func (c *customers) wait(ctx context.Context) (*roll, error) {
	if roll := c.last.Load(); roll != nil {
		return roll, nil
	}
	timer := time.NewTimer(directoryPatience)
	defer timer.Stop()
	select {
	case r := <-c.load():
		if r.Err != nil {
			return nil, r.Err
		}
		return r.Val.(*roll), nil
	case <-timer.C:
		return nil, &UserError{Message: formatting.DirectoryStillLoading()}
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// directoryPatience is how long somebody waits for the first reading of the
// directory. One of 100,000 customers takes minutes.
const directoryPatience = 25 * time.Second

// load reads the directory, once at a time however many ask. The first reading
// goes before everything else: nobody can be answered without it.
func (c *customers) load() <-chan singleflight.Result {
	client := c.client
	if c.last.Load() == nil {
		client = client.ForPerson()
	}
	return c.calls.DoChan("", func() (any, error) { return c.read(c.life, client) })
}

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
// ends, and any reading with it. The last good one stays in force while
// AvePoint does not answer.
func (c *customers) keepFresh(ctx context.Context) {
	defer context.AfterFunc(ctx, c.end)()
	retry := refreshRetry
	for {
		start := time.Now()
		result := <-c.load()
		took := time.Since(start)
		pause := max(refreshEvery, refreshFactor*took)
		switch {
		case ctx.Err() != nil:
			return
		case result.Err != nil:
			pause, retry = retry, min(2*retry, refreshEvery)
			c.log.Warn("customers not read", "wait", pause, "err", result.Err)
		default:
			retry = refreshRetry
			c.log.Info("customers read", "customers", c.size(), "took", took.Round(time.Millisecond))
		}
		if sleep(ctx, pause) != nil {
			return
		}
	}
}
