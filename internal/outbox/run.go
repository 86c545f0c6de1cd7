package outbox

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/backup-overview/backup-overview/internal/store"
)

const (
	// mostUnderWay bounds the deliveries that are under way at once.
	mostUnderWay = 32
	// poll is how often a run that waits looks for what has come since.
	poll = 500 * time.Millisecond
	// lingerMost is how long a run waits for what becomes due.
	lingerMost = time.Minute
	// tidyEvery is how often a run looks for what is expired or to be tried.
	tidyEvery = 10 * time.Second
)

// Run sends what is due, and returns when nothing is and nothing soon will be.
// When ctx ends it takes up nothing more; what is under way ends within some
// seconds, or is left to be looked up. A second Run at the same time returns at
// once.
func (o *Outbox) Run(ctx context.Context) error {
	if !o.running.TryLock() {
		return nil
	}
	defer o.running.Unlock()
	r := &round{o: o, ended: make(chan struct{}, 1), underWay: map[string]bool{}}
	defer r.workers.Wait()
	for ctx.Err() == nil {
		wait, more, err := r.step(ctx)
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("deliver: %w", err)
		}
		if !more {
			return nil
		}
		r.wait(ctx, wait)
	}
	return nil
}

// round is one Run.
type round struct {
	o        *Outbox
	workers  sync.WaitGroup
	ended    chan struct{} // something under way has ended
	mu       sync.Mutex
	underWay map[string]bool // ids of deliveries
	looked   time.Time
}

// step starts what may go now. It tells how long it may be until there is more,
// and whether there will be.
func (r *round) step(ctx context.Context) (wait time.Duration, more bool, err error) {
	o := r.o
	token, err := o.options.Token()
	if err != nil {
		return 0, false, nil //nolint:nilerr // the bot is not signed in yet; the engine's next tick asks again
	}
	most, err := r.room(ctx, token)
	if err != nil || most == 0 && r.busy() == 0 {
		return 0, false, err
	}
	now := o.now()
	r.tidy(ctx, now)
	if err := r.lookUp(ctx, most, now); err != nil {
		return 0, false, err
	}
	full, err := r.claim(ctx, most-r.busy(), now)
	if err != nil {
		return 0, false, err
	}
	wait = poll
	if full {
		wait = max(o.pace.next(time.Now()), time.Millisecond)
	}
	due := o.times.next(now)
	soon := !due.IsZero() && due.Sub(now) <= lingerMost
	if soon {
		wait = min(wait, max(due.Sub(now), time.Millisecond))
	}
	return wait, full || soon || r.busy() > 0, nil
}

// room is how many deliveries may be under way: while Slack refuses the app
// none, and one when it is time to see whether it still does.
func (r *round) room(ctx context.Context, token string) (int, error) {
	o := r.o
	gate := o.gate.look(token, o.now())
	switch {
	case gate.open:
		return mostUnderWay, nil
	case !gate.due || r.busy() > 0:
		return 0, nil
	}
	asking, cancel := context.WithTimeout(ctx, o.limit)
	defer cancel()
	out := Classify(o.ask(asking, "auth.test", nil, nil))
	switch {
	case out.Verdict == Halted:
		o.halt(out, token)
		return 0, nil
	case out.Verdict != Accepted:
		return 0, nil
	case gate.class == "message_limit_exceeded", gate.class == "missing_scope":
		return 1, nil // only a message shows it
	}
	if o.gate.open() {
		o.log.Info("Slack takes the token again")
	}
	return mostUnderWay, nil
}

// tidy ends what is expired, and tries what is parked, from time to time. It
// asks Slack, so it is done beside the deliveries.
func (r *round) tidy(ctx context.Context, now time.Time) {
	o := r.o
	if since := now.Sub(o.tidied); since >= 0 && since < min(tidyEvery, o.options.Wait/4) {
		return
	}
	o.tidied = now
	r.start(store.Delivery{ID: "tidy"}, func() {
		rows, err := o.options.Store.Expired(ctx, 100, now)
		if err == nil {
			telling, cancel := settled(ctx)
			o.tellExpired(telling, rows)
			cancel()
			err = o.probe(ctx)
		}
		if err != nil && ctx.Err() == nil {
			o.log.Error("what is expired or parked could not be looked after", "error", err.Error())
		}
	})
}

// tellExpired tells of expired deliveries that nothing newer says, once for
// each channel.
func (o *Outbox) tellExpired(ctx context.Context, rows []store.Delivery) {
	byChannel := map[string][]store.Delivery{}
	for _, d := range rows {
		if d.State == store.Dead {
			byChannel[d.Channel] = append(byChannel[d.Channel], d)
		} else {
			o.counts.superseded.Add(1)
		}
	}
	for _, dead := range byChannel {
		about := dead[0]
		for _, d := range dead {
			if d.What != noticeWhat {
				about = d
			}
		}
		o.dead(ctx, about, "expired", len(dead))
	}
}

// lookUp clears up deliveries whose outcome is unknown.
func (r *round) lookUp(ctx context.Context, most int, now time.Time) error {
	o := r.o
	if most < mostUnderWay || r.busy() >= most || !o.lookups.over(now) || now.Sub(r.looked) < min(time.Second, o.options.Wait/10) {
		return nil
	}
	r.looked = now
	rows, err := o.options.Store.ClaimUnsure(ctx, o.options.Owner, mostUnderWay-r.busy(), o.lease, o.options.Wait, now)
	if err != nil {
		return err
	}
	for _, d := range rows {
		r.start(d, func() { (&attempt{o: o, d: d}).resolve(ctx) })
	}
	return nil
}

// claim takes up what is due, as much as the workspace's limit allows. It
// reports whether there may be more.
func (r *round) claim(ctx context.Context, room int, now time.Time) (full bool, err error) {
	o := r.o
	if room <= 0 {
		return false, nil // the end of something under way wakes
	}
	n := o.pace.take(room, time.Now())
	if n == 0 {
		return true, nil
	}
	rows, err := o.options.Store.ClaimDeliveries(ctx, o.options.Owner, n, o.lease, now)
	o.pace.give(n - len(rows))
	if err != nil {
		return false, err
	}
	for _, d := range rows {
		r.start(d, func() { (&attempt{o: o, d: d, intent: now, paid: true}).run(ctx) })
	}
	return len(rows) == n, nil
}

// start does something for a delivery, beside the others. One that is still
// under way here was too slow for its lease, and does not begin twice: whoever
// is at it ends or stops, and then the lease ends.
func (r *round) start(d store.Delivery, do func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.underWay[d.ID] {
		return
	}
	r.underWay[d.ID] = true
	r.workers.Go(func() {
		defer r.end(d)
		defer r.o.survive(d)
		do()
	})
}

// survive keeps the others going after a mistake in one delivery, whose lease
// ends and which is then taken up again, until it expires.
func (o *Outbox) survive(d store.Delivery) {
	if p := recover(); p != nil {
		o.log.Error("a delivery panicked", "delivery", d.ID, "what", d.What, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
	}
}

func (r *round) end(d store.Delivery) {
	r.mu.Lock()
	delete(r.underWay, d.ID)
	r.mu.Unlock()
	select {
	case r.ended <- struct{}{}:
	default:
	}
}

func (r *round) busy() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.underWay)
}

// wait waits for a time, or for something under way to end.
func (r *round) wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-r.ended:
	case <-timer.C:
	}
}
