package blockcheck

import "slices"

// rule is where a block type may stand and what it must look like.
type rule struct {
	surfaces []surface
	check    func(*checker, cursor)
}

// ruleFor is Slack's list of blocks; not ok for types that it does not know or
// that no app may send (file, call, auth_provider).
func ruleFor(kind string) (rule, bool) {
	if r, ok := plainRule(kind); ok {
		return r, true
	}
	return dataRule(kind)
}

// plainRule holds the blocks of text, images and controls.
func plainRule(kind string) (rule, bool) {
	everywhere := []surface{inMessage, inModal, inHome}
	switch kind {
	case "section":
		return rule{everywhere, (*checker).section}, true
	case "header":
		return rule{everywhere, (*checker).header}, true
	case "divider":
		return rule{everywhere, func(*checker, cursor) {}}, true
	case "context":
		return rule{everywhere, (*checker).context}, true
	case "actions":
		return rule{everywhere, (*checker).actions}, true
	case "input":
		return rule{everywhere, (*checker).input}, true
	case "image":
		return rule{everywhere, (*checker).image}, true
	case "rich_text":
		return rule{everywhere, (*checker).richText}, true
	case "video":
		return rule{everywhere, (*checker).video}, true
	case "markdown":
		return rule{[]surface{inMessage}, (*checker).markdownBlock}, true
	case "alert":
		return rule{[]surface{inModal}, (*checker).alert}, true
	case "context_actions":
		return rule{[]surface{inMessage}, (*checker).contextActions}, true
	}
	return rule{}, false
}

// dataRule holds the blocks of tables, charts and arrangements.
func dataRule(kind string) (rule, bool) {
	everywhere := []surface{inMessage, inModal, inHome}
	messageAndHome := []surface{inMessage, inHome}
	switch kind {
	case "table":
		return rule{messageAndHome, (*checker).table}, true
	case "data_table":
		return rule{messageAndHome, (*checker).dataTable}, true
	case "data_visualization":
		return rule{messageAndHome, (*checker).dataVisualization}, true
	case "card":
		return rule{everywhere, (*checker).card}, true
	case "carousel":
		return rule{messageAndHome, (*checker).carousel}, true
	case "container":
		return rule{messageAndHome, (*checker).container}, true
	case "layout":
		return rule{everywhere, (*checker).layout}, true
	case "plan":
		return rule{[]surface{inMessage}, (*checker).plan}, true
	case "task_card":
		return rule{[]surface{inMessage}, (*checker).taskCard}, true
	}
	return rule{}, false
}

// blockList checks a list of top-level blocks.
func (c *checker) blockList(p cursor, least, most int) {
	for _, block := range p.items(least, most) {
		c.block(block)
	}
	if c.blocks > most {
		if list, _ := p.value.([]any); len(list) <= most { // else it is said already
			p.refuse("no more than %d blocks allowed, those in layouts included", most)
		}
	}
}

// block checks one block of any type.
func (c *checker) block(p cursor) {
	c.blocks++
	if !p.object() {
		return
	}
	r, ok := ruleFor(p.kind())
	switch {
	case !ok:
		p.refuse("unsupported type: %s", p.kind())
		return
	case !slices.Contains(r.surfaces, c.surface):
		p.refuse("unsupported type: %s is not allowed in %s", p.kind(), c.surface)
	}
	c.blockID(p)
	outer := c.actionIDs
	c.actionIDs = map[string]bool{}
	r.check(c, p)
	c.actionIDs = outer
}

func (c *checker) blockID(p cursor) {
	p.mayString("block_id", 0, 255)
	id, _ := p.member("block_id").value.(string)
	if id != "" && c.blockIDs[id] {
		p.member("block_id").refuse("block_id already exists: %q", id)
	}
	c.blockIDs[id] = true
}
