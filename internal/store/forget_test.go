package store_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
)

// secret marks everything of the customer that is forgotten.
const secret = "Zyx"

// tablesOf are all tables that the database has, by its own word.
func tablesOf(t *testing.T, s *store.Store) []string {
	t.Helper()
	query := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
	if s.Pool() != nil {
		query = `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`
	}
	rows, err := s.Writer().QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var tables []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, name)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return tables
}

// found are the rows of all tables in which a value is that of the customer:
// its mark in any column, or its number in one named customer or num.
func found(t *testing.T, s *store.Store, num int64) []string {
	t.Helper()
	var hits []string
	for _, table := range tablesOf(t, s) {
		hits = append(hits, foundIn(t, s, table, num)...)
	}
	slices.Sort(hits)
	return slices.Compact(hits)
}

func foundIn(t *testing.T, s *store.Store, table string, num int64) []string {
	t.Helper()
	rows, err := s.Writer().QueryContext(t.Context(), `SELECT * FROM `+table)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var hits []string
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			t.Fatal(err)
		}
		for i, v := range values {
			value := *v.(*any)
			text := fmt.Sprint(value)
			if b, ok := value.([]byte); ok {
				text = string(b)
			}
			numbered := (columns[i] == "customer" || columns[i] == "num") && text == fmt.Sprint(num)
			if numbered || strings.Contains(text, secret) {
				hits = append(hits, table+"."+columns[i])
			}
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return hits
}

func TestForget_leaves_nothing(t *testing.T) {
	t.Parallel()
	for _, database := range storetest.Databases(t) {
		t.Run(database.Name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			s := storetest.Open(t, database.URL)
			if got := tablesOf(t, s); len(got) != len(store.Tables())+1 { // goose's
				t.Errorf("tables %v, known are %v", got, store.Tables())
			}
			rememberSecret(ctx, t, s)
			alertSecret(ctx, t, s)
			var num int64
			if err := s.Writer().QueryRowContext(ctx, `SELECT num FROM customers WHERE id = $1`, secret+"-id").Scan(&num); err != nil {
				t.Fatal(err)
			}
			before := found(t, s, num)
			for _, column := range []string{
				"customers.id", "customers.name", "customers.owner", "customers.tenants", "customers.num",
				"standings.customer", "standings.class", "overviews.body", "overviews.customer", "series.tenant", "series.module", "points.customer", "spans.customer",
				"binding_customers.customer", "audit.customer", "audit.before", "audit.after",
				"subscriptions.customer", "subscriptions.said", "deliveries.body", "deliveries.topic", "deliveries.dedup_key", "inbox.payload",
				"incidents.customer", "incidents.body", "incidents.snooze_reason", "incidents.undo", "incident_lines.body", "judgements.customer",
			} {
				if !slices.Contains(before, column) {
					t.Errorf("the test does not reach %s: %v", column, before)
				}
			}
			if err := s.Forget(ctx, secret+"-id", store.By{User: "U1"}); err != nil {
				t.Fatal(err)
			}
			if after := found(t, s, num); len(after) != 0 {
				t.Errorf("left in %v", after)
			}
			if s.Pool() != nil {
				return
			}
			for _, end := range []string{"", "-wal", "-shm"} {
				content, err := os.ReadFile(file(database.URL) + end)
				if err != nil {
					t.Fatal(err)
				}
				if bytes.Contains(content, []byte(secret)) {
					t.Errorf("the file %q still holds it", end)
				}
			}
		})
	}
}

// rememberSecret has the customer in every table.
func rememberSecret(ctx context.Context, t *testing.T, s *store.Store) {
	t.Helper()
	_, err := s.SaveDirectory(ctx, []store.Customer{{ID: "other"}, {
		ID: secret + "-id", Name: secret + " name", Owner: secret + "@example.com", Tenants: []store.Tenant{{ID: secret, Name: secret}},
	}}, at(0))
	if err != nil {
		t.Fatal(err)
	}
	for n := range int64(3) {
		r := store.Reading{
			CustomerID: secret + "-id", At: at(20 + n), Kind: store.Good, Body: []byte(secret + " body"),
			Rows: []coverage.Row{{Tenant: secret, Module: secret, Count: coverage.Count{Scanned: 10, Protected: n}}},
		}
		if err := s.Record(ctx, "me", []store.Reading{r}); err != nil {
			t.Fatal(err)
		}
	}
	err = s.Record(ctx, "me", []store.Reading{{CustomerID: secret + "-id", At: at(30), Kind: store.Failed, Class: secret}})
	if err == nil {
		err = s.Unwatch(ctx, secret+"-id", store.By{User: "U1", At: at(0)}, at(1e6))
	}
	for _, customers := range [][]string{{secret + "-id"}, {secret + "-id", "other"}} {
		if err == nil {
			err = s.SetBinding(ctx, store.Binding{Channel: "C1", Customers: customers, By: "U1", At: at(int64(len(customers)))})
		}
	}
	if err == nil {
		err = tellSecret(ctx, s)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// alertSecret has the customer lose protection, and people act on that.
func alertSecret(ctx context.Context, t *testing.T, s *store.Store) {
	t.Helper()
	const hour = 3_600
	if err := s.Watch(ctx, secret+"-id", store.By{User: "U1"}); err != nil {
		t.Fatal(err)
	}
	for n := int64(1); n < 34; n++ {
		protected := int64(1000)
		if n > 30 {
			protected = 800
		}
		r := store.Reading{
			CustomerID: secret + "-id", At: at(n * hour), Kind: store.Good, Body: []byte(secret + " body"),
			Rows: []coverage.Row{{Tenant: secret, Module: secret, Count: coverage.Count{Scanned: 1000, Protected: protected}}},
		}
		if err := s.Record(ctx, "me", []store.Reading{r}); err != nil {
			t.Fatal(err)
		}
	}
	open, _, err := s.OpenIncidents(ctx, store.IncidentQuery{})
	if err != nil || len(open) != 1 {
		t.Fatalf("%+v %v", open, err)
	}
	if _, did, err := s.Snooze(ctx, open[0].ID, store.By{User: "U1", Channel: "C1", At: at(34 * hour)}, at(40*hour), secret+" knows"); err != nil || !did {
		t.Fatal(did, err)
	}
	if _, did, err := s.AcceptNormal(ctx, open[0].ID, store.By{User: "U1", Channel: "C1", At: at(34 * hour)}); err != nil || !did {
		t.Fatal(did, err)
	}
	if err := s.Record(ctx, "me", []store.Reading{{CustomerID: secret + "-id", At: at(35 * hour), Kind: store.Failed, Class: secret}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Unwatch(ctx, secret+"-id", store.By{User: "U1", At: at(35 * hour)}, at(1e6)); err != nil {
		t.Fatal(err)
	}
	// A customer that is not watched has no such row, but for one that is damaged.
	if _, err := s.Writer().ExecContext(ctx, `INSERT INTO judgements (customer, packed, state, sum, next_at, suspected, noted)
		SELECT num, 0, $1, 1, 0, 0, 0 FROM customers WHERE id = $2`, []byte(secret), secret+"-id"); err != nil {
		t.Fatal(err)
	}
}

// tellSecret has digests say the customer, and Slack ask for it.
func tellSecret(ctx context.Context, s *store.Store) error {
	for id, customer := range map[string]string{"own": secret + "-id", "all": ""} {
		if err := s.SaveSubscription(ctx, store.Subscription{ID: id, Channel: "C1", Customer: customer}, "U1", at(40)); err != nil {
			return err
		}
	}
	if _, err := s.ClaimSubscriptions(ctx, "me", 9, time.Hour, at(40)); err != nil {
		return err
	}
	said := []byte(`{"gaps":[{"id":"` + secret + `-id","tenant":"` + secret + `"}]}`)
	digest := store.Delivery{Channel: "C1", Topic: "customer/" + secret + "-id", Key: secret + "-id/1", Body: said}
	err := s.Decide(ctx, "me", store.Slot{Subscription: "all", Local: "1", Planned: at(40)}, at(50), said, at(40), []store.Delivery{digest}, at(40))
	if err == nil {
		_, err = s.Take(ctx, store.InboxItem{ID: "1", At: at(40), Payload: []byte("payload=" + secret + "-id&name=" + secret)})
	}
	return err
}
