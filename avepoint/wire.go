package avepoint

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// maxDepth of nested arrays and objects in a body.
const maxDepth = 64

// maxCount is the highest count that every JSON reader on the way can hold
// exactly (RFC 8259, section 6).
const maxCount = 1 << 53

// checkJSON returns the one JSON value of a body, without a byte order mark. An
// incomplete value is worth another try: a connection may have been cut in a
// way that HTTP does not show.
func checkJSON(body []byte) ([]byte, *Error) {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))
	if tooDeep(body) {
		return nil, unreadable("JSON nested deeper than %d", maxDepth)
	}
	if json.Valid(body) { // the rest is for saying what is wrong
		return body, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	var value json.RawMessage
	err := decoder.Decode(&value)
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		e := unreadable("JSON that ends too early, after %d bytes", len(body))
		e.retry = passing
		return nil, e
	case err != nil:
		return nil, unreadable("not JSON (%d bytes)", len(body))
	case decoder.InputOffset() != int64(len(body)):
		return nil, unreadable("more than one JSON value")
	}
	return value, nil
}

// tooDeep counts brackets outside strings. It runs before the decoder, so it
// must do with any bytes.
func tooDeep(body []byte) bool {
	depth, quoted, escaped := 0, false, false
	for _, b := range body {
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped = b == '\\'
			quoted = b != '"'
		case b == '"':
			quoted = true
		case b == '[' || b == '{':
			if depth++; depth > maxDepth {
				return true
			}
		case b == ']' || b == '}':
			depth--
		}
	}
	return false
}

// parseCount reads a count in any notation of a whole number from 0 to 2^53:
// 25, 25.0, 2.5e1, "25", " 25 ", "2,430". Its errors say what is wrong without
// repeating the value.
func parseCount(raw json.RawMessage) (int64, error) {
	text := strings.TrimSpace(string(raw))
	switch {
	case text == "":
		return 0, errors.New("is missing")
	case text == "null":
		return 0, errors.New("is null")
	case text[0] == '"':
		var quoted string
		if err := json.Unmarshal(raw, &quoted); err != nil {
			return 0, errors.New("is not text")
		}
		return parseDecimal(ungroup(strings.TrimSpace(quoted)))
	case text[0] == '-' || text[0] >= '0' && text[0] <= '9':
		return parseDecimal(text)
	}
	return 0, errors.New("is not a number")
}

// ungroup takes the commas out of a number grouped by thousands, and leaves any
// other text alone: "2,43" may be two and a bit.
func ungroup(text string) string {
	whole, _, _ := strings.Cut(text, ".")
	groups := strings.Split(whole, ",")
	if len(groups) == 1 || len(groups[0]) > 3 || strings.Trim(groups[0], "0") == "" {
		return text
	}
	for _, g := range groups[1:] {
		if len(g) != 3 {
			return text
		}
	}
	return strings.Join(groups, "") + text[len(whole):]
}

// parseDecimal computes with digits, not floats, so that 1e400 and 2^53+1 are
// judged exactly and at no cost.
func parseDecimal(text string) (int64, error) {
	number, negative := strings.CutPrefix(text, "-")
	mantissa, exponent, hasExponent := cutAny(number, "eE")
	whole, fraction, hasPoint := strings.Cut(mantissa, ".")
	if whole == "" || !areDigits(whole) || hasPoint && fraction == "" || !areDigits(fraction) {
		return 0, errors.New("is not a number")
	}
	scale, err := parseExponent(exponent, hasExponent)
	if err != nil {
		return 0, err
	}
	digits := strings.TrimLeft(whole+fraction, "0")
	if digits == "" {
		return 0, nil
	}
	if negative {
		return 0, errors.New("is negative")
	}
	scale -= len(fraction)
	significant := strings.TrimRight(digits, "0")
	scale += len(digits) - len(significant)
	switch {
	case scale < 0:
		return 0, errors.New("is not a whole number")
	case len(significant)+scale > len("9007199254740992"):
		return 0, errors.New("is above 2^53")
	}
	n, err := strconv.ParseInt(significant+strings.Repeat("0", scale), 10, 64)
	if err != nil || n > maxCount {
		return 0, errors.New("is above 2^53")
	}
	return n, nil
}

// longestExponent is far beyond what the digits of a body could make up for.
const longestExponent = 1 << 30

// parseExponent holds what it returns within longestExponent.
func parseExponent(text string, present bool) (int, error) {
	if !present {
		return 0, nil
	}
	digits := strings.TrimPrefix(strings.TrimPrefix(text, "+"), "-")
	if digits == "" || !areDigits(digits) || len(text)-len(digits) > 1 {
		return 0, errors.New("is not a number")
	}
	n, err := strconv.ParseInt(digits, 10, 32)
	if err != nil || n > longestExponent {
		n = longestExponent
	}
	if text[0] == '-' {
		return int(-n), nil
	}
	return int(n), nil
}

func cutAny(s, chars string) (before, after string, found bool) {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

func areDigits(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

// parseSize reads a size where it can. It never fails: a size is shown, not
// reckoned with.
func parseSize(raw json.RawMessage) Size {
	size := Size{Text: plainText(raw)}
	number, unit := cutUnit(strings.TrimSpace(size.Text))
	factor, ok := unitBytes(unit)
	if !ok {
		return size
	}
	number = ungroup(number)
	if strings.Trim(number, "0123456789.") != "" {
		return size // signs, exponents, Inf, commas of another locale
	}
	value, err := strconv.ParseFloat(number, 64)
	if err != nil || value*factor >= math.MaxInt64 {
		return size
	}
	size.Bytes, size.Known = int64(math.Round(value*factor)), true
	return size
}

// cutUnit splits "2.31 TB" after the number.
func cutUnit(text string) (number, unit string) {
	i := strings.LastIndexAny(text, "0123456789.")
	return text[:i+1], strings.TrimSpace(text[i+1:])
}

// unitBytes takes a kilobyte as 1,024 bytes, as Windows does; the vendor does
// not say.
func unitBytes(unit string) (float64, bool) {
	units := []string{"B", "KB", "MB", "GB", "TB", "PB"}
	for i, u := range units {
		if strings.EqualFold(unit, u) {
			return math.Pow(1024, float64(i)), true
		}
	}
	return 0, false
}

// parseTime reads the forms in which the API has been seen to write a time, and
// milliseconds since 1970, which the vendor's table hints at with its type
// "long". A time without a zone is taken as UTC. Whatever cannot be read is the
// zero time.
func parseTime(raw json.RawMessage) time.Time {
	text := strings.TrimSpace(plainText(raw))
	if ms, err := strconv.ParseInt(text, 10, 64); err == nil && len(text) == 13 && ms > 0 { // of 2001 to 2286
		return time.UnixMilli(ms).UTC()
	}
	layouts := []string{
		time.RFC3339,
		"2006-01-02T15:04:05",
		"01-02-2006T15:04:05Z07:00",
		"01/02/2006T15:04:05Z07:00",
		"01/02/2006 15:04:05",
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// plainText is a JSON string's text, a number as written, and "" for the rest.
func plainText(raw json.RawMessage) string {
	if text, ok := unescaped(raw); ok {
		return text
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	var number json.Number
	if json.Unmarshal(raw, &number) == nil {
		return number.String()
	}
	return ""
}

// parseText reads a field that is text; absent and null are "".
func parseText(raw json.RawMessage) (string, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return "", nil
	}
	text, ok := unescaped(raw)
	if !ok && json.Unmarshal(raw, &text) != nil {
		return "", errors.New("is not text")
	}
	return strings.TrimSpace(text), nil
}

// unescaped is the text of a JSON string in which nothing is escaped, which is
// nearly every string and needs no decoder. raw is a value that a decoder has
// let pass.
func unescaped(raw json.RawMessage) (text string, ok bool) {
	last := len(raw) - 1
	if last < 1 || raw[0] != '"' || raw[last] != '"' {
		return "", false
	}
	inner := raw[1:last]
	if bytes.ContainsAny(inner, `"\`) || !utf8.Valid(inner) {
		return "", false
	}
	return string(inner), true
}
