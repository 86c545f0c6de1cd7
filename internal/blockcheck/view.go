package blockcheck

const viewBytesLimit = 250 << 10

func (c *checker) view(raw []byte) {
	tree, err := decode(raw)
	p := cursor{c: c, at: "/view", value: tree}
	switch {
	case err != nil:
		p.refuse("must be valid JSON: %v", err)
		return
	case !p.object():
		return
	case len(raw) > viewBytesLimit:
		c.report(p.at, CodeViewTooLarge, "the view is larger than 250 KB")
	}
	switch p.kind() {
	case "modal":
		c.modal(p)
	case "home":
		c.surface = inHome
	default:
		p.member("type").refuse("must be one of: modal, home")
	}
	p.mayString("callback_id", 0, 255)
	p.mayString("private_metadata", 0, 3000)
	p.mayString("external_id", 0, 255)
	p.mayBool("clear_on_close", "notify_on_close", "submit_disabled")
	if blocks, ok := p.need("blocks"); ok {
		c.blockList(blocks, 0, blocksPerView)
	}
	if c.inputs > 0 && c.surface == inModal && p.member("submit").value == nil {
		p.refuse("missing required field: submit (the view has an input block)")
	}
	c.totals("/view/blocks")
}

func (c *checker) modal(p cursor) {
	p.mustText("title", plain, 24)
	p.mayText("close", plain, 24)
	p.mayText("submit", plain, 24)
}
