package formatting

import (
	"strconv"
	"strings"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// dash stands where there is nothing to show.
const dash = "–"

// number writes n with thousands apart: 1,250.
func number(n int64) string { return grouped(strconv.FormatInt(n, 10)) }

// grouped sets commas into decimal digits, which may follow a minus.
func grouped(digits string) string {
	sign := ""
	if rest, ok := strings.CutPrefix(digits, "-"); ok {
		sign, digits = "-", rest
	}
	var b strings.Builder
	b.WriteString(sign)
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}

// percent writes a coverage rounded down: 99.6 %. The exact ends have no
// decimal, so 100 % and 0 % mean all and nothing; no coverage is a dash.
func percent(r coverage.Ratio) string {
	tenths, ok := r.Tenths()
	switch {
	case !ok:
		return dash
	case tenths == 1000 || r.Kept == 0:
		return strconv.FormatInt(tenths/10, 10) + " %"
	}
	return strconv.FormatInt(tenths/10, 10) + "." + strconv.FormatInt(tenths%10, 10) + " %"
}

// counted writes n with its noun.
func counted(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + many
}

// either picks the form of a word that goes with n.
func either(n int64, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// lowerFirst is s as it stands in the middle of a sentence.
func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// upperFirst is s as it starts a sentence.
func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// listed writes items as a sentence does, "A, B and C", with comma before all
// but the first and last before the last; more counts those left out.
func listed(items []line, more int, comma, last string) line {
	if more > 0 {
		items = append(items[:len(items):len(items)], line{say(number(int64(more)) + " more")})
	}
	var l line
	for i, item := range items {
		switch {
		case i == 0:
		case i == len(items)-1:
			l = append(l, say(last))
		default:
			l = append(l, say(comma))
		}
		l = append(l, item...)
	}
	return l
}
