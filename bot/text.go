package bot

import (
	"strings"
	"unicode"
)

// plain is the text of a command as the person typed it, in straight quotes and
// single spaces. Slack may send it with entities, and with addresses, mentions
// and channels in angle brackets.
// https://docs.slack.dev/messaging/formatting-message-text
//
// It is one pass from left to right: what was put out is never looked at again,
// so that "&amp;lt;" is "&lt;" and no more.
func plain(text string) string {
	text = strings.ToValidUTF8(text, "")
	var out strings.Builder
	for text != "" {
		before, rest, found := strings.Cut(text, "<")
		out.WriteString(unescaped(before))
		if !found {
			break
		}
		inner, after, closed := strings.Cut(rest, ">")
		if !closed || strings.Contains(inner, "<") {
			out.WriteByte('<') // of no link: a person's own
			text = rest
			continue
		}
		out.WriteString(unescaped(unwrapped(inner)))
		text = after
	}
	return strings.Join(strings.Fields(strings.Map(straight, out.String())), " ")
}

// unwrapped is what was typed where Slack sends a link or a mention: the label,
// else the target. A link keeps the form in which it was typed.
func unwrapped(link string) string {
	target, label, _ := strings.Cut(link, "|")
	if label != "" {
		return label
	}
	return strings.TrimPrefix(target, "mailto:")
}

// unescaped replaces the entities of the three characters that Slack escapes.
func unescaped(text string) string {
	if !strings.Contains(text, "&") {
		return text
	}
	// A replacer makes one pass: what an entity becomes begins no other.
	return strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">").Replace(text)
}

// straight undoes what keyboards and editors make of quotes and spaces, and
// drops what cannot be seen.
func straight(r rune) rune {
	switch r {
	case '“', '”', '„', '‟', '«', '»', '＂':
		return '"'
	case '‘', '’', '‚', '‛':
		return '\''
	}
	switch {
	case unicode.IsSpace(r):
		return ' '
	case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
		return -1
	}
	return r
}
