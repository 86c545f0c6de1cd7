package storetest

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/store"
)

// inbox: what Slack sends twice is taken once, whoever takes it, also after it
// is done; what is not done comes back, and what is done says nothing.
func inbox(t *testing.T, s *store.Store) {
	ctx := t.Context()
	var firsts atomic.Int32
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			first, err := s.Take(ctx, store.InboxItem{ID: "1", At: noon(), Payload: []byte("one")})
			if err != nil {
				t.Error(err)
			}
			if first {
				firsts.Add(1)
			}
		})
	}
	group.Wait()
	if firsts.Load() != 1 {
		t.Errorf("taken %d times", firsts.Load())
	}
	two := store.InboxItem{ID: "2", At: noon().Add(-time.Minute), Payload: []byte("two")}
	if first, err := s.Take(ctx, two); err != nil || !first {
		t.Errorf("%v %v", first, err)
	}
	left := func(olderThan time.Time, limit int, want ...store.InboxItem) {
		t.Helper()
		items, err := s.Unfinished(ctx, olderThan, limit)
		if diff := cmp.Diff(want, items); err != nil || diff != "" {
			t.Error(err, diff)
		}
	}
	one := store.InboxItem{ID: "1", At: noon(), Payload: []byte("one")}
	left(noon(), 9, two, one)
	left(noon(), 1, two)
	left(noon().Add(-time.Millisecond), 9, two)
	ok(t, s.Finish(ctx, "2", noon()))
	ok(t, s.Finish(ctx, "2", noon()))
	ok(t, s.Finish(ctx, "nothing", noon()))
	left(noon(), 9, one)
	if first, err := s.Take(ctx, two); err != nil || first {
		t.Errorf("taken again: %v %v", first, err)
	}
	left(noon(), 9, one)
}
