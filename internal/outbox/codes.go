package outbox

import (
	"cmp"
	"strings"

	"github.com/slack-go/slack"
)

// ofCode is the outcome of an answer {"ok":false,"error":code}.
// https://docs.slack.dev/reference/methods/chat.postMessage#errors
func ofCode(e slack.SlackErrorResponse) Outcome {
	class := classOf(e.Err)
	o := Outcome{Verdict: verdictOf(class), Class: class}
	switch class {
	case "ratelimited", "rate_limited":
		o.After = limitedFor
	case "message_limit_exceeded":
		o.After = exhaustedFor
	case "org_login_required", "team_added_to_org", "enterprise_is_restricted":
		o.After = restrictedFor
	case "missing_scope":
		o.Scope = scopeOf(e.Needed)
	}
	return o
}

// verdictOf knows Slack's error codes. One that it does not know is a plain no:
// an answer with a code of its own came from Slack's code that refuses.
func verdictOf(code string) Verdict {
	switch code {
	case "ratelimited", "rate_limited":
		return Limited
	case "internal_error", "fatal_error", "service_unavailable", "request_timeout",
		// Said of a client_msg_id that Slack has seen before.
		"duplicate_message_not_found", "duplicate_channel_not_found":
		return Ambiguous
	case "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "link_disabled",
		"user_removed_from_team", "team_disabled", "forbidden_team", "invalid_app_id", "two_factor_setup_required", "accesslimited",
		"org_login_required", "team_added_to_org", "enterprise_is_restricted", "message_limit_exceeded":
		return Halted
	case "missing_scope", "team_access_not_granted", "not_allowed_token_type":
		return Forbidden
	case "message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found", "cannot_reply_to_message":
		return Gone
	}
	switch {
	case isClosed(code):
		return Closed
	case isRefused(code):
		return Refused
	}
	return Failed
}

// isClosed knows the codes of a channel, or a person, that the bot cannot reach.
func isClosed(code string) bool {
	switch code {
	case "channel_not_found", "not_in_channel", "no_permission", "is_archived", "ekm_access_denied", "messages_tab_disabled",
		"access_denied", "channel_type_not_supported", "posting_to_channel_denied", "posting_to_general_channel_denied", "is_inactive",
		"cannot_dm_bot", "user_disabled", "user_not_found", "users_not_found", "user_not_visible":
		return true
	}
	return code == "restricted_action" || strings.HasPrefix(code, "restricted_action_")
}

// isRefused knows the codes of a message that Slack does not take as it is.
func isRefused(code string) bool {
	switch code {
	case "invalid_blocks", "invalid_blocks_format", "invalid_attachments", "only_one_table_allowed", "msg_blocks_too_long",
		"msg_too_long", "no_text", "too_many_attachments", "too_many_contact_cards", "attachment_payload_limit_exceeded",
		"invalid_arguments", "invalid_array_arg", "invalid_charset", "invalid_form_data", "markdown_text_conflict":
		return true
	}
	return isOfMetadata(code)
}

// isOfMetadata knows the codes by which Slack refuses the metadata of a message.
func isOfMetadata(code string) bool {
	return strings.HasPrefix(code, "metadata_") || strings.HasPrefix(code, "invalid_metadata_")
}

// classOf is a code as it may stand in a log: nothing but what codes are made of.
func classOf(code string) string {
	const longest = 60
	strange := strings.IndexFunc(code, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	if code == "" || len(code) > longest || strange >= 0 {
		return "unknown_error"
	}
	return code
}

// scopeOf is the first of the scopes that Slack asks for, where it is one.
func scopeOf(needed string) string {
	first, _, _ := strings.Cut(needed, ",")
	first = strings.TrimSpace(first)
	if classOf(cmp.Or(strings.NewReplacer(":", "_", ".", "_", "-", "_").Replace(first), "?")) == "unknown_error" {
		return ""
	}
	return first
}
