// Package blockcheck says what Slack would refuse of a message or a view, given
// as JSON. The rules are those of Slack's Block Kit reference as collected in
// late 2026. Where two of Slack's own pages give two limits, the larger one is
// refused and the smaller one is a warning; the same goes for what only some
// workspaces were seen to refuse.
//
// The package reads plain JSON and shares no type with any Slack client, so that
// a wrong tag there shows here. Characters are Unicode code points.
package blockcheck

import (
	"encoding/json"
	"fmt"
)

// The codes are the `error` values of Slack's answers, but for the last two,
// which are ours and only ever warnings.
const (
	CodeInvalidBlocks      = "invalid_blocks"
	CodeInvalidFormat      = "invalid_blocks_format"
	CodeInvalidAttachments = "invalid_attachments"
	CodeOneTable           = "only_one_table_allowed"
	CodeBlocksTooLong      = "msg_blocks_too_long"
	CodeNoText             = "no_text"
	CodeTextTooLong        = "msg_too_long"
	CodeTooManyAttachments = "too_many_attachments"
	CodeInvalidView        = "invalid_arguments"
	CodeViewTooLarge       = "view_too_large"

	// CodeMissingText marks a message of blocks alone. Slack accepts it and makes
	// up a text for lock screens and screen readers.
	CodeMissingText = "missing_text"
	// CodeDisputed marks what one of Slack's pages forbids and another allows.
	CodeDisputed = "disputed_limit"
)

// Problem is one thing that Slack would refuse.
type Problem struct {
	Pointer string // JSON pointer into the payload, such as /blocks/0/text
	Code    string // the `error` of Slack's answer
	Text    string // what is wrong, in Slack's words where they are known
	Warning bool   // true where Slack would or might accept it, and we do not want it
}

// String gives the problem in the form of Slack's response_metadata.messages.
func (p Problem) String() string {
	return fmt.Sprintf("[ERROR] %s [json-pointer:%s]", p.Text, p.Pointer)
}

// Refused returns the problems that Slack itself would refuse, without warnings.
func Refused(problems []Problem) []Problem {
	var refused []Problem
	for _, p := range problems {
		if !p.Warning {
			refused = append(refused, p)
		}
	}
	return refused
}

// Message checks the JSON body of chat.postMessage, chat.postEphemeral or a
// response_url: text, blocks, attachments.
func Message(payload []byte) []Problem {
	c := newChecker(inMessage)
	c.message(payload, postTextLimit)
	return c.problems
}

// Update checks the JSON body of chat.update, whose text may hold fewer
// characters than that of a new message.
func Update(payload []byte) []Problem {
	c := newChecker(inMessage)
	c.message(payload, updateTextLimit)
	return c.problems
}

// Blocks checks the `blocks` array of a message alone; pointers begin with /blocks.
func Blocks(blocks json.RawMessage) []Problem {
	c := newChecker(inMessage)
	tree, err := decode(blocks)
	if err != nil {
		c.report("/blocks", CodeInvalidFormat, "must be valid JSON: "+err.Error())
		return c.problems
	}
	c.messageBlocks(cursor{c: c, at: "/blocks", value: tree})
	c.totals("/blocks")
	return c.problems
}

// View checks a modal or Home view; pointers begin with /view, as Slack's do.
func View(view []byte) []Problem {
	c := newChecker(inModal)
	c.code = CodeInvalidView
	c.view(view)
	return c.problems
}
