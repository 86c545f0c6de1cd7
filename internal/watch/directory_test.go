package watch

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	sandbox "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	"github.com/backup-overview/backup-overview/internal/store"
)

func (s *stage) listings() int { return s.Calls(sandbox.EndpointCustomers) }

func (s *stage) customers() []store.Customer {
	s.t.Helper()
	var all []store.Customer
	for c, err := range s.store.Customers(s.t.Context()) {
		must(s.t, err)
		all = append(all, c)
	}
	return all
}

func TestDirectory_onlyWhenDue(t *testing.T) {
	onEach(t, 3, func(t *testing.T, s *stage) {
		a, b := s.watch("a"), s.watch("b")
		for _, step := range []struct {
			after time.Duration
			want  int
		}{{0, 1}, {9 * time.Minute, 1}, {90 * time.Second, 2}, {time.Minute, 2}} {
			s.clock.add(step.after)
			must(t, a.Directory(t.Context()))
			must(t, b.Directory(t.Context()))
			if got := s.listings(); got != step.want {
				t.Errorf("after another %s: %d readings, want %d", step.after, got, step.want)
			}
		}
	})
}

func TestDirectory_savesAll(t *testing.T) {
	onEach(t, 0, func(t *testing.T, s *stage) {
		s.Put(sandbox.Customer{
			ID: "C-1", Organization: "Nod Publishers", OwnerEmail: "it@nod.example", JobStatus: 2,
			Tenants: []sandbox.Tenant{{ID: "t-1", Name: "nod.onmicrosoft.example"}},
		})
		must(t, s.watch("a").Directory(t.Context()))
		got := s.customers()
		if len(got) != 1 || got[0].FirstSeen.IsZero() || got[0].Unwatched {
			t.Fatalf("%+v", got)
		}
		want := store.Customer{
			ID: got[0].ID, Name: "Nod Publishers", Owner: "it@nod.example", JobStatus: 2,
			Tenants:   []store.Tenant{{ID: "t-1", Name: "nod.onmicrosoft.example"}},
			FirstSeen: got[0].FirstSeen, SeenAt: got[0].SeenAt,
		}
		if diff := cmp.Diff(want, got[0]); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// The third of three pages fails: nothing of the reading is used, and the next
// tick does not come at once.
func TestDirectory_wholeOrNothing(t *testing.T) {
	onEach(t, 250, func(t *testing.T, s *stage) {
		w := s.watch("a")
		s.Fault(sandbox.Match{Endpoint: sandbox.EndpointCustomers, Page: 3}, sandbox.Fault{Body: "<html>", ContentType: "text/html", Times: 1})
		if err := w.Directory(t.Context()); err == nil {
			t.Fatal("no error")
		}
		if got := s.customers(); len(got) != 0 {
			t.Errorf("%d customers of half a list", len(got))
		}
		calls := s.listings()
		must(t, w.Directory(t.Context()))
		if got := s.listings(); got != calls {
			t.Error("it is tried again at once")
		}
		w.listing.next = time.Time{} // a minute later
		must(t, w.Directory(t.Context()))
		if got := s.customers(); len(got) != 250 {
			t.Errorf("%d customers", len(got))
		}
	})
}

func TestLoad_oneAtATime(t *testing.T) {
	onEach(t, 3, func(t *testing.T, s *stage) {
		s.Fault(sandbox.Match{Endpoint: sandbox.EndpointCustomers}, sandbox.Fault{Delay: 300 * time.Millisecond})
		w := s.watch("a")
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				if err := w.Load(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if got := s.listings(); got != 1 {
			t.Errorf("%d readings for five askers", got)
		}
		must(t, w.Load(t.Context())) // who asks later wants a new one
		if got := s.listings(); got != 2 {
			t.Errorf("%d readings", got)
		}
	})
}

func TestListing_waits(t *testing.T) {
	t.Parallel()
	var l listing
	now := time.Now()
	for _, want := range []time.Duration{1, 2, 4, 8, 10, 10} {
		l.failed(now)
		if !l.held(now.Add(want*time.Minute-time.Second)) || l.held(now.Add(want*time.Minute)) {
			t.Errorf("want a wait of %d min", want)
		}
	}
	l.succeeded(90 * time.Second)
	if l.held(now) || l.every() != 15*time.Minute {
		t.Errorf("after a success: every %s", l.every())
	}
	l.succeeded(time.Second)
	if l.every() != 10*time.Minute {
		t.Errorf("every %s", l.every())
	}
}

func TestListingBound(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		customers int
		rate      float64
		want      time.Duration
	}{
		{500, 4, 5 * time.Minute},
		{0, 4, 1667 * time.Second}, // nobody is known: as for 2,000 pages
		{100_000, 4, 1667 * time.Second},
		{100_000, 0.1, 6 * time.Hour},
	} {
		if got := listingBound(test.customers, test.rate).Round(time.Second); got != test.want {
			t.Errorf("%d customers at %v a second: %s, want %s", test.customers, test.rate, got, test.want)
		}
	}
}
