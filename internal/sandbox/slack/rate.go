package slack

import (
	"math"
	"time"
)

// bucket lets through `burst` calls at once and then one every `every`.
type bucket struct {
	every time.Duration
	burst int
	full  time.Time // when the bucket will be full again
}

// take uses one place, or says how long until the next is free.
func (b *bucket) take(now time.Time) (wait time.Duration, ok bool) {
	if b.full.Before(now) {
		b.full = now
	}
	room := time.Duration(b.burst) * b.every
	if wait := b.full.Add(b.every).Sub(now) - room; wait > 0 {
		return wait, false
	}
	b.full = b.full.Add(b.every)
	return 0, true
}

// perMinute are the calls a minute that each of Slack's tiers grants, as its
// documentation has them with a "+"; Slack may be more generous.
func perMinute(tier int) int {
	switch tier {
	case 1:
		return 1
	case 2:
		return 20
	case 3:
		return 50
	case 4:
		return 100
	}
	return 300 // "special": hundreds a minute
}

// throttle applies a method's tier. A tier's whole minute may be spent at once:
// bursts are tolerated.
func (w *Workspace) throttle(name string, tier int) *callError {
	n := perMinute(tier)
	return w.takeFrom("method:"+name, time.Minute/time.Duration(n), n)
}

// throttleChannel applies one message a second and channel, and the several
// hundred a minute of the whole workspace. Both count every way to put a message
// where all see it. A whole minute's messages may go out at once.
func (w *Workspace) throttleChannel(channelID string) *callError {
	if failure := w.takeFrom("channel:"+channelID, time.Second, 1); failure != nil {
		return failure
	}
	return w.takeFrom("posts", time.Minute/time.Duration(w.options.PostsPerMinute), w.options.PostsPerMinute)
}

func (w *Workspace) takeFrom(key string, every time.Duration, burst int) *callError {
	if !w.options.RateLimits {
		return nil
	}
	b := w.buckets[key]
	if b == nil {
		b = &bucket{every: every, burst: burst}
		w.buckets[key] = b
	}
	wait, ok := b.take(w.Now())
	if ok {
		return nil
	}
	return &callError{kind: RefusedRate, code: "ratelimited", retryAfter: int(math.Ceil(wait.Seconds()))}
}
