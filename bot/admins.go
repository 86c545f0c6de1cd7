package bot

import (
	"context"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/store"
)

const (
	// adminsTold bounds the direct messages about one event.
	adminsTold = 20
	// adminPages bounds the search for the workspace's owners and admins.
	adminPages = 50
	// adminPage is how many people Slack lists at a time.
	adminPage = 200
	// adminsBudget bounds the telling. It outlives the request that found out.
	adminsBudget = time.Minute
)

// tellAdmins sends a direct message to who bound a channel and to the bot's
// admins. It names no customer.
func (c *channels) tellAdmins(ctx context.Context, b store.Binding, m formatting.Message) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), adminsBudget)
	defer cancel()
	told := 0
	for _, user := range c.reachable(ctx, b.By) {
		if err := c.web.post(ctx, user, m); err != nil {
			c.places.log.Warn("an admin was not told", "user_id", user, "channel_id", b.Channel, "err", err)
			continue
		}
		told++
	}
	if told == 0 {
		c.places.log.Error("no admin could be told that a channel shows nothing any more", "channel_id", b.Channel)
	}
}

// reachable are the admins who are told, at most [adminsTold], who bound the
// channel first.
func (c *channels) reachable(ctx context.Context, first string) []string {
	var users []string
	for _, user := range c.admins(ctx, first) {
		person, err := c.people.person(ctx, caller{team: c.web.home.Load().TeamID, user: user})
		if err == nil && c.policy().IsAdmin(person) {
			users = append(users, user)
		}
		if len(users) == adminsTold {
			break
		}
	}
	return users
}

// admins are the ids of who may be an admin, who bound the channel first.
func (c *channels) admins(ctx context.Context, first string) []string {
	var users []string
	add := func(id string) {
		if id != "" && !slices.Contains(users, id) {
			users = append(users, id)
		}
	}
	add(first)
	policy := c.policy()
	for _, id := range policy.Admins {
		if id != "" && !slices.Contains(policy.AdminGroups(), id) {
			add(id)
		}
	}
	for _, group := range policy.AdminGroups() {
		for _, id := range c.people.members(ctx, group) {
			add(id)
		}
	}
	if len(policy.Admins) == 0 {
		for _, id := range c.people.keepers(ctx) {
			add(id)
		}
	}
	return users
}

// keepers are the owners and admins of the workspace, as far as Slack tells.
// https://docs.slack.dev/reference/methods/users.list
func (p *people) keepers(ctx context.Context) []string {
	var users []string
	var pages slack.UserPagination
	err := p.web.call(ctx, func(api *slack.Client) error {
		pages = api.GetUsersPaginated(slack.GetUsersOptionLimit(adminPage))
		return nil
	})
	for range adminPages {
		if err != nil {
			break
		}
		err = p.web.call(ctx, func(*slack.Client) (err error) {
			pages, err = pages.Next(ctx)
			return err
		})
		if pages.Done(err) {
			return users
		}
		for _, u := range pages.Users {
			if (u.IsAdmin || u.IsOwner || u.IsPrimaryOwner) && !u.Deleted && !u.IsBot {
				users = append(users, u.ID)
			}
		}
	}
	if err != nil {
		p.log.Warn("the workspace's admins are not known", "err", err)
	}
	return users
}

// holding is why a channel shows what it shows, as messages tell it.
func holding(reason access.Reason, channel access.Channel, everyone access.Default) formatting.Holding {
	switch {
	case reason == access.ReasonSuspended:
		return formatting.HeldSuspended
	case reason == access.ReasonSharedChannel:
		return formatting.HeldShared
	case channel.Bound() && channel.Binding.File:
		return formatting.HeldByFile
	case channel.Bound():
		return formatting.HeldByAdmin
	case everyone != access.Members:
		return formatting.HeldForAdmins
	}
	return formatting.HeldByNobody
}
