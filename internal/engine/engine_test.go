package engine

import (
	"strings"
	"testing"
	"time"
)

func TestNew_refuses_works_that_cannot_be(t *testing.T) {
	t.Parallel()
	good := nothing("sweep", time.Second)
	of := func(change func(w *Work)) []Work {
		w := good
		change(&w)
		return []Work{w}
	}
	tests := []struct {
		works []Work
		want  string
	}{
		{nil, "without works"},
		{[]Work{good, good}, "two works"},
		{of(func(w *Work) { w.Kind = "" }), "name of a kind"},
		{of(func(w *Work) { w.Kind = "x" }), "name of a kind"},
		{of(func(w *Work) { w.Kind = "Sweep" }), "name of a kind"},
		{of(func(w *Work) { w.Kind = "two words" }), "name of a kind"},
		{of(func(w *Work) { w.Every = 999 * time.Millisecond }), "less than a second"},
		{of(func(w *Work) { w.Timeout = 0 }), "no time limit"},
		{of(func(w *Work) { w.Run = nil }), "nothing to run"},
	}
	for _, tt := range tests {
		if err := NewLocal(tt.works, Options{}).Start(t.Context()); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("local: %v, want %q", err, tt.want)
		}
		if _, err := NewRiver(nil, tt.works, Options{}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("river: %v, want %q", err, tt.want)
		}
	}
}
