package outbox

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/internal/store"
)

const (
	// before and after are how far from an attempt its message may stand:
	// clocks differ, and a request may lie in a queue of Slack's.
	before, after = 2 * time.Minute, time.Hour
	// pageSize and mostPages bound what is read of a channel.
	pageSize, mostPages = 200, 50
	// lastLooks is how long after its end a delivery is still looked for.
	lastLooks = 24 * time.Hour
)

// quiet is a time until which something is left alone.
type quiet struct {
	mu    sync.Mutex
	until time.Time
}

func (q *quiet) set(until time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if until.After(q.until) {
		q.until = until
	}
}

func (q *quiet) over(now time.Time) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return !now.Before(q.until)
}

// found is what a look-up has found: time stamps by the id of a message's
// metadata, or of its file.
type found map[string]string

// resolve clears up a delivery whose outcome is unknown: one that is found was
// sent, one that is not is sent again. What a look-up cannot tell now is looked
// up later.
func (a *attempt) resolve(ctx context.Context) {
	if a.d.Kind == store.EditMessage { // it says the same however often
		a.run(ctx)
		return
	}
	ts, possible, sure := a.lookUp(ctx)
	switch {
	case !sure && a.d.Expires.Add(lastLooks).Before(a.o.now()) && !a.d.Expires.IsZero():
		a.die(ctx, "unknown")
		return
	case !sure:
		ctx, cancel := settled(ctx)
		defer cancel()
		a.wrote(a.store().Unsure(ctx, a.d.ID, a.owner(), a.d.Class, a.o.now()))
		a.o.times.note(a.o.now().Add(a.o.options.Wait / 4))
		return
	case ts != "":
		a.o.counts.found.Add(1)
		a.sent(ctx, ts)
		return
	case a.expired(ctx):
		return
	case possible:
		a.o.counts.absent.Add(1)
	case !a.double(ctx):
		return
	}
	a.d.File = ""
	a.run(ctx)
}

// mark is by what a delivery's message is known: a file carries no metadata.
func (a *attempt) mark() string {
	if a.d.Kind == store.ThreadFile {
		return a.d.File
	}
	return a.d.ID
}

// double counts a message that is sent again without a look-up. It reports
// false when the delivery is another's now.
func (a *attempt) double(ctx context.Context) bool {
	ctx, cancel := settled(ctx)
	defer cancel()
	if !a.wrote(a.store().CountDouble(ctx, a.d.ID, a.owner())) {
		return false
	}
	a.o.counts.doubles.Add(1)
	a.o.tell(ctx, a.d, note{Kind: noteDoubles})
	return true
}

// lookUp looks the message up. It gives its time stamp where it is there, and
// tells whether a look-up is possible, and whether the answer is sure.
func (a *attempt) lookUp(ctx context.Context) (ts string, possible, sure bool) {
	o, mark := a.o, a.mark()
	switch {
	case mark == "":
		return "", true, true // a file that was not uploaded cannot have been shared
	case isPerson(a.d.Channel):
		return "", false, true // no scope lets the bot read there
	}
	ctx, cancel := context.WithTimeout(ctx, o.limit)
	defer cancel()
	values, method := a.question()
	for range mostPages {
		for wait := o.pace.lookUp(time.Now()); wait > 0; wait = o.pace.lookUp(time.Now()) {
			if !sleep(ctx, wait) {
				return "", false, false
			}
		}
		seen, next, err := o.page(ctx, method, values)
		if err != nil {
			possible, sure = o.unanswered(err)
			return "", possible, sure
		}
		if ts := seen[mark]; ts != "" || next == "" {
			return ts, true, true
		}
		values.Set("cursor", next)
	}
	return "", false, true
}

// question is what is asked for: all from a little before the attempt on, by our
// clock or by Slack's.
func (a *attempt) question() (url.Values, string) {
	ahead := time.Duration(a.o.ahead.Load())
	oldest, latest := a.d.AttemptAt.Add(min(0, ahead)-before), a.d.AttemptAt.Add(max(0, ahead)+after)
	values := url.Values{
		"channel": {a.d.Channel}, "inclusive": {"true"}, "include_all_metadata": {"true"},
		"limit": {strconv.Itoa(pageSize)}, "oldest": {timeStamp(oldest)}, "latest": {timeStamp(latest)},
	}
	if a.d.RootTS == "" {
		return values, "conversations.history"
	}
	values.Set("ts", a.d.RootTS)
	return values, "conversations.replies"
}

// timeStamp is a time as Slack writes those of messages.
func timeStamp(t time.Time) string {
	return fmt.Sprintf("%d.%06d", t.Unix(), t.Nanosecond()/1000)
}

// page reads a page of a channel or thread.
func (o *Outbox) page(ctx context.Context, method string, values url.Values) (seen found, next string, err error) {
	var answer struct {
		Messages []struct {
			TS       string `json:"ts"`
			Metadata struct {
				Type    string         `json:"event_type"`
				Payload map[string]any `json:"event_payload"`
			} `json:"metadata"`
			Files []struct {
				ID string `json:"id"`
			} `json:"files"`
		} `json:"messages"`
		Metadata struct {
			Next string `json:"next_cursor"`
		} `json:"response_metadata"`
	}
	if err := o.ask(ctx, method, values, &answer); err != nil {
		return nil, "", err
	}
	seen = found{}
	for _, m := range answer.Messages {
		if id, ok := m.Metadata.Payload[payloadKey].(string); ok && m.Metadata.Type == eventType {
			seen[id] = m.TS
		}
		for _, f := range m.Files {
			seen[f.ID] = m.TS
		}
	}
	return seen, answer.Metadata.Next, nil
}

// unanswered says what an error of a look-up means: that the bot may not look,
// that there is nothing to be found, or that it should ask again.
func (o *Outbox) unanswered(err error) (possible, sure bool) {
	out := Classify(err)
	switch out.Verdict {
	case Closed, Forbidden, Refused:
		return false, true
	case Gone:
		return true, true // the thread is gone, and all that was in it
	case Limited:
		o.lookups.set(o.now().Add(obeying(out.After, part())))
	case Halted:
		if token, err := o.options.Token(); err == nil {
			o.halt(out, token)
		}
	case Failed:
		if refusal := (slack.SlackErrorResponse{}); errors.As(err, &refusal) {
			return false, true // it would say the same tomorrow
		}
	case Accepted, Ambiguous:
	}
	o.log.Warn("a message could not be looked up yet", "class", out.Class)
	return false, false
}
