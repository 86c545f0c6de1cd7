package formatting

import (
	"strings"
	"unicode"

	"github.com/slack-go/slack/slackutilsx"
	"golang.org/x/text/unicode/norm"
)

// unnamed stands for a name of which nothing can be shown: Slack refuses an
// empty text.
const unnamed = "(no name)"

// maxMarks is how many combining marks one letter keeps. No script needs
// more; stacks of hundreds are drawn over the lines above.
const maxMarks = 4

// maxNameSize is how many bytes of JSON a name takes at most, so that no
// script and no escapes make a message too large: 80 Chinese characters.
const maxNameSize = 240

// name is a name from outside as a message shows it in literal text.
func name(s string) string { return label(clean(s)) }

// label is a name that was cleaned before.
func label(s string) string { return fit(shorten(s, MaxName), maxNameSize) }

// clean takes out what is not text: control, direction, zero-width and
// private characters, stacks of marks; white space becomes single spaces. The
// rest is composed (NFC), so that equal names are equal.
func clean(s string) string {
	if tidyASCII(s) {
		return s
	}
	var b strings.Builder
	b.Grow(min(len(s), 1024))
	marks, space := 0, false
	for _, r := range s {
		kind := kindOf(r)
		if kind == mark {
			marks++
		} else {
			marks = 0
		}
		if kind == gap {
			space = true
		}
		if kind == gap || kind == nothing || marks > maxMarks {
			continue
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(r)
	}
	if b.Len() == 0 {
		return unnamed
	}
	return norm.NFC.String(b.String())
}

// tidyASCII is whether s is text that needs no cleaning, as most names are.
func tidyASCII(s string) bool {
	for i := range len(s) {
		edge := i == 0 || i == len(s)-1 || s[i-1] == ' '
		if s[i] < ' ' || s[i] > '~' || (s[i] == ' ' && edge) {
			return false
		}
	}
	return s != ""
}

// runeKind is what [clean] makes of a character.
type runeKind int

const (
	sign    runeKind = iota // stays
	mark                    // stays while it is one of a few
	gap                     // becomes a space
	nothing                 // goes
)

func kindOf(r rune) runeKind {
	switch {
	case blank(r) || unicode.IsSpace(r):
		return gap
	case unicode.IsLetter(r):
		return sign
	case unicode.Is(unicode.M, r):
		return mark
	case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r):
		return nothing
	}
	return sign
}

// blank is whether r is a letter by its class and nothing to the eye.
func blank(r rune) bool {
	switch r {
	case '\u115f', '\u1160', '\u2800', '\u3164', '\uffa0':
		return true
	}
	return false
}

// shorten cuts s in the middle to at most limit characters, so that the ends,
// which tell names apart, stay. It never parts a letter from its marks.
func shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	runes := []rune(s)
	if len(runes) <= limit {
		return s
	}
	head := limit / 2
	tail := len(runes) - (limit - 1 - head)
	for head > 0 && joined(runes, head) {
		head--
	}
	for tail < len(runes) && joined(runes, tail) {
		tail++
	}
	return strings.TrimRight(string(runes[:head]), " ") + "…" + strings.TrimLeft(string(runes[tail:]), " ")
}

// fit cuts s in the middle until it takes at most size bytes as JSON.
func fit(s string, size int) string {
	for limit := MaxName - 8; limit > 8 && jsonSize(s) > size; limit -= 8 {
		s = shorten(s, limit)
	}
	return s
}

// joined is whether the character at i belongs to the one before: a mark, a
// skin tone, the second letter of a flag, a Hangul vowel or final.
func joined(runes []rune, i int) bool {
	r := runes[i]
	switch {
	case unicode.Is(unicode.M, r), r >= 0x1F3FB && r <= 0x1F3FF, r >= 0x1161 && r <= 0x11FF:
		return true
	case !regional(r):
		return false
	}
	before := 0
	for before < i && regional(runes[i-1-before]) {
		before++
	}
	return before%2 == 1
}

// regional is whether r is one of the two letters of a flag.
func regional(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }

// escape makes s safe for text that Slack parses, as Slack asks for it.
// https://docs.slack.dev/messaging/formatting-message-text#escaping
func escape(s string) string { return slackutilsx.EscapeMessage(s) }

// literal makes a cleaned name safe for [Message.Text]. Slack has no escape
// for its formatting marks, so they give way to look-alikes; as does what
// could turn into a mention, a link or an emoji by Slack's own guessing.
func literal(s string) string {
	s = disjoined(strings.Map(lookAlike, s))
	if rest, quoted := strings.CutPrefix(s, ">"); quoted {
		s = "›" + rest
	}
	return escape(s)
}

// disjoined puts a look-alike for each full stop that a letter follows at once,
// as in a domain, and for each colon that anything but a space follows, as in
// an address and in :emoji: (whose second colon may be one of ours).
func disjoined(s string) string {
	if !strings.ContainsAny(s, ".:") {
		return s
	}
	runes := []rune(s)
	for i, r := range runes[:len(runes)-1] {
		switch next := runes[i+1]; {
		case r == '.' && unicode.IsLetter(next):
			runes[i] = '․'
		case r == ':' && next != ' ':
			runes[i] = '∶'
		}
	}
	return string(runes)
}

// lookAlike replaces the characters that Slack takes for formatting.
func lookAlike(r rune) rune {
	switch r {
	case '*':
		return '∗'
	case '_':
		return '＿'
	case '~':
		return '∼'
	case '`':
		return 'ˋ'
	case '@':
		return '＠'
	}
	return r
}
