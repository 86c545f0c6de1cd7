package blockcheck

import "slices"

// textKind says which text objects a place takes.
type textKind int

const (
	anyText textKind = iota
	plain
)

// The limit of text objects where no smaller one is given.
const textObjectLimit = 3000

// mustText checks a required text object; mayText an optional one.
func (p cursor) mustText(key string, kind textKind, most int) {
	if m, ok := p.need(key); ok {
		m.textObject(kind, most)
	}
}

func (p cursor) mayText(key string, kind textKind, most int) {
	if m := p.member(key); m.value != nil {
		m.textObject(kind, most)
	}
}

// textObject checks a plain_text or mrkdwn object.
func (p cursor) textObject(kind textKind, most int) {
	if !p.object() {
		return
	}
	allowed := []string{"plain_text"}
	if kind == anyText {
		allowed = append(allowed, "mrkdwn")
	}
	if !slices.Contains(allowed, p.kind()) {
		p.member("type").refuse("must be one of: %v", allowed)
	}
	p.mustString("text", 1, most)
	p.mayBool("emoji", "verbatim")
	if p.kind() == "mrkdwn" && p.member("emoji").value != nil {
		p.refuse("invalid additional property: emoji")
	}
	if p.kind() == "plain_text" && p.member("verbatim").value != nil {
		p.refuse("invalid additional property: verbatim")
	}
}
