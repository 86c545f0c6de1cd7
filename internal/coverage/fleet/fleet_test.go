package fleet_test

import (
	"flag"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/coverage/fleet"
)

// seeds is how many months are played:
//
//	go test ./internal/coverage/fleet -run Fleet -v -args -seeds 20
var seeds = flag.Int("seeds", 2, "how many months of the fleet are played")

// The rules find what happens, soon, and cry for little else.
func TestFleet(t *testing.T) {
	t.Parallel()
	var rules, previous, below fleet.Result
	for seed := range uint64(*seeds) {
		w := fleet.Usual(seed + 1)
		rules = fleet.Rules(w, coverage.DefaultRules().Everywhere()).Plus(rules)
		previous = fleet.Previous(w, 2).Plus(previous)
		below = fleet.Below(w, 95).Plus(below)
	}
	t.Log(rules)
	t.Log(previous)
	t.Log(below)
	if rules.Found*100 < rules.Incidents*99 {
		t.Errorf("missed: %v", rules.Missed)
	}
	if rules.FalseRate() > 1 {
		t.Errorf("%.2f false alerts in 10,000 series-days: %v", rules.FalseRate(), rules.FalseOf)
	}
	if median := rules.Delay(0.5); median > 75*time.Minute {
		t.Errorf("told after %v", median)
	}
	if below.FalseRate() < 10*rules.FalseRate() {
		t.Error("a naive rule does as well: the fleet is too easy")
	}
}

// The same seed plays the same month.
func TestFleet_reproducible(t *testing.T) {
	t.Parallel()
	w := fleet.Usual(7)
	w.Customers, w.Length = 25, 12*24*time.Hour
	a, b := fleet.Rules(w, coverage.DefaultRules().Everywhere()), fleet.Rules(w, coverage.DefaultRules().Everywhere())
	if a.String() != b.String() {
		t.Errorf("%s\n%s", a, b)
	}
}
