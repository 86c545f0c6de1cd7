package watch

import (
	"slices"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
	sandbox "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
)

// judged has the store judge readings by rules that suspect for long.
func (s *stage) judged() {
	s.t.Helper()
	must(s.t, s.store.Close())
	rules := coverage.DefaultRules()
	rules.ConfirmReadings = 1000
	s.store = storetest.OpenJudging(s.t, s.url, rules)
}

// falls has customers from to before until lose the protection of half.
func (s *stage) falls(from, until int) {
	for i := from; i < until; i++ {
		s.SetRows(id(i), []sandbox.Row{
			{Module: "Exchange Online", TenantID: "t-1", Scanned: 100, Protected: 45},
			{Module: "OneDrive", TenantID: "t-1", Scanned: 50, Protected: 50},
		})
	}
}

// What is suspected is read after a quarter of an hour, in a sweep and between two,
// and does not keep the sweep from the others.
func TestSweep_readsAgainWhatIsSuspected(t *testing.T) {
	onEach(t, 12, func(t *testing.T, s *stage) {
		s.judged()
		w := s.loaded("a", func(o *Options) { o.InFlight = 1 })
		reads := 0
		hour := func() {
			s.clock.add(time.Hour)
			s.sweep(w)
			reads++
		}
		for range 27 {
			hour()
		}
		s.falls(0, 6)
		hour()
		s.wantCalls(0, 12, reads)
		s.clock.add(14 * time.Minute)
		s.sweep(w)
		s.wantCalls(0, 12, reads)
		s.clock.add(time.Minute)
		s.sweep(w)
		s.wantCalls(0, 6, reads+1)
		s.wantCalls(6, 12, reads)
		n := len(s.asked(0))
		s.clock.add(45 * time.Minute) // both are due
		s.sweep(w)
		first := s.asked(n)[:6]
		suspected := slices.DeleteFunc(slices.Clone(first), func(c string) bool { return c >= id(6) })
		if len(suspected) < 2 || len(suspected) > 4 {
			t.Errorf("of the first six read, %d were suspected: %v", len(suspected), first)
		}
		s.wantCalls(6, 12, reads+1)
	})
}
