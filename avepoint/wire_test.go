package avepoint

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"
)

func TestParseCount(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]int64{
		`25`: 25, `25.0`: 25, `2.5e1`: 25, `2.5E+1`: 25, `250e-1`: 25, `0`: 0, `-0`: 0, `0.0e99999999999999999999`: 0,
		`"25"`: 25, `" 25 "`: 25, `"25.0"`: 25, `"2.5e1"`: 25, `"1,000"`: 1000, `"2,430"`: 2430, `"12,345,678.0"`: 12345678,
		`"\u00a025"`: 25, `"025"`: 25, `9007199254740992`: 1 << 53, `"9,007,199,254,740,992"`: 1 << 53,
		`9007199254740992.000`: 1 << 53, `9.007199254740992e15`: 1 << 53, `1000e-3`: 1,
	} {
		if got, err := parseCount(json.RawMessage(raw)); err != nil || got != want {
			t.Errorf("%s is %d, %v; want %d", raw, got, err, want)
		}
	}
}

func TestParseCount_refusals(t *testing.T) {
	t.Parallel()
	for raw, why := range map[string]string{
		``: "is missing", `null`: "is null", `true`: "is not a number", `{}`: "is not a number", `[25]`: "is not a number",
		`2.5`: "is not a whole number", `"2.5"`: "is not a whole number", `25e-1`: "is not a whole number",
		`1e-400`: "is not a whole number", `1e-99999999999999999999`: "is not a whole number",
		`"N/A"`: "is not a number", `""`: "is not a number", `" "`: "is not a number", `"-"`: "is not a number",
		`"2,43"`: "is not a number", `"1,5"`: "is not a number", `"0,430"`: "is not a number", `"1234,567"`: "is not a number", `",430"`: "is not a number", `"1,,000"`: "is not a number",
		`"1.000,5"`: "is not a number", `"2 430"`: "is not a number", `"1_000"`: "is not a number", `"0x19"`: "is not a number",
		`"+25"`: "is not a number", `"25."`: "is not a number", `".5"`: "is not a number", `"1e"`: "is not a number",
		`"1e+-2"`: "is not a number", `"1e--2"`: "is not a number", `"NaN"`: "is not a number", `"Inf"`: "is not a number", `"٢٥"`: "is not a number",
		`-1`: "is negative", `"-1"`: "is negative", `"-2,430"`: "is negative", `-1e400`: "is negative",
		`1e400`: "is above 2^53", `1e99999999999999999999`: "is above 2^53", `9007199254740993`: "is above 2^53", `9007199254740992.5`: "is not a whole number",
		`99999999999999999999`: "is above 2^53", `1e16`: "is above 2^53",
	} {
		if got, err := parseCount(json.RawMessage(raw)); err == nil || err.Error() != why {
			t.Errorf("%s is %d, %v; want %s", raw, got, err, why)
		}
	}
}

// FuzzParseCount holds parseCount against exact rational arithmetic.
func FuzzParseCount(f *testing.F) {
	for _, s := range []string{"25", "2.5e1", "25.0", "1e400", "-1", "2.50", "9007199254740993", "0.1e1", "1e-1", "00.10E+01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parseDecimal(text)
		if err != nil {
			return
		}
		if got < 0 || got > maxCount {
			t.Fatalf("%q is %d", text, got)
		}
		exponent := text[strings.IndexAny(text+"e", "eE"):]
		if len(exponent) > 6 {
			return // big.Rat would write it out
		}
		want, ok := new(big.Rat).SetString(text)
		if !ok || want.Cmp(new(big.Rat).SetInt64(got)) != 0 {
			t.Fatalf("%q is %d, not %v", text, got, want)
		}
	})
}

func TestParseSize(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]Size{
		`"0 GB"`:         {"0 GB", 0, true},
		`"0.08 GB"`:      {"0.08 GB", 85899346, true},
		`"1.5 TB"`:       {"1.5 TB", 3 << 39, true},
		`"2.31 TB"`:      {"2.31 TB", 2539871860163, true},
		`" 12 gb "`:      {" 12 gb ", 12 << 30, true},
		`"12KB"`:         {"12KB", 12 << 10, true},
		`"1,024 MB"`:     {"1,024 MB", 1 << 30, true},
		`"7 B"`:          {"7 B", 7, true},
		`"1 PB"`:         {"1 PB", 1 << 50, true},
		`"N/A"`:          {Text: "N/A"},
		`""`:             {},
		`"-"`:            {Text: "-"},
		`"12 GB (est)"`:  {Text: "12 GB (est)"},
		`"1,5 GB"`:       {Text: "1,5 GB"},
		`"-1 GB"`:        {Text: "-1 GB"},
		`"1e3 GB"`:       {Text: "1e3 GB"},
		`"1.2.3 GB"`:     {Text: "1.2.3 GB"},
		`". GB"`:         {Text: ". GB"},
		`"GB"`:           {Text: "GB"},
		`"99999999 PB"`:  {Text: "99999999 PB"},
		`"12"`:           {Text: "12"},
		`12`:             {Text: "12"},
		`null`:           {},
		`true`:           {},
		`{"a":1}`:        {},
		``:               {},
		`"1 GB\n<evil>"`: {Text: "1 GB\n<evil>"},
	} {
		if got := parseSize(json.RawMessage(raw)); got != want {
			t.Errorf("%s is %+v, want %+v", raw, got, want)
		}
	}
}

func TestParseTime(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		`"2025-12-11T22:52:30Z"`:          "2025-12-11T22:52:30Z",
		`"2025-12-11T22:52:30.1234567Z"`:  "2025-12-11T22:52:30.1234567Z",
		`"2025-12-11T22:52:30+02:00"`:     "2025-12-11T20:52:30Z",
		`"2025-12-11T22:52:30"`:           "2025-12-11T22:52:30Z",
		`"03-14-2026T12:00:00Z"`:          "2026-03-14T12:00:00Z",
		`"09/20/2026T13:00:00Z"`:          "2026-09-20T13:00:00Z",
		`" 08/04/2026 09:35:11 "`:         "2026-08-04T09:35:11Z",
		`"N/A"`:                           "",
		`""`:                              "",
		`null`:                            "",
		``:                                "",
		`1765493550123`:                   "2025-12-11T22:52:30.123Z",
		`"1765493550123"`:                 "2025-12-11T22:52:30.123Z",
		`1765493550`:                      "", // seconds, or milliseconds of 1970
		`-765493550123`:                   "",
		`"20/09/2026T13:00:00Z"`:          "", // no twentieth month
		`"0001-01-01T00:00:00Z"`:          "", // how .NET says "never"
		`"2025-12-11T22:52:30Z and more"`: "",
	} {
		got := parseTime(json.RawMessage(raw))
		if text := got.Format(time.RFC3339Nano); want == "" && !got.IsZero() || want != "" && text != want {
			t.Errorf("%s is %s, want %q", raw, text, want)
		}
		if got.Location() != time.UTC {
			t.Errorf("%s is in %v", raw, got.Location())
		}
	}
}

func TestCheckJSON_depth(t *testing.T) {
	t.Parallel()
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for body, ok := range map[string]bool{
		nested(64):                                    true,
		nested(65):                                    false,
		`["` + strings.Repeat("[", 100) + `"]`:        true,
		`["\"` + strings.Repeat("{", 100) + `"]`:      true,
		`["\\",` + nested(63) + `]`:                   true,
		`["\\",` + nested(64) + `]`:                   false,
		strings.Repeat(`{"a":`, 64) + `1` + nested(0): false, // cut off
		nested(40) + " " + nested(40):                 false, // two values
	} {
		if _, failed := checkJSON([]byte(body)); (failed == nil) != ok {
			t.Errorf("%.80s: %v", body, failed)
		}
	}
}

// FuzzOverview holds any body to the package's promises: no panic, no part of
// an answer, every count in bounds, nothing of the body in an error.
func FuzzOverview(f *testing.F) {
	for _, name := range []string{"overview_bare.json", "overview_paged.json", "overview_documented.txt", "customers.json"} {
		f.Add([]byte(testdata(f, name)))
	}
	for _, body := range []string{"", "[]", `{"data":null}`, `[{"data":[]}]`, "\xef\xbb\xbf[]", `[{"serviceModule":"a","totalScannedObjects":1e1,"totalProtectedObjects":"1"}]`, `{"data":[],"metadata":{"totalCount":1}}`, `[null]`, `{"data":[`} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		value, failed := checkJSON(body)
		if failed != nil {
			return
		}
		var rows []json.RawMessage
		p, err := parsePage(value)
		if err == nil {
			rows = p.rows
		}
		pages := pager{maxPages: maxOverviewPages, maxRows: maxOverviewRows}
		c := collector{asked: theID, seen: map[rowKey]bool{}}
		done, err := c.add(value, &pages)
		if err != nil {
			return
		}
		if len(c.modules)+len(c.other) != len(rows) {
			t.Fatalf("%d rows became %d and %d", len(rows), len(c.modules), len(c.other))
		}
		if done && p.total >= 0 && int64(len(rows)) != p.total {
			t.Fatalf("done with %d of %d rows", len(rows), p.total)
		}
		for _, m := range append(c.modules, c.other...) {
			if m.Name == "" || m.Scanned < 0 || m.Scanned > maxCount || m.Protected < 0 || m.Protected > maxCount {
				t.Fatalf("accepted %+v", m)
			}
		}
	})
}

// The short way and the decoder must agree on every string.
func TestUnescaped(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]bool{
		`"plain"`: true, `""`: true, `"Müller & Söhne <x>"`: true, `"株式会社"`: true, "\"\u007f\"": true,
		`"a\"b"`: false, `"a\\b"`: false, `"\u00fc"`: false, "\"\xff\"": false, `null`: false, `25`: false, `"`: false, ``: false,
	} {
		got, ok := unescaped(json.RawMessage(raw))
		if ok != want {
			t.Errorf("%s: %v, want %v", raw, ok, want)
		}
		var decoded string
		if err := json.Unmarshal([]byte(raw), &decoded); ok && (err != nil || got != decoded) {
			t.Errorf("%s is %q, the decoder says %q, %v", raw, got, decoded, err)
		}
	}
}
