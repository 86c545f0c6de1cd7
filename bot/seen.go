package bot

import (
	"crypto/sha256"
	"sync"
	"time"
)

const (
	// seenFor is how long an envelope is remembered. Slack repeats an event
	// up to a day later when delayed retries are on.
	seenFor = 25 * time.Hour
	// seenMost bounds the memory: at that many the older half is forgotten.
	seenMost = 20_000
)

// seen remembers keys, so that what comes twice is done once. It holds two
// generations and forgets the older when the younger is full or old.
type seen struct {
	mu         sync.Mutex
	young, old map[[sha256.Size]byte]struct{}
	since      time.Time
}

func newSeen() *seen { return &seen{young: map[[sha256.Size]byte]struct{}{}} }

// first reports whether key comes for the first time. An empty key always does.
func (s *seen) first(key string, now time.Time) bool {
	if key == "" {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn(now)
	sum := sha256.Sum256([]byte(key)) // keys come from outside, of any length
	_, young := s.young[sum]
	_, old := s.old[sum]
	s.young[sum] = struct{}{}
	return !young && !old
}

func (s *seen) turn(now time.Time) {
	if len(s.young) < seenMost/2 && now.Sub(s.since) < seenFor {
		return
	}
	s.old, s.young, s.since = s.young, map[[sha256.Size]byte]struct{}{}, now
}
