package watch

import (
	"sync"
	"time"
)

// What failed is tried again after retryFirst, twice as long after each further
// failure in a row, up to retryLast.
const (
	retryFirst = time.Minute
	retryLast  = 10 * time.Minute
)

// backoff remembers failures in a row. The zero value has seen none.
type backoff struct {
	mu       sync.Mutex
	failures int
	next     time.Time // not before
}

// held reports whether it is not yet time for another try.
func (b *backoff) held(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return now.Before(b.next)
}

func (b *backoff) failed(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.next = now.Add(min(retryFirst<<min(b.failures, 10), retryLast))
	b.failures++
}

func (b *backoff) succeeded() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failures, b.next = 0, time.Time{}
}
