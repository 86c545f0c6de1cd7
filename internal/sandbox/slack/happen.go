package slack

import (
	"context"
	"slices"
	"strings"
)

// Things that people and admins do to a channel. Each changes the channel and
// sends the app the event that Slack sends of it; the errors are those of
// [Workspace.SendEvent], and ErrUnknown. Events of a private channel, and those of
// members, reach the app only while its bot is a member itself; otherwise nothing
// is sent.

// Archive archives a channel (channel_archive, group_archive).
func (w *Workspace) Archive(ctx context.Context, channelID, byUserID string) (Receipt, error) {
	return w.archive(ctx, channelID, byUserID, true)
}

// Unarchive takes it back (channel_unarchive, group_unarchive).
func (w *Workspace) Unarchive(ctx context.Context, channelID, byUserID string) (Receipt, error) {
	return w.archive(ctx, channelID, byUserID, false)
}

func (w *Workspace) archive(ctx context.Context, channelID, byUserID string, archived bool) (Receipt, error) {
	kind := "unarchive"
	if archived {
		kind = "archive"
	}
	return w.happen(ctx, channelID, func(c *Channel) map[string]any {
		c.IsArchived = archived
		return map[string]any{"type": c.eventPrefix() + kind, "user": byUserID}
	})
}

// Invite makes a user, or the bot, a member (member_joined_channel).
func (w *Workspace) Invite(ctx context.Context, channelID, userID, byUserID string) (Receipt, error) {
	return w.happen(ctx, channelID, func(c *Channel) map[string]any {
		if !c.has(userID) {
			c.Members = append(c.Members, userID)
		}
		return map[string]any{
			"type": "member_joined_channel", "user": userID, "channel_type": c.channelType(),
			"team": w.options.TeamID, "inviter": byUserID,
		}
	})
}

// Remove ends a membership (member_left_channel; channel_left or group_left for
// the bot's own).
func (w *Workspace) Remove(ctx context.Context, channelID, userID, byUserID string) (Receipt, error) {
	return w.happen(ctx, channelID, func(c *Channel) map[string]any {
		c.Members = slices.DeleteFunc(c.Members, func(id string) bool { return id == userID })
		if userID == w.options.BotUserID {
			return map[string]any{"type": c.eventPrefix() + "left", "actor_id": byUserID}
		}
		return map[string]any{
			"type": "member_left_channel", "user": userID, "channel_type": c.channelType(), "team": w.options.TeamID,
		}
	})
}

// Share shares a channel with another organisation (channel_shared).
func (w *Workspace) Share(ctx context.Context, channelID, teamID string) (Receipt, error) {
	return w.happen(ctx, channelID, func(c *Channel) map[string]any {
		if !slices.Contains(c.ConnectedTeamIDs, teamID) {
			c.ConnectedTeamIDs = append(slices.Clone(c.ConnectedTeamIDs), teamID)
		}
		c.IsExtShared, c.IsPendingExtShared = true, false
		return map[string]any{"type": "channel_shared", "connected_team_id": teamID}
	})
}

// Unshare ends that for one organisation (channel_unshared).
func (w *Workspace) Unshare(ctx context.Context, channelID, teamID string) (Receipt, error) {
	return w.happen(ctx, channelID, func(c *Channel) map[string]any {
		c.ConnectedTeamIDs = slices.DeleteFunc(slices.Clone(c.ConnectedTeamIDs), func(id string) bool { return id == teamID })
		c.IsExtShared = len(c.ConnectedTeamIDs) > 0
		return map[string]any{
			"type": "channel_unshared", "previously_connected_team_id": teamID, "is_ext_shared": c.IsExtShared,
		}
	})
}

// happen changes a channel and sends the event that change returns. It takes mu
// itself.
func (w *Workspace) happen(ctx context.Context, channelID string, change func(*Channel) map[string]any) (Receipt, error) {
	event, told, err := w.changed(channelID, change)
	if err != nil || !told {
		return Receipt{}, err
	}
	event["channel"] = channelID
	return w.SendEvent(ctx, event)
}

func (w *Workspace) changed(channelID string, change func(*Channel) map[string]any) (event map[string]any, told bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, ok := w.channels[channelID]
	if !ok {
		return nil, false, ErrUnknown
	}
	member := c.has(w.options.BotUserID)
	c.Members = slices.Clone(c.Members)
	event = change(&c)
	w.putChannel(c)
	member = member || c.has(w.options.BotUserID)
	ofMembers := strings.HasPrefix(text(event, "type"), "member_")
	return event, member || !c.closed() && !ofMembers, nil
}

// eventPrefix begins the names of the events that public and private channels
// have in two versions.
func (c Channel) eventPrefix() string {
	if c.IsPrivate {
		return "group_"
	}
	return "channel_"
}

// channelType is the letter that membership events give the channel's kind.
func (c Channel) channelType() string {
	if c.IsPrivate {
		return "G"
	}
	return "C"
}
