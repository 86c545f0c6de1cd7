package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
)

// A PostgreSQL that is lost is told as that, in bounded time, and works again
// by itself.
func TestStore_postgres_lost(t *testing.T) {
	t.Parallel()
	p, url := newProxy(t, storetest.Postgres(t))
	s := storetest.Open(t, url)
	ctx := t.Context()
	if _, err := s.SaveDirectory(ctx, []store.Customer{{ID: "c0"}}, at(0)); err != nil {
		t.Fatal(err)
	}
	for round := range int64(3) {
		p.setDown(true)
		began := time.Now()
		_, errRead := s.Standing(ctx, "c0", at(0))
		for name, err := range map[string]error{
			"record": s.Record(ctx, "me", []store.Reading{goodReading("c0", at(round*10+1), 3)}), "standing": errRead, "ping": s.Ping(ctx),
		} {
			if !errors.Is(err, store.ErrUnreachable) || !store.Unavailable(err) || !strings.Contains(err.Error(), "cannot be reached") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("said after %v", took)
		}
		p.setDown(false)
		if err := s.Record(ctx, "me", []store.Reading{goodReading("c0", at(round*10+2), round)}); err != nil {
			t.Errorf("it is back: %v", err)
		}
		if st, err := s.Standing(ctx, "c0", at(0)); err != nil || st.Gap != round {
			t.Errorf("%+v %v", st, err)
		}
	}
}

// Nobody at the door is told without the password.
func TestOpen_postgres_unreachable(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"postgres://u:hunter2@127.0.0.1:1/db", "postgres://u:hunter2@host.invalid/db"} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		for range 2 {
			_, err := store.Open(ctx, store.Options{URL: url})
			if !errors.Is(err, store.ErrUnreachable) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%v", err)
			}
		}
	}
}

// Connections that the server ends are replaced without anybody noticing.
func TestStore_postgres_terminated(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	s, other := storetest.Open(t, url), storetest.Open(t, url)
	ctx := t.Context()
	if _, err := s.SaveDirectory(ctx, []store.Customer{{ID: "c0"}}, at(0)); err != nil {
		t.Fatal(err)
	}
	for n := range int64(20) {
		_, err := other.Pool().Exec(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid()`)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Record(ctx, "me", []store.Reading{goodReading("c0", at(n+1), n)}); err != nil {
			t.Errorf("%d: %v", n, err)
		}
		if st, err := s.Standing(ctx, "c0", at(0)); err != nil || st.Gap != n {
			t.Errorf("%d: %+v %v", n, st, err)
		}
	}
	for name, call := range map[string]func() error{
		"fleet": func() error { return second(s.Fleet(ctx, store.FleetQuery{Now: at(0)})) },
		"begin": func() error { _, _, err := s.BeginSweep(ctx, time.Hour, at(0)); return err },
		"claim": func() error {
			return second(s.Claim(ctx, store.ClaimQuery{Owner: "me", Now: at(0), Sweep: 1, Max: 1}))
		},
		"beat": func() error { return second(s.Beat(ctx, "me", at(0))) },
		"ping": func() error { return s.Ping(ctx) },
		"time": func() error { return second(s.Time(ctx, at(0))) },
	} {
		for range 3 {
			var wg sync.WaitGroup
			for range 8 { // as many connections as there may be
				wg.Go(func() {
					if _, err := s.Pool().Exec(ctx, `SELECT pg_sleep(0.02)`); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			_, err := other.Pool().Exec(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
				WHERE datname = current_database() AND pid <> pg_backend_pid()`)
			if err != nil {
				t.Fatal(err)
			}
			if err := call(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// A line that breaks during a commit loses nothing and doubles nothing,
// whether the commit counted or not.
func TestStore_postgres_reset_at_commit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]cut{"before": before, "after": after} {
		for _, times := range []int{1, 2} {
			t.Run(fmt.Sprintf("%s_%d", name, times), func(t *testing.T) {
				t.Parallel()
				p, url := newProxy(t, storetest.Postgres(t))
				resetAtCommit(t, storetest.Open(t, url), func() { p.cutNext(c, times) })
				p.mu.Lock()
				defer p.mu.Unlock()
				if p.cuts != 0 {
					t.Error("no commit was cut")
				}
			})
		}
	}
}

func resetAtCommit(t *testing.T, s *store.Store, cut func()) {
	t.Helper()
	ctx := t.Context()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	customers := []store.Customer{{ID: "c0"}, {ID: "c1"}, {ID: "c2"}}
	cut()
	change, err := s.SaveDirectory(ctx, customers, at(0))
	if ok(err); change.Added != 3 {
		t.Errorf("%+v", change)
	}
	cut() // at the last transaction, the only one
	change, err = s.SaveDirectory(ctx, customers[:2], at(1))
	if ok(err); change.Missing != 1 {
		t.Errorf("%+v", change)
	}
	change, err = s.SaveDirectory(ctx, customers[:2], at(2))
	if ok(err); change.Missing != 1 || change.Gone != 0 {
		t.Errorf("%+v: a reading of the directory counted twice", change)
	}
	ok(second(s.SaveDirectory(ctx, customers, at(3))))

	cut()
	claimed, err := s.ClaimDirectory(ctx, "me", time.Second, time.Hour, at(10))
	if ok(err); !claimed {
		t.Error("the directory was claimed, and nobody knows")
	}
	cut()
	w, opened, err := s.BeginSweep(ctx, time.Hour, at(10))
	if ok(err); !opened {
		t.Error("the sweep was opened by nobody")
	}
	cut()
	claims, err := s.Claim(ctx, store.ClaimQuery{Owner: "me", Max: 10, Lease: time.Hour, Now: at(10), Sweep: w.ID, Pace: 1})
	if ok(err); len(claims) != 3 {
		t.Errorf("%d claims", len(claims))
	}
	cut()
	ok(s.Record(ctx, "me", []store.Reading{
		goodReading("c0", at(11), 3), goodReading("c1", at(11), 4), {CustomerID: "c2", At: at(11), Kind: store.Failed, Class: "busy"},
	}))
	if st, err := s.Standing(ctx, "c2", at(0)); err != nil || st.Failures != 1 {
		t.Errorf("%d failures %v", st.Failures, err)
	}
	cut()
	ok(s.Record(ctx, "me", []store.Reading{goodReading("c0", at(12), 9)}))
	if h, err := s.History(ctx, "c0", at(0), at(100)); err != nil || len(h.Spans) != 2 || len(h.Series) != 1 || len(h.Series[0].Points) != 2 {
		t.Errorf("%+v %v", h, err)
	}
	cut()
	done, ended, err := s.EndSweep(ctx, w.ID, at(20))
	if ok(err); !ended || done.Good != 2 || done.Failed != 1 {
		t.Errorf("%+v %v", done, ended)
	}
	cut()
	ok(s.Forget(ctx, "c1", store.By{User: "U1"}))
	if _, err := s.Standing(ctx, "c1", at(0)); !errors.Is(err, store.ErrUnknown) {
		t.Error(err)
	}
}

func second[T any](_ T, err error) error { return err }

// Replicas that claim at once get each customer once, in every sweep, and one
// of them opens and one ends it.
func TestClaim_replicas(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	const n, replicas = 200, 3
	var stores [replicas]*store.Store
	for i := range stores {
		stores[i] = storetest.Open(t, url)
	}
	var customers []store.Customer
	for i := range n {
		customers = append(customers, store.Customer{ID: fmt.Sprintf("c%d", i)})
	}
	if _, err := stores[0].SaveDirectory(t.Context(), customers, at(0)); err != nil {
		t.Fatal(err)
	}
	for sweep := range int64(3) {
		var mu sync.Mutex
		reads := map[string]int{}
		opened, ended := 0, 0
		var wg sync.WaitGroup
		for i, s := range stores {
			wg.Go(func() {
				o, e := sweepOnce(t, s, fmt.Sprint("replica ", i), at(sweep*3600), func(id string) {
					mu.Lock()
					defer mu.Unlock()
					reads[id]++
				})
				mu.Lock()
				defer mu.Unlock()
				opened, ended = opened+o, ended+e
			})
		}
		wg.Wait()
		if opened != 1 || ended != 1 || len(reads) != n {
			t.Errorf("sweep %d: opened %d times, ended %d times, %d customers", sweep, opened, ended, len(reads))
		}
		for id, times := range reads {
			if times != 1 {
				t.Errorf("sweep %d: %s was read %d times", sweep, id, times)
			}
		}
	}
}

func sweepOnce(t *testing.T, s *store.Store, owner string, now time.Time, read func(id string)) (opened, ended int) {
	w, o, err := s.BeginSweep(t.Context(), time.Hour, now)
	if err != nil {
		t.Error(err)
		return 0, 0
	}
	if o {
		opened = 1
	}
	for {
		claims, err := s.Claim(t.Context(), store.ClaimQuery{Owner: owner, Max: 5, Lease: time.Minute, Now: now, Sweep: w.ID, Pace: 1})
		if err != nil {
			t.Error(err)
			return opened, ended
		}
		if len(claims) == 0 {
			break
		}
		var readings []store.Reading
		for _, c := range claims {
			read(c.CustomerID)
			readings = append(readings, goodReading(c.CustomerID, now.Add(time.Second), 3))
		}
		if err := s.Record(t.Context(), owner, readings); err != nil {
			t.Error(err)
			return opened, ended
		}
	}
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) { // the others are at their last ones
		w, e, err := s.EndSweep(t.Context(), w.ID, now.Add(time.Minute))
		if err != nil {
			t.Error(err)
		}
		if e {
			ended = 1
		}
		if !w.Ended.IsZero() {
			break
		}
	}
	return opened, ended
}

// Starts at once on an empty database all succeed.
func TestOpen_replicas_migrate(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			s, err := store.Open(t.Context(), store.Options{URL: url})
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// Writers of the same rows in opposite orders are none the wiser.
func TestRecord_contested(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	a, b := storetest.Open(t, url), storetest.Open(t, url)
	var customers []store.Customer
	for i := range 30 {
		customers = append(customers, store.Customer{ID: fmt.Sprintf("c%d", i)})
	}
	if _, err := a.SaveDirectory(t.Context(), customers, at(0)); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i, s := range []*store.Store{a, b, a, b} {
		wg.Go(func() {
			for n := range int64(15) {
				var group []store.Reading
				for c := range customers {
					if i%2 == 0 {
						c = len(customers) - 1 - c
					}
					group = append(group, goodReading(customers[c].ID, at(n*10+int64(i)), n*4+int64(i)))
				}
				if err := s.Record(t.Context(), "me", group); err != nil {
					t.Error(err)
				}
				if _, err := s.Upkeep(t.Context(), store.Retention{Readings: time.Second, Rollups: time.Hour}, at(n*10)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	st, err := a.Standing(t.Context(), "c7", at(0))
	if err != nil || !st.Read.Equal(at(143)) || st.Gap != 59 {
		t.Errorf("%+v %v", st, err)
	}
}
