package bot

import (
	"fmt"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func TestLimits_userIsBounded(t *testing.T) {
	t.Parallel()
	l := newLimits(2, 0)
	for i := range 2 {
		if _, ok := l.take("U1", "C1", noon.Add(time.Duration(i)*10*time.Second)); !ok {
			t.Fatalf("look-up %d is refused", i+1)
		}
	}
	got, ok := l.take("U1", "C1", noon.Add(20*time.Second))
	if want := (over{count: 3, next: 40 * time.Second}); ok || got != want {
		t.Errorf("third look-up: %+v, %v; want %+v refused", got, ok, want)
	}
	if _, ok := l.take("U2", "C1", noon.Add(20*time.Second)); !ok {
		t.Error("another person is refused")
	}
	if _, ok := l.take("U1", "C1", noon.Add(60*time.Second)); !ok {
		t.Error("refused although the first is a minute old")
	}
}

func TestLimits_channelIsBounded(t *testing.T) {
	t.Parallel()
	l := newLimits(0, 3)
	for i := range 3 {
		if _, ok := l.take(fmt.Sprint("U", i), "C1", noon); !ok {
			t.Fatalf("look-up %d is refused", i+1)
		}
	}
	got, ok := l.take("U9", "C1", noon.Add(time.Second))
	if want := (over{count: 4, channel: true, next: 59 * time.Second}); ok || got != want {
		t.Errorf("fourth look-up: %+v, %v; want %+v refused", got, ok, want)
	}
	if _, ok := l.take("U9", "C2", noon.Add(time.Second)); !ok {
		t.Error("another channel is refused")
	}
}

// A look-up that the channel refuses must not count against the person.
func TestLimits_refusedCountsNowhere(t *testing.T) {
	t.Parallel()
	l := newLimits(2, 1)
	l.take("U1", "C1", noon)
	for range 5 {
		if _, ok := l.take("U1", "C1", noon); ok {
			t.Fatal("the channel's limit is passed")
		}
	}
	if _, ok := l.take("U1", "C2", noon); !ok {
		t.Error("refused look-ups have counted against the person")
	}
}

func TestLimits_zeroIsNoLimit(t *testing.T) {
	t.Parallel()
	l := newLimits(0, 0)
	for i := range 1000 {
		if _, ok := l.take("U1", "C1", noon); !ok {
			t.Fatalf("look-up %d is refused", i+1)
		}
	}
	if len(l.taken) != 0 {
		t.Errorf("%d ids are remembered for nothing", len(l.taken))
	}
}

func TestLimits_forgetsWhoIsQuiet(t *testing.T) {
	t.Parallel()
	l := newLimits(1, 0)
	for i := range limitsMany + 1 {
		l.take(fmt.Sprint("U", i), "C1", noon)
	}
	l.take("U-late", "C1", noon.Add(2*limitWindow))
	if n := len(l.taken); n != 1 {
		t.Errorf("%d people are remembered two windows later, want 1", n)
	}
}
