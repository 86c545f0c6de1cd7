package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/patrickmn/go-cache"
	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/directory"
)

const (
	// sharesFor is how long a pressed Share button is remembered.
	sharesFor = 24 * time.Hour
	// sharePatience is the longest pause that Slack may ask for and that a
	// person is kept waiting.
	sharePatience = 5 * time.Second
)

// shares posts overviews to channels, each press once.
type shares struct {
	overviews *overviews
	web       *web
	done      *cache.Cache // share by button value
}

// share is a post that was made.
type share struct {
	by string
	at time.Time
}

func newShares(o *overviews, w *web) *shares {
	return &shares{overviews: o, web: w, done: cache.New(sharesFor, 0)}
}

// press answers the button Share: it posts the overview to the channel and
// says so in the message pressed on.
func (s *shares) press(ctx context.Context, q Request) (Reply, error) {
	c, err := s.overviews.pressed(ctx, q)
	if err != nil {
		return Reply{}, err
	}
	if refusal := s.overviews.mayShow(ctx, q, c); refusal != nil {
		return Reply{}, refusal
	}
	now := time.Now()
	s.done.DeleteExpired()
	if s.done.Add(q.Value, share{by: q.Person.UserID, at: now}, cache.DefaultExpiration) != nil {
		return s.again(q)
	}
	view, err := s.post(ctx, q, c)
	if err != nil {
		s.done.Delete(q.Value)
		return Reply{}, err
	}
	view.Posted = now
	return Reply{Message: formatting.Overview(view)}, nil
}

// again answers a second press.
func (s *shares) again(q Request) (Reply, error) {
	first, ok := s.done.Get(q.Value)
	if !ok {
		return Reply{}, errors.New("a share ended while it was pressed again")
	}
	made := first.(share)
	return Reply{Message: formatting.AlreadyShared(made.by, made.at), Apart: true}, nil
}

// post posts the last reading and returns what the asker sees.
func (s *shares) post(ctx context.Context, q Request, c directory.Entry) (formatting.OverviewView, error) {
	view, err := s.overviews.last(ctx, q, c)
	if err != nil {
		return view, err
	}
	token := s.overviews.customers.sealer.token(c.ID)
	err = s.send(ctx, q.Channel.ID, formatting.Overview(shared(view, token, q.Person.UserID)))
	switch slackCode(err) {
	case "not_in_channel", "channel_not_found":
		return view, &UserError{Message: formatting.ShareRefused(formatting.ShareNotMember), Err: err}
	}
	return view, err
}

// send posts m, in the simplest form that Slack takes.
// https://docs.slack.dev/reference/methods/chat.postMessage
func (s *shares) send(ctx context.Context, channel string, m formatting.Message) error {
	var err error
	for rung := range m.Rungs() {
		if err = s.once(ctx, channel, rung); err == nil || !formRefused(err) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("share: %w", err)
	}
	return nil
}

// once posts m, and once more after a pause that Slack asks for: then it has
// surely not taken the first.
func (s *shares) once(ctx context.Context, channel string, m formatting.Message) error {
	err := s.web.post(ctx, channel, m)
	limited, ok := errors.AsType[*slack.RateLimitedError](err)
	if !ok || limited.RetryAfter > sharePatience {
		return err
	}
	if err := sleep(ctx, limited.RetryAfter); err != nil {
		return err
	}
	return s.web.post(ctx, channel, m)
}

// last is the last reading, read now when there is none.
func (o *overviews) last(ctx context.Context, q Request, c directory.Entry) (formatting.OverviewView, error) {
	if last, ok := o.cache.Peek(c.ID); ok {
		return o.view(q, c, last), nil
	}
	return o.read(ctx, q, c, o.cache.Overview)
}

// mayShow says why a customer may not be shown to the whole channel, or nil.
// Slack is asked about the channel now: it may have been shared since.
func (o *overviews) mayShow(ctx context.Context, q Request, c directory.Entry) error {
	channel := o.people.channel(ctx, q.Channel.ID)
	decision := o.policy().Share(q.Person, channel, c.ID)
	if decision.Allowed {
		return nil
	}
	return &UserError{
		Message: formatting.ShareRefused(shareRefusal(decision.Reason)),
		Err:     fmt.Errorf("not shared: %s", decision.Reason),
	}
}

func shareRefusal(reason access.Reason) formatting.ShareRefusal {
	switch reason {
	case access.ReasonSharedChannel:
		return formatting.ShareExternal
	case access.ReasonUnknownChannel:
		return formatting.ShareUnchecked
	default:
		return formatting.ShareForbidden
	}
}
