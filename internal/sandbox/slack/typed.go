package slack

import (
	"regexp"
	"strings"
)

// EscapeTyped returns text as Slack may deliver what a person typed: entities
// for &, < and >, web and mail addresses wrapped, straight quotes curled, and a
// non-breaking space where two spaces stood.
func EscapeTyped(text string) string {
	text = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
	addresses := regexp.MustCompile(typedAddress)
	text = addresses.ReplaceAllStringFunc(text, wrapAddress)
	return strings.ReplaceAll(curl(text), "  ", " \u00a0")
}

// typedAddress finds what Slack's client makes a link of. The endings stand for
// the long list that it knows.
const typedAddress = `(?i)https?://[^\s<>"']+` +
	`|[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}` +
	`|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|net|org|info|io|dev|eu|de|at|ch|fr|uk|us|example)\b`

// wrapAddress makes of one address what Slack's client makes of it.
func wrapAddress(address string) string {
	switch {
	case strings.Contains(address, "://"):
		return "<" + address + ">"
	case strings.Contains(address, "@"):
		return "<mailto:" + address + "|" + address + ">"
	}
	return "<http://" + address + "|" + address + ">"
}

// curl turns straight quotes into the pairs that phones and desktops type.
func curl(text string) string {
	var b strings.Builder
	previous := ' '
	for _, r := range text {
		opens := strings.ContainsRune(" \u00a0([{", previous)
		switch {
		case r == '"' && opens:
			b.WriteRune('“')
		case r == '"':
			b.WriteRune('”')
		case r == '\'' && opens:
			b.WriteRune('‘')
		case r == '\'':
			b.WriteRune('’')
		default:
			b.WriteRune(r)
		}
		previous = r
	}
	return b.String()
}
