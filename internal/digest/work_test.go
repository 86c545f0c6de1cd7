package digest_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/digest"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
)

const ops = "C0OPS"

// stage is digests over a real database, with a clock of its own.
type stage struct {
	t     *testing.T
	store *store.Store
	now   time.Time
	scope access.Scope
	shut  access.Reason
	down  error
	woken int
	*digest.Digests
}

func newStage(t *testing.T, config *digest.Config) *stage {
	t.Helper()
	s := &stage{
		t: t, store: storetest.Open(t, storetest.SQLite(t)), scope: access.Scope{All: true},
		now: time.Date(2026, 11, 24, 7, 0, 0, 0, time.UTC), // a Tuesday, 08:00 in Berlin
	}
	s.Digests = s.process("one", config)
	return s
}

// process is another process over the same database.
func (s *stage) process(owner string, config *digest.Config) *digest.Digests {
	s.t.Helper()
	d, err := digest.New(digest.Options{
		Store: s.store, Owner: owner, Config: config, Log: slog.New(slog.DiscardHandler),
		Scope: func(context.Context, string) (access.Scope, access.Reason, error) { return s.scope, s.shut, s.down },
		Buttons: func(channel, subscription string) (string, string) {
			return "send " + channel + subscription, "manage " + channel + subscription
		},
		Wake: func(string) { s.woken++ },
		Now:  func() time.Time { return s.now },
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

// count is a module as a reading says it.
func count(module string, scanned, protected int64) coverage.Row {
	return coverage.Row{Module: module, Count: coverage.Count{Scanned: scanned, Protected: protected}}
}

// customers lists customers in the directory, named by their ids.
func (s *stage) customers(ids ...string) {
	s.t.Helper()
	var all []store.Customer
	for _, id := range ids {
		all = append(all, store.Customer{ID: id, Name: "Name of " + id})
	}
	if _, err := s.store.SaveDirectory(s.t.Context(), all, s.now); err != nil {
		s.t.Fatal(err)
	}
}

// read records a good reading.
func (s *stage) read(id string, rows ...coverage.Row) {
	s.t.Helper()
	err := s.store.Record(s.t.Context(), "watch", []store.Reading{{CustomerID: id, At: s.now, Kind: store.Good, Rows: rows, Body: []byte("{}")}})
	if err != nil {
		s.t.Fatal(err)
	}
}

// subscribe makes a subscription of the channel from now on.
func (s *stage) subscribe(id, customer, schedule string, onlyChanges bool) {
	s.t.Helper()
	parsed, err := digest.ParseSchedule(schedule)
	if err != nil {
		s.t.Fatal(err)
	}
	zone, err := digest.Zone("Europe/Berlin")
	if err != nil {
		s.t.Fatal(err)
	}
	err = s.store.SaveSubscription(s.t.Context(), store.Subscription{
		ID: id, Channel: ops, Customer: customer, Schedule: parsed.String(), Zone: "Europe/Berlin", OnlyChanges: onlyChanges,
		By: "U0ANA", Created: s.now, Cursor: s.now, NextAt: parsed.Next(s.now, zone).Planned,
	}, "U0ANA", s.now)
	if err != nil {
		s.t.Fatal(err)
	}
}

// run runs the work at a time of Berlin, and gives what it enqueued.
func (s *stage) run(at string) []store.Delivery {
	s.t.Helper()
	s.at(at)
	if err := s.Run(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	return s.sent()
}

func (s *stage) at(at string) {
	s.t.Helper()
	zone, _ := digest.Zone("Europe/Berlin")
	now, err := time.ParseInLocation("2006-01-02 15:04:05", at, zone)
	if err != nil {
		s.t.Fatal(err)
	}
	s.now = now
}

// sent sends what waits, as if Slack took all.
func (s *stage) sent() []store.Delivery {
	s.t.Helper()
	var all []store.Delivery
	for {
		claimed, err := s.store.ClaimDeliveries(s.t.Context(), "outbox", 10, time.Minute, s.now)
		if err != nil {
			s.t.Fatal(err)
		}
		if len(claimed) == 0 {
			return all
		}
		for _, d := range claimed {
			if err := s.store.Sent(s.t.Context(), d.ID, "outbox", "1.2", s.now); err != nil {
				s.t.Fatal(err)
			}
		}
		all = append(all, claimed...)
	}
}

// words is the fallback text of a delivery.
func (s *stage) words(d store.Delivery) string {
	s.t.Helper()
	m, err := s.Render(s.t.Context(), d)
	if err != nil {
		s.t.Fatal(err)
	}
	return m.Text
}

// one is the only delivery of a list, in words.
func (s *stage) one(all []store.Delivery) string {
	s.t.Helper()
	if len(all) != 1 {
		s.t.Fatalf("%d deliveries, want 1: %+v", len(all), all)
	}
	return s.words(all[0])
}

func has(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q lacks %q", text, part)
		}
	}
}

func TestRun_saysWhatChangedSinceTheLastDigest(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	s.customers("contoso", "fabrikam", "northwind")
	s.read("contoso", count("Exchange Online", 100, 97))
	s.read("fabrikam", count("OneDrive", 340, 340))
	s.read("northwind", count("Teams Chat", 50, 40))
	s.subscribe("s1", "", "daily 08:30", false)

	has(t, s.one(s.run("2026-11-24 08:30:01")), "13 ", "3 customers")
	s.read("contoso", count("Exchange Online", 100, 93))
	s.read("fabrikam", count("OneDrive", 340, 338))
	s.read("northwind", count("Teams Chat", 50, 50))
	if got := s.run("2026-11-25 08:29:59"); len(got) != 0 {
		t.Fatalf("too early: %+v", got)
	}
	text := s.one(s.run("2026-11-25 08:30:00"))
	has(t, text, "Name of contoso", "Name of fabrikam", "Name of northwind", "OneDrive", "Teams Chat")
	if again := s.run("2026-11-25 08:30:02"); len(again) != 0 {
		t.Errorf("said twice: %+v", again)
	}
}

func TestRun_onlyChangesIsQuietWithoutOne(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	s.customers("contoso")
	s.read("contoso", count("Exchange Online", 100, 97))
	s.subscribe("s1", "", "daily 08:30", true)
	if got := s.run("2026-11-24 08:30:00"); len(got) != 1 {
		t.Fatalf("the first digest has nothing to compare with and is said: %+v", got)
	}
	s.at("2026-11-25 08:20:00")
	s.read("contoso", count("Exchange Online", 101, 98))
	if got := s.run("2026-11-25 08:30:00"); len(got) != 0 {
		t.Errorf("nothing changed and is said: %+v", got)
	}
	s.at("2026-11-26 08:20:00")
	s.read("contoso", count("Exchange Online", 101, 96))
	if got := s.run("2026-11-26 08:30:00"); len(got) != 1 {
		t.Errorf("a worse gap is not said: %+v", got)
	}
}

func TestRun_whatIsReadNoMoreIsNotClosed(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	s.customers("contoso", "fabrikam")
	s.read("contoso", count("Exchange Online", 100, 97))
	s.read("fabrikam", count("OneDrive", 340, 300), count("Exchange Online", 10, 10))
	s.subscribe("s1", "", "daily 08:30", true)
	s.run("2026-11-24 08:30:00")
	if err := s.store.Unwatch(t.Context(), "contoso", store.By{User: "U0ANA", At: s.now}, time.Time{}); err != nil {
		t.Fatal(err)
	}
	s.at("2026-11-25 08:20:00")
	s.read("fabrikam", count("Exchange Online", 10, 10)) // OneDrive is gone, nobody knows why
	text := s.one(s.run("2026-11-25 08:30:00"))
	has(t, text, "OneDrive is not scanned any more")
	for _, wrong := range []string{"complete again", "contoso"} {
		if strings.Contains(text, wrong) {
			t.Errorf("%q says %q", text, wrong)
		}
	}
}

func TestRun_lateAndSkipped(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	s.customers("contoso")
	s.read("contoso", count("Exchange Online", 100, 97))
	s.subscribe("s1", "", "daily 08:30", false)
	s.run("2026-11-24 08:30:00")
	has(t, s.one(s.run("2026-11-27 09:12:00")), "lanned for", "2 ")
	if got := s.run("2026-11-28 21:30:00"); len(got) != 0 {
		t.Errorf("13 hours late is said: %+v", got)
	}
	has(t, s.one(s.run("2026-11-29 08:30:00")), "1 ")
}

// Whatever dies when, and however many replicas there are, a slot is said once.
func TestRun_oncePerSlot(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	s.customers("contoso")
	s.read("contoso", count("Exchange Online", 100, 97))
	s.subscribe("s1", "", "@every 5s", false)
	total := 0
	for i := range 60 {
		s.now = s.now.Add(time.Second)
		ctx, cancel := context.WithCancel(t.Context())
		if i%3 == 0 {
			cancel() // killed before it has done anything
		}
		d := s.process("life "+s.now.String(), nil)
		if err := d.Run(ctx); err != nil && ctx.Err() == nil {
			t.Fatal(err)
		}
		cancel()
		if err := s.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		total += len(s.sent())
	}
	if total != 12 {
		t.Errorf("%d digests in 60 seconds, want 12", total)
	}
}

func TestRun_waitsWhileNobodyKnowsWhatMayBeSaid(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	s.customers("contoso")
	s.subscribe("s1", "", "daily 08:30", false)
	s.down = errors.New("Slack does not answer")
	s.at("2026-11-24 08:30:00")
	if err := s.Run(t.Context()); !errors.Is(err, s.down) {
		t.Errorf("error %v", err)
	}
	s.down = nil
	has(t, s.one(s.run("2026-11-24 08:40:00")), "lanned for")
}

func TestRun_nothingWhereNothingMayBeSaid(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	s.customers("contoso")
	s.subscribe("s1", "", "daily 08:30", false)
	s.subscribe("s2", "fabrikam", "daily 08:30", false)
	s.scope = access.Scope{IDs: map[string]bool{"contoso": true}}
	got := s.run("2026-11-24 08:30:00")
	if len(got) != 1 {
		t.Fatalf("%d deliveries, want that of the whole channel only", len(got))
	}
	s.shut = access.ReasonSuspended
	if got := s.run("2026-11-25 08:30:00"); len(got) != 0 {
		t.Errorf("a suspended channel hears %+v", got)
	}
	if _, err := s.Render(t.Context(), got[0]); !errors.Is(err, digest.ErrClosed) {
		t.Errorf("rendered although suspended: %v", err)
	}
}

// Of a customer that the channel may see no more, nothing is rendered, whatever
// was decided before.
func TestRender_namesNobodyOutOfScope(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	s.customers("contoso", "canary")
	s.read("contoso", count("Exchange Online", 100, 97))
	s.read("canary", count("CanaryModule", 100, 77))
	s.subscribe("s1", "", "daily 08:30", false)
	s.run("2026-11-24 08:30:00")
	s.read("canary", count("CanaryModule", 100, 66))
	s.at("2026-11-25 08:30:00")
	if err := s.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	decided := s.sent()
	s.scope = access.Scope{IDs: map[string]bool{"contoso": true}}
	text := strings.ToLower(rendered(t, s, decided[0]))
	if strings.Contains(text, "canary") || strings.Contains(text, "34") || strings.Contains(text, "66") {
		t.Errorf("the canary sings: %s", text)
	}
	_, write, err := s.CSV(t.Context(), store.Delivery{Channel: ops, What: digest.WhatCSV, Body: []byte(`{}`)})
	if err != nil {
		t.Fatal(err)
	}
	var file strings.Builder
	if err := write(&file); err != nil || strings.Contains(strings.ToLower(file.String()), "canary") || !strings.Contains(file.String(), "contoso") {
		t.Errorf("CSV %q, %v", file.String(), err)
	}
}

func rendered(t *testing.T, s *stage, d store.Delivery) string {
	t.Helper()
	m, err := s.Render(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	_, _ = io.WriteString(&all, m.Text)
	for _, b := range m.Blocks {
		_, _ = io.WriteString(&all, blockJSON(t, b))
	}
	return all.String()
}

func TestSendNow_isATestAndNoSlot(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	s.customers("contoso")
	s.read("contoso", count("Exchange Online", 100, 97))
	s.subscribe("s1", "contoso", "daily 08:30", false)
	for range 2 {
		if err := s.SendNow(t.Context(), "s1", "press 1", "U0ANA"); err != nil {
			t.Fatal(err)
		}
	}
	has(t, s.one(s.sent()), "Test", "Name of contoso")
	if got := s.run("2026-11-24 08:30:00"); len(got) != 1 || got[0].What != digest.WhatDigest {
		t.Errorf("the slot after a test: %+v", got)
	}
	if err := s.SendNow(t.Context(), "none", "press 2", "U0ANA"); !errors.Is(err, digest.ErrNoSubscription) {
		t.Errorf("error %v", err)
	}
	s.shut = access.ReasonSharedChannel
	if err := s.SendNow(t.Context(), "s1", "press 3", "U0ANA"); !errors.Is(err, digest.ErrClosed) {
		t.Errorf("error %v", err)
	}
}

func TestRun_manyGapsBringAFile(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	var ids []string
	for i := range 40 {
		ids = append(ids, "customer"+string(rune('A'+i/26))+string(rune('a'+i%26)))
	}
	s.customers(ids...)
	for _, id := range ids {
		s.read(id, count("=HYPERLINK", 10, 9))
	}
	s.subscribe("s1", "", "daily 08:30", false)
	got := s.run("2026-11-24 08:30:00")
	if len(got) != 2 || got[1].Kind != store.ThreadFile || got[1].Root != got[0].ID {
		t.Fatalf("deliveries %+v", got)
	}
	name, write, err := s.CSV(t.Context(), got[1])
	if err != nil {
		t.Fatal(err)
	}
	var file strings.Builder
	if err := write(&file); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(file.String(), "\n"); lines != 41 || !strings.HasSuffix(name, ".csv") || strings.Contains(file.String(), `"=`) {
		t.Errorf("%s with %d lines: %.200s", name, lines, file.String())
	}
}

func TestRun_configuration(t *testing.T) {
	t.Parallel()
	schedule, err := digest.ParseSchedule("@every 1h")
	if err != nil {
		t.Fatal(err)
	}
	s := newStage(t, &digest.Config{Channel: ops, Schedule: schedule})
	s.customers("contoso")
	if got := s.run("2026-11-24 08:30:00"); len(got) != 0 {
		t.Fatalf("said at the start: %+v", got)
	}
	s.Digests = s.process("restarted", &digest.Config{Channel: ops, Schedule: schedule})
	if got := s.run("2026-11-24 09:00:00"); len(got) != 1 {
		t.Fatalf("%d digests after a restart, want 1", len(got))
	}
	s.Digests = s.process("without", nil)
	if got := s.run("2026-11-24 10:00:00"); len(got) != 0 {
		t.Errorf("the configuration is gone, its digest is not: %+v", got)
	}
}

func TestRun_clockSetBack(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	s.customers("contoso")
	s.subscribe("s1", "", "daily 08:30", false)
	s.run("2027-11-24 08:30:00") // a year ahead
	s.run("2026-11-24 12:00:00")
	if got := s.run("2026-11-25 08:30:00"); len(got) != 1 {
		t.Errorf("%d digests after the clock was set right, want 1", len(got))
	}
}

func TestSummary(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	s.customers("contoso")
	s.read("contoso", count("Exchange Online", 100, 97))
	d := s.Summary(ops, s.now.Add(-26*time.Hour), "is_archived", s.now)
	has(t, s.words(d), "could not post", "3 ")
}
