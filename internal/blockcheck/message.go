package blockcheck

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// Limits of a message's text.
const (
	postTextLimit    = 40_000 // cut by Slack beyond this
	updateTextLimit  = 4_000  // refused beyond this
	attachmentsLimit = 100
)

func (c *checker) message(payload []byte, textLimit int) {
	tree, err := decode(payload)
	if err != nil {
		c.report("", CodeInvalidFormat, "must be valid JSON: "+err.Error())
		return
	}
	p := cursor{c: c, value: tree}
	if !p.object() {
		return
	}
	blocks, attachments := p.member("blocks"), p.member("attachments")
	c.text(p.member("text"), textLimit, filled(blocks) || filled(attachments))
	if blocks.value != nil {
		c.messageBlocks(blocks)
	}
	if attachments.value != nil {
		c.attachments(attachments)
	}
	c.totals("/blocks")
}

// text checks the message's own text, which is the fallback where there are
// blocks.
func (c *checker) text(p cursor, limit int, hasMore bool) {
	s, ok := p.value.(string)
	n := utf8.RuneCountInString(s)
	switch {
	case p.value != nil && !ok:
		c.report(p.at, c.code, "must provide a string")
	case n == 0 && !hasMore:
		c.report(p.at, CodeNoText, "a message needs text, blocks or attachments")
	case n == 0:
		c.problems = append(c.problems, Problem{
			Pointer: p.at, Code: CodeMissingText, Text: "no fallback text beside the blocks", Warning: true,
		})
	case n > limit:
		c.problems = append(c.problems, Problem{
			Pointer: p.at, Code: CodeTextTooLong, Text: "text is too long", Warning: limit == postTextLimit,
		})
	}
}

// filled reports whether a list holds anything, or is no list at all.
func filled(p cursor) bool {
	list, ok := p.value.([]any)
	return p.value != nil && (!ok || len(list) > 0)
}

func (c *checker) messageBlocks(p cursor) {
	if _, ok := p.value.([]any); !ok {
		c.report(p.at, CodeInvalidFormat, "must provide a list")
		return
	}
	c.blockList(p, 0, blocksPerMessage)
	switch n := serialized(p.value); {
	case n > serializedLimit:
		c.report(p.at, CodeBlocksTooLong, "the serialized blocks are too long")
	case n > sureSerializedLimit:
		p.warn("the serialized blocks hold more than %d characters", sureSerializedLimit)
	}
}

// serialized is the number of characters of a value as compact JSON.
func serialized(v any) int {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // came from JSON, goes back to JSON
	return utf8.RuneCount(bytes.TrimSpace(b.Bytes()))
}

func (c *checker) attachments(p cursor) {
	c.code = CodeInvalidAttachments
	defer func() { c.code = CodeInvalidBlocks }()
	list, ok := p.value.([]any)
	switch {
	case !ok:
		p.refuse("must provide a list")
	case len(list) > attachmentsLimit:
		c.report(p.at, CodeTooManyAttachments, "no more than 100 attachments allowed")
	}
	for i, v := range list {
		a := p.item(i, v)
		if !a.object() {
			continue
		}
		if blocks := a.member("blocks"); blocks.value != nil {
			c.blocks = 0
			c.blockList(blocks, 0, blocksPerMessage)
		}
	}
}
