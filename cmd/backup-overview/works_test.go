package main

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/digest"
	"github.com/backup-overview/backup-overview/internal/outbox"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
	"github.com/backup-overview/backup-overview/internal/watch"
)

func TestWorks_look_often_enough(t *testing.T) {
	t.Parallel()
	for interval, want := range map[time.Duration]time.Duration{
		time.Second: time.Second, 30 * time.Second: 1500 * time.Millisecond, time.Hour: 5 * time.Second, 24 * time.Hour: 5 * time.Second,
	} {
		a := works(nil, nil, nil, nil, nil, interval, store.Retention{}, nil)
		if a[0].Kind != watch.SweepWork || a[0].Every != want {
			t.Errorf("SWEEP_INTERVAL %v: %s every %v, want %v", interval, a[0].Kind, a[0].Every, want)
		}
	}
}

// A digest of @every 5s comes in its second or the next, and is sent then.
func TestWorks_look_each_second_for_what_is_said_unasked(t *testing.T) {
	t.Parallel()
	every := map[string]time.Duration{}
	for _, w := range works(nil, nil, nil, nil, nil, time.Hour, store.Retention{}, nil) {
		every[w.Kind] = w.Every
	}
	for _, kind := range []string{digest.DigestWork, outbox.DeliveryWork} {
		if every[kind] != time.Second {
			t.Errorf("%s every %v", kind, every[kind])
		}
	}
}

func TestUpkeep_copies_once_a_day(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite(t)
	db := storetest.Open(t, url)
	folder := filepath.Join(filepath.Dir(strings.TrimPrefix(url, "sqlite://")), "backups")
	var said strings.Builder
	log := slog.New(slog.NewTextHandler(io.MultiWriter(t.Output(), &said), nil))
	for day := range 9 {
		for hour := range 3 {
			now := today.AddDate(0, 0, day).Add(time.Duration(hour) * time.Hour)
			if err := upkeep(t.Context(), db, store.Retention{Readings: days(35), Rollups: days(730)}, now, log); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := strings.Count(said.String(), "database copied"); n != 9 {
		t.Errorf("%d copies are told in nine days", n)
	}
	copies, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(copies) != store.DailyCopies {
		t.Errorf("%d copies after nine days, want %d: %v", len(copies), store.DailyCopies, copies)
	}
}

func TestSweepInFlight_leaves_room_for_people(t *testing.T) {
	t.Parallel()
	for concurrency, want := range map[int]int{1: 1, 2: 1, 8: 7, 16: 14, 64: 56} {
		if got := sweepInFlight(concurrency); got != want {
			t.Errorf("AVEPOINT_CONCURRENCY %d: %d for the sweep, want %d", concurrency, got, want)
		}
	}
}

func TestOwner_is_never_the_same(t *testing.T) {
	t.Parallel()
	if a, b := owner(), owner(); a == b || !strings.Contains(a, "/") {
		t.Errorf("%q and %q", a, b)
	}
}
