package coverage_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

type vector struct {
	Name, Why string
	Readings  []vectorReading
	Expect    []vectorEvent
}

type vectorReading struct {
	T                  time.Time
	Customer, Module   string
	Status             string
	Scanned, Protected int64
	Every              string
	Until              time.Time
}

type vectorEvent struct {
	T                                            time.Time
	Customer, Module, Condition, Event, Severity string
	Posted                                       bool
}

func TestVectors(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/coverage.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []vector }
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) != 93 {
		t.Fatalf("%d cases", len(file.Cases))
	}
	for _, v := range file.Cases {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			if diff := gocmp.Diff(v.Expect, events(v), gocmp.Transformer("empty", func(e []vectorEvent) []vectorEvent { return append([]vectorEvent{}, e...) })); diff != "" {
				t.Errorf("%s\n%s", v.Why, diff)
			}
		})
	}
}

// events are what the rules say of a vector's readings.
func events(v vector) []vectorEvent {
	states := map[string]*coverage.State{}
	var all []vectorEvent
	for _, s := range snapshots(v) {
		if states[s.customer] == nil {
			states[s.customer] = &coverage.State{}
		}
		for _, e := range states[s.customer].Step(s.Snapshot, coverage.DefaultRules().Everywhere()) {
			all = append(all, vectorEvent{e.At, s.customer, e.Module, e.Condition.String(), e.Kind.String(), e.Severity.String(), e.Posted})
		}
	}
	return all
}

type customerSnapshot struct {
	customer string
	coverage.Snapshot
}

func snapshots(v vector) []customerSnapshot {
	var all []vectorReading
	for _, r := range v.Readings {
		every, _ := time.ParseDuration(r.Every)
		for at := r.T; ; at = at.Add(every) {
			r.T = at
			all = append(all, r)
			if every == 0 || at.Add(every).After(r.Until) {
				break
			}
		}
	}
	slices.SortStableFunc(all, func(a, b vectorReading) int { return a.T.Compare(b.T) })
	var out []customerSnapshot
	at := map[string]int{}
	for _, r := range all {
		key := fmt.Sprint(r.T, r.Customer)
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, customerSnapshot{r.Customer, coverage.Snapshot{At: r.T, Failed: r.Status == "error", Modules: map[coverage.Key]coverage.Count{}}})
		}
		if r.Status == "ok" {
			key := coverage.Key{Module: r.Module}
			c := out[i].Modules[key]
			out[i].Modules[key] = coverage.Count{Scanned: c.Scanned + r.Scanned, Protected: c.Protected + min(r.Scanned, r.Protected)}
		}
	}
	slices.SortStableFunc(out, func(a, b customerSnapshot) int { return cmp.Compare(a.At.UnixNano(), b.At.UnixNano()) })
	return out
}
