package blockcheck

import (
	"encoding/json"
	"math"
	"slices"
)

func (c *checker) richText(p cursor) {
	for _, element := range p.list("elements", 1, math.MaxInt) {
		if !element.object() {
			continue
		}
		switch element.kind() {
		case "rich_text_section":
			c.leaves(element)
		case "rich_text_preformatted", "rich_text_quote":
			element.mayInt("border", 0, 1)
			c.leaves(element)
		case "rich_text_list":
			c.richTextList(element)
		default:
			element.refuse("unsupported type: %s", element.kind())
		}
	}
}

func (c *checker) richTextList(p cursor) {
	if _, ok := p.need("style"); ok {
		p.mayEnum("style", "bullet", "ordered")
	}
	p.mayInt("indent", 0, 8)
	p.mayInt("border", 0, 1)
	p.mayInt("offset", 0, math.MaxInt)
	for _, item := range p.list("elements", 1, math.MaxInt) {
		if !item.object() {
			continue
		}
		if item.kind() != "rich_text_section" {
			item.refuse("unsupported type: %s", item.kind())
			continue
		}
		c.leaves(item)
	}
}

// leaves checks the texts, links and mentions of a section.
func (c *checker) leaves(p cursor) {
	for _, leaf := range p.list("elements", 0, math.MaxInt) {
		if leaf.object() {
			c.leaf(leaf)
		}
	}
}

func (c *checker) leaf(p cursor) {
	if style := p.member("style"); style.value != nil && style.object() {
		style.mayBool("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
	}
	switch kind := p.kind(); kind {
	case "text":
		p.mustString("text", 1, math.MaxInt)
	case "link":
		p.mustString("url", 1, 3000)
		p.mayString("text", 0, math.MaxInt)
	case "emoji":
		p.mustString("name", 1, 255)
	case "user", "channel", "usergroup", "team":
		p.mustString(kind+"_id", 1, 255)
	case "broadcast":
		if _, ok := p.need("range"); ok {
			p.mayEnum("range", "here", "channel", "everyone")
		}
	case "date":
		c.date(p)
	case "color":
		p.mustString("value", 1, 255)
	default:
		if !slices.Contains(rareLeaves(), kind) {
			p.refuse("unsupported type: %s", kind)
		}
	}
}

func (c *checker) date(p cursor) {
	if stamp, ok := p.need("timestamp"); ok {
		number, _ := stamp.value.(json.Number)
		if n, err := number.Int64(); err != nil || n < 0 {
			stamp.refuse("must provide whole seconds since 1970")
		}
	}
	p.mustString("format", 1, 255)
	p.mayString("url", 1, 3000)
	p.mayString("fallback", 0, 3000)
}

// rareLeaves are known to Slack and not checked further: the bot sends none.
func rareLeaves() []string {
	return []string{
		"attachment_mention", "canvas", "canvas_message_unfurl", "canvas_user_mention", "citation", "file",
		"list_record", "message_mention", "salesforce_data_field", "tag", "work_object_mention", "workflow_mention",
	}
}
