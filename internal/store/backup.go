package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// DailyCopies is how many daily copies of a SQLite file are kept, and so for
// how many days they still hold a customer that was forgotten.
const DailyCopies = 7

// Copies is how many daily copies the store keeps of itself: none of
// PostgreSQL.
func (s *Store) Copies() int {
	if s.pool != nil {
		return 0
	}
	return DailyCopies
}

// backupName is where a copy of the file lies: in the folder backups beside
// it, with a mark such as the day.
func backupName(path, mark string) string {
	base := strings.TrimSuffix(filepath.Base(path), ".db")
	return filepath.Join(filepath.Dir(path), "backups", base+"-"+mark+".db")
}

// Backup copies the SQLite file, whole, while the store works on, and returns
// the copy's name. There is at most one copy a UTC day, and the newest keep
// stay, and as many days those from before an update. To restore one, see [ErrCorrupt]'s words: with the program stopped,
// the copy takes the file's place, and the -wal and -shm files go. PostgreSQL
// has its own means (pg_dump): then the name is "".
func (s *Store) Backup(ctx context.Context, now time.Time, keep int) (string, error) {
	if s.pool != nil {
		return "", nil
	}
	name, err := s.copyTo(ctx, backupName(s.path, now.UTC().Format(time.DateOnly)))
	if err != nil {
		return "", fmt.Errorf("backup: %w", err)
	}
	copies, err := backups(s.path)
	if err != nil {
		return "", fmt.Errorf("backup: %w", err)
	}
	for len(copies) > max(1, keep) {
		if err := os.Remove(copies[0]); err != nil {
			return "", fmt.Errorf("backup: %w", err)
		}
		copies = copies[1:]
	}
	if err := pruneUpdates(s.path, now.AddDate(0, 0, -max(1, keep))); err != nil {
		return "", fmt.Errorf("backup: %w", err)
	}
	return name, nil
}

// pruneUpdates deletes copies from before an update that are older than the
// daily ones: they hold customers who were forgotten.
func pruneUpdates(path string, before time.Time) error {
	folder := filepath.Dir(backupName(path, ""))
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	first, last, _ := strings.Cut(filepath.Base(backupName(path, "before-\x00")), "\x00")
	for _, e := range entries {
		number, isOne := strings.CutPrefix(e.Name(), first)
		number, ends := strings.CutSuffix(number, last)
		if _, err := strconv.Atoi(number); err != nil || !isOne || !ends {
			continue
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		if info.ModTime().Before(before) {
			if err := os.Remove(filepath.Join(folder, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// backups are the daily copies, oldest first.
func backups(path string) ([]string, error) {
	folder := filepath.Dir(backupName(path, ""))
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var copies []string
	for _, e := range entries {
		name := filepath.Join(folder, e.Name())
		if _, ok := backupDay(path, name); ok {
			copies = append(copies, name)
		}
	}
	slices.Sort(copies)
	return copies, nil
}

// backupDay is the day of a daily copy.
func backupDay(path, name string) (time.Time, bool) {
	before, after, _ := strings.Cut(backupName(path, "\x00"), "\x00")
	mark, ok := strings.CutPrefix(name, before)
	if !ok {
		return time.Time{}, false
	}
	mark, ok = strings.CutSuffix(mark, after)
	if !ok {
		return time.Time{}, false
	}
	d, err := time.Parse(time.DateOnly, mark)
	return d, err == nil
}

// copyTo writes a copy under another name and then gives it its own, so that
// a name always stands for a whole copy. One that is there stays.
func (s *Store) copyTo(ctx context.Context, name string) (string, error) {
	if _, err := os.Stat(name); err == nil {
		return name, nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return "", readOnly(s.path, err)
	}
	part := name + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", readOnly(s.path, err)
	}
	if err := private(part); err != nil {
		return "", readOnly(s.path, err)
	}
	if err := s.vacuumInto(ctx, part); err != nil {
		return "", errors.Join(err, removed(part))
	}
	if err := seal(part, name); err != nil {
		return "", errors.Join(err, removed(part))
	}
	return name, nil
}

// vacuumInto copies on a connection of its own, so that nobody waits for it.
func (s *Store) vacuumInto(ctx context.Context, name string) error {
	db, err := openDB(dsn(s.path, 5*time.Second, "deferred"), 1)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, `VACUUM INTO $1`, name); err != nil {
		return s.explain(ctx, err)
	}
	return nil
}

// seal puts a copy on the disk for good, under its name.
func seal(part, name string) error {
	f, err := os.OpenFile(part, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Chmod(0o600), f.Sync(), f.Close(), os.Rename(part, name)); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

func removed(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
