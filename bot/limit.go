package bot

import (
	"sync"
	"time"
)

// limitWindow is the span over which live look-ups are counted.
const limitWindow = time.Minute

// limitsMany is from how many people and channels on those who have not asked
// for a while are forgotten.
const limitsMany = 10_000

// limits bounds the live look-ups of a person and of a channel. Cached and
// shared answers never come here.
type limits struct {
	user, channel int // a minute; 0 is no limit

	mu    sync.Mutex
	taken map[string][]time.Time // by user or channel id, oldest first
}

func newLimits(user, channel int) *limits {
	return &limits{user: user, channel: channel, taken: map[string][]time.Time{}}
}

// over is a look-up beyond a limit.
type over struct {
	count   int // look-ups within the window, this one included
	channel bool
	next    time.Duration
}

// take counts one live look-up, or says which limit it is beyond and when the
// next is free.
func (l *limits) take(user, channel string, now time.Time) (over, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tidy(now)
	if o, ok := l.room(user, l.user, now); !ok {
		return o, false
	}
	if o, ok := l.room(channel, l.channel, now); !ok {
		o.channel = true
		return o, false
	}
	l.add(user, l.user, now)
	l.add(channel, l.channel, now)
	return over{}, true
}

func (l *limits) room(id string, most int, now time.Time) (over, bool) {
	taken := within(l.taken[id], now.Add(-limitWindow))
	if most <= 0 || len(taken) < most {
		return over{}, true
	}
	return over{count: len(taken) + 1, next: taken[0].Add(limitWindow).Sub(now)}, false
}

func (l *limits) add(id string, most int, now time.Time) {
	if most > 0 {
		l.taken[id] = append(within(l.taken[id], now.Add(-limitWindow)), now)
	}
}

// tidy forgets who has not asked for a while, once there are many.
func (l *limits) tidy(now time.Time) {
	if len(l.taken) <= limitsMany {
		return
	}
	for id, taken := range l.taken {
		if len(within(taken, now.Add(-limitWindow))) == 0 {
			delete(l.taken, id)
		}
	}
}

// within returns the times after since.
func within(times []time.Time, since time.Time) []time.Time {
	for len(times) > 0 && !times[0].After(since) {
		times = times[1:]
	}
	return times
}
