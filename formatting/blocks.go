package formatting

import (
	"strconv"
	"unicode/utf8"

	"github.com/slack-go/slack"
)

// header is a heading that may be a name from outside: plain text without
// emoji codes.
func header(s string) slack.Block {
	return slack.NewHeaderBlock(plainText(name(s), maxHeader))
}

// paragraph is lines of rich text, for all that holds a name from outside.
func paragraph(lines ...line) slack.Block {
	elements := make([]slack.RichTextElement, 0, len(lines))
	for _, l := range lines {
		elements = append(elements, l.section())
	}
	return slack.NewRichTextBlock("", elements...)
}

// context is a small grey line of our own words. It is parsed by Slack, so a
// line with a name from outside becomes a paragraph.
func context(l line) slack.Block {
	for _, s := range l {
		if s.kind == outside || s.kind == code {
			return paragraph(l)
		}
	}
	text := slack.NewTextBlockObject(slack.MarkdownType, l.text(), false, true)
	return slack.NewContextBlock("", text)
}

// button acts with an opaque value. It is nil, and left out by [actions],
// where there is no value or Slack would refuse it.
func button(action, value, label string) *slack.ButtonBlockElement {
	if value == "" || utf8.RuneCountInString(value) > maxValue || len(action) > maxID {
		return nil
	}
	return slack.NewButtonBlockElement(action, value, plainText(label, maxButton))
}

// link is a button that opens a page.
func link(action, url, label string) *slack.ButtonBlockElement {
	if url == "" || len(url) > maxURL {
		return nil
	}
	return slack.NewButtonBlockElement(action, "", plainText(label, maxButton)).WithURL(url)
}

// several gives an action an id of its own within its block.
func several(action string, i int) string { return action + ":" + strconv.Itoa(i+1) }

// actions is a row of the buttons that are there, and nothing where none is.
func actions(buttons ...*slack.ButtonBlockElement) []slack.Block {
	elements := make([]slack.BlockElement, len(buttons))
	for i, b := range buttons {
		elements[i] = acting(b)
	}
	return controls(elements...)
}

// acting is a button among other elements; none is nil.
func acting(b *slack.ButtonBlockElement) slack.BlockElement {
	if b == nil {
		return nil
	}
	return b
}

// controls is a row of the elements that are there, and nothing where none is.
func controls(elements ...slack.BlockElement) []slack.Block {
	var row []slack.BlockElement
	for _, e := range elements {
		if e != nil && len(row) < maxButtons {
			row = append(row, e)
		}
	}
	if len(row) == 0 {
		return nil
	}
	return []slack.Block{slack.NewActionBlock("", row...)}
}

// plainText is text that Slack does not parse, cut to limit.
func plainText(s string, limit int) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, shorten(filled(s), limit), false, false)
}

// filled is s, or a dash where s is empty: Slack refuses empty text.
func filled(s string) string {
	if s == "" {
		return dash
	}
	return s
}

// cell is a table cell that Slack shows as it is. Numbers go through it too,
// because some workspaces refuse raw_number.
func cell(s string) slack.TableCell { return slack.NewTableRawTextCell(filled(s)) }
