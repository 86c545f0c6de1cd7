package directory

// core parts words from the legal form at their end: "contoso retail" and
// "gmbh co kg". A core is never empty where there are words: a customer may be
// called "SE" and nothing else.
func core(words []string) (core, form []string) {
	n := len(words)
	for n > 1 && isLegalForm(words[n-1]) {
		n--
	}
	return words[:n], words[n:]
}

// isLegalForm knows the usual forms of companies, folded as [readings] does it.
func isLegalForm(word string) bool {
	switch word {
	case "gmbh", "mbh", "ggmbh", "ag", "kg", "kgaa", "ohg", "ug", "gbr", "ev", "eg", "ek", "se", "aktiengesellschaft", // German
		"inc", "incorporated", "corp", "corporation", "co", "company", "llc", "llp", "lp", "pllc", // American
		"ltd", "limited", "plc", "pty", "pte", // British and beyond
		"sa", "sas", "sasu", "sarl", "eurl", "snc", // French
		"spa", "srl", "sl", "slu", "ltda", // Italian, Spanish, Portuguese
		"bv", "nv", "vof", "cv", // Dutch
		"ab", "as", "asa", "aps", "oy", "oyj", "hf", "ehf", // Nordic
		"sro", "doo", "zrt", "kft", "sp", "z", "oo", "uab", "sia", "ou", "ood", "eood", // Eastern European
		"kk": // Japanese
		return true
	}
	return false
}

// abbreviated is the short way of writing a legal form that is also written
// out.
func abbreviated(form string) string {
	switch form {
	case "limited":
		return "ltd"
	case "incorporated":
		return "inc"
	case "corporation":
		return "corp"
	case "company":
		return "co"
	case "aktiengesellschaft":
		return "ag"
	}
	return form
}
