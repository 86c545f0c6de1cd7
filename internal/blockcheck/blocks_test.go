package blockcheck_test

import (
	"encoding/json"
	"testing"

	"github.com/backup-overview/backup-overview/internal/blockcheck"
)

// TestBlocks_rules has, for every rule of message blocks, a block that is just
// accepted and one that is just refused.
func TestBlocks_rules(t *testing.T) {
	t.Parallel()
	for group, rules := range map[string][]rule{
		"text": textRules(), "plain": plainRules(), "element": elementRules(), "choice": choiceRules(),
		"rich": richRules(), "table": tableRules(), "data": dataTableRules(), "chart": chartRules(), "arrange": arrangeRules(),
	} {
		for _, r := range rules {
			t.Run(group+"/"+r.name, func(t *testing.T) {
				t.Parallel()
				r.code = "invalid_blocks"
				r.good, r.bad = listed(r.good), listed(r.bad)
				r.holds(t, func(raw []byte) []blockcheck.Problem { return blockcheck.Blocks(json.RawMessage(raw)) })
			})
		}
	}
}

// listed puts a single block into a list.
func listed(v any) any {
	if block, ok := v.(obj); ok {
		return arr{block}
	}
	return v
}

func textRules() []rule {
	return []rule{
		{name: "longest", good: section(mrkdwn(x(3000))), bad: section(mrkdwn(x(3001))), at: "/blocks/0/text/text"},
		{name: "empty", good: section(mrkdwn("a")), bad: section(mrkdwn("")), at: "/blocks/0/text/text"},
		{name: "no text", good: section(plainT("a")), bad: section(obj{"type": "plain_text"}), at: "/blocks/0/text"},
		{name: "type", good: section(plainT("a")), bad: section(obj{"type": "html", "text": "a"}), at: "/blocks/0/text/type"},
		{name: "no object", good: section(plainT("a")), bad: obj{"type": "section", "text": "a"}, at: "/blocks/0/text"},
		{name: "emoji", good: section(with(plainT("a"), "emoji", true)), bad: section(with(mrkdwn("a"), "emoji", true)), at: "/blocks/0/text"},
		{name: "verbatim", good: section(with(mrkdwn("a"), "verbatim", true)), bad: section(with(plainT("a"), "verbatim", true)), at: "/blocks/0/text"},
		{name: "verbatim type", good: section(with(mrkdwn("a"), "verbatim", false)), bad: section(with(mrkdwn("a"), "verbatim", "no")), at: "/blocks/0/text/verbatim"},
	}
}

func plainRules() []rule {
	fields := func(n, size int) obj {
		return obj{"type": "section", "fields": many(n, func(int) any { return mrkdwn(x(size)) })}
	}
	context := func(n int) obj {
		return obj{"type": "context", "elements": many(n, func(i int) any { return arr{mrkdwn("a"), picture(), plainT("b")}[i%3] })}
	}
	return []rule{
		{name: "unknown type", good: divider(), bad: obj{"type": "sparkline"}, at: "/blocks/0"},
		{name: "no type", good: divider(), bad: obj{}, at: "/blocks/0"},
		{name: "no object", good: divider(), bad: arr{"divider"}, at: "/blocks/0"},
		{name: "file", good: divider(), bad: obj{"type": "file", "external_id": "a", "source": "remote"}, at: "/blocks/0"},
		{name: "alert", good: divider(), bad: obj{"type": "alert", "text": plainT("a")}, at: "/blocks/0"},
		{name: "blocks", good: many(50, func(int) any { return divider() }), bad: many(51, func(int) any { return divider() }), at: "/blocks"},
		{name: "block_id length", good: with(divider(), "block_id", x(255)), bad: with(divider(), "block_id", x(256)), at: "/blocks/0/block_id"},
		{
			name: "block_id unique", good: arr{with(divider(), "block_id", "a"), with(divider(), "block_id", "b"), divider(), divider()},
			bad: arr{with(divider(), "block_id", "a"), with(divider(), "block_id", "a")}, at: "/blocks/1/block_id",
		},
		{name: "section empty", good: section(plainT("a")), bad: obj{"type": "section"}, at: "/blocks/0"},
		{name: "fields", good: fields(10, 1), bad: fields(11, 1), at: "/blocks/0/fields"},
		{name: "no field", good: fields(1, 1), bad: fields(0, 1), at: "/blocks/0/fields"},
		{name: "field length", good: fields(1, 2000), bad: fields(1, 2001), at: "/blocks/0/fields/0/text"},
		{name: "expand", good: with(section(plainT("a")), "expand", true), bad: with(section(plainT("a")), "expand", 1), at: "/blocks/0/expand"},
		{name: "header length", good: header(x(150)), bad: header(x(151)), at: "/blocks/0/text/text"},
		{name: "header mrkdwn", good: header("a"), bad: obj{"type": "header", "text": mrkdwn("a")}, at: "/blocks/0/text/type"},
		{name: "header level", good: with(header("a"), "level", 4), bad: with(header("a"), "level", 5), at: "/blocks/0/level"},
		{name: "header level low", good: with(header("a"), "level", 1), bad: with(header("a"), "level", 0), at: "/blocks/0/level"},
		{name: "context", good: context(10), bad: context(11), at: "/blocks/0/elements"},
		{name: "context empty", good: context(1), bad: context(0), at: "/blocks/0/elements"},
		{name: "context button", good: context(1), bad: obj{"type": "context", "elements": arr{button("a")}}, at: "/blocks/0/elements/0/type", also: true},
		{name: "image alt", good: picture(), bad: with(picture(), "alt_text", nil), at: "/blocks/0"},
		{name: "image alt length", good: with(picture(), "alt_text", x(2000)), bad: with(picture(), "alt_text", x(2001)), at: "/blocks/0/alt_text"},
		{name: "image url length", good: with(picture(), "image_url", x(3000)), bad: with(picture(), "image_url", x(3001)), at: "/blocks/0/image_url"},
		{name: "image source", good: with(picture(), "image_url", nil, "slack_file", obj{"id": "F1"}), bad: with(picture(), "image_url", nil), at: "/blocks/0"},
		{name: "image sources", good: picture(), bad: with(picture(), "slack_file", obj{"id": "F1"}), at: "/blocks/0"},
		{name: "image title", good: with(picture(), "title", plainT(x(2000))), bad: with(picture(), "title", plainT(x(2001))), at: "/blocks/0/title/text"},
		{
			name: "markdown total", good: arr{obj{"type": "markdown", "text": x(6000)}, obj{"type": "markdown", "text": x(5900)}},
			bad: arr{obj{"type": "markdown", "text": x(6000)}, obj{"type": "markdown", "text": x(6001)}}, at: "/blocks",
		},
		{name: "input label", good: with(input(static(1)), "label", plainT(x(2000))), bad: with(input(static(1)), "label", plainT(x(2001))), at: "/blocks/0/label/text"},
		{name: "input hint", good: with(input(static(1)), "hint", plainT(x(2000))), bad: with(input(static(1)), "hint", plainT(x(2001))), at: "/blocks/0/hint/text"},
		{name: "input element", good: input(static(1)), bad: input(button("a")), at: "/blocks/0/element"},
		{name: "video title", good: video("t"), bad: with(video("t"), "video_url", nil), at: "/blocks/0"},
		{name: "plan title", good: obj{"type": "plan", "title": "t"}, bad: obj{"type": "plan", "title": plainT("t")}, at: "/blocks/0/title"},
		{
			name: "pending", good: obj{"type": "plan", "title": "t", "tasks": arr{obj{"type": "task_card", "title": "t", "status": "pending"}}},
			bad: obj{"type": "task_card", "title": "t", "status": "pending"}, at: "/blocks/0/status",
		},
		{name: "task title", good: obj{"type": "task_card", "title": "t", "status": "complete"}, bad: obj{"type": "task_card"}, at: "/blocks/0"},
	}
}

func video(title string) obj {
	return obj{
		"type": "video", "alt_text": "a", "title": plainT(title),
		"thumbnail_url": "https://x.example/t", "video_url": "https://x.example/v",
	}
}

func elementRules() []rule {
	link := func(n int) obj { return with(button("a"), "url", x(n)) }
	feedback := func(n int) obj {
		one := obj{"text": plainT("a"), "value": "v"}
		return obj{"type": "context_actions", "elements": many(n, func(int) any {
			return obj{"type": "feedback_buttons", "positive_button": one, "negative_button": one}
		})}
	}
	date := func(s string) obj { return actions(obj{"type": "datepicker", "initial_date": s}) }
	return []rule{
		{name: "actions", good: actions(many(25, func(int) any { return button("a") })...), bad: actions(many(26, func(int) any { return button("a") })...), at: "/blocks/0/elements"},
		{name: "no action", good: actions(button("a")), bad: actions(), at: "/blocks/0/elements"},
		{name: "image in actions", good: actions(button("a")), bad: actions(picture()), at: "/blocks/0/elements/0"},
		{name: "unknown element", good: actions(button("a")), bad: actions(obj{"type": "slider"}), at: "/blocks/0/elements/0"},
		{name: "input in actions", good: actions(button("a")), bad: actions(obj{"type": "plain_text_input"}), at: "/blocks/0/elements/0"},
		{name: "accessory", good: with(section(plainT("a")), "accessory", picture()), bad: with(section(plainT("a")), "accessory", obj{"type": "plain_text_input"}), at: "/blocks/0/accessory"},
		{name: "button text", good: actions(button(x(75))), bad: actions(button(x(76))), at: "/blocks/0/elements/0/text/text"},
		{name: "button mrkdwn", good: actions(button("a")), bad: actions(obj{"type": "button", "text": mrkdwn("a")}), at: "/blocks/0/elements/0/text/type"},
		{name: "button value", good: actions(with(button("a"), "value", x(2000))), bad: actions(with(button("a"), "value", x(2001))), at: "/blocks/0/elements/0/value"},
		{name: "button url", good: actions(link(3000)), bad: actions(link(3001)), at: "/blocks/0/elements/0/url"},
		{name: "button label", good: actions(with(button("a"), "accessibility_label", x(75))), bad: actions(with(button("a"), "accessibility_label", x(76))), at: "/blocks/0/elements/0/accessibility_label"},
		{name: "button style", good: actions(with(button("a"), "style", "danger")), bad: actions(with(button("a"), "style", "")), at: "/blocks/0/elements/0/style"},
		{name: "action_id length", good: actions(with(button("a"), "action_id", x(255))), bad: actions(with(button("a"), "action_id", x(256))), at: "/blocks/0/elements/0/action_id"},
		{
			name: "action_id unique",
			good: arr{actions(with(button("a"), "action_id", "i"), button("b")), actions(with(button("a"), "action_id", "i"))},
			bad:  actions(with(button("a"), "action_id", "i"), with(button("b"), "action_id", "i")), at: "/blocks/0/elements/1/action_id",
		},
		{
			name: "confirm title", good: actions(with(button("a"), "confirm", confirm("title", plainT(x(100))))),
			bad: actions(with(button("a"), "confirm", confirm("title", plainT(x(101))))), at: "/blocks/0/elements/0/confirm/title/text",
		},
		{
			name: "confirm text", good: actions(with(button("a"), "confirm", confirm("text", mrkdwn(x(300))))),
			bad: actions(with(button("a"), "confirm", confirm("text", mrkdwn(x(301))))), at: "/blocks/0/elements/0/confirm/text/text",
		},
		{
			name: "confirm yes", good: actions(with(button("a"), "confirm", confirm("confirm", plainT(x(30))))),
			bad: actions(with(button("a"), "confirm", confirm("confirm", plainT(x(31))))), at: "/blocks/0/elements/0/confirm/confirm/text",
		},
		{
			name: "confirm no", good: actions(with(button("a"), "confirm", confirm("deny", plainT(x(30))))),
			bad: actions(with(button("a"), "confirm", confirm("deny", plainT(x(31))))), at: "/blocks/0/elements/0/confirm/deny/text",
		},
		{name: "feedback", good: feedback(5), bad: feedback(6), at: "/blocks/0/elements"},
		{name: "context_actions", good: feedback(1), bad: obj{"type": "context_actions", "elements": arr{button("a")}}, at: "/blocks/0/elements/0"},
		{name: "date", good: date("2026-11-24"), bad: date("24.11.2026"), at: "/blocks/0/elements/0/initial_date"},
		{name: "max_length", good: input(obj{"type": "plain_text_input", "max_length": 3000}), bad: input(obj{"type": "plain_text_input", "max_length": 3001}), at: "/blocks/0/element/max_length"},
		{name: "number input", good: input(obj{"type": "number_input", "is_decimal_allowed": false}), bad: input(obj{"type": "number_input"}), at: "/blocks/0/element"},
		{name: "file input", good: input(obj{"type": "email_text_input"}), bad: input(obj{"type": "file_input"}), at: "/blocks/0/element"},
	}
}

func choiceRules() []rule {
	at := "/blocks/0/elements/0"
	pick := func(pairs ...any) obj { return actions(with(static(1), pairs...)) }
	opt := func(pairs ...any) obj { return pick("options", arr{with(option("a"), pairs...)}) }
	groups := func(n, size, label int) obj {
		return pick("options", nil, "option_groups", many(n, func(int) any {
			return obj{"label": plainT(x(label)), "options": options(size)}
		}))
	}
	kind := func(kind string, n int) obj { return actions(obj{"type": kind, "options": options(n)}) }
	return []rule{
		{name: "options", good: actions(static(100)), bad: actions(static(101)), at: at + "/options"},
		{name: "no option", good: actions(static(1)), bad: actions(static(0)), at: at + "/options"},
		{name: "options missing", good: pick(), bad: pick("options", nil), at: at},
		{name: "both", good: pick(), bad: pick("option_groups", arr{obj{"label": plainT("l"), "options": options(1)}}), at: at},
		{name: "groups", good: groups(100, 1, 1), bad: groups(101, 1, 1), at: at + "/option_groups"},
		{name: "group size", good: groups(1, 100, 1), bad: groups(1, 101, 1), at: at + "/option_groups/0/options"},
		{name: "group label", good: groups(1, 1, 75), bad: groups(1, 1, 76), at: at + "/option_groups/0/label/text"},
		{name: "placeholder", good: pick("placeholder", plainT(x(150))), bad: pick("placeholder", plainT(x(151))), at: at + "/placeholder/text"},
		{name: "option text", good: opt("text", plainT(x(75))), bad: opt("text", plainT(x(76))), at: at + "/options/0/text/text"},
		{
			name: "option mrkdwn", good: actions(obj{"type": "checkboxes", "options": arr{obj{"text": mrkdwn("a"), "value": "a"}}}),
			bad: opt("text", mrkdwn("a")), at: at + "/options/0/text/type",
		},
		{name: "option value", good: opt("value", x(150)), bad: opt("value", x(151)), at: at + "/options/0/value"},
		{name: "option description", good: opt("description", plainT(x(75))), bad: opt("description", plainT(x(76))), at: at + "/options/0/description/text"},
		{name: "option url", good: actions(obj{"type": "overflow", "options": arr{with(option("a"), "url", x(3000))}}), bad: opt("url", "https://x.example"), at: at + "/options/0"},
		{
			name: "overflow url", good: actions(obj{"type": "overflow", "options": arr{with(option("a"), "url", x(3000))}}),
			bad: actions(obj{"type": "overflow", "options": arr{with(option("a"), "url", x(3001))}}), at: at + "/options/0/url",
		},
		{name: "initial", good: pick("initial_option", option("oa")), bad: pick("initial_option", option("ob")), at: at + "/initial_option"},
		{name: "overflow", good: kind("overflow", 5), bad: kind("overflow", 6), at: at + "/options"},
		{name: "checkboxes", good: kind("checkboxes", 10), bad: kind("checkboxes", 11), at: at + "/options"},
		{name: "radio", good: kind("radio_buttons", 10), bad: kind("radio_buttons", 11), at: at + "/options"},
		{name: "users", good: actions(obj{"type": "users_select"}), bad: actions(obj{"type": "user_select"}), at: at},
	}
}
