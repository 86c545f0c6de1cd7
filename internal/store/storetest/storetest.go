// Package storetest gives tests databases of their own, and holds the suite
// that every database behind the store must pass.
package storetest

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

// Database is one that a test has for itself.
type Database struct{ Name, URL string }

// Databases returns a new SQLite file and, where TEST_DATABASE_URL is set, a
// new database of that PostgreSQL, dropped when the test ends. Where it is not
// set the test says so in its log, and fails if REQUIRE_POSTGRES is set.
func Databases(t testing.TB) []Database {
	t.Helper()
	all := []Database{{"SQLite", SQLite(t)}}
	if !hasPostgres(t) {
		t.Log("TEST_DATABASE_URL is not set: PostgreSQL is left out")
		return all
	}
	return append(all, Database{"PostgreSQL", newDatabase(t)})
}

// SQLite returns the URL of a new SQLite file.
func SQLite(t testing.TB) string {
	t.Helper()
	return "sqlite://" + filepath.Join(t.TempDir(), "memory.db")
}

// Postgres returns the URL of a new PostgreSQL database, or skips the test
// where there is none.
func Postgres(t testing.TB) string {
	t.Helper()
	if !hasPostgres(t) {
		t.Skip("TEST_DATABASE_URL is not set")
	}
	return newDatabase(t)
}

func hasPostgres(t testing.TB) bool {
	t.Helper()
	if os.Getenv("TEST_DATABASE_URL") != "" {
		return true
	}
	if os.Getenv("REQUIRE_POSTGRES") != "" {
		t.Fatal("REQUIRE_POSTGRES is set, and TEST_DATABASE_URL is not")
	}
	return false
}

// newDatabase makes a database and has it dropped when the test ends.
func newDatabase(t testing.TB) string {
	t.Helper()
	server := os.Getenv("TEST_DATABASE_URL")
	name := fmt.Sprintf("test_%d_%d", os.Getpid(), time.Now().UnixNano())
	administer(t, server, "CREATE DATABASE "+name)
	t.Cleanup(func() { administer(t, server, "DROP DATABASE "+name+" WITH (FORCE)") })
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal("TEST_DATABASE_URL is no URL")
	}
	u.Path = "/" + name
	return u.String()
}

func administer(t testing.TB, server, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatal(err)
	}
}

// Open opens the store and closes it when the test ends.
func Open(t testing.TB, url string) *store.Store {
	t.Helper()
	return OpenJudging(t, url, coverage.DefaultRules())
}

// OpenJudging is Open with other rules.
func OpenJudging(t testing.TB, url string, rules coverage.Rules) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{
		URL: url, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Judge: func(store.Customer) coverage.RuleSet { return rules.Everywhere() },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
