package slack

import (
	"encoding/json"
	"strconv"
)

// choice is what a payload says of an element that a person used: the members
// that depend on its kind. It is not ok where the element cannot take the value.
func (e element) choice(values []string) (members map[string]any, ok bool) {
	first := ""
	if len(values) > 0 {
		first = values[0]
	}
	switch e.kind() {
	case "button", "feedback_buttons", "icon_button", "workflow_button":
		return e.pressed(first), true
	case "static_select", "overflow", "radio_buttons":
		return e.chosenOne(first)
	case "external_select":
		return map[string]any{"selected_option": plainOption(first)}, first != ""
	case "checkboxes", "multi_static_select":
		return e.chosenSeveral(values)
	case "users_select":
		return map[string]any{"selected_user": nullable(first)}, true
	case "conversations_select":
		return map[string]any{"selected_conversation": nullable(first)}, true
	case "channels_select":
		return map[string]any{"selected_channel": nullable(first)}, true
	}
	return e.entered(first, values)
}

// entered covers the elements that take a date, a time, text or several ids.
func (e element) entered(first string, values []string) (map[string]any, bool) {
	switch e.kind() {
	case "multi_users_select":
		return map[string]any{"selected_users": values}, true
	case "multi_conversations_select":
		return map[string]any{"selected_conversations": values}, true
	case "multi_channels_select":
		return map[string]any{"selected_channels": values}, true
	case "datepicker":
		return map[string]any{"selected_date": nullable(first)}, true
	case "timepicker":
		return map[string]any{"selected_time": nullable(first)}, true
	case "datetimepicker":
		n, err := strconv.ParseInt(first, 10, 64)
		return map[string]any{"selected_date_time": n}, err == nil
	case "plain_text_input", "email_text_input", "url_text_input", "number_input":
		return map[string]any{"value": nullable(first)}, true
	}
	return nil, false
}

func (e element) pressed(value string) map[string]any {
	members := map[string]any{}
	for _, key := range []string{"text", "value", "style", "url"} {
		if v, ok := e.object[key]; ok && (key != "url" || v != "") {
			members[key] = v
		}
	}
	if e.kind() == "feedback_buttons" {
		members["value"] = value
	}
	delete(members, "url") // Slack opens it itself and does not repeat it
	return members
}

func (e element) chosenOne(value string) (map[string]any, bool) {
	option, ok := e.option(value)
	if !ok {
		return nil, false
	}
	return map[string]any{"selected_option": option}, true
}

func (e element) chosenSeveral(values []string) (map[string]any, bool) {
	chosen := []any{}
	for _, value := range values {
		option, ok := e.option(value)
		if !ok {
			return nil, false
		}
		chosen = append(chosen, option)
	}
	return map[string]any{"selected_options": chosen}, true
}

func plainOption(value string) map[string]any {
	return map[string]any{"text": map[string]any{"type": "plain_text", "text": value, "emoji": true}, "value": value}
}

// stateful reports whether the element has a value in state.values.
func (e element) stateful() bool {
	switch e.kind() {
	case "button", "overflow", "feedback_buttons", "icon_button", "workflow_button":
		return false
	}
	return true
}

// initial is what the element holds before anyone has used it.
func (e element) initial() map[string]any {
	members := map[string]any{}
	for initial, selected := range map[string]string{
		"initial_option": "selected_option", "initial_options": "selected_options", "initial_value": "value",
		"initial_user": "selected_user", "initial_users": "selected_users",
		"initial_conversation": "selected_conversation", "initial_conversations": "selected_conversations",
		"initial_channel": "selected_channel", "initial_channels": "selected_channels",
		"initial_date": "selected_date", "initial_time": "selected_time", "initial_date_time": "selected_date_time",
	} {
		if v, ok := e.object[initial]; ok {
			members[selected] = v
		}
	}
	if len(members) > 0 {
		return members
	}
	return e.nothing()
}

func (e element) nothing() map[string]any {
	switch e.kind() {
	case "checkboxes", "multi_static_select", "multi_external_select":
		return map[string]any{"selected_options": []any{}}
	case "radio_buttons", "static_select", "external_select":
		return map[string]any{"selected_option": nil}
	}
	members, _ := e.entered("", []string{})
	if members == nil {
		members, _ = e.choice(nil)
	}
	return members
}

// stateValues is state.values: block_id → action_id → what the element holds.
// chosen overrides, by "block_id/action_id".
func stateValues(tree any, chosen map[string]any) map[string]any {
	values := map[string]any{}
	for _, e := range elements(tree) {
		if !e.stateful() {
			continue
		}
		held := map[string]any{"type": e.kind()}
		members := e.initial()
		if own, ok := chosen[e.blockID+"/"+e.id()].(map[string]any); ok {
			members = own
		}
		for key, value := range members {
			held[key] = value
		}
		block, _ := values[e.blockID].(map[string]any)
		if block == nil {
			block = map[string]any{}
			values[e.blockID] = block
		}
		block[e.id()] = held
	}
	return values
}

// decoded turns stored blocks into a tree; broken ones are an empty list.
func decoded(raw json.RawMessage) any {
	tree, err := decodeTree(raw)
	if err != nil {
		return []any{}
	}
	return tree
}
