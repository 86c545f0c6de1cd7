package outbox

import (
	"sync"
	"time"
)

const (
	// slowest is the share of its rate that repeated 429s leave to a lane.
	slowest = 1.0 / 16
	// repeated is how soon a 429 after another halves the lane's rate, and
	// regained how long it then takes to double again.
	repeated, regained = 5 * time.Minute, 2 * time.Minute
	// idle is when a lane that is as it was at first is forgotten.
	idle = 10 * time.Minute
	// tier3 is the share of the rate of messages that Slack grants to methods
	// of its tier 3 (50 a minute), less a little.
	// https://docs.slack.dev/apis/web-api/rate-limits
	tier3 = 0.15
)

// pace keeps Slack's limits: messages a second in a channel and in all.
type pace struct {
	perChannel float64

	mu      sync.Mutex
	all     bucket
	edits   bucket // chat.update
	lookups bucket // of one channel's history or one thread
	lanes   map[string]*lane
	swept   time.Time
}

// lane is what this process knows of a channel's pace.
type lane struct {
	free     time.Time // the next message not before
	failures int       // in a row
	limited  time.Time // the last 429
	share    float64   // of its rate, at the time of lowered
	lowered  time.Time // zero: never
}

func newPace(perChannel, perSecond float64) *pace {
	return &pace{
		perChannel: perChannel,
		all:        newBucket(perSecond, 1),
		edits:      newBucket(perSecond*tier3, 5),
		lookups:    newBucket(perSecond*tier3, 5),
		lanes:      map[string]*lane{},
	}
}

// take takes the right to at most n messages now.
func (p *pace) take(n int, now time.Time) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	taken := 0
	for taken < n && p.all.take(now) == 0 {
		taken++
	}
	return taken
}

// pay takes the right to one message, or says how long until there is one.
func (p *pace) pay(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.all.take(now)
}

// give gives back what was taken and not used.
func (p *pace) give(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all.give(n)
}

// next is how long until a message may go.
func (p *pace) next(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.all.wait(now)
}

// edit and lookUp take the right to a call of their method, or say how long
// until there is one.
func (p *pace) edit(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.edits.take(now)
}

func (p *pace) lookUp(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lookups.take(now)
}

// wait is how long until the next message to a channel may go.
func (p *pace) wait(channel string, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return max(0, p.lane(channel, now).free.Sub(now))
}

// called says that a call to a channel has ended: it reached Slack by now, so
// the next may come when the lane's time has passed.
func (p *pace) called(channel string, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.lane(channel, now)
	l.until(now.Add(p.spacing(l, now)))
}

// fine says that a message came through.
func (p *pace) fine(channel string, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lane(channel, now).failures = 0
}

// failed counts a failure, and returns how many there were in a row.
func (p *pace) failed(channel string, now time.Time) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.lane(channel, now)
	l.failures++
	return l.failures
}

// rest lets a lane be until a time.
func (p *pace) rest(channel string, until, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lane(channel, now).until(until)
}

// limited is told of a 429: one soon after another halves the lane's rate.
func (p *pace) limited(channel string, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.lane(channel, now)
	if !l.limited.IsZero() && now.Sub(l.limited) < repeated {
		l.share, l.lowered = max(slowest, l.rate(now)/2), now
	}
	l.limited = now
}

// spacing is the time from one message to the next.
func (p *pace) spacing(l *lane, now time.Time) time.Duration {
	return time.Duration(float64(time.Second) / (p.perChannel * l.rate(now)))
}

// lane finds or makes a lane. The caller holds the lock.
func (p *pace) lane(channel string, now time.Time) *lane {
	if now.Sub(p.swept) > idle {
		for name, l := range p.lanes {
			if l.free.Before(now.Add(-idle)) && l.failures == 0 && l.rate(now) >= 1 && now.Sub(l.limited) > repeated {
				delete(p.lanes, name)
			}
		}
		p.swept = now
	}
	l := p.lanes[channel]
	if l == nil {
		l = &lane{share: 1}
		p.lanes[channel] = l
	}
	return l
}

func (l *lane) until(t time.Time) {
	if t.After(l.free) {
		l.free = t
	}
}

// rate is the share of its rate that a lane has now.
func (l *lane) rate(now time.Time) float64 {
	if l.lowered.IsZero() {
		return 1
	}
	doublings := now.Sub(l.lowered).Seconds() / regained.Seconds()
	return min(1, l.share*(1+doublings)) // straight up: slower than doubling, and simpler to foresee
}

// bucket lets through a few calls at once, and then so many a second.
type bucket struct {
	every time.Duration
	depth int
	full  time.Time // when it will be full again
}

// newBucket makes a bucket that saves up at least so many calls, and a fifth of
// a second's for timers that come late.
func newBucket(rate float64, atLeast int) bucket {
	return bucket{every: time.Duration(float64(time.Second) / rate), depth: max(atLeast, int(rate/5))}
}

// wait is how long until a call may go.
func (b *bucket) wait(now time.Time) time.Duration {
	if b.full.Before(now) {
		return 0
	}
	return max(0, b.full.Sub(now)-time.Duration(b.depth-1)*b.every)
}

// take uses up one call, or says how long until there is one.
func (b *bucket) take(now time.Time) time.Duration {
	if wait := b.wait(now); wait > 0 {
		return wait
	}
	if b.full.Before(now) {
		b.full = now
	}
	b.full = b.full.Add(b.every)
	return 0
}

func (b *bucket) give(n int) { b.full = b.full.Add(-time.Duration(n) * b.every) }
