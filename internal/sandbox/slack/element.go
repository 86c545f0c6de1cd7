package slack

import "slices"

// element is an interactive element where it stands.
type element struct {
	blockID string
	object  map[string]any
}

func (e element) kind() string { return text(e.object, "type") }
func (e element) id() string   { return text(e.object, "action_id") }

// text returns a string member of a decoded object.
func text(object map[string]any, key string) string {
	s, _ := object[key].(string)
	return s
}

// elements lists the interactive elements in blocks, in reading order, wherever
// they are nested.
func elements(tree any) []element { return gather(tree, "", nil) }

func gather(node any, blockID string, found []element) []element {
	switch n := node.(type) {
	case []any:
		for _, item := range n {
			found = gather(item, blockID, found)
		}
	case map[string]any:
		if id := text(n, "block_id"); id != "" {
			blockID = id
		}
		if isInteractive(text(n, "type")) && text(n, "action_id") != "" {
			return append(found, element{blockID: blockID, object: n})
		}
		for _, key := range readingOrder(n) {
			found = gather(n[key], blockID, found)
		}
	}
	return found
}

// readingOrder sorts an object's keys so that an accessory comes after its text.
func readingOrder(object map[string]any) []string {
	keys := make([]string, 0, len(object))
	for key := range object {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// options lists an element's options, those of groups too.
func (e element) options() []map[string]any {
	list := objects(e.object["options"])
	for _, group := range objects(e.object["option_groups"]) {
		list = append(list, objects(group["options"])...)
	}
	return list
}

// option finds an option by its value.
func (e element) option(value string) (map[string]any, bool) {
	for _, o := range e.options() {
		if text(o, "value") == value {
			return o, true
		}
	}
	return nil, false
}

func objects(node any) []map[string]any {
	list, _ := node.([]any)
	var found []map[string]any
	for _, item := range list {
		if object, ok := item.(map[string]any); ok {
			found = append(found, object)
		}
	}
	return found
}

// picked finds the element that a click means.
func picked(tree any, c Click) (element, bool) {
	for _, e := range elements(tree) {
		if e.id() != c.ActionID || c.BlockID != "" && c.BlockID != e.blockID {
			continue
		}
		if e.kind() == "button" && c.Value != "" && text(e.object, "value") != c.Value {
			continue
		}
		return e, true
	}
	return element{}, false
}
