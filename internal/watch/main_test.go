package watch

import (
	"flag"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if latency, err := time.ParseDuration(os.Getenv(standInVariable)); err == nil {
		os.Exit(standIn(latency))
	}
	flag.Duration(latencyFlag, 46*time.Millisecond, "how long the benchmark's AvePoint takes for an overview")
	goleak.VerifyTestMain(m)
}
