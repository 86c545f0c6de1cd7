package formatting

import (
	"strings"
	"testing"
	"time"
)

func deliveryStates() []state {
	parked := func(class string) Message {
		return DeliveryNotice(DeliveryNoticeView{Command: command, Channel: "C0OPS", Class: class, Since: now.Add(-3 * time.Hour), Waiting: 2, Now: now})
	}
	dead := func(class string, n int) Message {
		return DeliveryNotice(DeliveryNoticeView{Kind: DeliveryDead, Command: command, Channel: "C0OPS", Class: class, Count: n, Now: now})
	}
	return []state{
		{"delivery_not_in_channel", parked("not_in_channel")},
		{"delivery_not_found", parked("channel_not_found")},
		{"delivery_archived", parked("is_archived")},
		{"delivery_no_permission", parked("restricted_action_read_only_channel")},
		{"delivery_suspended", parked("ekm_access_denied")},
		{"delivery_messages_off", DeliveryNotice(DeliveryNoticeView{Command: command, Channel: "U0ANA", Class: "messages_tab_disabled", Waiting: 1, Now: now})},
		{"delivery_no_scope", parked("missing_scope")},
		{"delivery_no_scope_of_files", parked("missing_scope:files:write")},
		{"delivery_token", parked("token_revoked")},
		{"delivery_not_approved", parked("team_access_not_granted")},
		{"delivery_shared", parked("shared channel")},
		{"delivery_unchecked", parked("channel could not be checked")},
		{"delivery_unknown", parked("something_new")},
		{"delivery_no_class", DeliveryNotice(DeliveryNoticeView{Command: command})},
		{"delivery_dead", dead("invalid_blocks", 1)},
		{"delivery_dead_several", dead("no_text", 3)},
		{"delivery_dead_expired", dead("expired", 1)},
		{"delivery_doubles", DeliveryNotice(DeliveryNoticeView{Kind: DeliveryDoubles, Command: command, Count: 3})},
		{"delivery_double", DeliveryNotice(DeliveryNoticeView{Kind: DeliveryDoubles, Command: command, Count: 1})},
		{"delivery_back", DeliveryNotice(DeliveryNoticeView{Kind: DeliveryBack, Command: command, Channel: "C0OPS", Since: now.Add(-50 * time.Hour), Now: now})},
	}
}

// Each error that parks a channel (F3, F9, F14, F19, F20 and our own reasons)
// has words of its own and a mend.
func TestDeliveryNotice_mends(t *testing.T) {
	t.Parallel()
	for _, class := range []string{
		"channel_not_found", "not_in_channel", "no_permission", "is_archived", "restricted_action", "restricted_action_read_only_channel",
		"restricted_action_thread_only_channel", "restricted_action_non_threadable_channel", "restricted_action_thread_locked",
		"ekm_access_denied", "messages_tab_disabled", "missing_scope", "team_access_not_granted", "not_allowed_token_type",
		"org_login_required", "team_added_to_org", "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired",
		"access_denied", "posting_to_general_channel_denied", "is_inactive", "channel_type_not_supported", "users_not_found", "user_not_visible",
		"no_token", "user_removed_from_team", "invalid_app_id", "enterprise_is_restricted", "forbidden_team", "team_disabled", "link_disabled",
		"accesslimited", "two_factor_setup_required",
		"message_limit_exceeded", "user_not_found", "user_disabled", "cannot_dm_bot",
		"shared channel", "suspended", "admins only", "not bound", "no usable rule", "out of scope", "one customer only", "channel could not be checked",
	} {
		u := whyUnreached(class, command)
		if len(u.is) == 0 || len(u.was) == 0 || len(u.mend) == 0 || strings.Contains(u.is.text(), "Slack answers") {
			t.Errorf("%s: %+v", class, u)
		}
	}
}
