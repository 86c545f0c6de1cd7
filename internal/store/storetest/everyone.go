package storetest

import (
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/store"
)

// everyone ranges over more customers than a page holds, while a reading moves
// one of them in every ranking.
func everyone(t *testing.T, s *store.Store) {
	const n = 2100
	save(t, s, n, noon())
	if err := s.Unwatch(t.Context(), id(5), store.By{User: "U1", At: noon()}, time.Time{}); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for standing, err := range s.Standings(t.Context(), noon()) {
		if err != nil {
			t.Fatal(err)
		}
		if seen[standing.ID]++; len(seen)%1000 == 500 {
			record(t, s, good(len(seen), noon().Add(time.Hour), 1000, 1))
		}
	}
	for i := range n {
		want := 1
		if i == 5 {
			want = 0
		}
		if got := seen[id(i)]; got != want {
			t.Errorf("customer %d came %d times, want %d", i, got, want)
		}
	}
	for _, err := range s.Standings(t.Context(), noon()) {
		if err != nil {
			t.Fatal(err)
		}
		break // and nothing is held any more
	}
	record(t, s, good(1, noon().Add(2*time.Hour), 2, 1))
}
