package bot

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/directory"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/watch"
)

// overviews answers with one customer's overview: the main job.
type overviews struct {
	cache     *avepoint.Cache
	watch     *watch.Watch
	store     *store.Store
	aside     *aside // through which overviews ask watch and store
	customers *customers
	people    *people
	places    *places
	policy    func() access.Policy
	limits    *limits
	portal    string
	log       *slog.Logger
}

// open answers with a customer's overview: the last reading while it is fresh,
// otherwise that of a live call, with the last one shown meanwhile.
func (o *overviews) open(ctx context.Context, q Request, c directory.Entry) Reply {
	known := o.recall(ctx, c)
	if known.read && known.last.Fresh {
		return Reply{Message: formatting.Overview(o.view(q, c, known, known.last))}
	}
	return o.live(q, c, known, o.cache.Overview)
}

// reader reads an overview: the cache's Overview or Refresh.
type reader func(ctx context.Context, customerID string, admit func() error) (avepoint.Answer, error)

// live answers by a live call.
func (o *overviews) live(q Request, c directory.Entry, known recalled, read reader) Reply {
	return Reply{
		Message: o.meanwhile(q, c, known),
		Then: func(ctx context.Context) (formatting.Message, error) {
			view, err := o.read(ctx, q, c, known, read)
			if err != nil {
				return formatting.Message{}, err
			}
			if q.Public { // the call took its time
				if refusal := o.mayShow(ctx, q, c); refusal != nil {
					return formatting.Message{}, refusal
				}
			}
			return formatting.Overview(view), nil
		},
	}
}

// meanwhile is what is said while a live call is under way.
func (o *overviews) meanwhile(q Request, c directory.Entry, known recalled) formatting.Message {
	if !known.read {
		return formatting.ReadingNow(c.Name)
	}
	view := o.view(q, c, known, known.last)
	view.Reading = true
	return formatting.Overview(view)
}

// read makes the call and returns what it has to show: the new reading, or
// the last one with the reason why there is no new one.
func (o *overviews) read(ctx context.Context, q Request, c directory.Entry, known recalled, read reader) (formatting.OverviewView, error) {
	start := time.Now()
	answer, err := read(ctx, c.ID, func() error { return o.admit(q) })
	if err != nil {
		return formatting.OverviewView{}, &readingError{
			name: c.Name, retry: o.customers.sealer.token(c.ID), waited: time.Since(start), err: err,
		}
	}
	if cause := context.Cause(ctx); answer.Err != nil && errors.Is(cause, errStopping) {
		return formatting.OverviewView{}, cause // it is not AvePoint's trouble
	}
	view := o.view(q, c, known, answer)
	if answer.Err != nil {
		t := trouble(answer.Err, time.Since(start))
		view.Stale = &t
		o.log.Warn("an old reading is shown", "ref", t.Ref, "customer_id", c.ID, "err", answer.Err)
	}
	return view, nil
}

// admit lets a live call be made, or says when the next may be.
func (o *overviews) admit(q Request) error {
	beyond, ok := o.limits.take(q.Person.UserID, q.Channel.ID, time.Now())
	if ok {
		return nil
	}
	return &UserError{Message: formatting.TooFast(formatting.TooFastView{
		Count: beyond.count, Channel: beyond.channel, Next: beyond.next,
	})}
}

// refresh answers the buttons Refresh and Try again.
func (o *overviews) refresh(ctx context.Context, q Request) (Reply, error) {
	c, err := o.pressed(ctx, q)
	if err != nil {
		return Reply{}, err
	}
	return o.live(q, c, o.recall(ctx, c), o.cache.Refresh), nil
}

// choose answers a choice in the picker and the buttons of "did you mean".
func (o *overviews) choose(ctx context.Context, q Request) (Reply, error) {
	c, err := o.pressed(ctx, q)
	if err != nil {
		return Reply{}, err
	}
	return o.open(ctx, q, c), nil
}

// turn answers the button that shows the next page of modules, from the last
// reading, which may be newer than the one that the page before showed.
func (o *overviews) turn(ctx context.Context, q Request) (Reply, error) {
	c, err := o.pressed(ctx, q)
	if err != nil {
		return Reply{}, err
	}
	known := o.recall(ctx, c)
	if !known.read {
		return o.live(q, c, known, o.cache.Overview), nil
	}
	return Reply{Message: formatting.Overview(o.view(q, c, known, known.last))}, nil
}

// names answers the button that shows whole what a table cut, beside it.
func (o *overviews) names(ctx context.Context, q Request) (Reply, error) {
	c, err := o.pressed(ctx, q)
	if err != nil {
		return Reply{}, err
	}
	known := o.recall(ctx, c)
	if !known.read {
		return Reply{}, tooOld(q)
	}
	return Reply{Message: formatting.FullNames(o.view(q, c, known, known.last)), Apart: true}, nil
}

// pressed is the customer of the button, if this person may see it here. A
// customer that may not be seen and one that does not exist look the same.
// On a message for the whole channel, the channel is asked too.
func (o *overviews) pressed(ctx context.Context, q Request) (directory.Entry, error) {
	roll, err := o.customers.wait(ctx)
	if err != nil {
		return directory.Entry{}, err
	}
	q.Channel = roll.placed(q.Channel)
	c, ok := roll.byToken(readTicket(q.Value).token)
	if !ok || !o.policy().See(q.Person, q.Channel).Includes(c.ID) {
		return directory.Entry{}, tooOld(q)
	}
	if q.Public {
		if refusal := o.mayShow(ctx, q, c); refusal != nil {
			return directory.Entry{}, refusal
		}
	}
	return c, nil
}

// tooOld answers a button whose customer is not known, not any more, or not
// to this person.
func tooOld(q Request) error {
	return &UserError{Message: formatting.ButtonTooOld(q.Command)}
}

// page is the page of modules that a button leads to or stands on.
func page(q Request) int {
	if q.Action != formatting.ActionMore && q.Action != formatting.ActionNames {
		return 0
	}
	n, err := strconv.Atoi(readTicket(q.Value).note)
	if err != nil {
		return 0
	}
	return max(0, n)
}
