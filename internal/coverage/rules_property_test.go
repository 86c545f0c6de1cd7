package coverage_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// month is a random history of one customer: quiet stretches, falls, glitches,
// failures, empty answers, and modules that go and come.
func month(t *rapid.T) []coverage.Snapshot {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	size := rapid.Int64Range(1, 20_000).Draw(t, "size")
	modules := map[coverage.Key]coverage.Count{
		{Module: "Exchange Online"}: {Scanned: size, Protected: rapid.Int64Range(0, size).Draw(t, "protected")},
		{Module: "Teams"}:           {Scanned: 300, Protected: 300},
	}
	var all []coverage.Snapshot
	for range rapid.IntRange(1, 30).Draw(t, "stretches") {
		n := coverage.Snapshot{}
		switch rapid.IntRange(0, 7).Draw(t, "kind") {
		case 0:
			n.Failed, n.Class = true, rapid.SampledFrom([]string{"unavailable", "forbidden"}).Draw(t, "class")
		case 1: // empty
		case 2:
			n.Modules = map[coverage.Key]coverage.Count{{Module: "Teams"}: modules[coverage.Key{Module: "Teams"}]}
		default:
			s := rapid.Int64Range(0, 2*size).Draw(t, "scanned")
			modules[coverage.Key{Module: "Exchange Online"}] = coverage.Count{Scanned: s, Protected: rapid.Int64Range(0, 2*size).Draw(t, "protected")}
			n.Modules = map[coverage.Key]coverage.Count{}
			for k, c := range modules {
				n.Modules[k] = c
			}
		}
		gap := rapid.SampledFrom([]time.Duration{time.Minute, 15 * time.Minute, time.Hour, 5 * time.Hour}).Draw(t, "gap")
		for range rapid.IntRange(1, 40).Draw(t, "readings") {
			at = at.Add(gap)
			n.At = at
			all = append(all, n)
		}
	}
	return all
}

func trace(t *rapid.T, all []coverage.Snapshot, rules coverage.RuleSet, restart bool) []coverage.Event {
	var state coverage.State
	var events []coverage.Event
	for _, n := range all {
		events = append(events, state.Step(n, rules)...)
		if !restart {
			continue
		}
		raw, err := json.Marshal(&state)
		if err != nil {
			t.Fatal(err)
		}
		state = coverage.State{}
		if err := json.Unmarshal(raw, &state); err != nil {
			t.Fatal(err)
		}
	}
	return events
}

func usual() coverage.RuleSet { return coverage.DefaultRules().Everywhere() }

// Invariant 9: a restart at any step changes no later decision.
func TestRules_restart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := month(t)
		if diff := cmp.Diff(trace(t, all, usual(), false), trace(t, all, usual(), true)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Invariants 1, 2 and 7: nothing of a series fires without three readings that show
// it, a reading that is not good moves no coverage, and what fired ends once, by an
// event, before it fires again.
func TestRules_wellFormed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var state coverage.State
		good, open := map[coverage.Key]int{}, map[string]bool{}
		for _, n := range month(t) {
			for key := range n.Modules {
				good[key]++
			}
			for _, e := range state.Step(n, usual()) {
				f := e.Condition.Family()
				series := f == coverage.CoverageFamily || f == coverage.ScanFamily
				if series && (n.Failed || len(n.Modules) == 0) {
					t.Fatalf("%v by a reading that is not good", e)
				}
				key := fmt.Sprint(f, e.Key)
				switch e.Kind {
				case coverage.Fires:
					if series && good[e.Key] < 6 {
						t.Fatalf("%v after %d good readings", e, good[e.Key])
					}
					if open[key] {
						t.Fatalf("%v fires twice", e)
					}
					open[key] = true
				case coverage.Resolved:
					if !open[key] {
						t.Fatalf("%v ends what was not open", e)
					}
					open[key] = false
				case coverage.Escalates:
					if !open[key] {
						t.Fatalf("%v escalates what was not open", e)
					}
				}
			}
		}
	})
}

// Invariant 3: readings that are those of the reference end all that was open, and
// post nothing new.
func TestRules_backToNormal(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		size := rapid.Int64Range(10, 20_000).Draw(t, "size")
		normal := coverage.Count{Scanned: size, Protected: rapid.Int64Range(1, size).Draw(t, "protected")}
		var state coverage.State
		read := func(n int, c coverage.Count) (events []coverage.Event) {
			for range n {
				at = at.Add(time.Hour)
				events = append(events, state.Step(coverage.Snapshot{At: at, Modules: map[coverage.Key]coverage.Count{{Module: "m"}: c}}, usual())...)
			}
			return events
		}
		read(30, normal)
		read(rapid.IntRange(0, 60).Draw(t, "bad"), coverage.Count{Scanned: size, Protected: rapid.Int64Range(0, normal.Protected).Draw(t, "left")})
		read(5, normal) // to recover
		for _, e := range read(100, normal) {
			t.Fatalf("%+v", e)
		}
		if open := state.Open(coverage.CoverageFamily, usual(), at); len(open) != 0 {
			t.Fatalf("%+v", open)
		}
	})
}

// Invariant 4: where more is lost at every reading of a run, it fires too, and no
// later.
func TestRules_monotone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(10, 20_000).Draw(t, "size")
		lost := rapid.Int64Range(1, size).Draw(t, "lost")
		more := rapid.Int64Range(lost, size).Draw(t, "more")
		first := func(lost int64) time.Time {
			at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			var state coverage.State
			for i := range 90 {
				at = at.Add(time.Hour)
				c := coverage.Count{Scanned: size, Protected: size}
				if i >= 30 {
					c.Protected -= lost
				}
				for _, e := range state.Step(coverage.Snapshot{At: at, Modules: map[coverage.Key]coverage.Count{{Module: "m"}: c}}, usual()) {
					if e.Kind == coverage.Fires {
						return at
					}
				}
			}
			return time.Time{}
		}
		a, b := first(lost), first(more)
		if !a.IsZero() && (b.IsZero() || b.After(a)) {
			t.Fatalf("%d lost of %d fires at %v, %d at %v", lost, size, a, more, b)
		}
	})
}

// Invariants 6 and 12: modules do not disturb each other, and each open incident is
// one.
func TestRules_apart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := month(t)
		exchange := coverage.Key{Module: "Exchange Online"}
		var alone []coverage.Snapshot
		for _, n := range all {
			if c, ok := n.Modules[exchange]; ok {
				n.Modules = map[coverage.Key]coverage.Count{exchange: c, {Module: "Other"}: {Scanned: 1, Protected: 1}}
			} else if len(n.Modules) > 0 {
				n.Modules = map[coverage.Key]coverage.Count{{Module: "Other"}: {Scanned: 1, Protected: 1}}
			}
			alone = append(alone, n)
		}
		of := func(events []coverage.Event) []coverage.Event {
			return slices.DeleteFunc(events, func(e coverage.Event) bool { return e.Module != exchange.Module })
		}
		if diff := cmp.Diff(of(trace(t, alone, usual(), false)), of(trace(t, all, usual(), false))); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Invariant 10, for what goes by ratio alone: scaled, a fall is judged alike.
func TestRules_scale(t *testing.T) {
	t.Parallel()
	rules := coverage.DefaultRules()
	rules.DropObjects, rules.CritAtLeast, rules.LossObjects, rules.CritObjects, rules.ScanObjects, rules.ScanCrit = 1, 1, 1, 1, 1, 1
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(100, 1000).Draw(t, "size")
		left := rapid.Int64Range(1, size).Draw(t, "left")
		k := rapid.Int64Range(2, 20).Draw(t, "scale")
		play := func(k int64) (kinds []string) {
			at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			var state coverage.State
			for i := range 60 {
				at = at.Add(time.Hour)
				c := coverage.Count{Scanned: k * size, Protected: k * size}
				if i >= 30 && i < 45 {
					c.Protected = k * left
				}
				for _, e := range state.Step(coverage.Snapshot{At: at, Modules: map[coverage.Key]coverage.Count{{Module: "m"}: c}}, rules.Everywhere()) {
					kinds = append(kinds, fmt.Sprint(e.At, e.Kind, e.Condition, e.Severity))
				}
			}
			return kinds
		}
		if diff := cmp.Diff(play(1), play(k)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// The state stays small: of a customer that is still, and of one that never is.
func TestState_size(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		noisy bool
		most  int
	}{"still": {false, 700}, "never still": {true, 60_000}} {
		var state coverage.State
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for i := range 60 * 24 {
			at = at.Add(time.Hour)
			n := coverage.Count{Scanned: 1000, Protected: 1000}
			if c.noisy {
				n.Protected = 1000 - int64(i*7919%400)
			}
			state.Step(coverage.Snapshot{At: at, Modules: map[coverage.Key]coverage.Count{{Module: "m"}: n}}, usual())
		}
		raw, err := json.Marshal(&state)
		if err != nil || len(raw) > c.most {
			t.Errorf("%s: %d bytes, at most %d; %v", name, len(raw), c.most, err)
		}
	}
}

// Whatever is read, nothing panics, and a restart changes nothing.
func FuzzRules(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
	f.Fuzz(func(t *testing.T, raw []byte) {
		var once, again coverage.State
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for ; len(raw) >= 4; raw = raw[4:] {
			at = at.Add(time.Duration(raw[0]) * time.Minute)
			n := coverage.Snapshot{At: at, Failed: raw[1] > 250, Modules: map[coverage.Key]coverage.Count{}}
			if raw[1] < 240 {
				n.Modules[coverage.Key{Tenant: string(raw[1:2]), Module: "m"}] = coverage.Count{Scanned: int64(raw[2]) << (raw[1] % 56), Protected: int64(raw[3]) << (raw[1] % 56)}
			}
			a, b := once.Step(n, usual()), again.Step(n, usual())
			if diff := cmp.Diff(a, b); diff != "" {
				t.Fatal(diff)
			}
			state, err := json.Marshal(&again)
			if err != nil {
				t.Fatal(err)
			}
			again = coverage.State{}
			if err := json.Unmarshal(state, &again); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func BenchmarkState_Step(b *testing.B) {
	var state coverage.State
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	modules := map[coverage.Key]coverage.Count{}
	for n := range 8 {
		modules[coverage.Key{Module: fmt.Sprint("Module ", n)}] = coverage.Count{Scanned: 1000, Protected: 1000}
	}
	for b.Loop() {
		at = at.Add(time.Hour)
		state.Step(coverage.Snapshot{At: at, Modules: modules}, usual())
	}
}
