package avepoint_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/backup-overview/backup-overview/avepoint"
	sandbox "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
)

// sweepSlots is the concurrency that leaves the sweep 64 calls in flight.
const sweepSlots = 73

// sweep reads n overviews, 64 at once, as a sweep does.
func sweep(b *testing.B, c *avepoint.Client, names []sandbox.Name, n int) {
	b.Helper()
	next := make(chan sandbox.Name)
	var group sync.WaitGroup
	for range 64 {
		group.Go(func() {
			for name := range next {
				if _, err := c.Overview(b.Context(), name.ID); err != nil {
					b.Errorf("%s: %v", name.Organization, err)
				}
			}
		})
	}
	for i := range n {
		next <- names[i%len(names)]
	}
	close(next)
	group.Wait()
}

// The client and the stand-in together, over sockets: at full speed, and at a
// hundredth of the vendor's latency without and with a rate that is near.
func BenchmarkClient_sweep(b *testing.B) {
	for _, test := range []struct{ rate, latency float64 }{{1e6, 0}, {1e6, 0.01}, {1000, 0.01}} {
		b.Run(fmt.Sprintf("rate=%g/latency=%g", test.rate, test.latency), func(b *testing.B) {
			p, c := platform(b, sandbox.Options{Seed: 7, Latency: test.latency > 0, LatencyScale: test.latency}, func(o *avepoint.Options) {
				o.HTTPClient, o.Concurrency, o.Rate = nil, sweepSlots, test.rate
			})
			names := p.Names()[24:]
			sweep(b, c, names, 200) // opens the connections
			b.ReportAllocs()
			b.ResetTimer()
			sweep(b, c, names, b.N)
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
			b.ReportMetric(float64(p.MaxInFlight()), "in-flight")
		})
	}
}
