package slack_test

import (
	"strings"
	"testing"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// TestUsersInfo_matrix has every kind of person that the security tests know.
func TestUsersInfo_matrix(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	for id, u := range map[string]slack.User{
		"U0ADMIN": {IsAdmin: true}, "U0OWNER": {IsOwner: true, IsAdmin: true}, "U0SINGLE": {IsUltraRestricted: true},
		"U0ORG": {TeamID: "T0SISTER", EnterpriseID: "E1"}, "U0GONE": {Deleted: true, IsAdmin: true},
	} {
		u.ID, u.Name = id, strings.ToLower(id)
		s.ws.AddUser(u)
	}
	for id, want := range map[string]string{
		ana:              "is_admin:false is_restricted:false team_id:T0HOME tz:Europe/Lisbon deleted:false is_bot:false",
		guest:            "is_restricted:true is_ultra_restricted:false",
		"U0SINGLE":       "is_restricted:true is_ultra_restricted:true",
		eve:              "is_stranger:true team_id:T0EVIL",
		"U0ADMIN":        "is_admin:true is_owner:false is_stranger:<nil>",
		"U0OWNER":        "is_admin:true is_owner:true",
		"U0ORG":          "team_id:T0SISTER is_stranger:<nil>",
		"U0GONE":         "deleted:true is_admin:<nil>",
		s.ws.BotUserID(): "is_bot:true",
	} {
		r := s.form("users.info", "user", id)
		for _, pair := range strings.Fields(want) {
			key, value, _ := strings.Cut(pair, ":")
			if got := r.text("user", key); got != value {
				t.Errorf("%s: %s = %s, want %s", id, key, got, value)
			}
		}
	}
	if got := s.form("users.info", "user", "U0NOBODY").code(); got != "user_not_found" {
		t.Errorf("nobody: %q", got)
	}
	if got := s.form("users.info", "user", "U0ORG").text("user", "enterprise_user", "enterprise_id"); got != "E1" {
		t.Errorf("enterprise %q", got)
	}
}

func TestConversationsInfo(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{Scopes: []string{"channels:read", "groups:read", "im:read", "im:write"}})
	s.ws.AddChannel(slack.Channel{ID: "C0EXT", Name: "ext", IsExtShared: true, ConnectedTeamIDs: []string{"T0EVIL"}})
	s.ws.AddChannel(slack.Channel{ID: "C0PEND", Name: "pend", IsPendingExtShared: true})
	im := s.form("conversations.open", "users", ana).text("channel", "id")
	for id, want := range map[string]string{
		ops:      "is_channel:true is_private:false is_ext_shared:false is_shared:false is_member:true is_archived:false name:ops",
		board:    "is_channel:false is_group:true is_private:true is_member:true",
		hall:     "is_member:false",
		"C0EXT":  "is_ext_shared:true is_shared:true connected_team_ids:[T0EVIL]",
		"C0PEND": "is_ext_shared:false is_pending_ext_shared:true",
		im:       "is_im:true user:" + ana + " name:<nil>",
	} {
		r := s.form("conversations.info", "channel", id)
		for _, pair := range strings.Fields(want) {
			key, value, _ := strings.Cut(pair, ":")
			if got := r.text("channel", key); got != value {
				t.Errorf("%s: %s = %s, want %s", id, key, got, value)
			}
		}
	}
	if got := s.form("conversations.info", "channel", den).code(); got != "channel_not_found" {
		t.Errorf("private without the bot: %q", got)
	}
	if got := s.form("conversations.members", "channel", ops).text("members"); got != "[U0ANA U0BOT]" {
		t.Errorf("members %s", got)
	}
}

func TestConversationsList(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	s.ws.AddChannel(slack.Channel{ID: "C0OLD", Name: "aold", IsArchived: true})
	ids := func(r reply) (ids string) {
		list, _ := r.json["channels"].([]any)
		for _, item := range list {
			c, _ := item.(map[string]any)
			id, _ := c["id"].(string)
			ids += id + " "
		}
		return ids
	}
	if got := ids(s.form("conversations.list")); got != "C0OLD C0HALL C0OPS " {
		t.Errorf("public: %q", got)
	}
	if got := ids(s.form("conversations.list", "types", "public_channel,private_channel", "exclude_archived", "true")); got != "G0BOARD C0HALL C0OPS " {
		t.Errorf("all: %q", got)
	}
	if r := s.form("conversations.list", "types", "im"); r.code() != "missing_scope" || r.text("needed") != "im:read" {
		t.Error(r.raw)
	}
	if got := ids(s.form("users.conversations", "types", "public_channel,private_channel")); got != "G0BOARD C0OPS " {
		t.Errorf("the bot's own: %q", got)
	}
	if got := ids(s.form("users.conversations", "user", ana)); got != "C0HALL C0OPS " {
		t.Errorf("ana's: %q", got)
	}
	page := s.form("conversations.list", "limit", "2")
	rest := s.form("conversations.list", "limit", "2", "cursor", page.text("response_metadata", "next_cursor"))
	if ids(page) != "C0OLD C0HALL " || ids(rest) != "C0OPS " || rest.text("response_metadata", "next_cursor") != "" {
		t.Errorf("pages %s, %s", page.raw, rest.raw)
	}
	if got := s.form("conversations.list", "cursor", "bogus").code(); got != "invalid_cursor" {
		t.Errorf("cursor: %q", got)
	}
}

func TestConversationsOpen(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	first := s.form("conversations.open", "users", ana).text("channel", "id")
	if second := s.form("conversations.open", "users", ana).text("channel", "id"); second != first || first == "" {
		t.Errorf("%q, then %q", first, second)
	}
	if got := s.form("conversations.open", "users", "U0X").code(); got != "user_not_found" {
		t.Errorf("nobody: %q", got)
	}
	if r := s.form("conversations.open", "users", ana+","+guest); r.text("needed") != "mpim:write" {
		t.Error(r.raw)
	}
}

func TestUserGroupsAndTeam(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{Scopes: []string{"usergroups:read", "team:read"}})
	s.ws.SetUserGroup("S0OPS", ana)
	if got := s.form("usergroups.users.list", "usergroup", "S0OPS").text("users"); got != "[U0ANA]" {
		t.Errorf("users %s", got)
	}
	if got := s.form("usergroups.users.list", "usergroup", "S0X").code(); got != "no_such_subteam" {
		t.Errorf("unknown: %q", got)
	}
	if got := s.form("team.info").text("team", "name"); got != "Home" {
		t.Errorf("team %s", got)
	}
}

func TestMessages_viewers(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	s.form("chat.postMessage", "channel", ops, "text", "public")
	s.form("chat.postMessage", "channel", board, "text", "private")
	s.ws.AddUser(slack.User{ID: "U0MIA", Name: "mia"})
	for viewer, want := range map[string]string{ana: "public private", "U0MIA": "public ", guest: " ", eve: " ", "": "public private"} {
		if got := s.texts(ops, viewer) + " " + s.texts(board, viewer); got != want {
			t.Errorf("%s sees %q, want %q", viewer, got, want)
		}
	}
}
