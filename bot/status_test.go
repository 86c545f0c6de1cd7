package bot

import (
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/watch"
)

// The status names the setting that makes sweeps too slow, and puts an outage
// of AvePoint first.
func TestMemory_fill(t *testing.T) {
	t.Parallel()
	m, _ := filled(t, 5)
	now := time.Now()
	slow := watch.Status{
		Watched: 100_000, Estimate: 7 * time.Hour, Interval: time.Hour, TooSlow: true, StaleAfter: 6 * time.Hour,
		Rate: 4, InFlight: 256, Latency: time.Second, Replicas: 1,
	}
	calls := slow
	calls.Rate, calls.InFlight = 1000, 2
	down := slow
	down.Down = now.Add(-time.Hour)
	for name, c := range map[string]struct {
		status     watch.Status
		says, hush string
	}{
		"by the rate":  {slow, "or raise AVEPOINT_RATE,", "AVEPOINT_CONCURRENCY"},
		"by the calls": {calls, "or raise AVEPOINT_CONCURRENCY,", "AVEPOINT_RATE"},
		"an outage":    {down, "AvePoint has not answered since", "Reading all customers takes longer"},
	} {
		view := formatting.StatusView{Now: now, Storage: formatting.StorageView{Kind: "SQLite"}}
		if err := m.fill(t.Context(), &view, c.status); err != nil {
			t.Fatal(err)
		}
		text := formatting.Status(view).Text
		if !strings.Contains(text, c.says) || strings.Contains(text, c.hush) {
			t.Errorf("%s: %s", name, text)
		}
	}
}
