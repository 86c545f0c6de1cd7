package storetest

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/store"
)

// bind binds a channel.
func bind(t *testing.T, s *store.Store, b store.Binding) {
	t.Helper()
	if err := s.SetBinding(t.Context(), b); err != nil {
		t.Fatal(err)
	}
}

// bound fails unless a channel is bound like this.
func bound(t *testing.T, s *store.Store, want store.Binding) {
	t.Helper()
	got, ok, err := s.Binding(t.Context(), want.Channel)
	if err != nil || !ok {
		t.Errorf("%s: bound %v, %v", want.Channel, ok, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// audit fails unless exactly this was done.
func audit(t *testing.T, s *store.Store, want ...store.Entry) {
	t.Helper()
	var got []store.Entry
	for e, err := range s.Audit(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// bindings: what a channel is bound to comes back, the last one counts, and
// the audit has each act once with what it changed.
func bindings(t *testing.T, s *store.Store) {
	ctx := t.Context()
	if all, err := s.Bindings(ctx); err != nil || len(all) != 0 {
		t.Errorf("%v %v", all, err)
	}
	if _, ok, err := s.Binding(ctx, "C1"); err != nil || ok {
		t.Errorf("bound %v, %v", ok, err)
	}
	all := store.Binding{Channel: "C1", All: true, By: "U1", At: noon()}
	bind(t, s, all)
	bound(t, s, all)
	list := store.Binding{Channel: "C1", Customers: []string{id(2), id(1), id(2), ""}, By: "U2", At: noon().Add(time.Hour), Confirmed: true}
	bind(t, s, list)
	list.Customers = []string{id(1), id(2)}
	bound(t, s, list)
	pattern := store.Binding{Channel: "C0", Pattern: "Contoso*", By: "U1", At: noon().Add(2 * time.Hour)}
	bind(t, s, pattern)
	nobody := store.Binding{Channel: "C2", By: "U1", At: noon().Add(3 * time.Hour)}
	bind(t, s, nobody)
	bound(t, s, nobody)
	got, err := s.Bindings(ctx)
	if diff := cmp.Diff([]store.Binding{pattern, list, nobody}, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	later := noon().Add(4 * time.Hour)
	if gone, err := s.DeleteBinding(ctx, "C0", "U3", later); err != nil || !gone {
		t.Errorf("unbound %v, %v", gone, err)
	}
	if gone, err := s.DeleteBinding(ctx, "C0", "U3", later); err != nil || gone {
		t.Errorf("unbound again %v, %v", gone, err)
	}
	if err := s.SetBinding(ctx, store.Binding{All: true}); err == nil {
		t.Error("a binding without a channel was kept")
	}
	audit(t, s,
		store.Entry{At: noon(), Who: "U1", Action: "bind", Channel: "C1", After: `{"all":true}`},
		store.Entry{At: list.At, Who: "U2", Action: "bind", Channel: "C1", Before: `{"all":true}`, After: `{"customers":["c0001","c0002"]}`},
		store.Entry{At: pattern.At, Who: "U1", Action: "bind", Channel: "C0", After: `{"pattern":"Contoso*"}`},
		store.Entry{At: nobody.At, Who: "U1", Action: "bind", Channel: "C2", After: `{}`},
		store.Entry{At: later, Who: "U3", Action: "unbind", Channel: "C0", Before: `{"pattern":"Contoso*"}`})
}

// suspensions: a binding is suspended once, whoever tries, and not after it was
// made anew; binding anew ends it; one of a file is written down with it.
func suspensions(t *testing.T, s *store.Store) {
	ctx := t.Context()
	b := store.Binding{Channel: "C1", Customers: []string{id(1)}, By: "U1", At: noon(), Confirmed: true}
	bind(t, s, b)
	at := noon().Add(time.Minute)
	if n := suspendAtOnce(t, s, b, at); n != 1 {
		t.Errorf("suspended by %d", n)
	}
	suspended := b
	suspended.Suspended, suspended.Why = at, "shared"
	bound(t, s, suspended)
	old := b
	b.At = at.Add(time.Minute)
	bind(t, s, b)
	for name, stale := range map[string]store.Binding{"the one before": old, "of a file": {Channel: "C1", All: true}} {
		if did, err := s.SuspendBinding(ctx, stale, "shared", at); err != nil || did {
			t.Errorf("%s: suspended %v, %v", name, did, err)
		}
	}
	bound(t, s, b)
	file := store.Binding{Channel: "C2", Pattern: "a*"}
	if n := suspendAtOnce(t, s, file, at); n != 1 {
		t.Errorf("of a file: suspended by %d", n)
	}
	file.Suspended, file.Why = at, "shared"
	bound(t, s, file)
	if did, err := s.SuspendBinding(ctx, store.Binding{Channel: "C3", By: "U1", At: noon()}, "shared", at); err != nil || did {
		t.Errorf("unbound meanwhile: suspended %v, %v", did, err)
	}
	if _, ok, err := s.Binding(ctx, "C3"); ok || err != nil {
		t.Errorf("bound by a suspension: %v %v", ok, err)
	}
	entries := 0
	for e, err := range s.Audit(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Action == store.ActionSuspend {
			entries++
		}
	}
	if entries != 2 {
		t.Errorf("%d suspensions in the audit", entries)
	}
}

// moves: a binding follows its channel with all that it is, once, and never
// replaces one that the new id has; one that is kept replaces none either.
func moves(t *testing.T, s *store.Store) {
	ctx := t.Context()
	b := store.Binding{Channel: "C1", Customers: []string{id(1)}, By: "U1", At: noon(), Confirmed: true}
	bind(t, s, b)
	at := noon().Add(time.Minute)
	if did, err := s.SuspendBinding(ctx, b, "shared", at); err != nil || !did {
		t.Errorf("suspended %v, %v", did, err)
	}
	for i, want := range []bool{true, false} {
		if moved, err := s.MoveBinding(ctx, "C1", "C2", at.Add(time.Minute)); err != nil || moved != want {
			t.Errorf("%d: moved %v, %v", i, moved, err)
		}
	}
	b.Channel, b.Suspended, b.Why = "C2", at, "shared"
	bound(t, s, b)
	other := store.Binding{Channel: "C3", Pattern: "a*", By: "U2", At: at.Add(2 * time.Minute)}
	bind(t, s, other)
	last := at.Add(3 * time.Minute)
	if moved, err := s.MoveBinding(ctx, "C3", "C2", last); err != nil || !moved {
		t.Errorf("onto a bound one: moved %v, %v", moved, err)
	}
	if kept, err := s.KeepBinding(ctx, store.Binding{Channel: "C2", All: true, At: last}); err != nil || kept {
		t.Errorf("kept %v, %v", kept, err)
	}
	kept := store.Binding{Channel: "C4", All: true, At: last.Add(time.Minute)}
	if did, err := s.KeepBinding(ctx, kept); err != nil || !did {
		t.Errorf("kept %v, %v", did, err)
	}
	all, err := s.Bindings(ctx)
	if diff := cmp.Diff([]store.Binding{b, kept}, all); err != nil || diff != "" {
		t.Error(err, diff)
	}
	rule := `{"customers":["c0001"]}`
	audit(t, s,
		store.Entry{At: noon(), Who: "U1", Action: "bind", Channel: "C1", Customer: id(1), After: rule},
		store.Entry{At: at, Action: "suspend", Channel: "C1", Customer: id(1), Before: rule, After: `"shared"`},
		store.Entry{At: at.Add(time.Minute), Action: "move", Channel: "C2", Customer: id(1), Before: `"C1"`, After: rule},
		store.Entry{At: other.At, Who: "U2", Action: "bind", Channel: "C3", After: `{"pattern":"a*"}`},
		store.Entry{At: last, Action: "unbind", Channel: "C3", Before: `{"pattern":"a*"}`},
		store.Entry{At: kept.At, Action: "bind", Channel: "C4", After: `{"all":true}`})
}

// lapses: that a binding was confirmed ends once, with all else as it was, and
// not for one that was made since.
func lapses(t *testing.T, s *store.Store) {
	ctx := t.Context()
	b := store.Binding{Channel: "C1", Customers: []string{id(1), id(2)}, By: "U1", At: noon(), Confirmed: true}
	bind(t, s, b)
	at := noon().Add(time.Minute)
	before := b
	before.At = noon().Add(-time.Minute)
	for i, c := range []struct {
		of   store.Binding
		want bool
	}{{before, false}, {store.Binding{Channel: "C2", At: noon()}, false}, {b, true}, {b, false}} {
		if did, err := s.LapseBinding(ctx, c.of, at); err != nil || did != c.want {
			t.Errorf("%d: lapsed %v, %v", i, did, err)
		}
	}
	b.Confirmed = false
	bound(t, s, b)
	rule := `{"customers":["c0001","c0002"]}`
	audit(t, s,
		store.Entry{At: noon(), Who: "U1", Action: "bind", Channel: "C1", After: rule},
		store.Entry{At: at, Action: "lapse", Channel: "C1", Before: rule, After: rule})
}

// suspendAtOnce has several suspend one binding, and counts those who did.
func suspendAtOnce(t *testing.T, s *store.Store, b store.Binding, now time.Time) int {
	t.Helper()
	var group sync.WaitGroup
	did := make(chan bool, 8)
	for range cap(did) {
		group.Go(func() {
			is, err := s.SuspendBinding(t.Context(), b, "shared", now)
			if err != nil {
				t.Error(err)
			}
			did <- is
		})
	}
	group.Wait()
	close(did)
	n := 0
	for is := range did {
		if is {
			n++
		}
	}
	return n
}

// bindingCase: ids of one customer that differ in case only are one in a list,
// and are forgotten with it, whichever is named.
func bindingCase(t *testing.T, s *store.Store) {
	const first, other = "ABCD-Ä1", " abcd-ä1"
	if _, err := s.SaveDirectory(t.Context(), []store.Customer{{ID: first, Name: "X"}, {ID: "y", Name: "Y"}}, noon()); err != nil {
		t.Fatal(err)
	}
	both := store.Binding{Channel: "C1", Customers: []string{"y", first, other}, By: "U1", At: noon()}
	bind(t, s, both)
	both.Customers = []string{first, "y"}
	if got, _, err := s.Binding(t.Context(), "C1"); err != nil || len(got.Customers) != 2 || got.Customers[1] != "y" {
		t.Errorf("%+v %v", got, err)
	}
	only := store.Binding{Channel: "C2", Customers: []string{other}, By: "U1", At: noon().Add(time.Second)}
	bind(t, s, only)
	if err := s.Forget(t.Context(), "aBcD-ä1", store.By{User: "U2", Channel: "C9", At: noon().Add(time.Minute)}); err != nil {
		t.Fatal(err)
	}
	both.Customers, only.Customers = []string{"y"}, nil
	bound(t, s, both)
	bound(t, s, only)
	audit(t, s,
		store.Entry{At: both.At, Who: "U1", Action: "bind", Channel: "C1", After: `{"customers":["y"]}`},
		store.Entry{At: only.At, Who: "U1", Action: "bind", Channel: "C2", After: `{}`},
		store.Entry{At: noon().Add(time.Minute), Who: "U2", Action: "forget", Channel: "C9"})
}

// forgottenBindings: a customer that is forgotten leaves all lists and the
// audit, and a list that becomes empty binds its channel to nobody, not to all.
func forgottenBindings(t *testing.T, s *store.Store) {
	save(t, s, 3, noon())
	two := store.Binding{Channel: "C1", Customers: []string{id(0), id(1)}, By: "U1", At: noon()}
	one := store.Binding{Channel: "C2", Customers: []string{id(0)}, By: "U1", At: noon().Add(time.Second)}
	other := store.Binding{Channel: "C3", Customers: []string{id(2)}, By: "U1", At: noon().Add(2 * time.Second)}
	bind(t, s, two)
	bind(t, s, one)
	bind(t, s, other)
	if err := s.Forget(t.Context(), id(0), store.By{User: "U2", Channel: "C9", At: noon().Add(time.Minute)}); err != nil {
		t.Fatal(err)
	}
	two.Customers, one.Customers = []string{id(1)}, nil
	bound(t, s, two)
	bound(t, s, one)
	bound(t, s, other)
	audit(t, s,
		store.Entry{At: two.At, Who: "U1", Action: "bind", Channel: "C1", After: `{"customers":["c0001"]}`},
		store.Entry{At: one.At, Who: "U1", Action: "bind", Channel: "C2", After: `{}`},
		store.Entry{At: other.At, Who: "U1", Action: "bind", Channel: "C3", Customer: id(2), After: `{"customers":["c0002"]}`},
		store.Entry{At: noon().Add(time.Minute), Who: "U2", Action: "forget", Channel: "C9"})
}
