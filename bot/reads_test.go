package bot_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

func holds(m fakeslack.Message, words []string) bool {
	text := reads(m)
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
}

func show(messages []fakeslack.Message) string {
	var b strings.Builder
	for _, m := range messages {
		fmt.Fprintf(&b, "  %s\n", reads(m))
	}
	return b.String()
}

// reads is what a person reads of a message: the fallback text, then all text
// of the blocks in order.
func reads(m fakeslack.Message) string {
	var blocks any
	_ = json.Unmarshal(m.Blocks, &blocks)
	return strings.Join(append([]string{m.Text}, texts(blocks)...), " | ")
}

func texts(v any) []string {
	switch v := v.(type) {
	case []any:
		var all []string
		for _, item := range v {
			all = append(all, texts(item)...)
		}
		return all
	case map[string]any:
		all := []string{}
		if text, ok := v["text"].(string); ok {
			all = append(all, text)
		}
		for _, key := range []string{"text", "fields", "elements", "rows", "accessory", "options", "option_groups", "label", "placeholder", "fallback"} {
			if _, plain := v[key].(string); !plain {
				all = append(all, texts(v[key])...)
			} else if key == "fallback" {
				all = append(all, v[key].(string))
			}
		}
		return all
	}
	return nil
}

// elementID finds an element by the start of its action id.
func elementID(blocks json.RawMessage, action string) string {
	var found string
	walk(blocks, func(o map[string]any) {
		if id, ok := o["action_id"].(string); ok && found == "" && strings.HasPrefix(id, action) {
			found = id
		}
	})
	return found
}

// optionValue finds the value of an option, or of a button, by what it says.
func optionValue(blocks json.RawMessage, label string) string {
	var found string
	walk(blocks, func(o map[string]any) {
		text, _ := o["text"].(map[string]any)
		if said, _ := text["text"].(string); found == "" && said != "" && strings.Contains(said, label) {
			found, _ = o["value"].(string)
		}
	})
	return found
}

func walk(blocks json.RawMessage, visit func(map[string]any)) {
	var root any
	_ = json.Unmarshal(blocks, &root)
	var down func(any)
	down = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				down(item)
			}
		case map[string]any:
			visit(v)
			for _, item := range v {
				down(item)
			}
		}
	}
	down(root)
}
