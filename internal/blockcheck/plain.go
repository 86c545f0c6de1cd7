package blockcheck

func (c *checker) section(p cursor) {
	if p.member("text").value == nil && p.member("fields").value == nil {
		p.refuse("missing required field: text or fields")
	}
	p.mayText("text", anyText, textObjectLimit)
	for _, field := range p.mayList("fields", 1, 10) {
		field.textObject(anyText, 2000)
	}
	p.mayBool("expand")
	if accessory := p.member("accessory"); accessory.value != nil {
		c.element(accessory, inSection)
	}
}

func (c *checker) header(p cursor) {
	p.mustText("text", plain, 150)
	p.mayInt("level", 1, 4)
}

func (c *checker) context(p cursor) {
	for _, element := range p.list("elements", 1, 10) {
		if !element.object() {
			continue
		}
		if element.kind() == "image" {
			c.imageElement(element)
			continue
		}
		element.textObject(anyText, textObjectLimit)
	}
}

func (c *checker) actions(p cursor) {
	for _, element := range p.list("elements", 1, 25) {
		c.element(element, inActions)
	}
}

func (c *checker) input(p cursor) {
	c.inputs++
	p.mustText("label", plain, 2000)
	p.mayText("hint", plain, 2000)
	p.mayBool("dispatch_action", "optional")
	if element, ok := p.need("element"); ok {
		c.element(element, inInput)
	}
}

func (c *checker) image(p cursor) {
	c.imageElement(p)
	p.mayText("title", plain, 2000)
}

// imageElement covers image blocks, image elements and icons.
func (c *checker) imageElement(p cursor) {
	if !p.object() {
		return
	}
	p.mustString("alt_text", 1, 2000)
	link, file := p.member("image_url"), p.member("slack_file")
	switch {
	case link.value == nil && file.value == nil:
		p.refuse("missing required field: image_url or slack_file")
	case link.value != nil && file.value != nil:
		p.refuse("only one of image_url and slack_file allowed")
	case link.value != nil:
		link.length(1, 3000)
	default:
		c.slackFile(file)
	}
}

func (c *checker) slackFile(p cursor) {
	if p.object() && p.member("id").value == nil && p.member("url").value == nil {
		p.refuse("missing required field: id or url")
	}
}

func (c *checker) video(p cursor) {
	p.mustString("alt_text", 1, 2000)
	p.mustText("title", plain, 200)
	p.mustString("thumbnail_url", 1, 3000)
	p.mustString("video_url", 1, 3000)
	p.mayText("description", plain, 200)
}

func (c *checker) markdownBlock(p cursor) {
	p.mustString("text", 1, markdownLimit)
	countText(&c.markdown, p.member("text").value)
}

func (c *checker) alert(p cursor) {
	p.mustText("text", anyText, 200)
	p.mayEnum("level", "default", "info", "warning", "error", "success")
}

func (c *checker) contextActions(p cursor) {
	for _, element := range p.list("elements", 1, 5) {
		c.element(element, inContextActions)
	}
}

func (c *checker) plan(p cursor) {
	p.mustString("title", 1, textObjectLimit)
	for _, task := range p.mayList("tasks", 0, blocksPerMessage) {
		if task.object() && task.kind() != "task_card" {
			task.member("type").refuse("must be one of: task_card")
			continue
		}
		c.task(task, "pending", "in_progress", "complete", "error")
	}
}

// taskCard is a task card outside a plan, where nothing can be pending.
func (c *checker) taskCard(p cursor) { c.task(p, "in_progress", "complete", "error") }

func (c *checker) task(p cursor, states ...string) {
	p.mustString("title", 1, textObjectLimit)
	p.mayString("task_id", 1, 255)
	p.mayEnum("status", states...)
	for _, key := range []string{"details", "output"} {
		if text := p.member(key); text.value != nil && text.object() {
			c.richText(text)
		}
	}
}
