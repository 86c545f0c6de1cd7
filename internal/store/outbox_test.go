package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
)

// Replicas that send at once send each delivery once, never two of one channel
// at a time, and in order.
func TestClaimDeliveries_replicas(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	storetest.RaceDeliveries(t, []*store.Store{storetest.Open(t, url), storetest.Open(t, url), storetest.Open(t, url)}, 2)
}

// Nor do they while another looks deliveries up.
func TestClaimUnsure_replicas(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	storetest.RaceLookUps(t, storetest.Open(t, url), storetest.Open(t, url))
}

// A process of a SQLite file that died leaves nothing taken, and what it was
// sending still under way.
func TestOpen_frees(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	url := storetest.SQLite(t)
	s := storetest.Open(t, url)
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ok(s.SaveSubscription(ctx, store.Subscription{ID: "s", Channel: "C1"}, "U1", at(0)))
	ok(s.Enqueue(ctx, at(0), store.Delivery{ID: "a", Channel: "C1"}, store.Delivery{ID: "b", Channel: "C1"}))
	ok(second(s.ClaimSubscriptions(ctx, "old", 1, time.Hour, at(0))))
	ok(second(s.ClaimDeliveries(ctx, "old", 1, time.Hour, at(0))))
	ok(s.Close())
	s = storetest.Open(t, url)
	if subs, err := s.ClaimSubscriptions(ctx, "new", 1, time.Hour, at(1)); err != nil || len(subs) != 1 {
		t.Errorf("%v %v", subs, err)
	}
	if sent, err := s.ClaimDeliveries(ctx, "new", 9, time.Hour, at(1)); err != nil || len(sent) != 1 || sent[0].ID != "b" {
		t.Errorf("%v %v", sent, err)
	}
	ok(s.Sent(ctx, "b", "new", "1", at(1)))
	early, err := s.ClaimUnsure(ctx, "new", 9, time.Hour, 45*time.Second, at(44))
	if ok(err); len(early) != 0 {
		t.Errorf("looked up too early: %v", early)
	}
	found, err := s.ClaimUnsure(ctx, "new", 9, time.Hour, 45*time.Second, at(45))
	if ok(err); len(found) != 1 || found[0].ID != "a" || !found[0].AttemptAt.Equal(at(0)) {
		t.Errorf("%v", found)
	}
	// Such a look-up that failed is not repeated at once.
	ok(s.Unsure(ctx, "a", "new", "timeout", at(48)))
	early, err = s.ClaimUnsure(ctx, "new", 9, time.Hour, 45*time.Second, at(59))
	if ok(err); len(early) != 0 {
		t.Errorf("looked up again too early: %v", early)
	}
	found, err = s.ClaimUnsure(ctx, "new", 9, time.Minute, 45*time.Second, at(60))
	if ok(err); len(found) != 1 {
		t.Errorf("%v", found)
	}
	if err := s.Attempt(ctx, "a", "new", at(120)); !errors.Is(err, store.ErrLost) {
		t.Errorf("sent again after its lease ended: %v", err)
	}
}

// What was sent long ago is in no way of what is to be sent: with 100,000 of it
// a claim takes no time.
func TestClaimDeliveries_plan(t *testing.T) {
	t.Parallel()
	for _, database := range storetest.Databases(t) {
		t.Run(database.Name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			s := storetest.Open(t, database.URL)
			fillSent(t, s, 100_000)
			began := time.Now()
			const claims = 20
			for n := range claims {
				id := fmt.Sprintf("new %d", n)
				err := s.Enqueue(ctx, at(1), store.Delivery{ID: id, Channel: "C1"})
				if err == nil {
					_, err = s.ClaimDeliveries(ctx, "me", 10, time.Hour, at(1))
				}
				if err == nil {
					err = s.Sent(ctx, id, "me", "1", at(1))
				}
				if err == nil {
					_, err = s.ClaimUnsure(ctx, "me", 10, time.Hour, 0, at(1))
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			t.Logf("%v for each delivery", time.Since(began)/claims)
			explain(t, s)
		})
	}
}

// fillSent has n deliveries that were sent, in 200 channels.
func fillSent(t testing.TB, s *store.Store, n int) {
	t.Helper()
	ctx := t.Context()
	series := `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) `
	if s.Pool() != nil {
		series = `WITH n(i) AS (SELECT generate_series(1, $1::int)) `
	}
	for _, statement := range []string{
		`INSERT INTO deliveries (id, dedup_key, kind, channel, seq, root, heir, step, topic, what, body, created, expires, state, replaced,
			attempt_at, next_at, attempts, class, ts, file, ended, act, lease_owner, lease_until, lease_ms) ` + series +
			`SELECT 'old ' || i, 'old ' || i, 0, 'C' || (i % 200), i, '', '', 0, '', 'notice', '', 1, 0, 2, 0, 1, 0, 1, '', '1', '', 1, '', '', 0, 0 FROM n`,
		`INSERT INTO lanes (channel, numbered, next_at, parked, since, probe_at, class, told) ` + series +
			`SELECT DISTINCT 'C' || (i % 200), 100000, 0, 0, 0, 0, '', '' FROM n`,
	} {
		if _, err := s.Writer().ExecContext(ctx, statement, n); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Writer().ExecContext(ctx, `ANALYZE`); err != nil {
		t.Fatal(err)
	}
}

// explain fails unless indexes find what may be sent.
func explain(t *testing.T, s *store.Store) {
	t.Helper()
	kind, columns := `EXPLAIN QUERY PLAN `, 4
	if s.Pool() != nil {
		kind, columns = `EXPLAIN `, 1
	}
	rows, err := s.Writer().QueryContext(t.Context(), kind+store.SendQuery(), 1, 1, 10)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan strings.Builder
	for rows.Next() {
		values := make([]any, columns)
		for i := range values {
			values[i] = new(string)
		}
		if err := rows.Scan(values...); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&plan, *values[columns-1].(*string))
	}
	text := plan.String()
	if err := rows.Err(); err != nil || !strings.Contains(text, "deliveries_pending") ||
		strings.Contains(text, "Seq Scan on deliveries") || strings.Contains(text, "SCAN d") || strings.Contains(text, "SCAN h") {
		t.Errorf("%s %v", text, err)
	}
}

// Where a connection is lost during the commit, nothing is done twice or told
// wrongly, whether the commit counted or not.
func TestOutbox_reset_at_commit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]cut{"before": before, "after": after} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, url := newProxy(t, storetest.Postgres(t))
			r := &reset{T: t, s: storetest.Open(t, url), cut: func() { p.cutNext(c, 1) }}
			r.subscriptions()
			r.deliveries()
			r.lanes()
			r.inbox()
			p.mu.Lock()
			defer p.mu.Unlock()
			if p.cuts != 0 {
				t.Error("no commit was cut")
			}
		})
	}
}

type reset struct {
	*testing.T
	s   *store.Store
	cut func()
}

func (r *reset) ok(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

// is fails unless what was told is right.
func (r *reset) is(right bool, err error) {
	r.Helper()
	if err != nil || !right {
		r.Fatal("told wrongly", err)
	}
}

func (r *reset) subscriptions() {
	ctx, s := r.Context(), r.s
	r.cut()
	r.ok(s.SaveSubscription(ctx, store.Subscription{ID: "s", Channel: "C1", NextAt: at(0)}, "U1", at(0)))
	r.cut()
	did, err := s.PauseSubscription(ctx, "s", "U1", true, at(0), at(0))
	r.is(did, err)
	r.cut()
	did, err = s.PauseSubscription(ctx, "s", "U1", false, at(0), at(0))
	r.is(did, err)
	r.cut()
	claimed, err := s.ClaimSubscriptions(ctx, "me", 1, time.Hour, at(0))
	r.is(len(claimed) == 1, err)
	r.cut()
	r.ok(s.Reschedule(ctx, "s", "me", at(0), at(0)))
	slot := store.Slot{Subscription: "s", Local: "1", Planned: at(0)}
	for n, want := range []error{nil, store.ErrDecided} {
		claimed, err = s.ClaimSubscriptions(ctx, "me", 1, time.Hour, at(0))
		r.is(len(claimed) == 1, err)
		r.cut()
		err = s.Decide(ctx, "me", slot, at(0), nil, at(0), []store.Delivery{{Channel: "C1", Topic: store.DigestTopic("s")}}, at(0))
		if !errors.Is(err, want) {
			r.Fatalf("%d: %v, want %v", n, err, want)
		}
	}
	stats, err := s.DeliveryStats(ctx, at(0))
	r.is(stats.Pending == 1, err)
	r.cut()
	_, did, err = s.DeleteSubscription(ctx, "s", "U1", at(0))
	r.is(did, err)
	var acts []string
	for e, err := range s.Audit(ctx) {
		r.ok(err)
		acts = append(acts, e.Action)
	}
	if len(acts) != 4 {
		r.Errorf("the audit has %q", acts)
	}
}

func (r *reset) deliveries() {
	ctx, s := r.Context(), r.s
	r.cut()
	r.ok(s.Enqueue(ctx, at(0), store.Delivery{Channel: "C2"}, store.Delivery{Channel: "C2"}))
	stats, err := s.DeliveryStats(ctx, at(0))
	r.is(stats.Pending == 2, err)
	claim := func() string {
		r.Helper()
		r.cut()
		claimed, err := s.ClaimDeliveries(ctx, "me", 1, time.Hour, at(0))
		r.is(len(claimed) == 1, err)
		return claimed[0].ID
	}
	id := claim()
	r.cut()
	r.ok(s.Again(ctx, id, "me", "busy", at(0), false, at(0)))
	r.is(claim() == id, nil)
	r.cut()
	r.ok(s.Unsure(ctx, id, "me", "timeout", at(0)))
	time.Sleep(20 * time.Millisecond)
	r.cut()
	claimed, err := s.ClaimUnsure(ctx, "me", 1, time.Hour, 0, at(3600))
	r.is(len(claimed) == 1 && claimed[0].Attempts == 2, err)
	r.cut()
	r.ok(s.CountDouble(ctx, id, "me"))
	r.cut()
	r.ok(s.Attempt(ctx, id, "me", at(0)))
	r.cut()
	r.ok(s.Sent(ctx, id, "me", "1", at(0)))
	edit := store.Delivery{Channel: "C2", Root: id, Kind: store.EditMessage, NextAt: at(-10)}
	r.ok(s.Enqueue(ctx, at(-100), edit))
	next := claim()
	r.cut()
	r.ok(s.Die(ctx, next, "me", "too_long", at(0)))
	gone := claim()
	r.cut()
	r.ok(s.Replace(ctx, gone, "me", store.Delivery{}, at(0)))
	stats, err = s.DeliveryStats(ctx, at(0))
	r.is(stats.Pending == 1 && stats.Sending == 0 && stats.Dead == 1 && stats.Sent24h == 1 && stats.PossibleDoubles == 1, err)
	anew := claim()
	r.cut()
	r.ok(s.Supersede(ctx, anew, "me", "", at(0)))
}

func (r *reset) lanes() {
	ctx, s := r.Context(), r.s
	r.ok(s.Enqueue(ctx, at(0), store.Delivery{ID: "parks", Channel: "C3", What: "digest", Expires: at(100)}))
	claimed, err := s.ClaimDeliveries(ctx, "me", 1, time.Hour, at(0))
	r.is(len(claimed) == 1, err)
	r.cut()
	first, err := s.Park(ctx, "parks", "me", "archived", at(0), at(0))
	r.is(first, err)
	r.cut()
	lanes, err := s.ProbeLanes(ctx, at(0))
	r.is(len(lanes) == 1, err)
	r.cut()
	over, err := s.Expired(ctx, 9, at(100))
	r.is(len(over) == 1, err)
	r.cut()
	did, err := s.Unpark(ctx, "C3", store.Delivery{What: "summary"}, at(100))
	r.is(did, err)
	stats, err := s.DeliveryStats(ctx, at(0))
	r.is(stats.Pending == 1, err)
}

func (r *reset) inbox() {
	r.cut()
	first, err := r.s.Take(r.Context(), store.InboxItem{ID: "i", At: at(0)})
	r.is(first, err)
	r.cut()
	r.ok(r.s.Finish(r.Context(), "i", at(0)))
}

// A backlog in every channel takes no time either.
func BenchmarkClaimDeliveries(b *testing.B) {
	for _, database := range storetest.Databases(b) {
		b.Run(database.Name, func(b *testing.B) {
			ctx := b.Context()
			s := storetest.Open(b, database.URL)
			fillSent(b, s, 100_000)
			var rows []store.Delivery
			for n := range 10_000 {
				rows = append(rows, store.Delivery{Channel: fmt.Sprintf("C%d", n%200)})
			}
			if err := s.Enqueue(ctx, at(0), rows...); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				claimed, err := s.ClaimDeliveries(ctx, "me", 10, time.Hour, at(0))
				if err != nil || len(claimed) == 0 {
					b.Fatal(claimed, err)
				}
				for _, d := range claimed {
					if err := s.Again(ctx, d.ID, "me", "busy", at(0), false, at(0)); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
