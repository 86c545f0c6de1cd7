package page

import (
	"net/http"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// most is how many names the completion gets; more would only slow the page.
const most = 5000

type sessionJSON struct {
	Title    string        `json:"title"`
	Team     teamJSON      `json:"team"`
	Command  string        `json:"command"`
	Words    []Word        `json:"words"`
	Examples []string      `json:"examples"`
	Names    []string      `json:"names"`
	Bot      botJSON       `json:"bot"`
	First    firstJSON     `json:"first"`
	Users    []userJSON    `json:"users"`
	Channels []channelJSON `json:"channels"`
	Sockets  int           `json:"sockets"`
}

type teamJSON struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type botJSON struct {
	UserID string `json:"user_id"`
	Name   string `json:"name"`
}

type firstJSON struct {
	UserID    string `json:"as"`
	ChannelID string `json:"channel"`
}

type userJSON struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	RealName string `json:"real_name"`
	TZ       string `json:"tz"`
	Role     string `json:"role"`
}

type channelJSON struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Kind     string   `json:"kind"`
	Archived bool     `json:"archived"`
	Members  []string `json:"members"`
}

// session answers with everything that changes seldom.
func (p *page) session(w http.ResponseWriter, _ *http.Request) {
	ws := p.Workspace
	bot, _ := ws.User(ws.BotUserID())
	s := sessionJSON{
		Title: p.Title, Team: teamJSON{ID: ws.TeamID(), Name: p.Team}, Command: p.Command,
		Words: orEmpty(p.Words), Examples: p.Examples, Names: orEmpty(p.names()),
		Bot:   botJSON{UserID: ws.BotUserID(), Name: displayName(bot)},
		First: firstJSON{UserID: p.UserID, ChannelID: p.ChannelID}, Sockets: ws.Sockets(),
		Users: []userJSON{}, Channels: []channelJSON{},
	}
	for _, u := range ws.Users() {
		s.Users = append(s.Users, userJSON{ID: u.ID, Name: u.Name, RealName: u.RealName, TZ: u.TZ, Role: role(u, ws.TeamID())})
	}
	for _, c := range ws.Channels() {
		s.Channels = append(s.Channels, channelJSON{ID: c.ID, Name: c.Name, Kind: kind(c), Archived: c.IsArchived, Members: orEmpty(c.Members)})
	}
	writeJSON(w, s)
}

func (p *page) names() []string {
	names := p.Suggest()
	return names[:min(len(names), most)]
}

func displayName(u slack.User) string {
	if u.RealName != "" {
		return u.RealName
	}
	return u.Name
}

// role is what the switch "act as" says of a person.
func role(u slack.User, teamID string) string {
	switch {
	case u.Deleted:
		return "deactivated"
	case u.IsBot:
		return "bot"
	case u.IsStranger, u.TeamID != "" && u.TeamID != teamID:
		return "outsider"
	case u.IsRestricted, u.IsUltraRestricted:
		return "guest"
	case u.IsOwner:
		return "owner"
	case u.IsAdmin:
		return "admin"
	default:
		return "member"
	}
}

func kind(c slack.Channel) string {
	switch {
	case c.IsIM, c.IsMPIM:
		return "direct"
	case c.IsExtShared, c.IsPendingExtShared:
		return "shared"
	case c.IsPrivate:
		return "private"
	default:
		return "public"
	}
}

// orEmpty makes JSON say [] where Go says nil.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
