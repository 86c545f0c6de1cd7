package bot

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/internal/access"
)

// Slack takes about 50 questions about a channel a minute. Hundreds of channels
// may hear something in the same minute; then all that the bot is in are asked
// about at once, of which a question tells a thousand.
// https://docs.slack.dev/reference/methods/users.conversations
const (
	askedAlone  = 10               // questions about one channel within surveyEvery
	surveyEvery = 15 * time.Second // between two of these questions
	surveyPage  = 1000
)

// survey remembers how often Slack was asked about channels.
type survey struct {
	mu    sync.Mutex
	asked []time.Time // about one channel, of late
	last  time.Time   // about all
}

// busy counts a question about one channel, and reports whether there were too
// many of late to ask it.
func (s *survey) busy(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = slices.DeleteFunc(s.asked, func(at time.Time) bool { return now.Sub(at) > surveyEvery })
	if len(s.asked) >= askedAlone {
		return true
	}
	s.asked = append(s.asked, now)
	return false
}

// due reports whether Slack is to be asked about all channels.
func (s *survey) due(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Sub(s.last) < surveyEvery {
		return false
	}
	s.last = now
	return true
}

// forPosting is what Slack says of a channel in which something is to be
// posted unasked: now, or, where many are asked about, within the last half
// minute, whose events it has told.
func (p *people) forPosting(ctx context.Context, id string) (access.Channel, error) {
	if !p.survey.busy(time.Now()) {
		return p.channel(ctx, id)
	}
	if last, ok := p.fresh(id); ok {
		return last, nil
	}
	_, _, _ = p.calls.Do("survey", func() (any, error) {
		if p.survey.due(time.Now()) {
			p.lookAround(ctx)
		}
		return nil, nil
	})
	if last, ok := p.fresh(id); ok {
		return last, nil
	}
	return p.channel(ctx, id)
}

// fresh is what Slack said of a channel within the last half minute.
func (p *people) fresh(id string) (access.Channel, bool) {
	last, ok := p.glimpsed(id)
	return last.channel, ok && time.Since(last.at) < channelFor
}

// lookAround asks about all channels that the bot is in. What it does not
// learn, a question about one channel will.
func (p *people) lookAround(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	for cursor := ""; ; {
		var page []slack.Channel
		err := p.web.call(ctx, func(api *slack.Client) (err error) {
			page, cursor, err = api.GetConversationsForUserContext(ctx, &slack.GetConversationsForUserParameters{
				Cursor: cursor, Types: []string{"public_channel", "private_channel"}, Limit: surveyPage, ExcludeArchived: true,
			})
			return err
		})
		if err != nil {
			p.log.Warn("Slack did not list the channels that the bot is in", "err", err)
			return
		}
		for _, c := range page {
			p.keep("channel/"+c.ID, glimpse{access.Channel{ID: c.ID, External: c.IsExtShared, Pending: c.IsPendingExtShared, Known: true}, time.Now()})
		}
		if cursor == "" {
			return
		}
	}
}
