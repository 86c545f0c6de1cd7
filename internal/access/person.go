package access

import "slices"

// slackbot is the one bot whose is_bot is false.
// https://docs.slack.dev/reference/objects/user-object
const slackbot = "USLACKBOT"

// Person is what Slack says of somebody who asks or clicks: the answer of
// users.info, with the team that the payload named.
// https://docs.slack.dev/reference/objects/user-object
type Person struct {
	UserID string // id
	TeamID string // team_id: the workspace of the account

	// SentTeamID is the team of the person in the command's or click's own
	// payload; empty where the payload names none. It has to fit the rest.
	SentTeamID string

	// EnterpriseUserID and Teams are enterprise_user.id and
	// enterprise_user.teams: on an Enterprise Grid, the person's id in the
	// whole organisation and the workspaces that the person belongs to. Both
	// are empty elsewhere.
	EnterpriseUserID string
	Teams            []string

	Admin bool // is_admin
	Owner bool // is_owner or is_primary_owner

	Guest              bool // is_restricted: any guest
	SingleChannelGuest bool // is_ultra_restricted
	Stranger           bool // is_stranger: of another workspace
	Bot                bool // is_bot, is_workflow_bot or is_connector_bot
	Deleted            bool // deleted: the account is deactivated

	// Known is whether users.info answered. Without it nothing above counts.
	Known bool

	// Groups are the user groups among [Policy.AdminGroups] that the person is
	// in; a group that could not be read is left out.
	Groups []string
}

// standing says why a person is no full member of the policy's workspace, or
// ReasonNone.
func (p Policy) standing(who Person) Reason {
	switch {
	case p.TeamID == "" || !who.Known || who.UserID == "":
		return ReasonUnknownPerson
	case who.Deleted:
		return ReasonDeactivated
	case who.Bot || who.UserID == slackbot:
		return ReasonBot
	case who.Stranger || !p.home(who):
		return ReasonOtherOrganisation
	case who.Guest || who.SingleChannelGuest:
		return ReasonGuest
	}
	return ReasonNone
}

// home says whether the workspace is one of the person's own. On an Enterprise
// Grid it need not be the one that the account or the payload names.
func (p Policy) home(who Person) bool {
	own := who.TeamID == p.TeamID || slices.Contains(who.Teams, p.TeamID)
	sent := who.SentTeamID == "" || who.SentTeamID == p.TeamID || slices.Contains(who.Teams, who.SentTeamID)
	return own && sent
}

// IsAdmin says whether a person may do what is reserved to admins. A person
// whom [Policy.Ask] refuses everywhere, such as a guest, is never one, even
// if listed.
func (p Policy) IsAdmin(who Person) bool {
	if p.standing(who) != ReasonNone {
		return false
	}
	if len(p.Admins) == 0 {
		return who.Admin || who.Owner
	}
	return slices.ContainsFunc(p.Admins, func(id string) bool {
		return id != "" && (id == who.UserID || id == who.EnterpriseUserID || slices.Contains(who.Groups, id))
	})
}

// AdminGroups are the user groups (S…) among the admins: those whose members
// have to be known before somebody counts as an admin through them.
func (p Policy) AdminGroups() []string {
	var groups []string
	for _, id := range p.Admins {
		if len(id) > 0 && id[0] == 'S' {
			groups = append(groups, id)
		}
	}
	return groups
}
