package slack

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// User is a person or bot as users.info shows it. TeamID "" is the workspace's own.
type User struct {
	ID, Name, RealName, TeamID, TZ string
	EnterpriseID                   string
	IsAdmin, IsOwner               bool
	IsBot                          bool
	IsRestricted                   bool // guest of any kind
	IsUltraRestricted              bool // guest of one channel
	IsStranger                     bool // of another organisation, shares no channel with us yet
	Deleted                        bool
}

// Channel is a conversation. Members holds user ids; the bot is a member where
// its user id is among them. An IM has two members.
type Channel struct {
	ID, Name           string
	IsPrivate          bool
	IsExtShared        bool // with another organisation
	IsPendingExtShared bool // the invitation is out
	IsOrgShared        bool // with a workspace of the same organisation
	IsArchived         bool
	IsIM, IsMPIM       bool
	IsReadOnly         bool // posting is restricted: chat.postMessage says restricted_action
	ConnectedTeamIDs   []string
	Members            []string
}

func (c Channel) has(userID string) bool { return slices.Contains(c.Members, userID) }

// closed reports whether only members know of the channel.
func (c Channel) closed() bool { return c.IsPrivate || c.IsIM || c.IsMPIM }

// AddUser adds a user, or replaces the one with this id.
func (w *Workspace) AddUser(u User) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if u.TeamID == "" {
		u.TeamID = w.options.TeamID
	}
	w.users[u.ID] = u
	w.publish(Change{Kind: DirectoryMoved, UserID: u.ID})
}

// AddChannel adds a channel, or replaces the one with this id.
func (w *Workspace) AddChannel(c Channel) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.putChannel(c)
}

func (w *Workspace) putChannel(c Channel) {
	c.Members, c.ConnectedTeamIDs = slices.Clone(c.Members), slices.Clone(c.ConnectedTeamIDs)
	w.channels[c.ID] = c
	w.publish(Change{Kind: DirectoryMoved, ChannelID: c.ID})
}

// UpdateUser changes a user in place; an unknown id is ignored.
func (w *Workspace) UpdateUser(id string, change func(*User)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if u, ok := w.users[id]; ok {
		change(&u)
		w.users[id] = u
		w.publish(Change{Kind: DirectoryMoved, UserID: id})
	}
}

// UpdateChannel changes a channel in place, without any event to the app.
func (w *Workspace) UpdateChannel(id string, change func(*Channel)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c, ok := w.channels[id]; ok {
		c.Members = slices.Clone(c.Members)
		change(&c)
		w.putChannel(c)
	}
}

// SetUserGroup makes a user group with these members, or replaces it.
func (w *Workspace) SetUserGroup(id string, members ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.groups[id] = slices.Clone(members)
	w.publish(Change{Kind: DirectoryMoved})
}

// Users returns everyone, sorted by name.
func (w *Workspace) Users() []User {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.SortedFunc(maps.Values(w.users), func(a, b User) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
}

// Channels returns every conversation, sorted by name.
func (w *Workspace) Channels() []Channel {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sortedChannels()
}

func (w *Workspace) sortedChannels() []Channel {
	return slices.SortedFunc(maps.Values(w.channels), func(a, b Channel) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
}

// User returns one user.
func (w *Workspace) User(id string) (User, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	u, ok := w.users[id]
	return u, ok
}

// Channel returns one conversation.
func (w *Workspace) Channel(id string) (Channel, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, ok := w.channels[id]
	return c, ok
}

// OpenIM returns the direct conversation of a user with the bot, made where missing.
func (w *Workspace) OpenIM(userID string) (Channel, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, ok := w.users[userID]; !ok {
		return Channel{}, ErrUnknown
	}
	return w.directChannel(userID), nil
}

func (w *Workspace) directChannel(userID string) Channel {
	for _, c := range w.channels {
		if c.IsIM && c.has(userID) && c.has(w.options.BotUserID) {
			return c
		}
	}
	c := Channel{ID: objectID("D"), IsIM: true, Members: []string{userID, w.options.BotUserID}}
	w.putChannel(c)
	return c
}

// sees reports whether a viewer's client shows the channel at all. Guests and
// people of other organisations see only the channels that they are in.
func (w *Workspace) sees(viewerUserID string, c Channel) bool {
	if viewerUserID == "" || c.has(viewerUserID) {
		return true
	}
	u := w.users[viewerUserID]
	return !c.closed() && !u.IsRestricted && !u.IsUltraRestricted && u.TeamID == w.options.TeamID
}
