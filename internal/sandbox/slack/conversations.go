package slack

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

// kindOf is a conversation's type in Slack's lists.
func (c Channel) kindOf() string {
	switch {
	case c.IsIM:
		return "im"
	case c.IsMPIM:
		return "mpim"
	case c.IsPrivate:
		return "private_channel"
	}
	return "public_channel"
}

// scopeFor is the scope that a conversation type needs for reading ("read") or
// its messages ("history").
func scopeFor(kind, verb string) string {
	switch kind {
	case "public_channel":
		return "channels:" + verb
	case "private_channel":
		return "groups:" + verb
	}
	return kind + ":" + verb
}

func allScopes(verb string) []string {
	return []string{"channels:" + verb, "groups:" + verb, "mpim:" + verb, "im:" + verb}
}

// readable finds a conversation that the bot may know of. A private one that it is
// not in is as good as none.
func (w *Workspace) readable(c call, verb string) (Channel, *callError) {
	if failure := allow(c.scopes, allScopes(verb)); failure != nil {
		return Channel{}, failure
	}
	channel, ok := w.channels[c.text("channel")]
	if !ok || channel.closed() && !channel.has(w.options.BotUserID) {
		return channel, fail("channel_not_found")
	}
	return channel, allow(c.scopes, []string{scopeFor(channel.kindOf(), verb)})
}

// conversationsInfo answers conversations.info.
func conversationsInfo(w *Workspace, c call) (answer, *callError) {
	channel, failure := w.readable(c, "read")
	if failure != nil {
		return nil, failure
	}
	object := w.channelObject(channel)
	if c.flag("include_num_members") {
		object["num_members"] = len(channel.Members)
	}
	return answer{"channel": object}, nil
}

func (w *Workspace) channelObject(c Channel) map[string]any {
	object := map[string]any{
		"id": c.ID, "created": 1_700_000_000, "is_archived": c.IsArchived,
		"is_im": c.IsIM, "is_org_shared": c.IsOrgShared, "context_team_id": w.options.TeamID, "updated": 1_700_000_000_000,
	}
	if c.IsIM {
		for _, id := range c.Members {
			if id != w.options.BotUserID {
				object["user"] = id
			}
		}
		return object
	}
	shared := c.IsExtShared || c.IsOrgShared
	for key, value := range map[string]any{
		"name": c.Name, "name_normalized": c.Name, "creator": w.options.BotUserID,
		"is_channel": !c.IsPrivate && !c.IsMPIM, "is_group": c.IsPrivate, "is_mpim": c.IsMPIM,
		"is_private": c.closed(), "is_general": false, "is_read_only": c.IsReadOnly,
		"is_shared": shared, "is_ext_shared": c.IsExtShared, "is_pending_ext_shared": c.IsPendingExtShared,
		"pending_shared": []string{}, "pending_connected_team_ids": []string{}, "parent_conversation": nil,
		"shared_team_ids": append([]string{w.options.TeamID}, c.ConnectedTeamIDs...),
		"is_member":       c.has(w.options.BotUserID), "unlinked": 0, "previous_names": []string{},
		"topic":   map[string]any{"value": "", "creator": "", "last_set": 0},
		"purpose": map[string]any{"value": "", "creator": "", "last_set": 0},
	} {
		object[key] = value
	}
	if len(c.ConnectedTeamIDs) > 0 {
		object["connected_team_ids"] = c.ConnectedTeamIDs
		object["conversation_host_id"] = w.options.TeamID
	}
	return object
}

// conversationsList answers conversations.list: public ones, and others where
// the bot is a member.
func conversationsList(w *Workspace, c call) (answer, *callError) {
	return w.listChannels(c, func(channel Channel) bool {
		return !channel.closed() || channel.has(w.options.BotUserID)
	})
}

// usersConversations answers users.conversations: those that a user is in, as far
// as the bot may know of them.
func usersConversations(w *Workspace, c call) (answer, *callError) {
	userID := c.text("user")
	if userID == "" {
		userID = w.options.BotUserID
	}
	if _, ok := w.users[userID]; !ok {
		return nil, fail("user_not_found")
	}
	return w.listChannels(c, func(channel Channel) bool {
		return channel.has(userID) && (!channel.closed() || channel.has(w.options.BotUserID))
	})
}

func (w *Workspace) listChannels(c call, want func(Channel) bool) (answer, *callError) {
	kinds := []string{"public_channel"}
	if types := c.text("types"); types != "" {
		kinds = strings.Split(strings.ReplaceAll(types, " ", ""), ",")
	}
	for _, kind := range kinds {
		if !slices.Contains([]string{"public_channel", "private_channel", "mpim", "im"}, kind) {
			return nil, fail("invalid_types")
		}
		if failure := allow(c.scopes, []string{scopeFor(kind, "read")}); failure != nil {
			return nil, failure
		}
	}
	var found []map[string]any
	for _, channel := range w.sortedChannels() {
		archived := channel.IsArchived && c.flag("exclude_archived")
		if slices.Contains(kinds, channel.kindOf()) && !archived && want(channel) {
			found = append(found, w.channelObject(channel))
		}
	}
	return paged(c, "channels", found, 100, 1000)
}

// paged answers one page of a list with Slack's cursor.
func paged[T any](c call, name string, list []T, usual, most int) (answer, *callError) {
	limit := c.number("limit", usual)
	if limit < 1 || limit > most {
		return nil, fail("invalid_limit")
	}
	start, ok := cursorStart(c.text("cursor"))
	if !ok || start > len(list) {
		return nil, fail("invalid_cursor")
	}
	end, next := min(start+limit, len(list)), ""
	if end < len(list) {
		next = base64.StdEncoding.EncodeToString([]byte("next:" + strconv.Itoa(end)))
	}
	page := append([]T{}, list[start:end]...)
	return answer{name: page, "response_metadata": map[string]any{"next_cursor": next}}, nil
}

func cursorStart(cursor string) (int, bool) {
	if cursor == "" {
		return 0, true
	}
	plain, err := base64.StdEncoding.DecodeString(cursor)
	digits, ok := strings.CutPrefix(string(plain), "next:")
	n, errNumber := strconv.Atoi(digits)
	return n, err == nil && ok && errNumber == nil && n >= 0
}

// conversationsMembers answers conversations.members.
func conversationsMembers(w *Workspace, c call) (answer, *callError) {
	channel, failure := w.readable(c, "read")
	if failure != nil {
		return nil, failure
	}
	return paged(c, "members", channel.Members, 100, 1000)
}

// conversationsOpen answers conversations.open.
func conversationsOpen(w *Workspace, c call) (answer, *callError) {
	if channel, ok := w.channels[c.text("channel")]; ok {
		return answer{"channel": map[string]any{"id": channel.ID}}, nil
	}
	users := strings.Split(strings.ReplaceAll(c.text("users"), " ", ""), ",")
	if len(users) != 1 {
		return w.openGroup(c, users)
	}
	if failure := allow(c.scopes, []string{"im:write"}); failure != nil {
		return nil, failure
	}
	if _, ok := w.users[users[0]]; !ok {
		return nil, fail("user_not_found")
	}
	channel, failure := w.directTarget(users[0])
	if failure != nil {
		return nil, failure
	}
	if c.flag("return_im") {
		return answer{"channel": w.channelObject(channel)}, nil
	}
	return answer{"channel": map[string]any{"id": channel.ID}}, nil
}

func (w *Workspace) openGroup(c call, users []string) (answer, *callError) {
	if failure := allow(c.scopes, []string{"mpim:write"}); failure != nil {
		return nil, failure
	}
	for _, id := range users {
		if _, ok := w.users[id]; !ok {
			return nil, fail("user_not_found")
		}
	}
	channel := Channel{ID: objectID("G"), Name: "mpdm-" + strings.Join(users, "--"), IsMPIM: true}
	channel.Members = append(users, w.options.BotUserID)
	w.putChannel(channel)
	return answer{"channel": map[string]any{"id": channel.ID}}, nil
}
