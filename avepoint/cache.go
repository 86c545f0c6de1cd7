package avepoint

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	gocache "github.com/patrickmn/go-cache"
	"golang.org/x/sync/singleflight"
)

const (
	// keepFor is how long an answer can stand in for one that cannot be had.
	keepFor = 24 * time.Hour
	// defaultMax entries of a cache.
	defaultMax = 2_000
)

// CacheOptions of a [Cache].
type CacheOptions struct {
	// TTL is how long an answer counts as fresh. At 0 every asker wants a live
	// call, and those who ask while one is under way share it.
	TTL time.Duration
	// Max is how many customers are kept, 2,000 if 0. At the bound the oldest
	// answer leaves.
	Max int
	// Read, if not nil, is told of each overview that a live call gave, once,
	// after the askers have it. Close waits for it.
	Read func(Overview)
}

// Cache remembers whole overviews, so that many askers cost one call and an old
// answer can stand in while AvePoint cannot give a new one. Errors are not
// remembered. It is safe for concurrent use.
type Cache struct {
	client *Client
	ttl    time.Duration
	max    int
	tell   func(Overview)
	flight singleflight.Group // by customer

	mu      sync.Mutex     // bound and Close
	answers *gocache.Cache // customer → Overview; storage only
	calls   sync.WaitGroup
	life    context.Context // of the calls, which belong to no single asker
	end     context.CancelFunc
}

// Answer is what a [Cache] gives.
type Answer struct {
	// Overview is whole; its FetchedAt is its age. It is the caller's own.
	Overview Overview
	// Fresh says that it was read just now or is younger than the TTL.
	Fresh bool
	// Err says why a new one could not be had, where an old one stands in.
	Err error
}

// errNotAdmitted tells those who joined a call that its starter was turned
// away, so that one of them has to start it.
var errNotAdmitted = errors.New("the starter was not admitted")

// NewCache returns an empty cache before the client. Live calls have the
// client's time budget, whoever waits for them: give it a [Client.ForPerson]
// view where people ask.
func NewCache(client *Client, o CacheOptions) *Cache {
	life, end := context.WithCancel(context.Background())
	bound := o.Max
	if bound <= 0 {
		bound = defaultMax
	}
	return &Cache{
		client: client, ttl: o.TTL, max: bound, tell: o.Read, life: life, end: end,
		// Without a cleanup interval: its goroutine stops only by a finalizer.
		answers: gocache.New(keepFor, 0),
	}
}

// Close ends the calls under way and waits for them. What is in memory can
// still be had.
func (c *Cache) Close() {
	c.mu.Lock()
	c.end()
	c.mu.Unlock()
	c.calls.Wait()
}

// Keep remembers an overview that was read elsewhere, if it is newer than the
// one in memory. It then counts like one of the cache's own.
func (c *Cache) Keep(o Overview) {
	if last, ok := c.last(o.CustomerID); ok && !o.FetchedAt.After(last.FetchedAt) {
		return
	}
	o.Modules, o.Other = slices.Clone(o.Modules), slices.Clone(o.Other)
	c.keep(o)
}

// Drop forgets a customer. A call that is under way may bring it back.
func (c *Cache) Drop(customerID string) { c.answers.Delete(foldID(customerID)) }

// Peek returns the last whole answer without a call, whatever its age; the
// cache forgets it a day after it came in.
func (c *Cache) Peek(customerID string) (Answer, bool) {
	o, ok := c.last(customerID)
	return own(o, c.young(o)), ok
}

// Overview answers from memory while the answer is fresh. Otherwise it reads
// the customer, or joins a reading that is under way; each customer is read
// once at a time. The reading goes on when ctx is done.
//
// admit, if not nil, is asked exactly when this asker would start a live call:
// never for an answer from memory or for joining. Where it refuses, its error
// comes back to this asker alone, and somebody who had joined is asked instead.
// It must not wait, nor call the cache.
//
// Where the reading fails, or ctx is done first, and an older answer is there,
// that comes back with Answer.Err set and no error. Where there is none, the
// error comes back.
func (c *Cache) Overview(ctx context.Context, customerID string, admit func() error) (Answer, error) {
	if o, ok := c.last(customerID); ok && c.young(o) {
		return own(o, true), nil
	}
	return c.live(ctx, customerID, c.young, admit)
}

// Refresh is [Cache.Overview] without regard to a fresh answer in memory. An
// answer that came in after Refresh was called counts as refreshed.
func (c *Cache) Refresh(ctx context.Context, customerID string, admit func() error) (Answer, error) {
	return c.live(ctx, customerID, func(Overview) bool { return false }, admit)
}

// live joins or starts a reading. Whoever starts looks into memory again: an
// answer that will do, or is newer than the question, may have come in between.
func (c *Cache) live(ctx context.Context, customerID string, willDo func(Overview) bool, admit func() error) (Answer, error) {
	asked := time.Now()
	for {
		var refusal error // set only where this asker starts
		done := c.flight.DoChan(foldID(customerID), func() (any, error) {
			if o, ok := c.last(customerID); ok && (willDo(o) || o.FetchedAt.After(asked)) {
				return o, nil
			}
			if admit != nil {
				if refusal = admit(); refusal != nil {
					return nil, errNotAdmitted
				}
			}
			return c.read(customerID)
		})
		select {
		case r := <-done:
			switch {
			case r.Err == nil:
				return own(r.Val.(Overview), true), nil
			case !errors.Is(r.Err, errNotAdmitted):
				return c.standIn(customerID, r.Err)
			case refusal != nil:
				return Answer{}, refusal
			}
		case <-ctx.Done():
			return c.standIn(customerID, ctx.Err())
		}
	}
}

// standIn gives the last answer where a new one cannot be had because of err.
func (c *Cache) standIn(customerID string, err error) (Answer, error) {
	o, ok := c.last(customerID)
	if !ok {
		return Answer{}, err
	}
	a := own(o, false)
	a.Err = err
	return a, nil
}

// own gives each asker slices of his own: many hold the same answer.
func own(o Overview, fresh bool) Answer {
	o.Modules, o.Other = slices.Clone(o.Modules), slices.Clone(o.Other)
	return Answer{Overview: o, Fresh: fresh}
}

func (c *Cache) young(o Overview) bool { return time.Since(o.FetchedAt) < c.ttl }

func (c *Cache) last(customerID string) (Overview, bool) {
	value, ok := c.answers.Get(foldID(customerID))
	if !ok {
		return Overview{}, false
	}
	return value.(Overview), true
}

// read makes the live call and keeps what it gives.
func (c *Cache) read(customerID string) (Overview, error) {
	c.mu.Lock()
	if c.life.Err() != nil {
		c.mu.Unlock()
		return Overview{}, c.life.Err()
	}
	c.calls.Add(1)
	c.mu.Unlock()
	defer c.calls.Done()

	o, err := c.client.Overview(c.life, customerID)
	if err != nil {
		return o, err
	}
	c.keep(o)
	if c.tell != nil {
		c.calls.Go(func() { c.tell(own(o, true).Overview) })
	}
	return o, nil
}

// keep stores an answer. go-cache has no bound, so the oldest leaves by hand; a
// look at all of them is nothing beside the call that was just made.
func (c *Cache) keep(o Overview) {
	key := foldID(o.CustomerID)
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.answers.Get(key); !ok && c.answers.ItemCount() >= c.max {
		c.answers.DeleteExpired() // go-cache counts what it no longer shows
		if c.answers.ItemCount() >= c.max {
			c.answers.Delete(c.oldest())
		}
	}
	c.answers.SetDefault(key, o)
}

func (c *Cache) oldest() string {
	var key string
	var at time.Time
	for k, item := range c.answers.Items() {
		if o := item.Object.(Overview); key == "" || o.FetchedAt.Before(at) {
			key, at = k, o.FetchedAt
		}
	}
	return key
}
