package blockcheck

import "slices"

// nestingLimit is how deep layouts and containers may lie in each other.
const nestingLimit = 2

// card checks a card block.
func (c *checker) card(p cursor) {
	p.mayText("title", anyText, 150)
	p.mayText("subtitle", anyText, 150)
	p.mayText("body", anyText, 200)
	p.mayText("subtext", anyText, 200)
	for _, key := range []string{"hero_image", "icon"} {
		if image := p.member(key); image.value != nil {
			c.imageElement(image)
		}
	}
	if p.member("icon").value != nil && p.member("slack_icon").value != nil {
		p.refuse("only one of icon and slack_icon allowed")
	}
	for _, button := range p.mayList("actions", 1, 3) {
		c.element(button, inCard)
	}
	for _, key := range []string{"hero_image", "title", "actions", "body"} {
		if p.member(key).value != nil {
			return
		}
	}
	p.refuse("missing required field: hero_image, title, actions or body")
}

func (c *checker) carousel(p cursor) {
	for _, card := range p.list("elements", 1, 10) {
		if !card.object() {
			continue
		}
		if card.kind() != "card" {
			card.refuse("unsupported type: %s", card.kind())
			continue
		}
		c.blockID(card)
		outer := c.actionIDs
		c.actionIDs = map[string]bool{}
		c.card(card)
		c.actionIDs = outer
	}
}

// nest runs f one level deeper, unless that is too deep.
func (c *checker) nest(p cursor, f func()) {
	if c.nesting == nestingLimit {
		p.refuse("layouts and containers may be nested %d levels deep", nestingLimit)
		return
	}
	c.nesting++
	f()
	c.nesting--
}

// container checks a container and its children.
func (c *checker) container(p cursor) {
	title, rich := p.member("title"), p.member("rich_text_title")
	if title.value == nil && rich.value == nil {
		p.refuse("missing required field: title or rich_text_title")
	}
	p.mayText("title", plain, 150)
	p.mayText("subtitle", anyText, 150)
	if rich.value != nil && rich.object() {
		c.richText(rich)
	}
	if icon := p.member("icon"); icon.value != nil {
		c.imageElement(icon)
	}
	p.mayEnum("width", "narrow", "standard", "wide", "full")
	c.folding(p)
	c.nest(p, func() {
		for _, child := range p.list("child_blocks", 1, 10) {
			c.child(child, containerChildren())
		}
	})
}

// folding checks what opens and closes a container.
func (c *checker) folding(p cursor) {
	p.mayBool("is_collapsible", "default_collapsed", "has_header_divider")
	collapsible := p.member("is_collapsible").value == true
	if p.member("default_collapsed").value == true && !collapsible {
		p.refuse("default_collapsed needs is_collapsible")
	}
	if p.member("has_header_divider").value == true && collapsible {
		p.refuse("has_header_divider is for containers that are not collapsible")
	}
}

func containerChildren() []string {
	return []string{
		"actions", "context", "divider", "file", "header", "image", "input", "rich_text", "section", "table", "video", "layout",
	}
}

// child checks a nested block. It counts as a block only in a layout, whose page
// says so.
func (c *checker) child(p cursor, allowed []string) {
	if !p.object() {
		return
	}
	if !slices.Contains(allowed, p.kind()) {
		p.refuse("unsupported type: %s", p.kind())
		return
	}
	counted := c.blocks
	c.block(p)
	c.blocks = counted
}

// layout checks rows of blocks side by side.
func (c *checker) layout(p cursor) {
	p.mustString("label", 1, 150)
	p.mayBool("is_label_visible")
	p.mayEnum("grid_lines", "none", "rows", "outer")
	c.nest(p, func() {
		for _, row := range p.list("rows", 1, 5) {
			if !row.object() {
				continue
			}
			for _, item := range row.list("items", 1, 3) {
				c.layoutItem(item)
			}
		}
	})
	for _, block := range p.mayList("fallback", 0, blocksPerMessage) {
		if block.object() && block.kind() == "layout" {
			block.refuse("unsupported type: layout in a fallback")
			continue
		}
		counted := c.blocks
		c.block(block)
		c.blocks = counted
	}
}

func (c *checker) layoutItem(p cursor) {
	if !p.object() {
		return
	}
	p.mayEnum("width", "narrow", "standard", "wide")
	p.mayEnum("horizontal_alignment", "start", "center", "end")
	block, ok := p.need("block")
	if !ok || !block.object() {
		return
	}
	switch block.kind() {
	case "markdown", "plan", "task_card":
		block.refuse("unsupported type: %s in a layout", block.kind())
	default:
		c.block(block)
	}
}
