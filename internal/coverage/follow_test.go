package coverage_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// walk is a customer with one module whose incidents are followed.
type walk struct {
	t     *testing.T
	state coverage.State
	open  map[coverage.Family]*coverage.Incident
	seen  []coverage.Change
	count int
	now   time.Time
}

func newWalk(t *testing.T) *walk {
	return &walk{t: t, open: map[coverage.Family]*coverage.Incident{}, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
}

// read takes n readings of one module, every d.
func (w *walk) read(n int, d time.Duration, c coverage.Count) []coverage.Change {
	w.t.Helper()
	var all []coverage.Change
	rules := coverage.DefaultRules().Everywhere()
	for range n {
		w.now = w.now.Add(d)
		events := w.state.Step(coverage.Snapshot{At: w.now, Modules: map[coverage.Key]coverage.Count{{Module: "Exchange Online"}: c}}, rules)
		generation := func(coverage.Family) int { w.count++; return w.count }
		all = append(all, w.state.Follow(w.open, events, generation, rules, w.now)...)
		raw, err := json.Marshal(&w.state)
		if err != nil {
			w.t.Fatal(err)
		}
		w.state = coverage.State{}
		if err := json.Unmarshal(raw, &w.state); err != nil {
			w.t.Fatal(err)
		}
	}
	w.seen = append(w.seen, all...)
	return all
}

func TestState_Follow(t *testing.T) {
	t.Parallel()
	w := newWalk(t)
	if got := w.read(30, time.Hour, coverage.Count{Scanned: 1250, Protected: 1250}); len(got) != 0 {
		t.Fatalf("well, and yet %+v", got)
	}
	fired := w.read(3, 15*time.Minute, coverage.Count{Scanned: 1250, Protected: 1100})
	if len(fired) != 1 || !fired[0].New || len(fired[0].Lines) != 1 || fired[0].Lines[0].Kind != coverage.LineFired {
		t.Fatalf("fired: %+v", fired)
	}
	i := w.open[coverage.CoverageFamily]
	m := i.Members[0]
	if m.Lost != 150 || m.Missing != 150 || m.Was != (coverage.Count{Scanned: 1250, Protected: 1250}) || m.Now.Protected != 1100 || m.Readings != 3 || m.Severity != coverage.Crit {
		t.Errorf("member: %+v", m)
	}
	if got := w.read(2, time.Hour, coverage.Count{Scanned: 1250, Protected: 1100}); len(got) != 0 {
		t.Errorf("nothing moved, and yet %+v", got)
	}
	moved := w.read(1, time.Hour, coverage.Count{Scanned: 1250, Protected: 1090})
	if len(moved) != 1 || !moved[0].Quiet || i.Members[0].Missing != 160 {
		t.Errorf("moved: %+v", moved)
	}
	over := w.read(2, 15*time.Minute, coverage.Count{Scanned: 1250, Protected: 1245})
	last := over[len(over)-1]
	if n := len(last.Lines); n != 2 || last.Lines[0].Kind != coverage.LineResolved || last.Lines[1].Kind != coverage.LineClosed || last.Lines[0].How != coverage.RecoveredBack {
		t.Fatalf("over: %+v", over)
	}
	if i.Closed.IsZero() || len(w.open) != 0 || i.Members[0].Worst != 160 || i.Members[0].Missing != 5 {
		t.Errorf("closed: %+v", i)
	}
}

// An incident that a person accepts does not come back by itself.
func TestState_Accept(t *testing.T) {
	t.Parallel()
	w := newWalk(t)
	w.read(30, time.Hour, coverage.Count{Scanned: 1000, Protected: 1000})
	w.read(3, 15*time.Minute, coverage.Count{Scanned: 1000, Protected: 800})
	w.state.Accept(coverage.CoverageFamily, []coverage.Key{{Module: "Exchange Online"}})
	line := w.open[coverage.CoverageFamily].Stop(coverage.RecoveredAccepted, coverage.LineAccepted, "U1", w.now)
	if line.How != coverage.RecoveredAccepted || w.open[coverage.CoverageFamily].Closed.IsZero() {
		t.Errorf("%+v", line)
	}
	delete(w.open, coverage.CoverageFamily)
	if got := w.read(60, time.Hour, coverage.Count{Scanned: 1000, Protected: 800}); len(got) != 0 {
		t.Errorf("accepted, and yet %+v", got)
	}
	if got := w.read(3, 15*time.Minute, coverage.Count{Scanned: 1000, Protected: 700}); len(got) != 1 {
		t.Errorf("worse than accepted: %+v", got)
	}
}
