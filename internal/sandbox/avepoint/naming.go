package avepoint

import "strings"

// list splits a line of words.
func list(words string) []string { return strings.Split(words, "|") }

// inventName makes the i-th invented company: its name, country and domain. No
// two numbers below maxCustomers give the same name; the first fourteen
// thousand have no town in it.
func (f *fleet) inventName(i int) (name string, at country, domain string) {
	shift := int(f.seed % namesWithoutCity) //nolint:gosec // below a thousand
	n := i / len(f.countries)
	at = f.countries[(i+shift)%len(f.countries)]
	// A step that shares no factor with the number of names visits them all.
	k := (n%namesWithoutCity*275 + shift) % namesWithoutCity
	words := []string{at.stems[k%stemCount], at.trades[k/stemCount%tradeCount]}
	if town := n / namesWithoutCity; town > 0 {
		words = append(words, at.cities[town-1])
	}
	form := at.forms[k/(stemCount*tradeCount)]
	name = strings.Join(words, " ") + " " + form
	return name, at, f.slug(strings.Join(append(words, form), " ")) + "." + at.domain + ".example"
}

// slug is a name as a label of a domain: lower case ASCII, hyphens between
// words. Domains end in .example, which belongs to nobody (RFC 2606).
func (f *fleet) slug(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range f.plain.Replace(strings.ToLower(name)) {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		case r != '.' && r != '\'':
			gap = true
		}
	}
	return b.String()
}

// plainLetters writes the letters of the fleet's languages without their marks,
// as these languages do in addresses.
func plainLetters() *strings.Replacer {
	const pairs = "ä ae ö oe ü ue ß ss å aa ø oe æ ae á a à a â a ã a ą a č c ć c ç c ď d é e è e ê e ë e ě e ę e " +
		"í i ì i î i ï i ł l ñ n ň n ń n ó o ò o ô o õ o ř r š s ś s ť t ú u ù u û u ů u ý y ž z ź z ż z"
	return strings.NewReplacer(strings.Fields(pairs)...)
}
