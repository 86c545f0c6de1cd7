package formatting

import (
	"iter"
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

// Rungs is the ladder to try when Slack refuses a message: the message as it
// is, with every table turned into lines (only where it has one), and plain
// text of at most 3,500 characters without blocks. The first is always m
// itself, the last never has blocks. The simpler forms are made when they are
// asked for, which is rare.
func (m Message) Rungs() iter.Seq[Message] {
	return func(yield func(Message) bool) {
		if !yield(m) || len(m.Blocks) == 0 {
			return
		}
		if lines, found := withoutTables(m.Blocks); found && !yield(Message{Text: m.Text, Blocks: lines}) {
			return
		}
		yield(Message{Text: plain(m)})
	}
}

// plain is the message as text alone: its text, then its tables line by line.
func plain(m Message) string {
	var b strings.Builder
	b.WriteString(cut(m.Text, maxPlain))
	room := maxPlain - utf8.RuneCountInString(b.String()) - len("\n…")
	for _, block := range m.Blocks {
		table, ok := block.(*slack.TableBlock)
		if !ok {
			continue
		}
		for _, l := range tableLines(table) {
			text := "\n" + l.text()
			if room -= utf8.RuneCountInString(text); room < 0 {
				b.WriteString("\n…")
				return b.String()
			}
			b.WriteString(text)
		}
	}
	return b.String()
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
