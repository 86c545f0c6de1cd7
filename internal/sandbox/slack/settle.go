package slack

import (
	"bytes"
	"encoding/json"
)

// settle completes blocks as Slack stores them: every block gets a block_id,
// every interactive element an action_id, every text object its defaults.
func settle(raw json.RawMessage) json.RawMessage {
	if raw == nil {
		return nil
	}
	tree, err := decodeTree(raw)
	if err != nil {
		return raw
	}
	list, ok := tree.([]any)
	if ok && len(list) == 0 {
		return nil
	}
	settleNode(tree, true)
	return marshal(tree)
}

// decodeTree keeps numbers as they were written.
func decodeTree(raw []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var tree any
	err := d.Decode(&tree)
	return tree, err
}

// settleNode completes a value and what is in it; block says that objects here
// stand where blocks stand, not where elements or cells do.
func settleNode(node any, block bool) {
	switch n := node.(type) {
	case []any:
		for _, item := range n {
			settleNode(item, block)
		}
	case map[string]any:
		settleObject(n, block)
		for key, child := range n {
			settleNode(child, holdsBlocks(n, key))
		}
	}
}

func settleObject(n map[string]any, block bool) {
	kind, _ := n["type"].(string)
	switch {
	case kind == "plain_text":
		setDefault(n, "emoji", true)
	case kind == "mrkdwn":
		setDefault(n, "verbatim", false)
	case isInteractive(kind):
		setDefault(n, "action_id", hexID(3))
	case block && kind != "" && kind != "modal" && kind != "home":
		setDefault(n, "block_id", hexID(3))
	}
}

// holdsBlocks reports whether a member's objects are blocks: those of a view or
// attachment, of a container, a layout item or a carousel.
func holdsBlocks(parent map[string]any, key string) bool {
	switch key {
	case "blocks", "child_blocks", "block":
		return true
	case "fallback":
		return parent["type"] == "layout"
	case "elements":
		return parent["type"] == "carousel"
	}
	return false
}

// setDefault sets a key that is missing or "".
func setDefault(object map[string]any, key string, value any) {
	if old, ok := object[key]; !ok || old == "" {
		object[key] = value
	}
}

func isInteractive(kind string) bool {
	switch kind {
	case "button", "overflow", "checkboxes", "radio_buttons", "datepicker", "timepicker", "datetimepicker",
		"static_select", "external_select", "users_select", "conversations_select", "channels_select",
		"multi_static_select", "multi_external_select", "multi_users_select", "multi_conversations_select",
		"multi_channels_select", "plain_text_input", "email_text_input", "url_text_input", "number_input",
		"rich_text_input", "file_input", "feedback_buttons", "icon_button", "workflow_button":
		return true
	}
	return false
}
