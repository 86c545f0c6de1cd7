package engine

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// quietFor is how long what goes on failing says nothing more.
const quietFor = time.Minute

// A quiet decides what of a row of failures is logged: the first, then one in
// quietFor, and that it is over. It is not safe for concurrent use.
type quiet struct {
	failures int       // without success between
	told     time.Time // when a failure was last logged
	open     bool      // a failure was logged, its end was not
}

// failed counts a failure and tells whether to log it.
func (q *quiet) failed(now time.Time) bool {
	q.failures++
	if !q.told.IsZero() && now.Sub(q.told) < quietFor {
		return false
	}
	q.told, q.open = now, true
	return true
}

// succeeded ends a row of failures. It tells how many they were and whether to
// log that.
func (q *quiet) succeeded() (failures int, tell bool) {
	failures, tell = q.failures, q.open
	q.failures, q.open = 0, false
	return failures, tell
}

// A calm hands on River's warnings and errors, each message once in quietFor:
// without its database River repeats them each second.
type calm struct {
	slog.Handler
	told *told
}

// told is what the handlers that come from one calm have in common.
type told struct {
	mu   sync.Mutex
	last map[string]time.Time // by message: River's are constants
}

func newCalm(h slog.Handler) calm {
	return calm{Handler: h, told: &told{last: map[string]time.Time{}}}
}

// Enabled implements [slog.Handler].
func (c calm) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && c.Handler.Enabled(ctx, level)
}

// Handle implements [slog.Handler].
func (c calm) Handle(ctx context.Context, r slog.Record) error {
	if !c.told.first(r.Message, r.Time) {
		return nil
	}
	return c.Handler.Handle(ctx, r)
}

// WithAttrs implements [slog.Handler].
func (c calm) WithAttrs(attrs []slog.Attr) slog.Handler {
	return calm{Handler: c.Handler.WithAttrs(attrs), told: c.told}
}

// WithGroup implements [slog.Handler].
func (c calm) WithGroup(name string) slog.Handler {
	return calm{Handler: c.Handler.WithGroup(name), told: c.told}
}

// first tells whether message was not handed on lately.
func (t *told) first(message string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if last, ok := t.last[message]; ok && now.Sub(last) < quietFor {
		return false
	}
	t.last[message] = now
	return true
}
