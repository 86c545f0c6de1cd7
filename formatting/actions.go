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
	ActionOpen    = "customer_open"    // one button for each near hit, with a suffix
)

// ActionOf returns the constant that an action id of a click belongs to, or
// the id itself where it has no suffix.
func ActionOf(id string) string {
	name, _, _ := strings.Cut(id, ":")
	return name
}
