package bot

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/patrickmn/go-cache"
	"github.com/slack-go/slack"
	"golang.org/x/sync/singleflight"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
)

const (
	// peopleFor is how long Slack's word on a person or a group counts.
	peopleFor = 10 * time.Minute
	// peopleMost bounds what is remembered.
	peopleMost = 20_000
)

// caller is who an envelope says that it comes from. Only the ids are used:
// names in envelopes are unreliable.
type caller struct{ team, user string }

// people asks Slack who somebody is and what kind of place a channel is, and
// remembers the answers for a while. Errors are not remembered.
type people struct {
	web    *web
	groups []string // the user groups among the admins
	log    *slog.Logger
	memory *cache.Cache // by "user/U…", "group/S…"
	calls  singleflight.Group
	survey survey
}

func newPeople(w *web, groups []string, log *slog.Logger) *people {
	return &people{web: w, groups: groups, log: log, memory: cache.New(peopleFor, 0)}
}

// person returns who asks. When Slack cannot say, nothing but the ids is
// known, and access lets nobody in.
func (p *people) person(ctx context.Context, c caller) (access.Person, error) {
	user, err := remember(ctx, p, "user/"+c.user, func(ctx context.Context, api *slack.Client) (*slack.User, error) {
		return api.GetUserInfoContext(ctx, c.user)
	})
	switch slackCode(err) {
	case "user_not_found", "user_not_visible":
		return access.Person{UserID: c.user, SentTeamID: c.team}, nil
	case "missing_scope":
		return access.Person{}, &UserError{Message: formatting.ScopeMissing("users:read"), Err: err}
	}
	if err != nil {
		return access.Person{}, fmt.Errorf("users.info of %s: %w", c.user, err)
	}
	return access.Person{
		UserID:             c.user,
		TeamID:             user.TeamID,
		SentTeamID:         c.team,
		EnterpriseUserID:   user.Enterprise.ID,
		Teams:              user.Enterprise.Teams,
		Admin:              user.IsAdmin,
		Owner:              user.IsOwner || user.IsPrimaryOwner,
		Guest:              user.IsRestricted,
		SingleChannelGuest: user.IsUltraRestricted,
		Stranger:           user.IsStranger,
		Bot:                user.IsBot || user.IsWorkflowBot || user.IsConnectorBot,
		Deleted:            user.Deleted,
		Known:              true,
		Groups:             p.memberships(ctx, c.user),
	}, nil
}

// memberships are the admin groups that somebody is in. A group that Slack
// does not tell makes nobody an admin.
func (p *people) memberships(ctx context.Context, user string) []string {
	var in []string
	for _, group := range p.groups {
		if slices.Contains(p.members(ctx, group), user) {
			in = append(in, group)
		}
	}
	return in
}

// members are the people of a user group, none where Slack does not tell.
func (p *people) members(ctx context.Context, group string) []string {
	members, err := remember(ctx, p, "group/"+group, func(ctx context.Context, api *slack.Client) ([]string, error) {
		return api.GetUserGroupMembersContext(ctx, group)
	})
	if err != nil {
		p.log.Warn("members of an admin group are not known", "group_id", group, "err", err)
		return nil
	}
	return members
}

// place is what a channel's id alone tells: a conversation of two begins with
// D, everything else has to be asked.
func place(id string) access.Channel {
	return access.Channel{ID: id, Direct: strings.HasPrefix(id, "D")}
}

// remember returns what is remembered under key, or asks. Those who ask for
// the same at once share one call; errors are not remembered. The call has a
// time of its own, so that one asker who gives up does not fail the others.
func remember[T any](ctx context.Context, p *people, key string, ask func(context.Context, *slack.Client) (T, error)) (T, error) {
	if value, ok := p.memory.Get(key); ok {
		return value.(T), nil
	}
	call := p.calls.DoChan(key, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
		defer cancel()
		var value T
		err := p.web.call(ctx, func(api *slack.Client) (err error) {
			value, err = ask(ctx, api)
			return err
		})
		if err == nil {
			p.keep(key, value)
		}
		return value, err
	})
	var none T
	select {
	case result := <-call:
		if result.Err != nil {
			return none, result.Err
		}
		return result.Val.(T), nil
	case <-ctx.Done():
		return none, context.Cause(ctx)
	}
}

// keep remembers a value within bounds.
func (p *people) keep(key string, value any) {
	if p.memory.ItemCount() >= peopleMost {
		p.memory.DeleteExpired()
	}
	if p.memory.ItemCount() >= peopleMost {
		p.memory.Flush()
	}
	p.memory.SetDefault(key, value)
}
