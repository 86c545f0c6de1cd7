package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
)

// at is n seconds after these tests begin.
func at(n int64) time.Time {
	return time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Second)
}

// goodReading is a good one with a gap of gap.
func goodReading(id string, t time.Time, gap int64) store.Reading {
	return store.Reading{
		CustomerID: id, At: t, Kind: store.Good,
		Rows: []coverage.Row{{Module: "Exchange", Count: coverage.Count{Scanned: gap + 100, Protected: 100}}},
		Body: []byte(strings.Repeat(fmt.Sprintf("gap %d ", gap), 100)),
	}
}

// file is the path of a SQLite URL.
func file(url string) string { return strings.TrimPrefix(url, "sqlite://") }

// execute changes a SQLite file behind the store's back.
func execute(t *testing.T, url string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", file(url))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func TestOpen_url(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"", "backup.db", "sqlite:", "sqlite://", "sqlite:///folder/", "sqlite://:memory:", "sqlite://x.db?mode=memory", "sqlite://x#y",
		"mysql://u:hunter2@host/db", "postgres://u:hunter2@host:port/db", "postgres://u:hunter2@%zz/db", "postgres://u:hunter2@h/db?sslmode=perhaps",
		"sqlite://" + t.TempDir(),
	} {
		_, err := store.Open(t.Context(), store.Options{URL: url})
		_, errCheck := store.Check(t.Context(), store.Options{URL: url})
		for _, err := range []error{err, errCheck} {
			if !errors.Is(err, store.ErrURL) || strings.Contains(err.Error(), "hunter2") || store.Unavailable(err) {
				t.Errorf("%q: %v", url, err)
			}
		}
	}
}

// Odd file names are file names.
func TestOpen_file_name(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"with space & 100%.db", "ü", "a+b;c=d'e\".db"} {
		path := filepath.Join(t.TempDir(), name)
		s := storetest.Open(t, "sqlite://"+path)
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", info, err)
		}
		if copied, err := s.Backup(t.Context(), at(0), 7); err != nil || filepath.Base(copied) != strings.TrimSuffix(name, ".db")+"-2026-11-02.db" {
			t.Errorf("%s %v", copied, err)
		}
	}
}

// refused sees that Open and Check both refuse a database, with words.
func refused(t *testing.T, url string, want error, words ...string) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{URL: url})
	if err == nil {
		t.Error(s.Close())
	}
	_, errCheck := store.Check(t.Context(), store.Options{URL: url})
	for name, err := range map[string]error{"open": err, "check": errCheck} {
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
			continue
		}
		for _, w := range words {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %q does not say %q", name, err, w)
			}
		}
	}
}

func TestOpen_schema(t *testing.T) {
	t.Parallel()
	newer := `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, true)`
	drop := `DROP TABLE points`
	for _, database := range storetest.Databases(t) {
		t.Run(database.Name, func(t *testing.T) {
			t.Parallel()
			alter := func(statement string) {
				s := storetest.Open(t, database.URL)
				if _, err := s.Writer().ExecContext(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
			}
			if stats, err := store.Check(t.Context(), store.Options{URL: database.URL}); err != nil || stats.Schema != 0 {
				t.Errorf("nothing there yet: %+v %v", stats, err)
			}
			alter(newer)
			refused(t, database.URL, store.ErrNewer, "schema 99", "newer version")
		})
	}
	for _, database := range storetest.Databases(t) {
		t.Run(database.Name+"_half", func(t *testing.T) {
			t.Parallel()
			s := storetest.Open(t, database.URL)
			if _, err := s.Writer().ExecContext(t.Context(), drop); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			refused(t, database.URL, store.ErrHalf, "Restore")
		})
	}
}

// A table of the schema is there, and the number is not: a migration that was
// cut in two.
func TestOpen_half_migrated(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite(t)
	execute(t, url, `CREATE TABLE customers (num INTEGER PRIMARY KEY)`)
	_, err := store.Open(t.Context(), store.Options{URL: url})
	if !errors.Is(err, store.ErrHalf) {
		t.Errorf("%v", err)
	}
	var left int
	db, err := sql.Open("sqlite", file(url))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM sqlite_master WHERE name = 'directory'`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d tables of the migration were left, %v", left, err)
	}
}

// What Check looks at stays as it is.
func TestCheck_changes_nothing(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite(t)
	if _, err := store.Check(t.Context(), store.Options{URL: url}); err != nil {
		t.Error(err)
	}
	entries, err := os.ReadDir(filepath.Dir(file(url)))
	if err != nil || len(entries) != 0 {
		t.Errorf("%v %v", entries, err)
	}
}

func TestOpen_read_only(t *testing.T) {
	t.Parallel()
	refused(t, "sqlite://"+filepath.Join(t.TempDir(), "missing", "x.db"), store.ErrReadOnly, "does not exist")
	if os.Getuid() == 0 {
		t.Log("root may write anywhere: the rights are not tested")
		return
	}
	url := storetest.SQLite(t)
	s := storetest.Open(t, url)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file(url), 0o400); err != nil {
		t.Fatal(err)
	}
	refused(t, url, store.ErrReadOnly, "right to write")
}

// Without room nothing is recorded, questions are answered, and it works again
// by itself when there is room.
func TestRecord_full(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, storetest.SQLite(t))
	ctx := t.Context()
	if _, err := s.SaveDirectory(ctx, []store.Customer{{ID: "c0"}}, at(0)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Writer().ExecContext(ctx, `PRAGMA max_page_count = 1`); err != nil { // as many as there are
		t.Fatal(err)
	}
	n := int64(0)
	var err error
	for ; err == nil && n < 10_000; n++ {
		r := goodReading("c0", at(n*4*3600), n)
		for i := range 200 {
			r.Rows = append(r.Rows, coverage.Row{Module: fmt.Sprint(i), Count: coverage.Count{Scanned: n + 1}})
		}
		err = s.Record(ctx, "me", []store.Reading{r})
	}
	if !errors.Is(err, store.ErrFull) || !store.Unavailable(err) || !strings.Contains(err.Error(), "Make room") {
		t.Fatalf("after %d: %v", n, err)
	}
	st, err := s.Standing(ctx, "c0", at(0))
	if err != nil || n > 1 && !st.Read.Equal(at((n-2)*4*3600)) {
		t.Errorf("%+v %v: the one that found no room shows", st, err)
	}
	if _, err := s.Fleet(ctx, store.FleetQuery{Limit: 5, Now: at(0)}); err != nil {
		t.Error(err)
	}
	if _, err := s.Writer().ExecContext(ctx, `PRAGMA max_page_count = 1000000`); err != nil {
		t.Fatal(err)
	}
	if err := s.Record(ctx, "me", []store.Reading{goodReading("c0", at(n*4*3600), 7)}); err != nil {
		t.Errorf("there is room again: %v", err)
	}
	integrity(t, s)
}

// A lock of another program is waited for, not for ever, and questions are
// answered meanwhile.
func TestRecord_busy(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite(t)
	ctx := t.Context()
	s, err := store.OpenBusy(ctx, store.Options{URL: url}, 200*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.SaveDirectory(ctx, []store.Customer{{ID: "c0"}}, at(0)); err != nil {
		t.Fatal(err)
	}
	other, err := sql.Open("sqlite", file(url)+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	tx, err := other.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = s.Record(ctx, "me", []store.Reading{goodReading("c0", at(1), 3)})
	if !errors.Is(err, store.ErrBusy) || !store.Unavailable(err) {
		t.Errorf("%v", err)
	}
	if st, err := s.Standing(ctx, "c0", at(0)); err != nil || !st.Read.IsZero() {
		t.Errorf("%+v %v", st, err)
	}
	free := time.AfterFunc(50*time.Millisecond, func() { _ = tx.Rollback() })
	defer free.Stop()
	if err := s.Record(ctx, "me", []store.Reading{goodReading("c0", at(1), 3)}); err != nil {
		t.Errorf("a short lock: %v", err)
	}
}

// A copy holds all that was recorded when it was made, and restoring it is
// what the words say.
func TestBackup_restores(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite(t)
	ctx := t.Context()
	s := storetest.Open(t, url)
	if _, err := s.SaveDirectory(ctx, []store.Customer{{ID: "c0", Name: "Contoso"}}, at(0)); err != nil {
		t.Fatal(err)
	}
	if err := s.Record(ctx, "me", []store.Reading{goodReading("c0", at(1), 3)}); err != nil {
		t.Fatal(err)
	}
	var copies []string
	for day := range int64(10) {
		name, err := s.Backup(ctx, at(day*24*3600), 7)
		if err != nil {
			t.Fatal(err)
		}
		copies = append(copies, name)
	}
	if err := s.Record(ctx, "me", []store.Reading{goodReading("c0", at(100), 9)}); err != nil {
		t.Fatal(err)
	}
	again, err := s.Backup(ctx, at(9*24*3600+60), 7) // the same day
	if err != nil || again != copies[9] {
		t.Errorf("%s %v", again, err)
	}
	left, err := os.ReadDir(filepath.Dir(copies[0]))
	if err != nil || len(left) != 7 || left[0].Name() != filepath.Base(copies[3]) {
		t.Errorf("%v %v, want the last seven", left, err)
	}
	if stats, err := s.Stats(ctx); err != nil || stats.Backup.Format(time.DateOnly) != "2026-11-11" {
		t.Errorf("%v %v", stats.Backup, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	restore(t, file(url), copies[9])
	s = storetest.Open(t, url)
	integrity(t, s)
	st, err := s.Standing(ctx, "c0", at(0))
	if err != nil || st.Gap != 3 || st.Name != "Contoso" {
		t.Errorf("%+v %v", st, err)
	}
	if err := s.Record(ctx, "me", []store.Reading{goodReading("c0", at(200), 5)}); err != nil {
		t.Error(err)
	}
}

// restore does what the words of ErrCorrupt say.
func restore(t *testing.T, path, backup string) {
	t.Helper()
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
	content, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// A database of the first version gets what is new, and keeps what it has.
func TestOpen_upgrades(t *testing.T) {
	t.Parallel()
	for _, database := range storetest.Databases(t) {
		t.Run(database.Name, func(t *testing.T) {
			t.Parallel()
			s := storetest.Open(t, database.URL)
			if _, err := s.SaveDirectory(t.Context(), []store.Customer{{ID: "c1", Name: "Contoso"}}, time.Now()); err != nil {
				t.Fatal(err)
			}
			tables := store.Tables()
			for _, table := range tables[slices.Index(tables, "bindings"):] {
				if _, err := s.Writer().ExecContext(t.Context(), `DROP TABLE `+table); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := s.Writer().ExecContext(t.Context(), `DELETE FROM goose_db_version WHERE version_id > 1`); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if stats, err := store.Check(t.Context(), store.Options{URL: database.URL}); err != nil || stats.Schema != 1 {
				t.Errorf("before: %+v %v", stats, err)
			}
			s = storetest.Open(t, database.URL)
			if _, err := s.Standing(t.Context(), "c1", time.Now()); err != nil {
				t.Error(err)
			}
			if err := s.SetBinding(t.Context(), store.Binding{Channel: "C1", All: true, At: time.Now()}); err != nil {
				t.Error(err)
			}
		})
	}
}
