package bot

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"

	"golang.org/x/sync/singleflight"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/directory"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/watch"
)

const (
	// lookEvery is how often the store is asked whether the directory has
	// changed: another replica may have read it.
	lookEvery = 3 * time.Second
	// lookRetry is the first pause after a failure; it doubles up to
	// lookRetryMost.
	lookRetry     = 15 * time.Second
	lookRetryMost = time.Minute
)

// customers is the directory of customers in memory, as the store has it.
type customers struct {
	store  *store.Store
	watch  *watch.Watch
	sealer sealer
	log    *slog.Logger
	last   atomic.Pointer[roll]
	calls  singleflight.Group
	life   context.Context //nolint:containedctx // of the readings, which belong to no single asker
	end    context.CancelFunc
}

// roll is the whole directory, as it stood at one version of it.
type roll struct {
	version int64
	index   *directory.Index
	entries []directory.Entry            // all, in the store's order
	ids     map[string]string            // customer id by opaque id
	tenants map[string]map[string]string // tenant name by customer id and tenant id, where there are several
	left    map[string]bool              // ids of those that AvePoint no longer lists

	// forgotten are the ids of those that were erased since the roll was read.
	forgotten map[string]bool

	patterns *sync.Map // customers by the pattern of a binding: see [roll.matching]
	// erasures are all that were erased since the bot started and have not come
	// back, by opaque id.
	erasures map[string]directory.Entry
}

// byToken finds the customer of a button.
func (r *roll) byToken(token string) (directory.Entry, bool) {
	id, ok := r.ids[token]
	if !ok || r.forgotten[id] {
		return directory.Entry{}, false
	}
	return r.index.ByID(id)
}

// byID finds a customer by its id, in whatever case.
func (r *roll) byID(id string) (directory.Entry, bool) {
	c, ok := r.index.ByID(id)
	if !ok || r.forgotten[c.ID] {
		return directory.Entry{}, false
	}
	return c, true
}

// known are all customers, in the store's order.
func (r *roll) known() []directory.Entry {
	if len(r.forgotten) == 0 {
		return r.entries
	}
	return slices.DeleteFunc(slices.Clone(r.entries), func(c directory.Entry) bool { return r.forgotten[c.ID] })
}

// erased is the customer of a button that was erased and has not come back.
func (r *roll) erased(token string) (directory.Entry, bool) {
	c, ok := r.erasures[token]
	return c, ok
}

// find looks for a customer among those of a scope.
func (r *roll) find(text string, scope access.Scope) directory.Result {
	return r.index.Find(text, func(id string) bool { return !r.forgotten[id] && scope.Includes(id) })
}

// without is the roll less one customer, whose opaque id is token.
func (r *roll) without(id, token string) *roll {
	next := *r
	next.erasures = maps.Clone(r.erasures)
	if c, ok := r.index.ByID(id); ok {
		if next.erasures == nil {
			next.erasures = map[string]directory.Entry{}
		}
		next.erasures[token] = c
	}
	next.forgotten = maps.Clone(r.forgotten)
	if next.forgotten == nil {
		next.forgotten = map[string]bool{}
	}
	next.forgotten[id] = true
	next.patterns = &sync.Map{}
	return &next
}

// size is how many customers there are.
func (r *roll) size() int { return r.index.Len() - len(r.forgotten) }

// listed is how many customers AvePoint lists.
func (r *roll) listed() int {
	n := r.index.Len() - len(r.left)
	for id := range r.forgotten {
		if !r.left[id] {
			n--
		}
	}
	return n
}

// customerName is how people are told of a customer: its name, and where
// AvePoint has none that can be seen, its owner's address, else its id.
func customerName(c store.Customer) string {
	for _, name := range []string{c.Name, c.Owner} {
		if strings.ContainsFunc(name, func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) }) {
			return name
		}
	}
	return c.ID
}

func newCustomers(o Options) *customers {
	life, end := context.WithCancel(context.Background())
	return &customers{store: o.Store, watch: o.Watch, sealer: sealer{o.ButtonKey}, log: o.Log, life: life, end: end}
}

// size is the number of customers known.
func (c *customers) size() int {
	if roll := c.last.Load(); roll != nil {
		return roll.size()
	}
	return 0
}

// listed is the number of customers known that AvePoint lists.
func (c *customers) listed() int {
	if roll := c.last.Load(); roll != nil {
		return roll.listed()
	}
	return 0
}

// forget takes a customer that was erased out of memory, where it would stay
// until the directory is next looked at.
func (c *customers) forget(id string) {
	for {
		roll := c.last.Load()
		if roll == nil || c.last.CompareAndSwap(roll, roll.without(id, c.sealer.token(id))) {
			return
		}
	}
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

// load brings the directory into memory, once at a time however many ask.
func (c *customers) load() <-chan singleflight.Result {
	return c.calls.DoChan("", func() (any, error) { return c.read(c.life) })
}

// read puts the directory of the store in force. One that was never read from
// AvePoint is read now, before everything else: nobody can be answered without
// it.
func (c *customers) read(ctx context.Context) (*roll, error) {
	state, err := c.store.Directory(ctx)
	if err == nil && state.ReadAt.IsZero() {
		if err = c.watch.Load(ctx); err == nil {
			state, err = c.store.Directory(ctx)
		}
	}
	if err != nil {
		return nil, err
	}
	next := &roll{
		version: state.Version, ids: map[string]string{}, tenants: map[string]map[string]string{}, left: map[string]bool{},
		patterns: &sync.Map{},
	}
	var entries []directory.Entry
	for customer, err := range c.store.Customers(ctx) {
		if err != nil {
			return nil, err
		}
		entries = append(entries, directory.Entry{ID: customer.ID, Name: customerName(customer), Owner: customer.Owner})
		next.ids[c.sealer.token(customer.ID)] = customer.ID
		if !customer.GoneAt.IsZero() {
			next.left[customer.ID] = true
		}
		if len(customer.Tenants) > 1 {
			next.tenants[customer.ID] = tenantNames(customer.Tenants)
		}
	}
	next.index, next.entries = directory.New(entries), entries
	if before := c.last.Load(); before != nil {
		next.erasures = maps.Clone(before.erasures)
		maps.DeleteFunc(next.erasures, func(token string, _ directory.Entry) bool { return next.ids[token] != "" })
	}
	c.last.Store(next)
	return next, nil
}

func tenantNames(tenants []store.Tenant) map[string]string {
	names := make(map[string]string, len(tenants))
	for _, t := range tenants {
		names[t.ID] = t.Name
	}
	return names
}

// keepFresh brings the directory into memory at once, and again whenever it
// has changed, until ctx ends. The last good one stays in force while there is
// no other.
func (c *customers) keepFresh(ctx context.Context) {
	defer context.AfterFunc(ctx, c.end)()
	retry := lookRetry
	for {
		pause := lookEvery
		switch err := c.look(ctx); {
		case ctx.Err() != nil:
			return
		case err != nil:
			pause, retry = retry, min(2*retry, lookRetryMost)
			c.log.Warn("customers not read", "wait", pause, "err", err)
		default:
			retry = lookRetry
		}
		if sleep(ctx, pause) != nil {
			return
		}
	}
}

// look loads the directory if memory has none or another version.
func (c *customers) look(ctx context.Context) error {
	if roll := c.last.Load(); roll != nil {
		state, err := c.store.Directory(ctx)
		if err != nil || state.Version == roll.version {
			return err
		}
	}
	start := time.Now()
	result := <-c.load()
	if result.Err == nil {
		c.log.Info("customers known", "customers", c.size(), "took", time.Since(start).Round(time.Millisecond))
	}
	return result.Err
}
