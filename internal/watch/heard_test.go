package watch

import (
	"testing"
	"time"
)

func TestWatch_Heard(t *testing.T) {
	onEach(t, 3, func(t *testing.T, s *stage) {
		w := s.loaded("a")
		if _, ok, err := w.Last(t.Context(), id(0)); ok || err != nil {
			t.Fatalf("%v, %v before any reading", ok, err)
		}
		o, err := w.client.ForPerson().Overview(t.Context(), id(0))
		must(t, err)
		o.FetchedAt = s.clock.Now()
		must(t, w.Heard(t.Context(), o))
		last, ok, err := w.Last(t.Context(), id(0))
		if err != nil || !ok || last.CustomerID != id(0) || len(last.Modules) != 2 || !last.FetchedAt.Equal(o.FetchedAt) {
			t.Fatalf("%+v, %v, %v", last, ok, err)
		}
		old := o
		old.FetchedAt, old.Modules = o.FetchedAt.Add(-time.Hour), old.Modules[:1]
		must(t, w.Heard(t.Context(), old))
		if last, _, _ := w.Last(t.Context(), id(0)); len(last.Modules) != 2 {
			t.Error("an old reading took the place of a newer one")
		}
		must(t, w.Heard(t.Context(), wholeOverview())) // of nobody
		s.sweep(w)
		if got := s.CallsFor(id(0)); got != 2 {
			t.Errorf("%d calls: the look-up stood in for the sweep", got)
		}
		if _, _, err := w.Last(t.Context(), "nobody"); err == nil {
			t.Error("no error for a customer that does not exist")
		}
	})
}

func TestWatch_Beat_withoutStore(t *testing.T) {
	onEach(t, 1, func(t *testing.T, s *stage) {
		a, b := s.watch("a", func(o *Options) { o.Rate = 6 }), s.watch("b")
		must(t, b.Beat(t.Context()))
		must(t, a.Beat(t.Context()))
		must(t, s.store.Close())
		if err := a.Beat(t.Context()); err == nil {
			t.Error("no error")
		}
		if got := [2]float64{a.client.Stats().Rate, a.share()}; got != [2]float64{3, 3} {
			t.Errorf("the share is %v, want the last known", got)
		}
	})
}

func TestWatch_Beat(t *testing.T) {
	onEach(t, 1, func(t *testing.T, s *stage) {
		a, b := s.watch("a", func(o *Options) { o.Rate = 6 }), s.watch("b", func(o *Options) { o.Rate = 6 })
		must(t, a.Beat(t.Context()))
		if got := a.client.Stats().Rate; got != 6 {
			t.Errorf("alone: %v", got)
		}
		must(t, b.Beat(t.Context()))
		must(t, a.Beat(t.Context()))
		if got := [2]float64{a.client.Stats().Rate, b.client.Stats().Rate}; got != [2]float64{3, 3} {
			t.Errorf("shares: %v", got)
		}
		must(t, s.store.Leave(t.Context(), "b"))
		must(t, a.Beat(t.Context()))
		if got := a.client.Stats().Rate; got != 6 {
			t.Errorf("alone again: %v", got)
		}
	})
}
