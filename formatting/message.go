package formatting

import (
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"
)

// Message is what Slack is sent. Text is escaped mrkdwn that alone would do:
// a lock screen and a screen reader get nothing else. Post it with
// parse=none, without link_names and without unfurling.
type Message struct {
	Text   string
	Blocks []slack.Block
}

// notice is a message of one paragraph and perhaps some buttons.
func notice(l line, buttons ...*slack.ButtonBlockElement) Message {
	return Message{
		Text:   l.text(),
		Blocks: append([]slack.Block{paragraph(l)}, actions(buttons...)...),
	}
}

// cut shortens escaped text to limit characters at its end, and leaves no
// half of an entity or of a date there.
func cut(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	head := string([]rune(text)[:limit-1])
	if open := strings.LastIndexByte(head, '<'); open > strings.LastIndexByte(head, '>') {
		head = head[:open]
	}
	if open := strings.LastIndexByte(head, '&'); open > strings.LastIndexByte(head, ';') {
		head = head[:open]
	}
	return head + "…"
}
