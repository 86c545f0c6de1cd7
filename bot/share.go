package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/patrickmn/go-cache"
	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/directory"
)

// sharesFor is how long a pressed Share button is remembered.
const sharesFor = 24 * time.Hour

// shares posts overviews and trends to channels, each press once.
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

// sides are the two sides of a share: what the channel sees, and what who
// shared it sees once it was posted.
type sides struct {
	channel formatting.Message
	own     func(posted time.Time) formatting.Message
}

// side makes what is to be shared of a customer.
type side func(ctx context.Context, q Request, c directory.Entry) (sides, error)

// pressed answers the buttons Share here: it posts what they stand under to the
// channel and says so in the message pressed on.
func (s *shares) pressed(of side) Handler {
	return func(ctx context.Context, q Request) (Reply, error) {
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
		post, err := of(ctx, q, c)
		if err == nil {
			err = s.overviews.mayShow(ctx, q, c) // again: of may have taken its time
		}
		if err != nil {
			s.done.Delete(q.Value)
			return Reply{}, err
		}
		err = shareError(s.send(ctx, q.Channel.ID, post.channel))
		if err != nil && !isUnsure(err) {
			s.done.Delete(q.Value)
		}
		if err != nil {
			return Reply{}, err
		}
		return Reply{Message: post.own(now)}, nil
	}
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

// overview is the last reading.
func (s *shares) overview(ctx context.Context, q Request, c directory.Entry) (sides, error) {
	view, err := s.overviews.last(ctx, q, c)
	if err != nil {
		return sides{}, err
	}
	token := s.overviews.customers.sealer.token(c.ID)
	return sides{
		channel: formatting.Overview(shared(view, token, q.Person.UserID)),
		own: func(posted time.Time) formatting.Message {
			view.Posted = posted
			return formatting.Overview(view)
		},
	}, nil
}

// shareError puts Slack's refusal of a share into words.
// https://docs.slack.dev/reference/methods/chat.postMessage
func shareError(err error) error {
	told := func(m formatting.Message) error { return &UserError{Message: m, Err: err} }
	switch code := slackCode(err); code {
	case "not_in_channel", "channel_not_found":
		return told(formatting.ShareRefused(formatting.ShareNotMember))
	case "is_archived", "no_permission", "ekm_access_denied", "restricted_action",
		"restricted_action_read_only_channel", "restricted_action_thread_only_channel", "restricted_action_non_threadable_channel":
		return told(formatting.ShareRefused(formatting.ShareArchived))
	case "missing_scope":
		return told(formatting.ShareScopeMissing("chat:write"))
	}
	if isUnsure(err) {
		return told(formatting.ShareUnsure())
	}
	return err
}

// isUnsure reports whether a message may have been posted although the call
// failed: no answer, or one of those of which Slack says that some of it may
// have succeeded.
func isUnsure(err error) bool {
	if _, reading := errors.AsType[*readingError](err); reading || err == nil {
		return false
	}
	if _, limited := errors.AsType[*slack.RateLimitedError](err); limited {
		return false
	}
	switch slackCode(err) {
	case "", "internal_error", "fatal_error", "service_unavailable", "request_timeout":
		status, ok := errors.AsType[slack.StatusCodeError](err)
		return !ok || status.Code >= http.StatusInternalServerError
	default:
		return false
	}
}

// send posts m, in the simplest form that Slack takes.
func (s *shares) send(ctx context.Context, channel string, m formatting.Message) error {
	var err error
	for rung := range m.Rungs() {
		if err = s.web.post(ctx, channel, rung); err == nil || !formRefused(err) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("share: %w", err)
	}
	return nil
}

// last is the last reading, read now when there is none.
func (o *overviews) last(ctx context.Context, q Request, c directory.Entry) (formatting.OverviewView, error) {
	known := o.recall(ctx, c)
	if known.read {
		return o.view(q, c, known, known.last), nil
	}
	return o.read(ctx, q, c, known, o.cache.Overview)
}

// mayShow says why a customer may not be shown to the whole channel, or nil.
// Slack is asked about the channel now: it may have been shared since.
func (o *overviews) mayShow(ctx context.Context, q Request, c directory.Entry) error {
	channel, err := o.places.now(ctx, q.Channel.ID)
	if err != nil {
		return err
	}
	roll, err := o.customers.wait(ctx)
	if err != nil {
		return err
	}
	decision := o.policy().Share(q.Person, roll.placed(channel), c.ID)
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
	case access.ReasonSharedChannel, access.ReasonSuspended:
		return formatting.ShareExternal
	case access.ReasonUnknownChannel:
		return formatting.ShareUnchecked
	default:
		return formatting.ShareForbidden
	}
}
