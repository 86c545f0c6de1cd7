package formatting

import "strings"

// unreached is why a channel cannot be reached, in words.
type unreached struct {
	is, was line // "the bot is not in it", "the bot was not in this channel"
	mend    line // what to do about it
}

func reason(is, was string, mend ...span) (unreached, bool) {
	return unreached{line{say(is)}, line{say(was)}, mend}, true
}

// whyUnreached puts Slack's error, or our own reason not to post, into words.
// https://docs.slack.dev/reference/methods/chat.postMessage#errors
func whyUnreached(class, command string) unreached {
	for _, find := range []func(class, command string) (unreached, bool){ofChannel, ofRules, ofApp, ofScope} {
		if u, ok := find(class, command); ok {
			return u
		}
	}
	if class == "" {
		return unreached{mend: line{say("Whoever runs the bot finds the cause in its log.")}}
	}
	return unreached{
		is: line{say("Slack answers "), typed(class)}, was: line{say("Slack answered "), typed(class)},
		mend: line{say("Whoever runs the bot finds more in its log.")},
	}
}

// ofChannel are troubles with the channel.
func ofChannel(class, _ string) (unreached, bool) {
	switch class {
	case "not_in_channel":
		return reason("the bot is not in it", "it was not in this channel",
			say("Add it there with "), typed("/invite"), say("."))
	case "channel_not_found":
		return reason("Slack does not show it to the bot", "Slack did not show this channel to the bot",
			say("If it is a private channel, add the bot there with "), typed("/invite"), say("; if it was deleted, there is nothing to do."))
	case "is_archived", "is_inactive":
		return reason("it is archived", "this channel was archived",
			say("Unarchive it if it is still wanted; otherwise there is nothing to do."))
	}
	return unreached{}, false
}

// ofRules are rules that forbid the bot to post.
func ofRules(class, _ string) (unreached, bool) {
	if strings.HasPrefix(class, "restricted_action") {
		class = "no_permission" // for one of several rules
	}
	switch class {
	case "no_permission", "access_denied", "posting_to_general_channel_denied":
		return reason("its posting permissions shut the bot out", "its posting permissions shut the bot out",
			say("Whoever manages the channel can allow the app there."))
	case "ekm_access_denied":
		return reason("the organisation has suspended posting", "the organisation had suspended posting",
			say("An administrator of the organisation can lift that in its key management."))
	case "messages_tab_disabled":
		return reason("direct messages to the bot are switched off", "direct messages to the bot were switched off",
			say("Switch on the Messages tab in the app's settings, under App Home."))
	case "channel_type_not_supported":
		return reason("apps cannot post in a channel of its kind", "apps cannot post in a channel of this kind",
			say("Please set the digests up in another channel."))
	case "user_not_found", "users_not_found", "user_not_visible", "user_disabled", "cannot_dm_bot":
		return reason("that person cannot be written to", "that person could not be written to",
			say("Whoever runs the bot can check "), setting("ACCESS_ADMINS"), say("."))
	case "message_limit_exceeded":
		return reason("the workspace has used up its messages", "the workspace had used up its messages",
			say("A paid plan of Slack lifts that limit."))
	}
	return unreached{}, false
}

// ofApp are troubles with the app in the workspace.
func ofApp(class, _ string) (unreached, bool) {
	class, needed, _ := strings.Cut(class, ":") // missing_scope:files:write
	switch class {
	case "missing_scope":
		if scope(needed).kind != exact {
			needed = "chat:write"
		}
		return reason("the app lacks the scope "+needed, "the app lacked the scope "+needed,
			say("An admin of the workspace can add "), scope(needed), say(" to the app and install it again."))
	case "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type",
		"no_token", "user_removed_from_team", "invalid_app_id":
		return reason("Slack refuses the bot's token", "Slack refused the bot's token",
			say("Whoever runs the bot has to install the app again and set "), setting("SLACK_BOT_TOKEN"), say("."))
	case "team_access_not_granted", "org_login_required", "team_added_to_org", "enterprise_is_restricted", "forbidden_team", "team_disabled",
		"link_disabled", "accesslimited", "two_factor_setup_required":
		return reason("the app has no access to the workspace at the moment", "the app had no access to the workspace",
			say("An administrator of the organisation can approve the app for the workspace."))
	}
	return unreached{}, false
}

// ofScope are our own reasons not to post, as the decisions on access name them.
func ofScope(class, command string) (unreached, bool) {
	bind := line{say("An admin can choose there what it may see: "), typed(command + " bind"), say(".")}
	switch class {
	case "shared channel", "suspended":
		return reason("it is shared with another organisation", "this channel was shared with another organisation", bind...)
	case "admins only", "not bound", "no usable rule", "out of scope", "one customer only":
		return reason("it may see no customer", "this channel was allowed to see no customer", bind...)
	case "channel could not be checked":
		return reason("Slack does not tell the bot who reads it", "Slack did not tell the bot who reads this channel",
			say("Add the bot there with "), typed("/invite"), say("."))
	}
	return unreached{}, false
}
