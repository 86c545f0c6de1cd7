package avepoint

import (
	"net/http"
	"sync"
)

// maxCustomers bounds the fleet.
const maxCustomers = 100_000

// Platform is one AvePoint account and the service around it. All its methods
// may be called while it serves.
type Platform struct {
	opts     Options
	fleet    *fleet
	identity *identity
	counters *counters
	closed   chan struct{}
	close    func()

	mu      sync.Mutex
	put     map[string]Customer // by lower-case id
	order   []string            // lower-case ids put beside the fleet
	removed map[string]bool
	shapes  map[string]Shape // by lower-case id; "" is everyone's
	faults  []*armedFault
}

// New builds a platform. It starts nothing; Handler serves it.
func New(o Options) *Platform {
	o = o.withDefaults()
	closed := make(chan struct{})
	return &Platform{
		opts:     o,
		fleet:    newFleet(o.Seed, o.Customers, o.Start),
		identity: newIdentity(o),
		counters: newCounters(),
		closed:   closed,
		close:    sync.OnceFunc(func() { close(closed) }),
		put:      map[string]Customer{},
		removed:  map[string]bool{},
		shapes:   map[string]Shape{"": PagedWithTenant},
	}
}

// prefix is where the general endpoints of the Elements API live.
const prefix = "/partner/external/v3/general"

// Handler serves /connect/token and /partner/external/v3/general/….
func (p *Platform) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /connect/token", p.door(EndpointToken, p.serveToken))
	mux.Handle("GET "+prefix+"/customers/{customerId}/cloud-backup-m365/overview",
		p.door(EndpointOverview, p.guarded(ScopeOverview, p.serveOverview)))
	mux.Handle("POST "+prefix+"/customers/batch",
		p.door(EndpointCustomers, p.guarded(ScopeCustomers, p.serveCustomers)))
	mux.Handle("GET "+prefix+"/customers/{customerId}",
		p.door(EndpointCustomer, p.guarded(ScopeCustomers, p.serveCustomer)))
	return p.identified(mux)
}

// Close ends the answers that still wait (delays, hangs).
func (p *Platform) Close() { p.close() }
