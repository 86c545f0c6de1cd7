package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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

// TestMain builds the driver without the race detector, also where GOFLAGS ask for
// it: with it the processes would be killed before they get anywhere.
func TestMain(m *testing.M) {
	flag.Parse()
	dir, err := os.MkdirTemp("", "torture-test-")
	if err == nil {
		driver = filepath.Join(dir, "torture")
		err = exec.Command("go", "build", "-race=false", "-o", driver, ".").Run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "the driver cannot be built:", err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// driver is the path of the driver.
var driver string

// tortured runs the driver, and wants it to end well.
func tortured(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), driver, append(args, "-within", "5m")...).CombinedOutput()
	t.Log(string(out))
	if err != nil {
		t.Error(err)
	}
	return string(out)
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
