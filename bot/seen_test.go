package bot

import (
	"fmt"
	"testing"
	"time"
)

func TestSeen_first(t *testing.T) {
	t.Parallel()
	s := newSeen()
	if !s.first("a", noon) || s.first("a", noon.Add(24*time.Hour)) {
		t.Error("a repeat a day later is taken for new")
	}
	if !s.first("b", noon) {
		t.Error("another key is taken for a repeat")
	}
	for range 2 {
		if !s.first("", noon) {
			t.Error("an envelope without an id is taken for a repeat")
		}
	}
}

func TestSeen_isBounded(t *testing.T) {
	t.Parallel()
	s := newSeen()
	for i := range 3 * seenMost {
		s.first(fmt.Sprint(i), noon)
		if n := len(s.young) + len(s.old); n > seenMost {
			t.Fatalf("%d keys are held, want at most %d", n, seenMost)
		}
	}
	if last := fmt.Sprint(3*seenMost - 1); s.first(last, noon) {
		t.Error("the newest key is forgotten")
	}
	if recent := fmt.Sprint(3*seenMost - seenMost/2); s.first(recent, noon) {
		t.Error("a key of the last generation is forgotten")
	}
}
