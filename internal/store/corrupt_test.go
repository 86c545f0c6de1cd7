package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
)

// content is all that a store says, and the first error.
func content(t *testing.T, s *store.Store) (string, error) {
	t.Helper()
	var b strings.Builder
	for body, err := range s.Bodies(t.Context(), nil) {
		if err != nil {
			return "", err
		}
		st, err := s.Standing(t.Context(), body.ID, at(0))
		if err != nil {
			return "", err
		}
		h, err := s.History(t.Context(), body.ID, at(0), at(1e6))
		if err != nil {
			return "", err
		}
		body.FirstSeen, body.SeenAt = at(0), at(0) // for show, and without a sum
		fmt.Fprintf(&b, "%+v %+v %+v\n", body, st.Gap, h)
	}
	f, err := s.Fleet(t.Context(), store.FleetQuery{Limit: 100, Now: at(0)})
	fmt.Fprintf(&b, "%+v", cmp.Diff(store.Fleet{}, f))
	return b.String(), err
}

// wholeFile makes a file with some customers and history and returns it.
func wholeFile(t *testing.T) []byte {
	t.Helper()
	url := storetest.SQLite(t)
	s := storetest.Open(t, url)
	var customers []store.Customer
	for n := range 40 {
		customers = append(customers, store.Customer{ID: fmt.Sprintf("c%d", n), Name: fmt.Sprintf("Customer %d", n)})
	}
	if _, err := s.SaveDirectory(t.Context(), customers, at(0)); err != nil {
		t.Fatal(err)
	}
	for hour := range int64(30) {
		var group []store.Reading
		for i, c := range customers {
			group = append(group, goodReading(c.ID, at(hour*3600), (hour*int64(i))%7))
		}
		if err := s.Record(t.Context(), "me", group); err != nil {
			t.Fatal(err)
		}
	}
	name, err := s.Backup(t.Context(), at(0), 1)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return whole
}

// tryDamaged opens a damaged file and reads and writes all of it. It returns
// the first error, which must be a known one, and what was read.
func tryDamaged(t *testing.T, bytes []byte) (string, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "damaged.db")
	if err := os.WriteFile(path, bytes, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Options{URL: "sqlite://" + path})
	if err != nil {
		return "", err
	}
	defer s.Close()
	text, err := content(t, s)
	if err == nil {
		err = s.Record(t.Context(), "me", []store.Reading{goodReading("c3", at(1e6), 1), goodReading("c5", at(1e6), 1)})
	}
	return text, err
}

// A file with bytes flipped anywhere is refused with the words that mend it,
// or reads as it was: never a panic, and nothing else than what was recorded but
// for rows that an index lacks, which the upkeep tells.
func TestOpen_flipped_bytes(t *testing.T) {
	t.Parallel()
	whole := wholeFile(t)
	want, err := tryDamaged(t, whole)
	if err != nil {
		t.Fatal(err)
	}
	const rounds, flips = 100, 10 // 1,000 places
	seed := rand.Uint64()
	t.Log("seed", seed)
	random := rand.New(rand.NewPCG(1, seed))
	refused, same, told, silent := 0, 0, 0, 0
	for range rounds {
		damaged := append([]byte(nil), whole...)
		for range 1 + random.IntN(2*flips-1) {
			damaged[random.IntN(len(damaged))] ^= byte(1 + random.IntN(255))
		}
		got, err := tryDamaged(t, damaged)
		switch {
		case err != nil:
			refused++
		case got == want:
			same++
		case toldByUpkeep(t, damaged):
			told++
		default:
			silent++
			t.Error(cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")))
		}
	}
	t.Logf("%d files: %d refused, %d read as before, %d lack rows and the upkeep says so, %d silently", rounds, refused, same, told, silent)
	if refused == 0 || same == 0 {
		t.Errorf("refused %d, same %d of %d: the test does not reach what it is for", refused, same, rounds)
	}
}

// toldByUpkeep reports whether the upkeep says that the file is damaged.
func toldByUpkeep(t *testing.T, bytes []byte) bool {
	t.Helper()
	path := filepath.Join(t.TempDir(), "damaged.db")
	if err := os.WriteFile(path, bytes, 0o600); err != nil {
		t.Fatal(err)
	}
	s := storetest.Open(t, "sqlite://"+path)
	_, err := s.Upkeep(t.Context(), store.Retention{Readings: 1e6 * time.Hour, Rollups: 1e6 * time.Hour}, at(30*3600))
	return errors.Is(err, store.ErrCorrupt)
}

// A page that is overwritten, or the end that is missing, does not go unseen.
func TestOpen_corrupt(t *testing.T) {
	t.Parallel()
	whole := wholeFile(t)
	const page = 4096
	random := rand.New(rand.NewPCG(1, 2))
	for n := 0; n < len(whole)/page; n += 1 + n/10 { // the first ones, and some of the others
		damaged := append([]byte(nil), whole...)
		for i := range page {
			damaged[n*page+i] = byte(random.IntN(256))
		}
		if _, err := tryDamaged(t, damaged); !errors.Is(err, store.ErrCorrupt) && n != 1 {
			// Page 2 is SQLite's map of pages for shrinking: no data of ours.
			t.Errorf("page %d overwritten: %v, want ErrCorrupt", n+1, err)
		}
	}
	for _, size := range []int{100, page, len(whole) / 2 / page * page, len(whole) - page} {
		if _, err := tryDamaged(t, whole[:size]); !errors.Is(err, store.ErrCorrupt) {
			t.Errorf("cut to %d bytes: %v, want ErrCorrupt", size, err)
		}
	}
	_, err := tryDamaged(t, []byte(strings.Repeat("this is no database\n", 500)))
	if !errors.Is(err, store.ErrCorrupt) || !strings.Contains(err.Error(), "cp ") || !strings.Contains(err.Error(), "backups/damaged-") {
		t.Errorf("%v does not say how to restore", err)
	}
}

// An overview that was damaged where SQLite does not see it is not given out.
func TestLast_damaged(t *testing.T) {
	t.Parallel()
	for _, database := range storetest.Databases(t) {
		t.Run(database.Name, func(t *testing.T) {
			t.Parallel()
			s := storetest.Open(t, database.URL)
			if _, err := s.SaveDirectory(t.Context(), []store.Customer{{ID: "c0"}, {ID: "c1"}}, at(0)); err != nil {
				t.Fatal(err)
			}
			small := store.Reading{CustomerID: "c1", At: at(1), Kind: store.Good, Rows: []coverage.Row{{Module: "m"}}, Body: []byte("small")}
			if err := s.Record(t.Context(), "me", []store.Reading{goodReading("c0", at(1), 3), small}); err != nil {
				t.Fatal(err)
			}
			for _, damage := range []string{
				`UPDATE overviews SET packed = 1 - packed`,
				`DELETE FROM overviews`,
			} {
				if _, err := s.Writer().ExecContext(t.Context(), damage); err != nil {
					t.Fatal(err)
				}
				for _, id := range []string{"c0", "c1"} {
					if body, _, err := s.Last(t.Context(), id); !errors.Is(err, store.ErrCorrupt) {
						t.Errorf("%s after %s: %q %v", id, damage, body, err)
					}
					for b, err := range s.Bodies(t.Context(), []string{id}) {
						if !errors.Is(err, store.ErrCorrupt) {
							t.Errorf("%s after %s: %q %v", id, damage, b.Body, err)
						}
					}
				}
			}
		})
	}
}
