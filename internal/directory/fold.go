package directory

import (
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// readings folds a text into words, in each way that people write it: "Müller"
// is read as "muller" and as "mueller". The first reading is the plain one;
// there is a second one only where it differs. A text without letters and
// digits has no words.
func readings(text string) [][]string {
	if isASCII(text) {
		return [][]string{split(strings.ToLower(text))}
	}
	text = norm.NFC.String(text)
	plain, german := split(unaccented(text, false)), split(unaccented(text, true))
	if slices.Equal(plain, german) {
		return [][]string{plain}
	}
	return [][]string{plain, german}
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// unaccented puts a text in lower case and takes the accents off its letters.
// NFKD does it for most; [spelling] knows the rest.
func unaccented(text string, german bool) string {
	var spelt strings.Builder
	for _, r := range text {
		r = unicode.ToLower(r)
		if s, ok := spelling(r, german); ok {
			spelt.WriteString(s)
		} else {
			spelt.WriteRune(r)
		}
	}
	return strings.Map(func(r rune) rune {
		if isAccent(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(spelt.String()))
}

// isAccent covers the combining marks of Latin, Greek and Cyrillic. Those of
// other scripts are vowels and the like: words differ by them.
func isAccent(r rune) bool { return r >= 0x300 && r <= 0x36f }

// spelling is how a letter is written without its accent, where Unicode does
// not take it apart or, in the German and Nordic way, writes it in two letters.
func spelling(r rune, german bool) (string, bool) {
	if german {
		switch r {
		case 'ä':
			return "ae", true
		case 'ö', 'ø':
			return "oe", true
		case 'ü':
			return "ue", true
		case 'å':
			return "aa", true
		}
	}
	switch r {
	case 'ß':
		return "ss", true
	case 'æ':
		return "ae", true
	case 'œ':
		return "oe", true
	case 'ø':
		return "o", true
	case 'ð', 'đ':
		return "d", true
	case 'þ':
		return "th", true
	case 'ł':
		return "l", true
	case 'ı':
		return "i", true
	case 'ς':
		return "σ", true
	case '´': // NFKD would make a space of it
		return "'", true
	case '®', '©', '™', '℠': // and letters of these
		return " ", true
	}
	return "", false
}

// split cuts a text in lower case into words: runs of letters, digits and the
// marks on them. Initials stay together ("S.p.A." is "spa"), apostrophes and
// invisible characters do not part ("O'Neill" is "oneill"), and a word that
// only joins is left out, because others write "&".
func split(text string) []string {
	text = strings.Map(audible, text)
	var words []string
	initials := false // whether the last word consists of initials
	for word, gap := range tokens(text) {
		initial := utf8.RuneCountInString(word) == 1 && !isDigit(word)
		switch {
		case initial && initials && (gap == "." || gap == "/"):
			words[len(words)-1] += word
		case len(words) > 0 && (word == "and" || word == "und" || word == "et"):
		default:
			words = append(words, word)
			initials = initial
		}
	}
	return words
}

// audible removes the characters that neither belong to a word nor end one.
func audible(r rune) rune {
	switch r {
	case '\'', '`', '‘', '’', 'ʼ':
		return -1
	}
	if unicode.Is(unicode.Cf, r) {
		return -1
	}
	return r
}

// tokens yields the words of a text, each with what stands between it and the
// one before.
func tokens(text string) iter.Seq2[string, string] {
	return func(yield func(word, gap string) bool) {
		for text != "" {
			start := strings.IndexFunc(text, isWord)
			if start < 0 {
				return
			}
			gap, rest := text[:start], text[start:]
			end := strings.IndexFunc(rest, func(r rune) bool { return !isWord(r) })
			if end < 0 {
				end = len(rest)
			}
			if !yield(rest[:end], gap) {
				return
			}
			text = rest[end:]
		}
	}
}

func isWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

func isDigit(word string) bool { return word >= "0" && word <= "9" }
