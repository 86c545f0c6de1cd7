package watch

import (
	"context"
	"sync"
	"testing"
	"time"

	sandbox "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
)

func TestSweep_storageDown(t *testing.T) {
	t.Parallel()
	for _, db := range storetest.Databases(t) {
		t.Run(db.Name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, db.URL, 100)
			s.Fault(sandbox.Match{Endpoint: sandbox.EndpointOverview}, sandbox.Fault{Delay: 100 * time.Millisecond})
			w := s.loaded("a")
			done := make(chan error, 1)
			go func() { done <- w.Sweep(t.Context()) }()
			eventually(t, "some readings", func() bool { return s.good() > 10 })
			must(t, s.store.Close())
			select {
			case err := <-done:
				if err == nil {
					t.Error("no error")
				}
			case <-time.After(15 * time.Second):
				t.Fatal("the sweep does not end")
			}
			if got := s.calls(); got > 99 {
				t.Errorf("%d calls: it went on without a store", got)
			}
			if err := w.Sweep(t.Context()); err == nil {
				t.Error("the next tick says nothing")
			}
			s.store = open(t, s.url)
			w.store = s.store
			w.storing.succeeded() // a minute later
			w.lease = time.Second // on PostgreSQL the old claims run out
			s.clock.add(claimLease)
			s.sweep(w)
			if got := s.good(); got < 90 {
				t.Errorf("only %d are read when the store is back", got)
			}
		})
	}
}

// All connections to the database are cut in the middle, again and again.
func TestSweep_connectionsLost(t *testing.T) {
	t.Parallel()
	s := newStage(t, storetest.Postgres(t), 60)
	s.Fault(sandbox.Match{Endpoint: sandbox.EndpointOverview}, sandbox.Fault{Delay: 30 * time.Millisecond})
	w := s.loaded("a", func(o *Options) { o.InFlight = 4 })
	admin := open(t, s.url)
	ctx, cancel := context.WithCancel(t.Context())
	var cutter sync.WaitGroup
	cutter.Go(func() {
		for ctx.Err() == nil {
			_, _ = admin.Pool().Exec(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
			time.Sleep(150 * time.Millisecond)
		}
	})
	for range 10 {
		if err := w.Sweep(t.Context()); err != nil {
			t.Log(err) // may be: the next tick goes on
		}
	}
	cancel()
	cutter.Wait()
	s.sweep(w)
	sweep := s.sweeps(1)[0]
	if sweep.Good != 60 || sweep.Ended.IsZero() {
		t.Errorf("%+v", sweep)
	}
	for i := range 60 {
		if c := s.standing(i); c.Scanned != 150 || c.Failures != 0 {
			t.Errorf("%+v", c)
		}
	}
}
