package watch

import (
	"sync"
	"time"
)

// signInEvery is how often refused credentials are tried again.
const signInEvery = 15 * time.Minute

// signIn remembers that AvePoint refused the credentials. The zero value is the
// ordinary state.
type signIn struct {
	mu      sync.Mutex
	refused time.Time // since when; zero: they are not refused
	next    time.Time // try
	times   int       // in a row
}

// since is since when the credentials have been refused; zero: they are not.
func (s *signIn) since() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refused
}

// failures is how often in a row the credentials were refused.
func (s *signIn) failures() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.times
}

// held reports whether the credentials are refused and it is not yet time for
// another try.
func (s *signIn) held(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.refused.IsZero() && now.Before(s.next)
}

// trying is said before a try, so that there is one and no more.
func (s *signIn) trying(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = now.Add(signInEvery)
}

// settle is told of each outcome that shows whether the credentials work, and
// reports whether that is news.
func (s *signIn) settle(refused bool, now time.Time) (news bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	news = refused == s.refused.IsZero()
	switch {
	case !refused:
		s.refused, s.times = time.Time{}, 0
		return news
	case news:
		s.refused, s.next = now, now.Add(signInEvery)
	}
	s.times++
	return news
}
