package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/watch"
)

func TestHealthOf(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	oldest := now.Add(-time.Hour)
	for name, c := range map[string]struct {
		status     watch.Status
		deliveries store.DeliveryStats
		want       coverage.Health
	}{
		"well": {watch.Status{Watched: 200}, store.DeliveryStats{}, coverage.Health{At: now, Customers: 200}},
		"some fail": {
			watch.Status{Watched: 200, Failures: map[string]int{"busy": 3}},
			store.DeliveryStats{Oldest: oldest},
			coverage.Health{At: now, Customers: 200, Failing: map[string]int{"busy": 3}, Unsent: oldest},
		},
		"AvePoint is down, and few were tried": {
			watch.Status{Watched: 200, Down: oldest, Failures: map[string]int{"busy": 9, "forbidden": 1}},
			store.DeliveryStats{},
			coverage.Health{At: now, Customers: 200, Failing: map[string]int{"busy": 200}},
		},
		"down, and nobody was tried":    {watch.Status{Watched: 200, Down: oldest}, store.DeliveryStats{}, coverage.Health{At: now, Customers: 200, Failing: map[string]int{"unavailable": 200}}},
		"refused":                       {watch.Status{Watched: 200, SignInFailures: 4}, store.DeliveryStats{}, coverage.Health{At: now, Customers: 200, SignIn: 4}},
		"a channel cannot be posted to": {watch.Status{Watched: 2}, store.DeliveryStats{Oldest: oldest, Parked: 1}, coverage.Health{At: now, Customers: 2}},
	} {
		if diff := cmp.Diff(c.want, healthOf(c.status, c.deliveries, time.Time{}, now)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
