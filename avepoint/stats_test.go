package avepoint

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// after answers like next, some time later.
func after(wait time.Duration, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(wait):
		case <-r.Context().Done():
		}
		next(w, r)
	}
}

func TestClient_Stats_requests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{api: steps(
			after(4*time.Second, answers("[]")), after(5*time.Second, answers("[]")),
			status(404), status(403), status(429, "Retry-After", "7200"),
			answers("<html>"), status(401), answers("[]"), status(503), answers(`{"data":[{"id":"`+theID+`"}]}`),
			answers(`[]`), after(time.Hour, answers("[]")),
		)}
		c := s.client(t, func(o *Options) { o.Rate = 8 })
		person := c.ForPerson()
		for _, look := range []*Client{c, person, c, c, person, person, person} {
			_, _ = look.Overview(t.Context(), theID)
		}
		_, _ = person.Customer(t.Context(), theID)
		for _, err := range person.Customers(t.Context()) {
			if err != nil {
				t.Error(err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		time.AfterFunc(time.Second, cancel)
		if _, err := person.Overview(ctx, theID); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}

		got := c.Stats()
		want := map[Requests]int64{
			{"all", "identity", "good"}:            2,
			{"sweep", "overview", "good"}:          1,
			{"sweep", "overview", "not_found"}:     1,
			{"sweep", "overview", "forbidden"}:     1,
			{"person", "overview", "good"}:         2,
			{"person", "overview", "rate_limited"}: 1,
			{"person", "overview", "unreadable"}:   1,
			{"person", "overview", "credentials"}:  1,
			{"person", "customer", "busy"}:         1,
			{"person", "customer", "good"}:         1,
			{"person", "directory", "good"}:        1,
			{"person", "overview", "ended"}:        1,
		}
		if diff := cmp.Diff(want, got.Requests); diff != "" {
			t.Error(diff)
		}
		if got.Retries != 2 || got.RateLimited != 1 {
			t.Errorf("%d retries, %d times limited; want 2 and 1", got.Retries, got.RateLimited)
		}
		if l := got.Overviews; l.Answers != 3 || l.Last != 0 || l.Sum != 9*time.Second || l.Mean != 3690*time.Millisecond {
			t.Errorf("%+v, want 4 s, then a tenth of the way to 5 s, then to 0", l)
		}
		if pause := time.Until(got.PausedUntil); pause < 59*time.Minute || pause > time.Hour {
			t.Errorf("paused for %s, want what the 429 asked for, an hour at most", pause)
		}
		if got.Rate != 8 || got.SweepRate < 3.6 || got.SweepRate > 4 {
			t.Errorf("rate %v, the sweep's %v; want 8 and nine tenths of half of it", got.Rate, got.SweepRate)
		}
	})
}

func TestClient_Stats_load(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{api: after(20*time.Second, answers("[]"))}
		c := s.client(t, func(o *Options) { o.Concurrency = 16 })
		for range 20 {
			go func() { _, _ = c.Overview(t.Context(), theID) }()
		}
		time.Sleep(time.Second)
		for range 5 {
			go func() { _, _ = c.ForPerson().Overview(t.Context(), theID) }()
		}
		time.Sleep(time.Second)
		got := c.Stats()
		if got.InFlight != (Load{Person: 2, Sweep: 14}) || got.Waiting != (Load{Person: 3, Sweep: 6}) {
			t.Errorf("in flight %+v, waiting %+v", got.InFlight, got.Waiting)
		}
		time.Sleep(time.Minute)
		if got := c.Stats(); got.InFlight != (Load{}) || got.Waiting != (Load{}) {
			t.Errorf("at the end in flight %+v, waiting %+v", got.InFlight, got.Waiting)
		}
	})
}
