package outbox

import (
	"crypto/sha256"
	"sync"
	"time"
)

// gate holds all lanes back while Slack refuses the app as a whole.
type gate struct {
	mu       sync.Mutex
	class    string // "": it is open
	since    time.Time
	next     time.Time         // when it is tried
	failures int               // in a row
	token    [sha256.Size]byte // that was refused
}

// view is how the gate stands.
type view struct {
	open  bool // everybody may go
	due   bool // it is shut, and time to try
	class string
	since time.Time
	until time.Time
}

// look says how the gate stands for a token. A token other than the one that
// was refused is tried at once.
func (g *gate) look(token string, now time.Time) view {
	g.mu.Lock()
	defer g.mu.Unlock()
	v := view{open: g.class == "", class: g.class, since: g.since, until: g.next}
	v.due = !v.open && (!now.Before(g.next) || token != "" && sha256.Sum256([]byte(token)) != g.token)
	return v
}

// close shuts the gate, and returns until when, and whether it was open.
func (g *gate) close(out Outcome, token string, now time.Time) (until time.Time, first bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	first = g.class == ""
	if first {
		g.since = now
	}
	// Calls that were under way when it was shut say the same once more.
	if first || !now.Before(g.next) || sha256.Sum256([]byte(token)) != g.token {
		g.failures++
		pause := out.After
		if pause == 0 {
			pause = halting(g.failures)
		}
		g.next = now.Add(pause)
	}
	g.class, g.token = out.Class, sha256.Sum256([]byte(token))
	return g.next, first
}

// open opens the gate, and reports whether it was shut.
func (g *gate) open() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	was := g.class != ""
	g.class, g.failures, g.since, g.next = "", 0, time.Time{}, time.Time{}
	return was
}

// until is when the gate is tried again; now, where it is open.
func (g *gate) until(now time.Time) time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.class == "" {
		return now
	}
	return g.next
}
