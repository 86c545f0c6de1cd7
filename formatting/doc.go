// Package formatting turns the view structs that it defines into Slack
// messages: a [Message] is a text that alone would do, and Block Kit blocks.
//
// Everything here is pure: no call, no clock, no state. A view holds what is
// to be said and the opaque values of its buttons; the file of a view holds
// its struct and the one function that renders it. The primitives in
// blocks.go keep Slack's limits (limits.go), so that a view cannot break them.
//
// # Names from outside
//
// Names of customers, modules and tenants, and what a person has typed, are
// data. They appear in few places only: header blocks, buttons, menus and what a
// button asks (plain_text), table cells (raw_text), the series of charts, and
// text elements of rich_text blocks, none of which Slack parses; and in
// [Message.Text], which Slack does parse and where they are escaped and disarmed
// (mrkdwn.go). They are cleaned of control, direction
// and zero-width characters and cut in the middle at [MaxName] characters.
//
// # When Slack refuses
//
// [Message.Rungs] is the ladder for a message that Slack refuses: as it is,
// charts as lines and data tables as plain ones, tables as lines, plain text.
package formatting
