package engine

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// A bench is what the suite runs on: an engine and the database beside it.
type bench struct {
	engine string // local or river
	url    string
	table
	pool *pgxpool.Pool // nil with local
}

// onBoth runs a test of the suite for each engine.
func onBoth(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Helper()
	t.Run("local", func(t *testing.T) {
		t.Parallel()
		test(t, localBench(t))
	})
	t.Run("river", func(t *testing.T) {
		t.Parallel()
		test(t, riverBench(t))
	})
}

func localBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{engine: "local", url: filepath.Join(t.TempDir(), "suite.db")}
	db, err := openSQLite(b.url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	b.table = table{db}
	if err := b.create(t.Context()); err != nil {
		t.Fatal(err)
	}
	return b
}

func riverBench(t *testing.T) *bench {
	t.Helper()
	b := emptyBench(t)
	if err := Migrate(t.Context(), b.pool); err != nil {
		t.Fatal(err)
	}
	return b
}

// emptyBench has none of River's tables yet.
func emptyBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{engine: "river", url: postgres(t)}
	pool, err := pgxpool.New(t.Context(), b.url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	db := stdlib.OpenDBFromPool(pool)
	t.Cleanup(func() { _ = db.Close() })
	b.pool, b.table = pool, table{db}
	if err := b.create(t.Context()); err != nil {
		t.Fatal(err)
	}
	return b
}

// openSQLite opens a file the way that the reference measured: one connection,
// and transactions that write from their start.
func openSQLite(path string) (*sql.DB, error) {
	query := url.Values{"_txlock": {"immediate"}, "_pragma": {"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)"}}
	db, err := sql.Open("sqlite", "file:"+path+"?"+query.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// postgres makes a database for one test and drops it at the test's end.
func postgres(t *testing.T) string {
	t.Helper()
	server := os.Getenv("TEST_DATABASE_URL")
	if server == "" {
		if os.Getenv("REQUIRE_POSTGRES") != "" {
			t.Fatal("REQUIRE_POSTGRES is set, but TEST_DATABASE_URL names no server")
		}
		t.Skip("skipped: TEST_DATABASE_URL names no PostgreSQL server")
	}
	name := fmt.Sprintf("engine_test_%d_%d", os.Getpid(), rand.Uint32())
	command(t.Context(), t, server, "CREATE DATABASE "+name)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		command(ctx, t, server, "DROP DATABASE "+name+" WITH (FORCE)")
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal("TEST_DATABASE_URL is no URL")
	}
	u.Path = "/" + name
	return u.String()
}

// command has the server carry out one statement.
func command(ctx context.Context, t *testing.T, server, statement string) {
	t.Helper()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
