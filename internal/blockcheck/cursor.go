package blockcheck

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// cursor is one JSON value and where it stands.
type cursor struct {
	c     *checker
	at    string // JSON pointer
	value any    // nil also for absent members: Slack takes null for absent
}

// decode keeps numbers as they were written and refuses trailing data.
func decode(raw []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one value")
	}
	return tree, nil
}

func (p cursor) member(key string) cursor {
	object, _ := p.value.(map[string]any)
	escaped := strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
	return cursor{c: p.c, at: p.at + "/" + escaped, value: object[key]}
}

func (p cursor) item(i int, value any) cursor {
	return cursor{c: p.c, at: p.at + "/" + strconv.Itoa(i), value: value}
}

// kind is the `type` of an object.
func (p cursor) kind() string {
	s, _ := p.member("type").value.(string)
	return s
}

func (p cursor) refuse(format string, values ...any) {
	p.c.report(p.at, p.c.code, fmt.Sprintf(format, values...))
}

// warn notes what Slack might accept.
func (p cursor) warn(format string, values ...any) {
	p.c.problems = append(p.c.problems, Problem{
		Pointer: p.at, Code: CodeDisputed, Text: fmt.Sprintf(format, values...), Warning: true,
	})
}

// object refuses anything that is no object.
func (p cursor) object() bool {
	_, ok := p.value.(map[string]any)
	if !ok {
		p.refuse("must provide an object")
	}
	return ok
}

// need refuses an absent member and reports whether it is there.
func (p cursor) need(key string) (cursor, bool) {
	m := p.member(key)
	if m.value == nil {
		p.refuse("missing required field: %s", key)
	}
	return m, m.value != nil
}

// length refuses a string that is no string, too short or too long.
func (p cursor) length(least, most int) {
	s, ok := p.value.(string)
	n := utf8.RuneCountInString(s)
	switch {
	case !ok:
		p.refuse("must provide a string")
	case n < least:
		p.refuse("must be more than %d characters", least-1)
	case n > most:
		p.refuse("must be less than %d characters", most+1)
	}
}

// mayString checks an optional string member; mustString a required one.
func (p cursor) mayString(key string, least, most int) {
	if m := p.member(key); m.value != nil {
		m.length(least, most)
	}
}

func (p cursor) mustString(key string, least, most int) {
	if m, ok := p.need(key); ok {
		m.length(least, most)
	}
}

// mayBool checks optional boolean members.
func (p cursor) mayBool(keys ...string) {
	for _, key := range keys {
		m := p.member(key)
		if _, ok := m.value.(bool); m.value != nil && !ok {
			m.refuse("must provide a boolean")
		}
	}
}

// mayInt checks an optional whole number within bounds.
func (p cursor) mayInt(key string, least, most int) {
	m := p.member(key)
	if m.value == nil {
		return
	}
	number, _ := m.value.(json.Number)
	n, err := strconv.Atoi(number.String())
	if err != nil || n < least || n > most {
		m.refuse("must be a whole number from %d to %d", least, most)
	}
}

// mayEnum checks an optional string against its allowed values.
func (p cursor) mayEnum(key string, allowed ...string) {
	m := p.member(key)
	if s, _ := m.value.(string); m.value != nil && !slices.Contains(allowed, s) {
		m.refuse("must be one of: %s", strings.Join(allowed, ", "))
	}
}

// list returns the items of a required list within bounds; nothing where it is
// none.
func (p cursor) list(key string, least, most int) []cursor {
	m, ok := p.need(key)
	if !ok {
		return nil
	}
	return m.items(least, most)
}

// mayList is list for an optional member.
func (p cursor) mayList(key string, least, most int) []cursor {
	m := p.member(key)
	if m.value == nil {
		return nil
	}
	return m.items(least, most)
}

func (p cursor) items(least, most int) []cursor {
	values, ok := p.value.([]any)
	switch {
	case !ok:
		p.refuse("must provide a list")
	case len(values) < least:
		p.refuse("no fewer than %d items allowed", least)
	case len(values) > most:
		p.refuse("no more than %d items allowed", most)
	}
	items := make([]cursor, len(values))
	for i, v := range values {
		items[i] = p.item(i, v)
	}
	return items
}
