package outbox

import (
	"context"
	"errors"
	"time"

	"github.com/backup-overview/backup-overview/internal/store"
)

// writing is how long a stopping process still tries to write an outcome down.
const writing = 2 * time.Second

// probeEvery is when a parked lane is tried first.
const probeEvery = 6 * time.Hour

// settled is the context in which outcomes are written down: a process that
// stops still does.
func settled(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx.Err() == nil {
		return context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	}
	return context.WithTimeout(context.WithoutCancel(ctx), writing)
}

// wrote reports whether an outcome was written down. A lease that was lost is
// no error: whoever has it now looks the delivery up.
func (a *attempt) wrote(err error) bool {
	switch {
	case err == nil:
		return true
	case errors.Is(err, store.ErrLost):
		a.o.counts.lost.Add(1)
		a.o.log.Info("a delivery belongs to another process now", "delivery", a.d.ID)
	default:
		a.o.log.Error("the outcome of a delivery could not be written down", "delivery", a.d.ID, "error", err.Error())
		a.o.times.note(a.o.now().Add(a.o.options.Wait))
	}
	return false
}

// settle writes an outcome down, and lets the lane wait where it has to.
func (a *attempt) settle(ctx context.Context, out Outcome, ts string) {
	if out.Verdict != Accepted && out.Verdict != Ambiguous {
		a.o.counts.refuse(out.Class)
	}
	switch out.Verdict {
	case Accepted:
		a.sent(ctx, ts)
	case Ambiguous:
		a.unsure(ctx, out.Class)
	case Limited:
		a.o.pace.limited(a.d.Channel, time.Now())
		a.again(ctx, out.Class, obeying(out.After, part()), true)
	case Halted:
		a.halted(ctx, out)
	case Closed:
		a.park(ctx, out.Class)
	case Gone:
		a.replace(ctx, out.Class)
	case Refused:
		a.die(ctx, out.Class)
	case Forbidden:
		a.forbidden(ctx, out)
	case Failed:
		if out.offline() { // so are the channel's others
			a.fail(ctx, out.Class, backoffMost, true)
			return
		}
		a.fail(ctx, out.Class, refusedMost, false)
	}
}

func (a *attempt) sent(ctx context.Context, ts string) {
	a.o.pace.fine(a.d.Channel, time.Now())
	ctx, cancel := settled(ctx)
	defer cancel()
	if a.wrote(a.store().Sent(ctx, a.d.ID, a.owner(), ts, a.o.now())) {
		a.o.counts.sent.Add(1)
		a.o.tellBack(ctx, a.d.Channel)
	}
}

// unsure leaves a delivery to be looked up.
func (a *attempt) unsure(ctx context.Context, class string) {
	now := time.Now()
	pause := backoff(a.o.pace.failed(a.d.Channel, now), backoffMost, part())
	a.o.pace.rest(a.d.Channel, now.Add(pause), now)
	a.o.counts.ambiguous.Add(1)
	a.o.log.Warn("Slack's answer was lost; the message will be looked up", "delivery", a.d.ID, "channel", a.d.Channel, "class", class)
	ctx, cancel := settled(ctx)
	defer cancel()
	a.wrote(a.store().Unsure(ctx, a.d.ID, a.owner(), class, a.o.now()))
	a.o.times.note(a.intent.Add(a.o.options.Wait))
}

// again gives back a delivery that was surely not sent.
func (a *attempt) again(ctx context.Context, class string, pause time.Duration, lane bool) {
	ctx, cancel := settled(ctx)
	defer cancel()
	now := a.o.now()
	if lane {
		a.o.pace.rest(a.d.Channel, time.Now().Add(pause), time.Now())
	}
	a.wrote(a.store().Again(ctx, a.d.ID, a.owner(), class, now.Add(pause), lane, now))
	a.o.times.note(now.Add(pause))
}

// fail gives back a delivery after an error, for longer after each.
func (a *attempt) fail(ctx context.Context, class string, most time.Duration, lane bool) {
	failures := a.o.pace.failed(a.d.Channel, time.Now())
	if !lane {
		failures = a.d.Attempts // its own: the lane's others go on
	}
	a.again(ctx, class, backoff(failures, most, part()), lane)
}

// halted gives a delivery back while nobody can be sent anything.
func (a *attempt) halted(ctx context.Context, out Outcome) {
	until := a.o.gate.until(a.o.now())
	if out.Class == "message_limit_exceeded" {
		a.o.tell(ctx, a.d, note{Kind: noteParked, Class: out.Class, Since: a.o.now().UnixMilli()})
	}
	a.again(ctx, out.Class, until.Sub(a.o.now()), false)
}

// forbidden is for an app that lacks a scope: without the one for files there
// are no files, without the one for messages nothing can be sent at all.
func (a *attempt) forbidden(ctx context.Context, out Outcome) {
	class := out.Class
	if out.Scope != "" {
		class += ":" + out.Scope
	}
	a.o.log.Error("the app lacks a scope", "class", out.Class, "scope", out.Scope)
	if a.d.Kind == store.ThreadFile {
		a.die(ctx, class)
		return
	}
	token, err := a.o.options.Token()
	if err == nil {
		a.o.halt(out, token)
	}
	a.halted(ctx, out)
}

// park closes the lane until somebody mends it.
func (a *attempt) park(ctx context.Context, class string) {
	ctx, cancel := settled(ctx)
	defer cancel()
	now := a.o.now()
	first, err := a.store().Park(ctx, a.d.ID, a.owner(), class, now.Add(obeying(probeEvery, part())), now)
	if !a.wrote(err) {
		return
	}
	a.o.counts.parked.Add(1)
	if !first {
		return
	}
	a.o.log.Warn("a channel cannot be reached; what is for it waits", "channel", a.d.Channel, "class", class)
	a.o.tell(ctx, a.d, note{Kind: noteParked, Channel: a.d.Channel, Class: class, Since: now.UnixMilli()})
}

// die gives a delivery up, and tells of it.
func (a *attempt) die(ctx context.Context, class string) {
	ctx, cancel := settled(ctx)
	defer cancel()
	if !a.wrote(a.store().Die(ctx, a.d.ID, a.owner(), class, a.o.now())) {
		return
	}
	a.o.dead(ctx, a.d, class, 1)
}

// dead counts and tells of deliveries that were given up. Of a notice that
// could not be delivered there is no notice.
func (o *Outbox) dead(ctx context.Context, d store.Delivery, class string, count int) {
	o.counts.dead.Add(int64(count))
	o.log.Error("a message was given up", "delivery", d.ID, "what", d.What, "channel", d.Channel, "class", class, "count", count)
	if d.What != noticeWhat {
		o.tell(ctx, d, note{Kind: noteDead, Channel: d.Channel, Class: class, Count: count, Since: d.Created.UnixMilli()})
	}
}

// supersede ends a delivery that says nothing new any more.
func (a *attempt) supersede(ctx context.Context, class string) {
	ctx, cancel := settled(ctx)
	defer cancel()
	if a.wrote(a.store().Supersede(ctx, a.d.ID, a.owner(), class, a.o.now())) {
		a.o.counts.superseded.Add(1)
	}
}

// replace posts anew what was to be an edit of, or a reply to, a message that
// is gone.
func (a *attempt) replace(ctx context.Context, class string) {
	if a.d.Kind != store.EditMessage && !a.d.Kind.IsReply() {
		a.supersede(ctx, class) // a file without its digest says nothing
		return
	}
	ctx, cancel := settled(ctx)
	defer cancel()
	now := a.o.now()
	with := store.Delivery{
		Key: repostedKey + a.d.ID, Kind: store.NewMessage, Channel: a.d.Channel,
		Topic: a.d.Topic, Step: a.d.Step, What: a.d.What, Body: a.d.Body, Created: now, Expires: a.d.Expires,
	}
	a.o.times.note(now)
	if a.d.Kind == store.EditMessage {
		a.wrote(a.store().Replace(ctx, a.d.ID, a.owner(), with, now))
		return
	}
	// A reply is not what the message itself said: it stands alone from now on.
	if a.wrote(a.store().Enqueue(ctx, now, with)) {
		a.supersede(ctx, class)
	}
}
