package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver of SQLite
)

// readers is how many questions SQLite answers at once, beside the one write.
const readers = 4

// openSQLite opens the file for this process alone.
func (s *Store) openSQLite(ctx context.Context, busy time.Duration) error {
	if err := writable(s.path); err != nil {
		return err
	}
	var err error
	if s.lock, err = lockFile(s.path); err != nil {
		return err
	}
	if err := private(s.path); err != nil {
		return readOnly(s.path, err)
	}
	if s.db, err = openDB(dsn(s.path, busy, "immediate",
		// auto_vacuum has a meaning before the first table only, and
		// journal_mode would write the first page: the order matters.
		"auto_vacuum(incremental)", "journal_mode(wal)", "synchronous(full)",
		// What is forgotten leaves no byte in the file.
		"secure_delete(on)", "cache_size(-16000)"), 1); err != nil {
		return err
	}
	if s.reads, err = openDB(dsn(s.path, busy, "deferred", "query_only(on)", "cache_size(-8000)"), readers); err != nil {
		return err
	}
	return s.examine(ctx, s.db, "quick_check(1)")
}

// openFile opens the file for looking only, as it is, also while another
// process works on it.
func (s *Store) openFile(ctx context.Context, busy time.Duration) error {
	info, err := os.Stat(s.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return writable(s.path)
	}
	if err != nil {
		return badPath(s.path, err)
	}
	if err := writable(s.path); err != nil {
		return err
	}
	if s.reads, err = openDB(dsn(s.path, busy, "deferred", "query_only(on)"), 1); err != nil {
		return err
	}
	s.db = s.reads
	return s.examine(ctx, s.db, "quick_check(1)")
}

func openDB(name string, connections int) (*sql.DB, error) {
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// private makes a file that is not there, before SQLite does, which would let
// others read it; the files that SQLite keeps beside it have the rights of this
// one. Customers' names are nobody else's business.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Close())
}

// writable sees that the file and its folder can be written to. A file that
// is not there is left so; one that is made later is for its user alone.
func writable(path string) error {
	info, err := os.Stat(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return badPath(path, err)
	}
	if err == nil && !info.Mode().IsRegular() {
		return problem(ErrURL, nil, "DATABASE_URL is not usable: %s is not a file. Write sqlite://folder/backup-overview.db.", path)
	}
	if err == nil {
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			return readOnly(path, err)
		}
		if err := f.Close(); err != nil {
			return readOnly(path, err)
		}
	}
	// SQLite keeps two files beside it, and a copy is made beside it.
	f, err := os.CreateTemp(filepath.Dir(path), ".backup-overview-*")
	if errors.Is(err, fs.ErrNotExist) {
		return problem(ErrReadOnly, err, "The folder of the database %s does not exist. Make it, and let this process's user write to it.", path)
	}
	if err != nil {
		return readOnly(path, err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// badPath gives words for a path that cannot lead to a file.
func badPath(path string, cause error) error {
	if errors.Is(cause, fs.ErrPermission) {
		return readOnly(path, cause)
	}
	return problem(ErrURL, cause, "DATABASE_URL is not usable: no file can be at %s. "+
		"See that each part of the path before the file's name is a folder.", path)
}

// examine lets SQLite look for damage by one of its checks. The quick one, of
// the start, reads every page once. It does not see where an index and its table
// differ, by which rows go missing silently; the other does, and takes many
// times as long, so it is the daily upkeep's.
func (s *Store) examine(ctx context.Context, db *sql.DB, check string) error {
	var verdict string
	err := db.QueryRowContext(ctx, `PRAGMA `+check).Scan(&verdict)
	if err != nil {
		return err
	}
	if verdict != "ok" {
		return damaged(s.path, errors.New(verdict))
	}
	return nil
}

func (s *Store) migrateSQLite(ctx context.Context) error {
	p, err := schema(goose.DialectSQLite3, s.db)
	if err != nil {
		return err
	}
	current, newest, err := versions(ctx, s.db, p)
	if err == nil {
		err = fits(current, newest)
	}
	if err == nil && current > 0 && current < newest {
		_, err = s.copyTo(ctx, backupName(s.path, fmt.Sprintf("before-%d", newest)))
	}
	if err == nil {
		err = migrate(ctx, p)
	}
	if err == nil {
		err = complete(ctx, s.db)
	}
	return err
}
