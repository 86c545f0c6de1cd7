package watch

import (
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/store"
)

// alter changes rows behind the store's back.
func (s *stage) alter(statement string) {
	s.t.Helper()
	if pool := s.store.Pool(); pool != nil {
		_, err := pool.Exec(s.t.Context(), statement)
		must(s.t, err)
		return
	}
	db, err := sql.Open("sqlite", strings.TrimPrefix(s.url, "sqlite://"))
	must(s.t, err)
	_, err = db.ExecContext(s.t.Context(), statement)
	must(s.t, errors.Join(err, db.Close()))
}

// One customer's history is damaged: the others do not suffer from it, and
// AvePoint is not asked for it again and again.
func TestSweep_oneThatCannotBeRecorded(t *testing.T) {
	onEach(t, 30, func(t *testing.T, s *stage) {
		w := s.loaded("a", func(o *Options) { o.InFlight = 4 })
		s.sweep(w)
		s.alter(`UPDATE series SET protected = protected + 1 WHERE customer = 1`)
		for round := 2; round <= 3; round++ {
			s.clock.add(time.Hour)
			for range 4 {
				s.sweep(w)
			}
			s.wantCalls(0, 30, round)
			if sweep := s.sweeps(1)[0]; sweep.Good != 29 || sweep.Failed != 1 || sweep.Ended.IsZero() {
				t.Errorf("round %d: %+v", round, sweep)
			}
		}
		var damaged []string
		for i := range 30 {
			if c := s.standing(i); c.Failures > 0 {
				damaged = append(damaged, c.ID+" "+c.Class)
			}
		}
		if len(damaged) != 1 || !strings.HasSuffix(damaged[0], " storage") {
			t.Fatalf("counted as failed: %v", damaged)
		}
		culprit, _, _ := strings.Cut(damaged[0], " ")
		if log := s.log.String(); !strings.Contains(log, "level=ERROR") || !strings.Contains(log, "customer_id="+culprit) {
			t.Errorf("log does not name %s:\n%s", culprit, log)
		}
		if status, err := w.Status(t.Context()); err != nil || status.Failures["storage"] != 1 {
			t.Errorf("%v, %v", status.Failures, err)
		}
	})
}

// Nothing can be recorded at all, though customers can be claimed.
func TestSweep_noneCanBeRecorded(t *testing.T) {
	onEach(t, 8, func(t *testing.T, s *stage) {
		w := s.loaded("a")
		s.sweep(w)
		s.alter(`UPDATE standings SET scanned = scanned + 1`)
		s.clock.add(time.Hour)
		if err := w.Sweep(t.Context()); !errors.Is(err, store.ErrCorrupt) {
			t.Errorf("error %v", err)
		}
		calls := s.calls()
		for range 3 {
			s.sweep(w)
		}
		if got := s.calls() - calls; got != 0 {
			t.Errorf("%d calls in the ticks after", got)
		}
		s.alter(`UPDATE standings SET scanned = scanned - 1`)
		w.storing.next = time.Now() // a minute later
		s.sweep(w)
		if sweep := s.sweeps(1)[0]; sweep.Good != 8 || sweep.Ended.IsZero() {
			t.Errorf("when it is mended: %+v", sweep)
		}
	})
}

func TestSweep_writesNoBodyTwice(t *testing.T) {
	onEach(t, 10, func(t *testing.T, s *stage) {
		w := s.loaded("a")
		bodies := func() map[string]string {
			all := map[string]string{}
			for b, err := range s.store.Bodies(t.Context(), nil) {
				must(t, err)
				all[b.ID] = string(b.Body)
			}
			return all
		}
		s.sweep(w)
		before := bodies()
		s.clock.add(time.Hour)
		s.sweep(w)
		for id, body := range bodies() {
			if body != before[id] {
				t.Errorf("%s changed from\n%s to\n%s", id, before[id], body)
			}
		}
		standing := s.standing(1)
		if o, ok, err := w.Last(t.Context(), id(1)); err != nil || !ok || !o.FetchedAt.Equal(standing.Read) {
			t.Errorf("%v, %v, %v, want the time %v", o.FetchedAt, ok, err, standing.Read)
		}
	})
}
