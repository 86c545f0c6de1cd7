package formatting

import (
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// span is a piece of a line. Its kind says where it comes from, and so how it
// may be written; there is no way from an outside name to text that Slack
// parses but through [literal].
type span struct {
	kind kind
	text string
	bold bool
	at   time.Time
}

type kind int

const (
	words     kind = iota // ours
	outside               // a name or typed text, cleaned and cut
	code                  // what one can type
	exact                 // the name of a scope or a setting: to be copied, dots and all
	moment                // a time in the reader's zone; text is the format
	person                // text is a user id
	channel               // text is a channel id
	usergroup             // text is the id of a user group
)

func say(s string) span    { return span{kind: words, text: s} }
func strong(s string) span { return span{kind: words, text: s, bold: true} }
func called(s string) span { return span{kind: outside, text: name(s)} }
func typed(s string) span  { return span{kind: code, text: name(s)} }

// setting is the name of one of the bot's settings.
func setting(s string) span { return span{kind: exact, text: s} }

// scope is the name of one of AvePoint's scopes, or one of Slack's that the bot
// names. What does not look like one is shown as anything else from outside.
func scope(s string) span {
	switch s {
	case "users:read", "chat:write", "files:write", "im:write", "channels:history", "groups:history":
		return span{kind: exact, text: s}
	}
	if !strings.HasPrefix(s, "elements.") || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789.") != "" {
		return typed(s)
	}
	return span{kind: exact, text: s}
}

// quoted shows what a person typed.
func quoted(s string) line { return line{say(`"`), called(s), say(`"`)} }

// strongly is a name in bold.
func strongly(s string) span { return span{kind: outside, text: name(s), bold: true} }

// Formats of moments. https://docs.slack.dev/messaging/formatting-message-text#date-formatting
const (
	clock = "{time}"
	dated = "{date_short_pretty} at {time}"
)

// at is t as the reader's clock shows it: with the day where that is not plain.
func at(t, now time.Time) span {
	if age := now.Sub(t); age > 12*time.Hour || age < 0 {
		return on(t)
	}
	return span{kind: moment, text: clock, at: t}
}

// on is t with its day.
func on(t time.Time) span { return span{kind: moment, text: dated, at: t} }

// by mentions a user. An id that Slack could not have given is not written.
func by(userID string) span {
	if !userLike(userID) {
		return say("someone")
	}
	return span{kind: person, text: userID}
}

func userLike(id string) bool {
	if len(id) < 2 || len(id) > 30 || (id[0] != 'U' && id[0] != 'W') {
		return false
	}
	return strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// groupLike reports whether Slack could have given this id to a user group.
func groupLike(id string) bool {
	return len(id) >= 2 && len(id) <= 30 && id[0] == 'S' && strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// place names a channel, as who reads it may see it. An id that Slack could not
// have given is not written.
func place(channelID string) span {
	if len(channelID) < 2 || len(channelID) > 30 || (channelID[0] != 'C' && channelID[0] != 'G') ||
		strings.Trim(channelID, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		return say("A channel")
	}
	return span{kind: channel, text: channelID}
}

// line is a line of a message.
type line []span

// with returns the line with more spans.
func (l line) with(more ...span) line { return append(l[:len(l):len(l)], more...) }

// section writes the line as rich text, of which Slack parses nothing.
func (l line) section() *slack.RichTextSection {
	elements := make([]slack.RichTextSectionElement, 0, len(l))
	for _, s := range l {
		if s.text != "" { // Slack refuses an empty text
			elements = append(elements, s.element())
		}
	}
	return slack.NewRichTextSection(elements...)
}

func (s span) element() slack.RichTextSectionElement {
	switch s.kind {
	case code, exact:
		return slack.NewRichTextSectionTextElement(s.text, &slack.RichTextSectionTextStyle{Code: true})
	case moment:
		fallback := utc(s)
		return slack.NewRichTextSectionDateElement(s.at.Unix(), s.text, nil, &fallback)
	case person:
		return slack.NewRichTextSectionUserElement(s.text, nil)
	case channel:
		return slack.NewRichTextSectionChannelElement(s.text, nil)
	case usergroup:
		return slack.NewRichTextSectionUserGroupElement(s.text)
	}
	var style *slack.RichTextSectionTextStyle
	if s.bold {
		style = &slack.RichTextSectionTextStyle{Bold: true}
	}
	return slack.NewRichTextSectionTextElement(s.text, style)
}

// text writes the line for [Message.Text] and context blocks, without styles.
func (l line) text() string {
	var b strings.Builder
	for _, s := range l {
		switch s.kind {
		case words, exact:
			b.WriteString(escape(s.text))
		case outside, code:
			b.WriteString(literal(s.text))
		case moment:
			b.WriteString("<!date^" + strconv.FormatInt(s.at.Unix(), 10) + "^" + s.text + "|" + utc(s) + ">")
		case person:
			b.WriteString("<@" + s.text + ">")
		case channel:
			b.WriteString("<#" + s.text + ">")
		case usergroup:
			b.WriteString("<!subteam^" + s.text + ">")
		}
	}
	return b.String()
}

// utc is a moment for clients that cannot tell the reader's zone.
func utc(s span) string {
	if s.text == clock {
		return s.at.UTC().Format("15:04 UTC")
	}
	return s.at.UTC().Format("2 Jan 2006, 15:04 UTC")
}

// spoken is a line as it is read out, with commas for the dots between its
// parts.
func spoken(l line) line {
	said := make(line, len(l))
	for i, s := range l {
		if s.kind == words {
			s.text = strings.ReplaceAll(s.text, " · ", ", ")
		}
		said[i] = s
	}
	return said
}

// join puts sentences into one line, with a space between.
func join(lines ...line) line {
	var all line
	for _, l := range lines {
		if len(l) == 0 {
			continue
		}
		if len(all) > 0 {
			all = append(all, say(" "))
		}
		all = append(all, l...)
	}
	return all
}
