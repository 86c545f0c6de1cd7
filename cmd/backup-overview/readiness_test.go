package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/engine"
	"github.com/backup-overview/backup-overview/internal/outbox"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
	"github.com/backup-overview/backup-overview/internal/watch"
)

func TestWorkProblems(t *testing.T) {
	t.Parallel()
	const long = 3 * time.Minute
	full := fmt.Errorf("record readings: %w", store.ErrFull)
	for _, tt := range []struct {
		name    string
		ticks   map[string]engine.Tick
		silence time.Duration
		want    []string
	}{
		{"all well", map[string]engine.Tick{watch.SweepWork: {Runs: 1}}, time.Minute, nil},
		{"silent", map[string]engine.Tick{watch.SweepWork: {Runs: 1}}, long, []string{"no work has been started for two minutes"}},
		{"a long sweep is no silence", map[string]engine.Tick{watch.SweepWork: {Running: true}, upkeepWork: {}}, long, nil},
		{"no room", map[string]engine.Tick{watch.SweepWork: {Err: full}, upkeepWork: {Err: full}}, 0, []string{"there is no room left for the database"}},
		{"no room, although at work", map[string]engine.Tick{watch.SweepWork: {Err: full, Running: true}}, long, []string{"there is no room left for the database"}},
		{"no room for the list of customers", map[string]engine.Tick{watch.DirectoryWork: {Err: full}}, 0, []string{"there is no room left for the database"}},
		{"no room for the daily copy alone", map[string]engine.Tick{watch.SweepWork: {Runs: 1}, upkeepWork: {Err: full}}, 0, nil},
		{"AvePoint's trouble is not ours", map[string]engine.Tick{watch.SweepWork: {Err: errors.New("503")}}, 0, nil},
	} {
		if diff := cmp.Diff(tt.want, workProblems(tt.ticks, tt.silence)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestDelivery_troubles(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	old := now.Add(-11 * time.Minute)
	const wait, parked, dead = "messages to Slack have waited for ten minutes",
		"channels that cannot be reached, for which messages wait: 2", "messages that could not be delivered in the last seven days: 3"
	for _, tt := range []struct {
		name               string
		stats              store.DeliveryStats
		halted             string
		unsent             time.Duration
		problems, warnings []string
	}{
		{"nothing to say", store.DeliveryStats{}, "", 0, nil, nil},
		{"just made", store.DeliveryStats{Pending: 5, Oldest: now.Add(-9 * time.Minute)}, "", 0, nil, nil},
		{"stuck", store.DeliveryStats{Pending: 5, Oldest: old}, "", 0, []string{wait}, nil},
		{"for parked channels", store.DeliveryStats{Pending: 5, Parked: 2, Oldest: old}, "", 0, nil, []string{parked}},
		{"dead letters", store.DeliveryStats{Dead: 3}, "", 0, nil, []string{dead}},
		{"both", store.DeliveryStats{Parked: 2, Dead: 3}, "", 0, nil, []string{parked, dead}},
		{"a run as long as it may be", store.DeliveryStats{}, "", 7 * time.Minute, nil, nil},
		{"nobody sends", store.DeliveryStats{Parked: 2}, "", 8 * time.Minute, []string{"nobody has looked for messages to send for seven minutes"}, []string{parked}},
		{"refused as a whole", store.DeliveryStats{}, "account_inactive", 0, []string{"Slack takes no message of the bot (account_inactive)"}, nil},
	} {
		if diff := cmp.Diff(tt.problems, deliveryProblems(tt.stats, tt.halted, tt.unsent, now)); diff != "" {
			t.Errorf("%s: problems (-want +got):\n%s", tt.name, diff)
		}
		if diff := cmp.Diff(tt.warnings, deliveryWarnings(tt.stats)); diff != "" {
			t.Errorf("%s: warnings (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestMemory_silence(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	for _, tt := range []struct {
		name   string
		began  time.Time
		ticked map[string]time.Time
		want   time.Duration
	}{
		{"nothing yet", ago(time.Minute), nil, time.Minute},
		{"the newest counts", ago(time.Hour), map[string]time.Time{watch.SweepWork: ago(time.Second), upkeepWork: ago(50 * time.Minute)}, time.Second},
		{"only before this process", ago(time.Minute), map[string]time.Time{watch.SweepWork: ago(time.Hour)}, time.Minute},
	} {
		if got := (memory{ticked: tt.ticked}).silence(tt.began, now); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestMemory_unsent(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	for _, tt := range []struct {
		name   string
		began  time.Time
		ticked map[string]time.Time
		want   time.Duration
	}{
		{"nothing yet", ago(time.Minute), nil, time.Minute},
		{"other works do not count", ago(time.Hour), map[string]time.Time{watch.SweepWork: ago(time.Second)}, time.Hour},
		{"the newest counts", ago(time.Hour), map[string]time.Time{outbox.DeliveryWork: ago(time.Second)}, time.Second},
		{"only before this process", ago(time.Minute), map[string]time.Time{outbox.DeliveryWork: ago(time.Hour)}, time.Minute},
	} {
		if got := (memory{ticked: tt.ticked}).unsent(tt.began, now); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// Whoever reaches the port may read the reasons, so they hold no address.
func TestStoreProblem_tells_no_address(t *testing.T) {
	t.Parallel()
	for _, kind := range []error{store.ErrUnreachable, store.ErrFull, store.ErrBusy, store.ErrReadOnly, store.ErrCorrupt, store.ErrHalf, context.DeadlineExceeded} {
		got := storeProblem(fmt.Errorf("open postgres://bot:%s@db: %w", canary, kind))
		if !strings.Contains(got, "the database") || strings.Contains(got, canary) || strings.Contains(got, "@") {
			t.Errorf("%v: %q", kind, got)
		}
	}
}

func TestOutside_tells_the_truth_of_the_database(t *testing.T) {
	t.Parallel()
	a := assembleForTest(t, storetest.SQLite(t), false)
	if err := a.parts.engine.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.parts.engine.Stop(context.Background()) })
	const deaf = "no connection to Slack, or nothing heard on it for 35 seconds"
	if diff := cmp.Diff([]string{deaf}, a.outside.problems(t.Context())); diff != "" {
		t.Errorf("with its database (-want +got):\n%s", diff)
	}
	if err := a.parts.store.Close(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{deaf}, a.outside.problems(t.Context())); diff != "" {
		t.Errorf("an answer of a moment ago counts no more (-want +got):\n%s", diff)
	}
	a.outside.memory.asked = time.Now().Add(-time.Minute)
	if got := a.outside.problems(t.Context()); len(got) != 2 || !strings.Contains(got[1], "the database") {
		t.Errorf("without its database: %q", got)
	}

	gone, cancel := context.WithCancel(t.Context())
	cancel()
	b := assembleForTest(t, storetest.SQLite(t), false)
	if diff := cmp.Diff([]string{deaf}, b.outside.problems(gone)); diff != "" {
		t.Errorf("an asker who has gone (-want +got):\n%s", diff)
	}
}

func TestOutside_before_there_is_a_database(t *testing.T) {
	t.Parallel()
	o := newOutside(Config{}, assembleForTest(t, storetest.SQLite(t), false).parts.client)
	ready := func() (int, string) {
		w := httptest.NewRecorder()
		o.handler(slog.New(slog.DiscardHandler)).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/readyz", nil))
		return w.Code, w.Body.String()
	}
	if code, body := ready(); code != http.StatusServiceUnavailable || !strings.Contains(body, "the database is being opened") {
		t.Errorf("%d %s", code, body)
	}
	o.waiting(store.ErrUnreachable)
	if code, body := ready(); code != http.StatusServiceUnavailable || !strings.Contains(body, "the database cannot be reached") {
		t.Errorf("%d %s", code, body)
	}
}
