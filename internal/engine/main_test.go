package engine

import (
	"flag"
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if role := os.Getenv(asReplica); role != "" {
		os.Exit(beReplica(role))
	}
	flag.Parse()
	// The suite waits for leases and leaders far more than it works.
	if f := flag.Lookup("test.parallel"); f != nil {
		_ = f.Value.Set("6")
	}
	goleak.VerifyTestMain(m)
}
