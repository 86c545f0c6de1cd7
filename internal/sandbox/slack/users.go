package slack

import (
	"maps"
	"slices"
	"time"
)

// usersInfo answers users.info.
func usersInfo(w *Workspace, c call) (answer, *callError) {
	u, ok := w.users[c.text("user")]
	if !ok {
		return nil, fail("user_not_found")
	}
	return answer{"user": w.userObject(u)}, nil
}

// usersList answers users.list.
func usersList(w *Workspace, c call) (answer, *callError) {
	var found []map[string]any
	for _, id := range slices.Sorted(maps.Keys(w.users)) {
		found = append(found, w.userObject(w.users[id]))
	}
	return paged(c, "members", found, 1000, 1000)
}

// userObject is a person as users.info shows them. Of deleted people Slack tells
// no roles; is_stranger stands only where it is true.
func (w *Workspace) userObject(u User) map[string]any {
	object := map[string]any{
		"id": u.ID, "team_id": u.TeamID, "name": u.Name, "deleted": u.Deleted,
		"is_bot": u.IsBot, "is_app_user": false, "updated": w.Now().Unix(),
		"profile": map[string]any{
			"real_name": u.RealName, "display_name": u.Name,
			"real_name_normalized": u.RealName, "display_name_normalized": u.Name, "team": u.TeamID,
		},
	}
	if u.IsStranger {
		object["is_stranger"] = true
	}
	if u.EnterpriseID != "" {
		object["enterprise_user"] = map[string]any{
			"id": "W" + u.ID[1:], "enterprise_id": u.EnterpriseID, "teams": []string{u.TeamID},
		}
	}
	if u.Deleted {
		return object
	}
	for key, value := range map[string]any{
		"real_name": u.RealName, "color": "9f69e7",
		"is_admin": u.IsAdmin, "is_owner": u.IsOwner, "is_primary_owner": false,
		"is_restricted": u.IsRestricted || u.IsUltraRestricted, "is_ultra_restricted": u.IsUltraRestricted,
		"is_email_confirmed": true, "who_can_share_contact_card": "EVERYONE",
	} {
		object[key] = value
	}
	w.addZone(object, u.TZ)
	return object
}

func (w *Workspace) addZone(object map[string]any, zone string) {
	if zone == "" {
		zone = "Europe/Berlin"
	}
	object["tz"] = zone
	location, err := time.LoadLocation(zone)
	if err != nil {
		return // no zone database here
	}
	label, offset := w.Now().In(location).Zone()
	object["tz_label"], object["tz_offset"] = label, offset
}

// usergroupsUsersList answers usergroups.users.list.
func usergroupsUsersList(w *Workspace, c call) (answer, *callError) {
	members, ok := w.groups[c.text("usergroup")]
	if !ok {
		return nil, fail("no_such_subteam")
	}
	return answer{"users": append([]string{}, members...)}, nil
}
