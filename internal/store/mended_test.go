package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
)

// A claim looks up the few that it takes, and not all that are due.
func TestClaim_plan(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, storetest.SQLite(t))
	rows, err := s.Writer().QueryContext(t.Context(), `EXPLAIN QUERY PLAN `+store.LeaseStatement, "me", 2, 1, 1, 1, 4)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		plan = append(plan, detail)
	}
	if err := rows.Err(); err != nil || len(plan) == 0 || !strings.Contains(plan[0], "USING INTEGER PRIMARY KEY") {
		t.Errorf("%q %v", plan, err)
	}
}

// PostgreSQL too, with as many as a fleet has.
func TestClaim_plan_postgres(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, storetest.Postgres(t))
	var customers []store.Customer
	for i := range 20_000 {
		customers = append(customers, store.Customer{ID: fmt.Sprintf("c%d", i)})
	}
	if _, err := s.SaveDirectory(t.Context(), customers, at(0)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Pool().Exec(t.Context(), `ANALYZE`); err != nil {
		t.Fatal(err)
	}
	rows, err := s.Pool().Query(t.Context(), `EXPLAIN `+store.LeaseStatement, "me", int64(2), int64(1), int64(1), int64(1), int64(4))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		plan = append(plan, line)
	}
	text := strings.Join(plan, "\n")
	if err := rows.Err(); err != nil || !strings.Contains(text, "standings_pkey") || !strings.Contains(text, "standings_due") || strings.Contains(text, "Seq Scan") {
		t.Errorf("%s %v", text, err)
	}
}

// One who saves the directory and one who presses buttons wait for each other,
// and never for good.
func TestSaveDirectory_no_deadlock(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	s, other := storetest.Open(t, url), storetest.Open(t, url)
	ctx := t.Context()
	list := func(k int) []store.Customer {
		var all []store.Customer
		for i := range 900 {
			if k%5 != 4 || i%2 == 0 {
				all = append(all, store.Customer{ID: fmt.Sprintf("c%d", i), Name: fmt.Sprint("name ", k)})
			}
		}
		return all
	}
	if _, err := s.SaveDirectory(ctx, list(0), at(0)); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	stop := make(chan struct{})
	wg.Go(func() {
		defer close(stop)
		for k := range 20 {
			if _, err := other.SaveDirectory(ctx, list(k), at(int64(k))); err != nil {
				t.Error(err)
			}
		}
	})
	wg.Go(func() {
		for k := 0; ; k++ {
			select {
			case <-stop:
				return
			default:
			}
			if err := s.Unwatch(ctx, fmt.Sprintf("c%d", k*7%900), store.By{User: "U1", At: at(0)}, time.Time{}); err != nil {
				t.Error(err)
			}
			time.Sleep(5 * time.Millisecond)
		}
	})
	wg.Wait()
	if n := deadlocks(t, s); n != 0 {
		t.Errorf("%d deadlocks", n)
	}
}

// deadlocks are those that PostgreSQL has ended in this database.
func deadlocks(t *testing.T, s *store.Store) (n int) {
	t.Helper()
	err := s.Pool().QueryRow(t.Context(), `SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A reader of another program keeps what was forgotten in the log until the
// upkeep.
func TestForget_log_in_use(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite(t)
	ctx := t.Context()
	s, err := store.OpenBusy(ctx, store.Options{URL: url}, 50*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	rememberSecret(ctx, t, s)
	other, err := sql.Open("sqlite", file(url))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	tx, err := other.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM customers`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	if err := s.Forget(ctx, secret+"-id", store.By{User: "U1"}); err != nil {
		t.Fatal(err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Upkeep(ctx, store.Retention{Readings: time.Hour, Rollups: time.Hour}, at(60)); err != nil {
		t.Fatal(err)
	}
	for _, end := range []string{"", "-wal"} {
		content, err := os.ReadFile(file(url) + end)
		if err != nil || strings.Contains(strings.ToLower(string(content)), strings.ToLower(secret)) {
			t.Errorf("the file %q still holds it, %v", end, err)
		}
	}
}

// Copies from before an update go in their time, and other files stay.
func TestBackup_prunes_updates(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite(t)
	s := storetest.Open(t, url)
	folder := filepath.Join(filepath.Dir(file(url)), "backups")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, age := range map[string]int64{"memory-before-2.db": 8, "memory-before-3.db": 6, "memory-before-x.db": 99, "other-before-2.db": 99, "memory-before-2.db.gz": 99} {
		path := filepath.Join(folder, name)
		err := os.WriteFile(path, nil, 0o600)
		if err := errors.Join(err, os.Chtimes(path, at(0), at(-age*24*3600))); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Backup(t.Context(), at(0), 7); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 5 || entries[2].Name() != "memory-before-3.db" {
		t.Errorf("%v %v", entries, err)
	}
}

// A rolling that is cut short again and again ends all the same.
func TestUpkeep_resumes(t *testing.T) {
	t.Parallel()
	for _, database := range storetest.Databases(t) {
		t.Run(database.Name, func(t *testing.T) {
			t.Parallel()
			s := storetest.Open(t, database.URL)
			ctx := t.Context()
			const n = 100
			var customers []store.Customer
			for i := range n {
				customers = append(customers, store.Customer{ID: fmt.Sprintf("c%03d", i)})
			}
			if _, err := s.SaveDirectory(ctx, customers, at(0)); err != nil {
				t.Fatal(err)
			}
			for hour := range int64(50) {
				var group []store.Reading
				for _, c := range customers {
					group = append(group, goodReading(c.ID, at(hour*4*3600), hour))
				}
				if err := s.Record(ctx, "me", group); err != nil {
					t.Fatal(err)
				}
			}
			keep := store.Retention{Readings: 24 * time.Hour, Rollups: 1000 * time.Hour}
			now := at(50 * 4 * 3600)
			days, cuts := int64(0), 0
			for ; ; cuts++ {
				if cuts > 50 {
					t.Fatal("it never ends")
				}
				// Cut each time, after some more steps.
				cut, cancel := context.WithCancel(ctx)
				report, err := s.Upkeep(&fewSteps{Context: cut, cancel: cancel, left: 2000 + 2000*cuts}, keep, now)
				cancel()
				days += report.Days
				if err == nil {
					break
				}
			}
			t.Logf("cut %d times", cuts)
			// What is cut in the middle of a transaction counts twice, and no more.
			if want := int64(n * 7); cuts < 2 || days < want || days > want*3/2 {
				t.Errorf("cut %d times, %d days rolled, want about %d: the same ones again", cuts, days, want)
			}
		})
	}
}

// fewSteps is a context that ends after it was asked some times.
type fewSteps struct {
	context.Context
	cancel context.CancelFunc
	mu     sync.Mutex
	left   int
}

func (f *fewSteps) Done() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.left--; f.left < 0 {
		f.cancel()
	}
	return f.Context.Done()
}

// Damage that the start does not look for is told by the upkeep.
func TestUpkeep_damage(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite(t)
	s := storetest.Open(t, url)
	ctx := t.Context()
	if _, err := s.SaveDirectory(ctx, []store.Customer{{ID: "a"}, {ID: "b"}}, at(0)); err != nil {
		t.Fatal(err)
	}
	keep := store.Retention{Readings: time.Hour, Rollups: time.Hour}
	if _, err := s.Upkeep(ctx, keep, at(0)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	// An index that lacks rows: as if it were one of all customers.
	execute(t, url, `PRAGMA writable_schema = on`,
		`UPDATE sqlite_schema SET sql = replace(sql, 'unwatched_until > 0', 'unwatched_until >= 0') WHERE name = 'customers_paused'`)
	s = storetest.Open(t, url)
	if _, err := s.Upkeep(ctx, keep, at(0)); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("%v", err)
	}
}

// A saving that was cut short marks nobody as gone, and what it marked counts
// once.
func TestSaveDirectory_cut_short(t *testing.T) {
	t.Parallel()
	for _, database := range storetest.Databases(t) {
		t.Run(database.Name, func(t *testing.T) {
			t.Parallel()
			s := storetest.Open(t, database.URL)
			ctx := t.Context()
			var customers []store.Customer
			for i := range 2500 {
				customers = append(customers, store.Customer{ID: fmt.Sprintf("c%d", i)})
			}
			if _, err := s.SaveDirectory(ctx, customers, at(0)); err != nil {
				t.Fatal(err)
			}
			cuts := 0
			for left := 100; ; left += left / 2 { // of the first reading that misses them
				cut, cancel := context.WithCancel(ctx)
				_, err := s.SaveDirectory(&fewSteps{Context: cut, cancel: cancel, left: left}, customers[:10], at(60))
				cancel()
				if err == nil {
					break
				}
				cuts++
			}
			if cuts < 2 {
				t.Errorf("cut %d times", cuts)
			}
			for round, want := range []store.DirectoryChange{{Missing: 2490, Total: 10}, {Gone: 2490, Total: 10}, {Total: 10}} {
				if change, err := s.SaveDirectory(ctx, customers[:10], at(int64(120+60*round))); err != nil || change != want {
					t.Errorf("%d: %+v %v, want %+v", round, change, err, want)
				}
			}
			st, err := s.Standing(ctx, "c100", at(0))
			if err != nil || !st.SeenAt.Equal(at(0)) || !st.GoneAt.Equal(at(180)) {
				t.Errorf("seen %v, gone %v, %v", st.SeenAt, st.GoneAt, err)
			}
		})
	}
}

// A claim of the directory whose answer never came holds nobody up.
func TestClaimDirectory_answer_lost(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	p, proxied := newProxy(t, url)
	s, other := storetest.Open(t, proxied), storetest.Open(t, url)
	ctx := t.Context()
	p.cutNext(after, 1)
	cut, cancel := context.WithCancel(ctx)
	time.AfterFunc(3*time.Second, cancel)
	if ok, err := s.ClaimDirectory(&endsAtCut{Context: cut, p: p, cancel: cancel}, "me", 0, time.Hour, at(0)); err == nil {
		t.Skip("the answer came after all", ok)
	}
	if ok, err := other.ClaimDirectory(ctx, "you", 0, time.Hour, at(0)); err != nil || !ok {
		t.Errorf("%v %v", ok, err)
	}
}

// endsAtCut is a context that ends when the proxy has cut.
type endsAtCut struct {
	context.Context
	p      *proxy
	cancel context.CancelFunc
}

func (e *endsAtCut) Done() <-chan struct{} {
	e.p.mu.Lock()
	defer e.p.mu.Unlock()
	if e.p.cuts == 0 {
		e.cancel()
	}
	return e.Context.Done()
}

// Nobody else may read the file, nor what SQLite keeps beside it.
func TestOpen_private(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite(t)
	s := storetest.Open(t, url)
	if _, err := s.SaveDirectory(t.Context(), []store.Customer{{ID: "a"}}, at(0)); err != nil {
		t.Fatal(err)
	}
	for _, end := range []string{"", "-wal", "-shm", ".lock"} {
		info, err := os.Stat(file(url) + end)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%q: %v %v", end, info, err)
		}
	}
}

// A path through a file is told as that.
func TestOpen_path_through_file(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, "sqlite://"+path+"/memory.db", store.ErrURL, "no file can be at")
	refused(t, "sqlite://"+filepath.Dir(path)+"/"+strings.Repeat("y", 300), store.ErrURL, "no file can be at")
}

// A user who may not make tables is told what to grant.
func TestOpen_postgres_not_granted(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	admin := storetest.Open(t, storetest.Postgres(t))
	role := fmt.Sprintf("poor_%d", time.Now().UnixNano())
	if _, err := admin.Pool().Exec(t.Context(), `CREATE ROLE `+role+` LOGIN`); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if _, err := admin.Pool().Exec(context.WithoutCancel(t.Context()), `DROP ROLE `+role); err != nil {
			t.Error(err)
		}
	}()
	_, err := store.Open(t.Context(), store.Options{URL: strings.Replace(url, "postgres://postgres@", "postgres://"+role+"@", 1)})
	if !errors.Is(err, store.ErrReadOnly) || !strings.Contains(err.Error(), "GRANT CREATE, USAGE ON SCHEMA public") {
		t.Errorf("%v", err)
	}
}

// BenchmarkStore_Record_series records two customers of 20,000 modules.
func BenchmarkStore_Record_series(b *testing.B) {
	for _, database := range storetest.Databases(b) {
		b.Run(database.Name, func(b *testing.B) {
			s := storetest.Open(b, database.URL)
			if _, err := s.SaveDirectory(b.Context(), []store.Customer{{ID: "a"}, {ID: "b"}}, at(0)); err != nil {
				b.Fatal(err)
			}
			for round := int64(1); b.Loop(); round++ {
				var group []store.Reading
				for _, id := range []string{"a", "b"} {
					r := store.Reading{CustomerID: id, At: at(round), Kind: store.Good}
					for i := range 20_000 {
						r.Rows = append(r.Rows, coverage.Row{Tenant: fmt.Sprint(round), Module: fmt.Sprint(i), Count: coverage.Count{Scanned: 1}})
					}
					group = append(group, r)
				}
				if err := s.Record(b.Context(), "me", group); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
