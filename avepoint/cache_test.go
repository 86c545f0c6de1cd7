package avepoint

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

var errTooFast = errors.New("too fast") // what an admit function answers

// numbered answers each call with its number as the count of one module, after
// a second.
func numbered() http.HandlerFunc {
	var n atomic.Int64
	return func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(time.Second)
		row := moduleRow("Exchange Online", n.Add(1), 0)
		delete(row, "customerId")
		reply(w, asJSON([]any{row}))
	}
}

func newCache(t *testing.T, s *stub, ttl time.Duration, bound int) *Cache {
	t.Helper()
	c := NewCache(s.client(t).ForPerson(), CacheOptions{TTL: ttl, Max: bound})
	t.Cleanup(c.Close)
	return c
}

func scanned(a Answer) int64 {
	if len(a.Overview.Modules) == 0 {
		return -1
	}
	return a.Overview.Modules[0].Scanned
}

func TestCache_ages(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{api: numbered()}
		c := newCache(t, s, 5*time.Minute, 0)
		if _, ok := c.Peek(theID); ok {
			t.Error("an answer from nowhere")
		}
		want := func(a Answer, err error, number int64, fresh bool, age time.Duration) {
			t.Helper()
			if err != nil || a.Err != nil || scanned(a) != number || a.Fresh != fresh || time.Since(a.Overview.FetchedAt) != age {
				t.Errorf("number %d, fresh %v, age %s, %v, %v; want %d, %v, %s",
					scanned(a), a.Fresh, time.Since(a.Overview.FetchedAt), a.Err, err, number, fresh, age)
			}
		}
		a, err := c.Overview(t.Context(), theID, nil)
		want(a, err, 1, true, 0)
		time.Sleep(5*time.Minute - 1)
		a, err = c.Overview(t.Context(), " "+strings.ToUpper(theID), nil) // ids have no case
		want(a, err, 1, true, 5*time.Minute-1)
		time.Sleep(time.Nanosecond)
		a, ok := c.Peek(theID)
		want(a, nil, 1, false, 5*time.Minute)
		if !ok {
			t.Error("Peek lost it")
		}
		a, err = c.Overview(t.Context(), theID, nil)
		want(a, err, 2, true, 0)
		a, err = c.Refresh(t.Context(), theID, nil)
		want(a, err, 3, true, 0)
		time.Sleep(24*time.Hour + 1)
		if _, ok := c.Peek(theID); ok {
			t.Error("an answer older than a day")
		}
	})
}

// Fifty askers cost one call and one question of admission.
func TestCache_fiftyAskers(t *testing.T) {
	t.Parallel()
	type ask func(*Cache, context.Context, string, func() error) (Answer, error)
	for name, ask := range map[string]ask{"Overview": (*Cache).Overview, "Refresh": (*Cache).Refresh} {
		for _, ttl := range []time.Duration{0, time.Minute} {
			synctest.Test(t, func(t *testing.T) {
				s := &stub{api: numbered()}
				c := newCache(t, s, ttl, 0)
				var admitted atomic.Int32
				var group sync.WaitGroup
				for range 50 {
					group.Go(func() {
						a, err := ask(c, t.Context(), theID, func() error { admitted.Add(1); return nil })
						if err != nil || scanned(a) != 1 || !a.Fresh {
							t.Errorf("%+v, %v", a, err)
						}
					})
				}
				group.Wait()
				if calls, _ := s.counts(); calls != 1 || admitted.Load() != 1 {
					t.Errorf("%s: %d calls, %d admitted", name, calls, admitted.Load())
				}
			})
		}
	}
}

// The same over a real socket that answers at once, so that askers come before,
// in and after the call.
func TestCache_askersOverSocket(t *testing.T) {
	t.Parallel()
	s := &stub{api: answers("[]")}
	c := NewCache(s.serve(t), CacheOptions{TTL: time.Minute})
	defer c.Close()
	var admitted atomic.Int32
	var group sync.WaitGroup
	for range 200 {
		group.Go(func() {
			if _, err := c.Overview(t.Context(), theID, func() error { admitted.Add(1); return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if calls, _ := s.counts(); calls != 1 || admitted.Load() != 1 {
		t.Errorf("%d calls, %d admitted", calls, admitted.Load())
	}
}

// A refusal is for the one who would have started the call; one of the others
// starts it.
func TestCache_refusalIsForOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{api: numbered()}
		c := newCache(t, s, time.Minute, 0)
		var asked atomic.Int32
		var refused atomic.Int32
		var group sync.WaitGroup
		for range 50 {
			group.Go(func() {
				_, err := c.Overview(t.Context(), theID, func() error {
					if asked.Add(1) <= 3 {
						return errTooFast
					}
					return nil
				})
				switch {
				case errors.Is(err, errTooFast):
					refused.Add(1)
				case err != nil:
					t.Error(err)
				}
			})
		}
		group.Wait()
		if calls, _ := s.counts(); calls != 1 || asked.Load() != 4 || refused.Load() != 3 {
			t.Errorf("%d calls, %d asked, %d refused; want 1, 4, 3", calls, asked.Load(), refused.Load())
		}
	})
}

func TestCache_admitIsNotAskedForMemory(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{api: numbered()}
		c := newCache(t, s, time.Minute, 0)
		no := func() error { return errTooFast }
		if _, err := c.Overview(t.Context(), theID, no); !errors.Is(err, errTooFast) {
			t.Error(err)
		}
		if _, err := c.Overview(t.Context(), theID, nil); err != nil {
			t.Error(err)
		}
		if a, err := c.Overview(t.Context(), theID, no); err != nil || !a.Fresh {
			t.Error(err)
		}
		if _, err := c.Refresh(t.Context(), theID, no); !errors.Is(err, errTooFast) {
			t.Error(err)
		}
		go func() { _, _ = c.Refresh(t.Context(), theID, nil) }()
		synctest.Wait() // the call is under way
		if a, err := c.Refresh(t.Context(), theID, no); err != nil || scanned(a) != 2 {
			t.Errorf("joining was refused: %+v, %v", a, err)
		}
	})
}

func TestCache_standsIn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		first := numbered()
		s := &stub{api: steps(status(403), first, status(403), first)}
		c := newCache(t, s, time.Minute, 0)
		if _, err := c.Overview(t.Context(), theID, nil); !errors.Is(err, ErrForbidden) {
			t.Error(err)
		}
		if a, err := c.Overview(t.Context(), theID, nil); err != nil || scanned(a) != 1 {
			t.Errorf("the error was remembered: %v", err)
		}
		time.Sleep(time.Hour)
		a, err := c.Overview(t.Context(), theID, nil)
		if err != nil || scanned(a) != 1 || a.Fresh || !errors.Is(a.Err, ErrForbidden) || time.Since(a.Overview.FetchedAt) != time.Hour {
			t.Errorf("%+v, %v", a, err)
		}
		if a, err := c.Overview(t.Context(), theID, nil); err != nil || scanned(a) != 2 || !a.Fresh || a.Err != nil {
			t.Errorf("%+v, %v", a, err)
		}
		// A failing Refresh leaves even a fresh answer marked: it is not what
		// was asked for.
		s.api = status(404)
		if a, err := c.Refresh(t.Context(), theID, nil); err != nil || a.Fresh || !errors.Is(a.Err, ErrNotFound) {
			t.Errorf("%+v, %v", a, err)
		}
	})
}

// The reading does not end with the asker who started it.
func TestCache_askerGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{api: numbered()}
		c := newCache(t, s, time.Minute, 0)
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := c.Overview(ctx, theID, nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		if a, err := c.Overview(t.Context(), theID, nil); err != nil || scanned(a) != 1 {
			t.Errorf("%+v, %v", a, err)
		}
		if calls, _ := s.counts(); calls != 1 {
			t.Errorf("%d calls", calls)
		}
		ctx, cancel = context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if a, err := c.Refresh(ctx, theID, nil); err != nil || scanned(a) != 1 || a.Fresh || !errors.Is(a.Err, context.DeadlineExceeded) {
			t.Errorf("%+v, %v", a, err)
		}
	})
}

func TestCache_bound(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{api: numbered()}
		c := newCache(t, s, time.Hour, 3)
		ask := func(id int) {
			if _, err := c.Refresh(t.Context(), fmt.Sprint(id), nil); err != nil {
				t.Error(err)
			}
		}
		for _, id := range []int{1, 2, 3, 1, 4} {
			ask(id)
		}
		for id, want := range map[int]bool{1: true, 2: false, 3: true, 4: true} { // 2 is the oldest
			if _, ok := c.Peek(fmt.Sprint(id)); ok != want {
				t.Errorf("customer %d is there: %v, want %v", id, ok, want)
			}
		}
		time.Sleep(25 * time.Hour)
		for id := range 20 {
			ask(id)
		}
		if n := c.answers.ItemCount(); n != 3 {
			t.Errorf("%d entries", n)
		}
	})
}

// What one asker does to his answer does not reach the next.
func TestCache_ownSlices(t *testing.T) {
	t.Parallel()
	s := &stub{api: answers(testdata(t, "overview_paged.json"))}
	c := newCache(t, s, time.Hour, 0)
	for range 3 {
		a, err := c.Overview(t.Context(), theID, nil)
		if err != nil || a.Overview.Modules[0].Scanned != 25 || a.Overview.Other[0].Scanned != 9 {
			t.Fatalf("%+v, %v", a, err)
		}
		a.Overview.Modules[0].Scanned, a.Overview.Other[0].Scanned = 0, 0
	}
}

func TestCache_Close(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{api: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }}
		c := newCache(t, s, time.Hour, 0)
		failed := make(chan error)
		go func() {
			_, err := c.Overview(t.Context(), theID, nil)
			failed <- err
		}()
		synctest.Wait()
		c.Close()
		if err := <-failed; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if _, err := c.Overview(t.Context(), theID, nil); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

func BenchmarkCache_warm(b *testing.B) {
	s := &stub{api: answers(asJSON(moduleRows(12)))}
	c := NewCache(s.client(b), CacheOptions{TTL: time.Hour})
	defer c.Close()
	for b.Loop() {
		if _, err := c.Overview(b.Context(), theID, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOverview_137modules(b *testing.B) {
	body := []byte(asJSON(map[string]any{"data": moduleRows(137), "metadata": map[string]any{"totalCount": 137}}))
	for b.Loop() {
		value, failed := checkJSON(body)
		if failed != nil {
			b.Fatal(failed)
		}
		c := collector{asked: theID, seen: map[rowKey]bool{}}
		if _, err := c.add(value, &pager{maxPages: 1, maxRows: 1000}); err != nil {
			b.Fatal(err)
		}
	}
}

func TestCache_Keep(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{api: numbered()}
		c := newCache(t, s, 5*time.Minute, 0)
		elsewhere := func(n int64, at time.Time) Overview {
			return Overview{CustomerID: theID, FetchedAt: at, Modules: []Module{{Name: "Exchange Online", Scanned: n}}}
		}
		c.Keep(elsewhere(7, time.Now().Add(-time.Hour)))
		if a, ok := c.Peek(theID); !ok || scanned(a) != 7 || a.Fresh {
			t.Errorf("kept an hour old: %d, fresh %v, %v", scanned(a), a.Fresh, ok)
		}
		c.Keep(elsewhere(6, time.Now().Add(-2*time.Hour)))
		if a, _ := c.Peek(theID); scanned(a) != 7 {
			t.Errorf("an older one took its place: %d", scanned(a))
		}
		c.Keep(elsewhere(8, time.Now()))
		if a, err := c.Overview(t.Context(), theID, nil); err != nil || scanned(a) != 8 || !a.Fresh {
			t.Errorf("a fresh one does not answer: %d, fresh %v, %v", scanned(a), a.Fresh, err)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.calls != 0 {
			t.Errorf("%d calls", s.calls)
		}
	})
}

func TestCache_tellsOfEachLiveCallOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{api: numbered()}
		told := make(chan Overview, 10)
		c := NewCache(s.client(t).ForPerson(), CacheOptions{TTL: time.Minute, Read: func(o Overview) { told <- o }})
		var askers sync.WaitGroup
		for range 5 {
			askers.Go(func() { _, _ = c.Overview(t.Context(), theID, nil) })
		}
		askers.Wait()
		_, _ = c.Overview(t.Context(), theID, nil) // from memory
		c.Close()
		close(told)
		if n := len(told); n != 1 {
			t.Errorf("told %d times of one call", n)
		}
		if o := <-told; o.CustomerID != theID || len(o.Modules) != 1 {
			t.Errorf("told of %+v", o)
		}
	})
}
