package slack

// methodTable is every Web API method that the workspace knows, with the tier,
// token and scope that Slack's method reference gives it.
func methodTable() map[string]method {
	post := []string{"chat:write"}
	return map[string]method{
		"apps.connections.open":        {run: connectionsOpen, tier: 3, token: appToken, anyScope: []string{"connections:write"}},
		"auth.test":                    {run: authTest, token: botToken},
		"chat.postMessage":             {run: chatPostMessage, token: botToken, anyScope: post},
		"chat.postEphemeral":           {run: chatPostEphemeral, tier: 4, token: botToken, anyScope: post},
		"chat.update":                  {run: chatUpdate, tier: 3, token: botToken, anyScope: post},
		"chat.delete":                  {run: chatDelete, tier: 3, token: botToken, anyScope: post},
		"chat.getPermalink":            {run: chatGetPermalink, token: botToken},
		"views.open":                   {run: viewsOpen, tier: 4, token: botToken},
		"views.push":                   {run: viewsPush, tier: 4, token: botToken},
		"views.update":                 {run: viewsUpdate, tier: 4, token: botToken},
		"views.publish":                {run: viewsPublish, tier: 4, token: botToken},
		"users.info":                   {run: usersInfo, tier: 4, token: botToken, anyScope: []string{"users:read"}},
		"users.list":                   {run: usersList, tier: 2, token: botToken, anyScope: []string{"users:read"}},
		"users.conversations":          {run: usersConversations, tier: 3, token: botToken},
		"usergroups.users.list":        {run: usergroupsUsersList, tier: 2, token: botToken, anyScope: []string{"usergroups:read"}},
		"team.info":                    {run: teamInfo, tier: 3, token: botToken, anyScope: []string{"team:read"}},
		"conversations.info":           {run: conversationsInfo, tier: 3, token: botToken},
		"conversations.list":           {run: conversationsList, tier: 2, token: botToken},
		"conversations.members":        {run: conversationsMembers, tier: 4, token: botToken},
		"conversations.open":           {run: conversationsOpen, tier: 3, token: botToken, anyScope: []string{"im:write", "mpim:write"}},
		"conversations.history":        {run: conversationsHistory, tier: 3, token: botToken},
		"conversations.replies":        {run: conversationsReplies, tier: 3, token: botToken},
		"files.getUploadURLExternal":   {run: filesGetUploadURL, tier: 4, token: botToken, anyScope: []string{"files:write"}},
		"files.completeUploadExternal": {run: filesCompleteUpload, tier: 4, token: botToken, anyScope: []string{"files:write"}},
		"files.info":                   {run: filesInfo, tier: 4, token: botToken, anyScope: []string{"files:read"}},
	}
}

// authTest answers auth.test.
func authTest(w *Workspace, _ call) (answer, *callError) {
	result := answer{
		"url":  "https://" + w.options.Domain + ".slack.com/",
		"team": w.options.TeamName, "team_id": w.options.TeamID,
		"user": w.options.BotName, "user_id": w.options.BotUserID, "bot_id": w.options.BotID,
		"is_enterprise_install": false,
	}
	if w.options.EnterpriseID != "" {
		result["enterprise_id"] = w.options.EnterpriseID
	}
	return result, nil
}

// teamInfo answers team.info.
func teamInfo(w *Workspace, c call) (answer, *callError) {
	if id := c.text("team"); id != "" && id != w.options.TeamID {
		return nil, fail("team_not_found")
	}
	team := map[string]any{
		"id": w.options.TeamID, "name": w.options.TeamName, "domain": w.options.Domain,
		"email_domain": "", "icon": map[string]any{"image_default": true},
	}
	if w.options.EnterpriseID != "" {
		team["enterprise_id"], team["enterprise_name"] = w.options.EnterpriseID, w.options.TeamName
	}
	return answer{"team": team}, nil
}
