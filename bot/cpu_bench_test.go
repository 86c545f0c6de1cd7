//go:build unix

package bot_test

import (
	"syscall"
	"testing"
	"time"
)

// cpuTime is what this process has taken so far, in user mode and in the kernel.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
