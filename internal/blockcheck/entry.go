package blockcheck

// inputRule holds the elements in which a person types or uploads.
func inputRule(kind string) (func(*checker, cursor), bool) {
	switch kind {
	case "plain_text_input":
		return (*checker).plainTextInput, true
	case "email_text_input", "url_text_input":
		return func(_ *checker, p cursor) { p.mayString("initial_value", 0, 3000) }, true
	case "number_input":
		return (*checker).numberInput, true
	case "rich_text_input":
		return func(*checker, cursor) {}, true
	case "file_input":
		return (*checker).fileInput, true
	}
	return nil, false
}

func (c *checker) plainTextInput(p cursor) {
	p.mayBool("multiline")
	p.mayInt("min_length", 0, 3000)
	p.mayInt("max_length", 1, 3000)
	p.mayString("initial_value", 0, 3000)
}

func (c *checker) numberInput(p cursor) {
	if _, ok := p.need("is_decimal_allowed"); ok {
		p.mayBool("is_decimal_allowed")
	}
	for _, key := range []string{"initial_value", "min_value", "max_value"} {
		p.mayString(key, 1, 3000)
	}
}

func (c *checker) fileInput(p cursor) {
	if c.surface != inModal {
		p.refuse("unsupported type: file_input is not allowed in %s", c.surface)
	}
	p.mayInt("max_files", 1, 10)
}
