package formatting

import "strings"

// Ids of what a person can press. A block needs its ids unique, so buttons
// that come several at a time carry a suffix; [ActionOf] takes it off.
const (
	ActionRefresh = "overview_refresh" // Refresh and Try again: read this customer now
	ActionShare   = "overview_share"   // post the overview to the channel
	ActionMore    = "overview_more"    // show the next page of modules
	ActionNames   = "overview_names"   // show names that were cut, whole
	ActionPortal  = "overview_portal"  // a link: Slack sends a click that needs an ack and no answer
	ActionPick    = "customer_pick"    // the select of several hits
	ActionOpen    = "customer_open"    // open one customer: a button for each near hit, with a suffix

	ActionFleetPage    = "fleet_page"       // Next 20 and Back, with a suffix
	ActionFleetOrder   = "fleet_order"      // the menu that ranks the fleet otherwise
	ActionFleetOpen    = "fleet_open"       // the menu that opens a customer of this page
	ActionFleetRefresh = "fleet_refresh"    // this page as it is now
	ActionStatus       = "status_refresh"   // the status as it is now
	ActionTrend        = "customer_trend"   // Trend, and the spans and Refresh of a trend with a suffix
	ActionTrendShare   = "trend_share"      // post the trend to the channel
	ActionExport       = "export"           // Export CSV
	ActionWatch        = "customer_watch"   // watch a customer again: a button or a menu
	ActionUnwatch      = "customer_unwatch" // watch a customer no longer
	ActionForget       = "customer_forget"  // erase what is remembered of a customer
	ActionKeep         = "customer_keep"    // do not
	ActionBind         = "channel_bind"     // open the form that binds the channel
	ActionBindTo       = "channel_bind_to"  // bind the channel to one customer: a select, or buttons with a suffix

	ActionSubscribe   = "digest_subscribe"   // open the form that sets up a digest
	ActionManage      = "digest_manage"      // list the digests of this channel
	ActionSendNow     = "digest_send_now"    // post a digest now, as a test
	ActionPause       = "digest_pause"       // post it no more until it is resumed
	ActionResume      = "digest_resume"      // post it again
	ActionUnsubscribe = "digest_unsubscribe" // remove it
)

// ActionOf returns the constant that an action id of a click belongs to, or
// the id itself where it has no suffix.
func ActionOf(id string) string {
	name, _, _ := strings.Cut(id, ":")
	return name
}
