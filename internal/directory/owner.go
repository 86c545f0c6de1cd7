package directory

import (
	"strings"
	"unicode"
)

// ownerLine is an owner's address in [Index.owners].
func ownerLine(owner string) string { return address(owner) + "\n" }

// address puts an e-mail address, a domain or the URL of a website into one
// form, in which the latter two are alike.
func address(text string) string {
	text = strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			return -1
		}
		return r
	}, text))
	for _, scheme := range [...]string{"http://", "https://", "mailto:"} {
		text = strings.TrimPrefix(text, scheme)
	}
	text, _, _ = strings.Cut(text, "/")
	if !strings.Contains(text, "@") {
		text = strings.TrimPrefix(text, "www.")
	}
	return text
}

// asAddress reads a query as an e-mail address or a domain, if it can be one.
func asAddress(query string) (string, bool) {
	if strings.ContainsFunc(query, unicode.IsSpace) {
		return "", false
	}
	text := address(query)
	inner := strings.Trim(text, "@.")
	return text, inner != "" && (strings.Contains(text, "@") || strings.Contains(inner, "."))
}

// rankOwners judges every entry by its owner's address.
func (x *Index) rankOwners(query string, better func(int, rank)) {
	text, ok := asAddress(query)
	if !ok {
		return
	}
	for i, line := range x.owners.containing(text) {
		better(i, ownerRank(strings.TrimSuffix(line, "\n"), text))
	}
}

// ownerRank says how well a query fits an owner's address that contains it.
// The beginning of an address, or of a domain after "@", will do; without "@"
// the whole domain or one above it is wanted, because half of one is a name.
func ownerRank(owner, text string) rank {
	fits := false
	switch at := strings.Index(text, "@"); {
	case owner == text:
		return exact
	case at > 0:
		fits = strings.HasPrefix(owner, text)
	case at == 0:
		fits = true
	default:
		fits = strings.HasSuffix(owner, "@"+text) || strings.HasSuffix(owner, "."+text)
	}
	if fits {
		return ownership
	}
	return none
}
