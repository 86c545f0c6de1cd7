package formatting

import (
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// Size is a size as AvePoint sent it. Bytes counts where Known.
type Size struct {
	Text  string
	Bytes int64
	Known bool
}

// absent is whether AvePoint says that a size does not apply.
func (s Size) absent() bool {
	switch strings.ToUpper(strings.TrimSpace(s.Text)) {
	case "", "N/A", "NA", "NULL", "-", dash:
		return true
	}
	return false
}

// lastJob writes what the last job stored for some rows of one module: at
// AvePoint, in the customer's own storage, or both.
func lastJob(rows []ModuleRow) string {
	var avepoint, own []Size
	for _, r := range rows {
		avepoint, own = append(avepoint, r.Stored), append(own, r.StoredBYOS)
	}
	a, o := total(avepoint), total(own)
	switch {
	case o == "" && a == "":
		return dash
	case o == "" || (a != "" && none(own)):
		return a
	case a == "" || none(avepoint):
		return o + " (own storage)"
	}
	return a + " + " + o + " (own storage)"
}

// none is whether all sizes that apply are known to be 0.
func none(sizes []Size) bool {
	for _, s := range sizes {
		if !s.absent() && (!s.Known || s.Bytes != 0) {
			return false
		}
	}
	return true
}

// total writes the sum of sizes: a single one as it was sent, several in GB
// or TB, and nothing where none applies. Sizes that cannot be read cannot be
// added, and make a dash.
func total(sizes []Size) string {
	var sum int64
	var known []Size
	unreadable := false
	for _, s := range sizes {
		if s.absent() {
			continue
		}
		known = append(known, s)
		unreadable = unreadable || !s.Known || s.Bytes < 0 || sum > math.MaxInt64-s.Bytes
		if !unreadable {
			sum += s.Bytes
		}
	}
	switch {
	case len(known) == 0:
		return ""
	case len(known) == 1:
		return tidy(known[0].Text)
	case unreadable:
		return dash
	}
	return inUnits(sum)
}

// inUnits writes bytes as AvePoint does, in GB, and from 1,024 GB in TB, with
// at most two decimals.
func inUnits(n int64) string {
	const gb, tb = 1 << 30, 1 << 40
	unit, word := uint64(gb), " GB"
	if n >= tb {
		unit, word = tb, " TB"
	}
	hi, lo := bits.Mul64(uint64(n), 100)
	lo, carry := bits.Add64(lo, unit/2, 0)
	hundredths, _ := bits.Div64(hi+carry, lo, unit)
	text := strconv.FormatUint(hundredths/100, 10) + "." + strconv.FormatUint(100+hundredths%100, 10)[1:]
	return decimal(text) + word
}

// tidy writes a size as it was sent, with one space before the unit and no
// zeros at the end: "93.50GB" is 93.5 GB. What is no size stays as it is.
func tidy(text string) string {
	text = fit(shorten(clean(text), 24), 40)
	digits := strings.TrimRight(text, "KMGTPEBkmgtpeb ")
	if digits == "" || strings.Trim(digits, "0123456789.") != "" || strings.Count(digits, ".") > 1 {
		return text
	}
	unit := strings.TrimSpace(text[len(digits):])
	if unit == "" {
		return decimal(digits)
	}
	return decimal(digits) + " " + unit
}

// decimal groups the thousands of a decimal number and drops zeros at its end.
func decimal(digits string) string {
	whole, fraction, _ := strings.Cut(digits, ".")
	fraction = strings.TrimRight(fraction, "0")
	if fraction == "" {
		return grouped(whole)
	}
	return grouped(whole) + "." + fraction
}
