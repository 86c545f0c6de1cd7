package bot

import (
	"context"
	"io"
	"runtime"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/watch"
)

// BenchmarkExport writes the file of 100,000 customers with six modules each,
// read from a SQLite file. peak-MB is how far the heap grows meanwhile.
func BenchmarkExport(b *testing.B) {
	m, _ := filled(b, 100_000)
	e := newExports(m, newWeb("http://127.0.0.1/"), nil)
	runtime.GC()
	before := heap()
	var peak uint64
	b.ResetTimer()
	for b.Loop() {
		stop := watchHeap(&peak)
		s, err := e.write(b.Context(), access.Scope{All: true}, order{}, io.Discard)
		stop()
		if err != nil || s.customers != 100_000 {
			b.Fatalf("%d customers: %v", s.customers, err)
		}
		b.ReportMetric(float64(s.size)/1e6, "MB-file")
	}
	b.ReportMetric(float64(peak-min(before, peak))/(1<<20), "peak-MB")
}

// BenchmarkFleet answers the command without text for 100,000 customers: the
// first time in half a minute, and again.
func BenchmarkFleet(b *testing.B) {
	m, q := filled(b, 100_000)
	sweep, _, err := m.store.BeginSweep(b.Context(), time.Hour, time.Now())
	if err != nil {
		b.Fatal(err)
	}
	for _, again := range []bool{false, true} {
		b.Run(map[bool]string{false: "first", true: "again"}[again], func(b *testing.B) {
			for b.Loop() {
				if !again {
					m.lately.Store(nil)
				} else if m.lately.Load() == nil {
					m.lately.Store(&lately{watch.Status{Last: &sweep, StaleAfter: time.Hour}, time.Now()})
				}
				if _, err := m.fleet(b.Context(), q, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// watchHeap notes the largest heap until it is stopped.
func watchHeap(peak *uint64) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		ticker := time.NewTicker(2 * time.Millisecond)
		defer ticker.Stop()
		for {
			*peak = max(*peak, heap())
			select {
			case <-ticker.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	return func() { cancel(); <-done }
}

func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
