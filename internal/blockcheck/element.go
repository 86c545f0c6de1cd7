package blockcheck

import (
	"slices"
	"strings"
	"time"
)

// place is the block in which an element stands.
type place int

const (
	inActions place = iota
	inSection
	inInput
	inContextActions
	inCard
	inCell
)

// takes reports whether a place takes an element type.
func (at place) takes(kind string) bool {
	isSelect := strings.HasSuffix(kind, "_select")
	picker := slices.Contains([]string{"datepicker", "timepicker", "datetimepicker", "checkboxes", "radio_buttons"}, kind)
	switch at {
	case inSection:
		return isSelect || picker || slices.Contains([]string{"button", "overflow", "image", "workflow_button"}, kind)
	case inInput:
		return isSelect || picker || strings.HasSuffix(kind, "_input")
	case inContextActions:
		return kind == "feedback_buttons" || kind == "icon_button"
	case inCard, inCell:
		return kind == "button"
	}
	return isSelect || picker || slices.Contains([]string{"button", "overflow", "workflow_button"}, kind)
}

// element checks one interactive element (or image) and its action_id.
func (c *checker) element(p cursor, at place) {
	if !p.object() {
		return
	}
	check, known := elementRule(p.kind())
	if !known || !at.takes(p.kind()) {
		p.refuse("unsupported type: %s", p.kind())
		return
	}
	if p.kind() != "image" {
		c.actionID(p)
	}
	if confirm := p.member("confirm"); confirm.value != nil {
		c.confirm(confirm)
	}
	p.mayText("placeholder", plain, 150)
	p.mayBool("focus_on_load")
	check(c, p)
}

func (c *checker) actionID(p cursor) {
	p.mayString("action_id", 0, 255)
	id, _ := p.member("action_id").value.(string)
	if id != "" && c.actionIDs[id] {
		p.member("action_id").refuse("action_id already exists in this block: %q", id)
	}
	if c.actionIDs != nil {
		c.actionIDs[id] = true
	}
}

func elementRule(kind string) (func(*checker, cursor), bool) {
	switch kind {
	case "image":
		return (*checker).imageElement, true
	case "button", "workflow_button":
		return (*checker).button, true
	case "icon_button":
		return (*checker).iconButton, true
	case "feedback_buttons":
		return (*checker).feedbackButtons, true
	case "datepicker", "timepicker", "datetimepicker":
		return (*checker).picker, true
	}
	if strings.HasSuffix(kind, "_input") {
		return inputRule(kind)
	}
	return choiceRule(kind)
}

func (c *checker) button(p cursor) {
	p.mustText("text", plain, 75)
	p.mayString("value", 0, 2000)
	p.mayString("url", 0, 3000)
	p.mayString("accessibility_label", 0, 75)
	p.mayEnum("style", "primary", "danger")
	if p.kind() == "workflow_button" {
		p.need("workflow")
	}
}

func (c *checker) iconButton(p cursor) {
	p.mustString("icon", 1, 75)
	p.mustText("text", plain, 75)
	p.mayString("value", 0, 2000)
	p.mayString("accessibility_label", 0, 75)
}

func (c *checker) feedbackButtons(p cursor) {
	for _, key := range []string{"positive_button", "negative_button"} {
		if b, ok := p.need(key); ok && b.object() {
			b.mustText("text", plain, 75)
			b.mustString("value", 0, 2000)
			b.mayString("accessibility_label", 0, 75)
		}
	}
}

func (c *checker) picker(p cursor) {
	for key, layout := range map[string]string{"initial_date": "2006-01-02", "initial_time": "15:04"} {
		m := p.member(key)
		s, _ := m.value.(string)
		if _, err := time.Parse(layout, s); m.value != nil && err != nil {
			m.refuse("must be of the form %s", layout)
		}
	}
	p.mayInt("initial_date_time", 1_000_000_000, 9_999_999_999)
}

// confirm checks a confirmation dialog.
func (c *checker) confirm(p cursor) {
	if !p.object() {
		return
	}
	p.mustText("title", plain, 100)
	p.mustText("text", anyText, 300)
	p.mustText("confirm", plain, 30)
	p.mustText("deny", plain, 30)
	p.mayEnum("style", "primary", "danger")
}
