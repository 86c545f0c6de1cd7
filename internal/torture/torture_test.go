package main

import (
	"bytes"
	"flag"
	"os"
	"testing"
)

// Short runs are part of the tests; the flags make them long:
//
//	go test ./internal/torture -run Outbox -args -deliveries 10000 -seed 7
var (
	flagDeliveries = flag.Int("deliveries", 150, "of each run of the outbox")
	flagSeed       = flag.Int64("seed", 0, "of the runs; 0: new ones")
	flagSlots      = flag.Int("slots", 2, "whole slots to be seen")
	flagTimes      = flag.Int("times", 3, "how often the program is stopped")
)

// TestMain makes the test binary be the small process, too.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == childArgument {
		os.Exit(run(contextOfMain(), os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// tortured runs the driver as on the command line, and wants it to end well.
func tortured(t *testing.T, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	code := run(t.Context(), args, &out, &out)
	t.Log(out.String())
	if code != 0 {
		t.Errorf("exit %d", code)
	}
	return out.String()
}

// servers are the databases that a run is for, with what else it takes.
func servers(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{"SQLite": nil}
	switch {
	case os.Getenv("TEST_DATABASE_URL") != "":
		all["PostgreSQL"] = []string{"-database", "postgres", "-replicas", "2"}
	case os.Getenv("REQUIRE_POSTGRES") != "":
		t.Fatal("REQUIRE_POSTGRES is set, and TEST_DATABASE_URL is not")
	default:
		t.Log("TEST_DATABASE_URL is not set: PostgreSQL is left out")
	}
	return all
}
