package alert

import (
	"fmt"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

// BenchmarkPlan plans what 40 channels hear of customers that fell at once.
func BenchmarkPlan(b *testing.B) {
	for _, customers := range []int{500, 5000} {
		b.Run(fmt.Sprint(customers), func(b *testing.B) {
			var due []store.DueIncident
			for n := range customers {
				due = append(due, fired(fmt.Sprintf("%05d", n), noon().Add(-time.Hour), coverage.Crit))
			}
			u, r := untold(nil, due...)
			u.Suspects = customers
			for n, d := range due {
				r.customers[d.CustomerID] = []string{channelOf(n % 40)}
			}
			for b.Loop() {
				if p := plan(noon(), u, r, coverage.DefaultRules()); len(p.Messages) != 40 {
					b.Fatal(len(p.Messages))
				}
			}
		})
	}
}
