package avepoint

import (
	"strings"
	"sync"
)

// counters remember what was asked.
type counters struct {
	mu          sync.Mutex
	requests    uint64
	byEndpoint  map[Endpoint]int
	byCustomer  map[string]int
	inFlight    int
	maxInFlight int
}

func newCounters() *counters {
	return &counters{byEndpoint: map[Endpoint]int{}, byCustomer: map[string]int{}}
}

// request numbers the requests.
func (c *counters) request() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests++
	return c.requests
}

// enter counts a request; the function it returns says that it is over.
func (c *counters) enter(v visit) (leave func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.byEndpoint[v.endpoint]++
	if v.endpoint == EndpointOverview {
		c.byCustomer[strings.ToLower(v.customerID)]++
	}
	if v.endpoint == EndpointToken {
		return func() {}
	}
	c.inFlight++
	c.maxInFlight = max(c.maxInFlight, c.inFlight)
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.inFlight--
	}
}

// Calls counts the requests that reached an endpoint, refused ones included.
// Calls(EndpointToken) counts the token fetches.
func (p *Platform) Calls(e Endpoint) int {
	p.counters.mu.Lock()
	defer p.counters.mu.Unlock()
	return p.counters.byEndpoint[e]
}

// CallsFor counts the overview requests for a customer, each page being one.
func (p *Platform) CallsFor(customerID string) int {
	p.counters.mu.Lock()
	defer p.counters.mu.Unlock()
	return p.counters.byCustomer[strings.ToLower(customerID)]
}

// MaxInFlight is the most API requests that were under way at once; token
// requests do not count.
func (p *Platform) MaxInFlight() int {
	p.counters.mu.Lock()
	defer p.counters.mu.Unlock()
	return p.counters.maxInFlight
}
