package outbox

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/store"
)

// attempt is one delivery while this process has the lease on it.
type attempt struct {
	o *Outbox
	d store.Delivery
	// intent is when the store was told of the call that comes: a look-up
	// counts from there. Zero: it has to be told.
	intent time.Time
	// paid: the workspace's limit has allowed for the call that comes; edits: so
	// has that of chat.update.
	paid, edits bool
}

func (a *attempt) store() *store.Store { return a.o.options.Store }
func (a *attempt) owner() string       { return a.o.options.Owner }

// run takes a delivery to its end, as far as that can be reached now.
func (a *attempt) run(ctx context.Context) {
	if a.expired(ctx) || !a.hold(ctx) || !a.allowed(ctx) {
		return
	}
	if a.d.Kind == store.ThreadFile {
		a.sendFile(ctx)
		return
	}
	m, err := a.render(ctx)
	if err != nil {
		a.unrendered(ctx, err)
		return
	}
	a.climb(ctx, m)
}

// expired gives back a delivery whose time is over: the store ends it, by what
// it was, and tells which those were.
func (a *attempt) expired(ctx context.Context) bool {
	if a.d.Expires.IsZero() || a.o.now().Before(a.d.Expires) {
		return false
	}
	a.again(ctx, "expired", 0, false)
	return true
}

// hold waits until the lane, and the method, may be called. It reports false
// when that would take too long, and the delivery was given back instead.
func (a *attempt) hold(ctx context.Context) bool {
	for left := a.o.hold; ; {
		wait := a.held(time.Now())
		switch {
		case ctx.Err() != nil:
			a.again(ctx, "stopping", 0, false)
			return false
		case wait == 0:
			return true
		case wait > left:
			a.again(ctx, "waiting", wait, true)
			return false
		}
		left -= wait
		sleep(ctx, wait)
	}
}

// held is how long the call has to wait; where it need not, it is paid.
func (a *attempt) held(now time.Time) time.Duration {
	wait := a.o.pace.wait(a.d.Channel, now)
	if wait == 0 && a.d.Kind == store.EditMessage && !a.edits {
		wait = a.o.pace.edit(now)
		a.edits = wait == 0
	}
	if wait == 0 && !a.paid {
		wait = a.o.pace.pay(now)
		a.paid = wait == 0
	}
	return wait
}

// sleep waits, and reports false when ctx ended before.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return ctx.Err() == nil
	}
}

// allowed asks whether anything may be posted in the channel now.
func (a *attempt) allowed(ctx context.Context) bool {
	if a.o.options.Shut == nil || isPerson(a.d.Channel) {
		return true
	}
	asking, cancel := context.WithTimeout(ctx, a.o.patience)
	defer cancel()
	reason, err := a.o.options.Shut(asking, a.d.Channel)
	switch {
	case err == nil && reason == access.ReasonNone:
		return true
	case ctx.Err() != nil:
		a.again(ctx, "stopping", 0, false)
	case err != nil || reason == access.ReasonUnknownChannel:
		a.unchecked(ctx, err)
	default:
		a.park(ctx, reason.String())
	}
	return false
}

// unchecked is for a channel of which nobody could say who reads it: Slack may
// be away for the moment, or the bot may be shut out of it.
func (a *attempt) unchecked(ctx context.Context, err error) {
	out := Classify(err)
	if out.Verdict != Closed {
		asking, cancel := context.WithTimeout(ctx, a.o.patience)
		defer cancel()
		out = Classify(a.o.ask(asking, "conversations.info", map[string][]string{"channel": {a.d.Channel}}, nil))
	}
	if out.Verdict == Closed {
		a.park(ctx, out.Class)
		return
	}
	a.fail(ctx, "unchecked", backoffMost, true)
}

// isPerson reports whether a channel is a conversation with one person.
func isPerson(channel string) bool {
	return strings.HasPrefix(channel, "U") || strings.HasPrefix(channel, "W") || strings.HasPrefix(channel, "D")
}

var errNoRenderer = errors.New("nobody renders such a delivery")

// render makes the message. A renderer that panics has failed.
func (a *attempt) render(ctx context.Context) (m formatting.Message, err error) {
	ctx, cancel := context.WithTimeout(ctx, a.o.patience)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			a.o.log.Error("rendering a message panicked", "what", a.d.What, "delivery", a.d.ID, "stack", string(debug.Stack()))
			err = fmt.Errorf("rendering %q panicked", a.d.What)
		}
	}()
	render := a.o.options.Render[a.d.What]
	switch {
	case a.d.What == noticeWhat:
		m, err = a.o.notice(ctx, a.d)
	case render == nil:
		return m, errNoRenderer
	default:
		m, err = render(ctx, a.d)
	}
	if err == nil && isReposted(a.d) {
		m = reposted(m)
	}
	return m, err
}

// climb sends a message, in a simpler form when Slack refuses the one before.
func (a *attempt) climb(ctx context.Context, m formatting.Message) {
	marked, class := true, ""
	for form := range m.Rungs() {
		ts, out, sure := a.try(ctx, form, &marked)
		if !sure {
			return
		}
		if out.Verdict != Refused {
			if out.Verdict == Accepted && class != "" {
				a.o.log.Warn("Slack refused a message; it was sent in a simpler form", "what", a.d.What, "class", class)
			}
			a.settle(ctx, out, ts)
			return
		}
		class = out.Class
		a.o.counts.refuse(class)
	}
	a.die(ctx, class)
}

// try makes a call with one form of the message, and one more without metadata
// where Slack refuses that. It reports false when the delivery was given away.
func (a *attempt) try(ctx context.Context, form formatting.Message, marked *bool) (string, Outcome, bool) {
	for {
		if !a.hold(ctx) || !a.renew(ctx) {
			return "", Outcome{}, false
		}
		a.o.at(beforeCall, a.d)
		ts, out := a.o.post(ctx, a.d, form, *marked)
		a.o.at(afterCall, a.d)
		a.o.pace.called(a.d.Channel, time.Now())
		a.paid, a.edits = false, false
		if out.Verdict != Refused || !isOfMetadata(out.Class) || !*marked {
			return ts, out, true
		}
		*marked = false
	}
}

// renew tells the store of the call that comes, where what it knows is too old:
// the time after which the channel is looked through counts from there.
func (a *attempt) renew(ctx context.Context) bool {
	now := a.o.now()
	age := now.Sub(a.intent)
	if !a.intent.IsZero() && age >= 0 && age < a.o.options.Wait/20 {
		return true
	}
	if !a.wrote(a.store().Attempt(ctx, a.d.ID, a.owner(), now)) {
		return false
	}
	a.intent = now
	return true
}

// part is a random part of a pause.
func part() float64 { return rand.Float64() }

// reposted says above a message that it takes the place of another.
func reposted(m formatting.Message) formatting.Message {
	const words, most = "Re-posted: the message that said this before is gone.", 50
	above := slack.NewContextBlock("", slack.NewTextBlockObject(slack.MarkdownType, words, false, false))
	if len(m.Blocks) > 0 && len(m.Blocks) < most {
		m.Blocks = append([]slack.Block{above}, m.Blocks...)
	}
	m.Text = words + "\n" + m.Text
	return m
}
