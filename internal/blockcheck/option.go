package blockcheck

import "reflect"

// choiceRule holds the elements with options or ids to choose from.
func choiceRule(kind string) (func(*checker, cursor), bool) {
	switch kind {
	case "static_select", "multi_static_select":
		return (*checker).staticSelect, true
	case "overflow":
		return (*checker).overflow, true
	case "checkboxes", "radio_buttons":
		return (*checker).optionGroup, true
	case "external_select", "multi_external_select", "users_select", "multi_users_select",
		"conversations_select", "multi_conversations_select", "channels_select", "multi_channels_select":
		return (*checker).idSelect, true
	}
	return nil, false
}

func (c *checker) staticSelect(p cursor) {
	p.mayInt("max_selected_items", 1, 100)
	options, groups := p.member("options"), p.member("option_groups")
	switch {
	case options.value == nil && groups.value == nil:
		p.refuse("missing required field: options or option_groups")
		return
	case options.value != nil && groups.value != nil:
		p.refuse("only one of options and option_groups allowed")
	}
	var all []cursor
	if options.value != nil {
		all = c.options(options, 100, anOption)
	}
	if groups.value != nil {
		for _, group := range groups.items(1, 100) {
			all = append(all, c.group(group)...)
		}
	}
	c.initials(p, all)
}

func (c *checker) group(p cursor) []cursor {
	if !p.object() {
		return nil
	}
	p.mustText("label", plain, 75)
	options, ok := p.need("options")
	if !ok {
		return nil
	}
	return c.options(options, 100, anOption)
}

func (c *checker) overflow(p cursor) {
	if options, ok := p.need("options"); ok {
		c.options(options, 5, anOverflowOption)
	}
}

// optionGroup covers checkboxes and radio buttons.
func (c *checker) optionGroup(p cursor) {
	if options, ok := p.need("options"); ok {
		c.initials(p, c.options(options, 10, aTickedOption))
	}
}

func (c *checker) idSelect(p cursor) {
	p.mayInt("min_query_length", 0, 3000)
	p.mayInt("max_selected_items", 1, 100)
	p.mayBool("default_to_current_conversation", "response_url_enabled")
}

// optionKind says what an option may hold.
type optionKind int

const (
	anOption         optionKind = iota
	anOverflowOption            // may have a url
	aTickedOption               // may have mrkdwn
)

func (c *checker) options(p cursor, most int, kind optionKind) []cursor {
	options := p.items(1, most)
	for _, option := range options {
		c.option(option, kind)
	}
	return options
}

func (c *checker) option(p cursor, kind optionKind) {
	if !p.object() {
		return
	}
	texts := plain
	if kind == aTickedOption {
		texts = anyText
	}
	p.mustText("text", texts, 75)
	p.mayText("description", texts, 75)
	p.mustString("value", 1, 150)
	link := p.member("url")
	switch {
	case link.value == nil:
	case kind != anOverflowOption:
		p.refuse("invalid additional property: url")
	default:
		link.length(1, 3000)
	}
}

// initials checks that what is chosen at first is among the options.
func (c *checker) initials(p cursor, options []cursor) {
	if initial := p.member("initial_option"); initial.value != nil {
		c.among(initial, options)
	}
	for _, initial := range p.mayList("initial_options", 1, 100) {
		c.among(initial, options)
	}
}

func (c *checker) among(p cursor, options []cursor) {
	for _, option := range options {
		if reflect.DeepEqual(p.member("value").value, option.member("value").value) {
			return
		}
	}
	p.refuse("must be one of the options")
}
