package bot

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/watch"
)

// filled is a memory with so many customers, each read once, and a member who
// asks.
func filled(t testing.TB, size int) (*memory, Request) {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{URL: "sqlite://" + filepath.Join(t.TempDir(), "bot.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	now := time.Now()
	all := make([]store.Customer, size)
	for i := range all {
		all[i] = store.Customer{ID: customerID(i), Name: fmt.Sprintf("Customer %d Gesellschaft mbH", i)}
	}
	if _, err := db.SaveDirectory(t.Context(), all, now); err != nil {
		t.Fatal(err)
	}
	for at := 0; at < size; at += 1000 {
		var readings []store.Reading
		for i := at; i < min(at+1000, size); i++ {
			readings = append(readings, reading(t, all[i].ID, i, now))
		}
		if err := db.Record(t.Context(), "test", readings); err != nil {
			t.Fatal(err)
		}
	}
	client, err := avepoint.New(avepoint.Options{
		GraphURL: "http://127.0.0.1", TokenURL: "http://127.0.0.1/token",
		Credentials: avepoint.Credentials{ClientID: "id", ClientSecret: "secret"},
	})
	if err != nil {
		t.Fatal(err)
	}
	w, err := watch.New(watch.Options{Client: client, Store: db, Owner: "test"})
	if err != nil {
		t.Fatal(err)
	}
	m := &memory{
		store: db, watch: w, log: slog.New(slog.DiscardHandler),
		policy:    func() access.Policy { return access.Policy{TeamID: "T", Default: access.Members} },
		customers: &customers{sealer: sealer{[]byte("key")}},
		people:    newPeople(newWeb("http://127.0.0.1/"), nil, slog.New(slog.DiscardHandler)),
	}
	m.people.keep("user/U", &slack.User{TZ: "Europe/Berlin"})
	return m, Request{Person: access.Person{UserID: "U", TeamID: "T", Known: true}}
}

// reading is a reading of six modules, every third customer with gaps.
func reading(t testing.TB, id string, i int, at time.Time) store.Reading {
	t.Helper()
	o := avepoint.Overview{CustomerID: id, FetchedAt: at}
	r := store.Reading{CustomerID: id, At: at, Kind: store.Good}
	for n, name := range []string{"Exchange Online", "OneDrive", "SharePoint Online", "Microsoft 365 Group", "Teams Chat", "Public Folder"} {
		scanned := int64(10 + (i*7+n*13)%2000)
		count := coverage.Count{Scanned: scanned, Protected: scanned - int64(i%3/2*(n%4))}
		o.Modules = append(o.Modules, avepoint.Module{
			Name: name, Tenant: id, Account: "admin@customer.example", ServiceType: "Cloud Backup for Microsoft 365",
			Scanned: count.Scanned, Protected: count.Protected,
			Stored: avepoint.Size{Text: "143.22 GB", Bytes: 153_781_337_000, Known: true}, StoredBYOS: avepoint.Size{Text: "N/A"},
		})
		r.Rows = append(r.Rows, coverage.Row{Tenant: id, Module: name, Count: count})
	}
	var err error
	if r.Body, err = watch.Encode(o); err != nil {
		t.Fatal(err)
	}
	return r
}

func customerID(i int) string { return fmt.Sprintf("%08d-0000-4000-8000-000000000000", i) }
