package avepoint_test

import (
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
)

// A replay of ninety days asks for hundreds of thousands of these.
func BenchmarkPlatform_State(b *testing.B) {
	p := avepoint.New(avepoint.Options{Start: start()})
	names := p.Names()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p.State(names[i%len(names)].ID, start().Add(time.Duration(i)*time.Minute))
	}
}

func BenchmarkPlatform_Names_hundredThousand(b *testing.B) {
	p := avepoint.New(avepoint.Options{Start: start(), Customers: 100_000})
	for b.Loop() {
		p.Names()
	}
}
