package avepoint

import (
	"net/http"
	"time"
)

// Real answers take this long (public export of a partner account, December
// 2025). The look-up of one customer and the token were not measured.
const (
	overviewAtLeast = 3600 * time.Millisecond
	overviewAtMost  = 5400 * time.Millisecond
	emptyTakes      = 700 * time.Millisecond
	customersTakes  = 1700 * time.Millisecond
	tokenTakes      = 200 * time.Millisecond
	slowFactor      = 4
)

// latency is how long the vendor would take for an answer.
func (p *Platform) latency(v visit, a answer) time.Duration {
	if !p.opts.Latency {
		return 0
	}
	takes := emptyTakes
	switch {
	case v.endpoint == EndpointToken:
		takes = tokenTakes
	case v.endpoint == EndpointCustomers && a.status == http.StatusOK:
		takes = customersTakes
	case v.endpoint == EndpointOverview && a.status == http.StatusOK && !a.empty:
		d := roll(p.fleet.seed, keyLatency, p.counters.request())
		takes = overviewAtLeast + time.Duration(d.unit()*float64(overviewAtMost-overviewAtLeast))
		if p.slow(v.customerID) {
			takes *= slowFactor
		}
	}
	return time.Duration(float64(takes) * p.opts.LatencyScale)
}
