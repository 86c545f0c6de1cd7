package access

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestPattern_Matches(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern string
		yes, no []string
	}{
		{"contoso", []string{"Contoso", "CONTOSO", " contoso "}, []string{"Contoso Retail", "My Contoso", "conto", ""}},
		{"contoso*", []string{"Contoso", "Contoso Retail GmbH", "contosos"}, []string{"My Contoso", "Contos"}},
		{"*contoso", []string{"My Contoso", "contoso"}, []string{"Contoso Ltd"}},
		{"*conto*", []string{"Contoso", "My Contoso", "Kontor of Conto"}, []string{"Kontor"}},
		{"c*o*o", []string{"contoso", "coo", "Colorado o"}, []string{"co", "contos"}},
		{"a*b*c*d", []string{"abcd", "aXbXcXd", "abcdbcd"}, []string{"abdc", "abcdx"}},
		{"contoso*, *(north)", []string{"Contoso Retail", "Fabrikam (North)"}, []string{"Fabrikam (South)"}},
		{",fabrikam,,", []string{"Fabrikam"}, []string{"", "fabrikam,"}},
		{"contoso* inc.", []string{"Contoso, Inc.", "Contoso Inc."}, []string{"Contoso"}},
		{"müller*", []string{"Müller AG", "MU\u0308LLER", "mu\u0308ller KG"}, []string{"Muller AG", "Mueller"}},
		{"MU\u0308LLER", []string{"Müller"}, []string{"Muller"}},
		{"straße", []string{"STRASSE", "Straße"}, []string{"strase"}},
		{"ΣΊΣΥΦΟΣ", []string{"σίσυφος"}, nil},
		{"a  b", []string{"A B", "a\u00a0b", "A\t B"}, []string{"ab"}},
		{"日*", []string{"日本電気"}, []string{"本日"}},
		{"a.c", []string{"A.C"}, []string{"abc"}},
		{"[a-z]", []string{"[A-Z]"}, []string{"b"}},
		{"a?c", []string{"a?c"}, []string{"abc"}},
		{"a\\*", []string{`a\`, `a\b`}, []string{"a*"}},
	}
	for _, tt := range tests {
		t.Run(tt.pattern, func(t *testing.T) {
			t.Parallel()
			p, err := ParsePattern(tt.pattern)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range tt.yes {
				if !p.Matches(name) {
					t.Errorf("does not match %q", name)
				}
			}
			for _, name := range tt.no {
				if p.Matches(name) {
					t.Errorf("matches %q", name)
				}
			}
		})
	}
}

func TestParsePattern_refuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                        "a pattern is a part of a name",
		" , ,":                    "a pattern is a part of a name",
		"*":                       `"*" names no customer`,
		"contoso, *":              `"*" names no customer`,
		"** *":                    `"** *" names no customer`,
		"*-*":                     `"*-*" names no customer`,
		strings.Repeat("a", 1001): "a pattern has at most 1000 letters",
	} {
		p, err := ParsePattern(text)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("ParsePattern(%.20q): %v, want %q", text, err, want)
		}
		if p.Matches("contoso") || p.Matches("") || p.String() != "" {
			t.Errorf("ParsePattern(%.20q) is refused and matches", text)
		}
	}
}

func TestPattern_zero(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "*", "Contoso"} {
		if (Pattern{}).Matches(name) {
			t.Errorf("the zero Pattern matches %q", name)
		}
	}
}

// The worst that a name and a pattern can do to one another is bounded.
func TestPattern_Matches_isQuick(t *testing.T) {
	t.Parallel()
	p, err := ParsePattern(strings.Repeat("a*", 499) + "b")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	p.Matches(strings.Repeat("a", 100_000))
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("a match took %v", took)
	}
}

// A pattern agrees with the regular expression that says the same.
func TestPattern_Matches_asRegexp(t *testing.T) {
	t.Parallel()
	letters := rapid.StringOfN(rapid.SampledFrom([]rune("abAB *é日")), 0, 8, -1)
	rapid.Check(t, func(t *rapid.T) {
		text, name := letters.Draw(t, "pattern"), letters.Draw(t, "name")
		p, err := ParsePattern(text)
		if err != nil {
			return
		}
		expr := strings.ReplaceAll(regexp.QuoteMeta(strings.Join(strings.Fields(text), " ")), `\*`, ".*")
		want := regexp.MustCompile("(?is)^" + expr + "$").MatchString(strings.Join(strings.Fields(name), " "))
		if got := p.Matches(name); got != want {
			t.Fatalf("%q matches %q: %v, want %v", text, name, got, want)
		}
	})
}

func FuzzParsePattern(f *testing.F) {
	for _, seed := range []string{"contoso*", "a, b", "*", "Müller*,  * (north)", "\xff*a", "İ*", "\u0301a"} {
		f.Add(seed, "Contoso Retail")
	}
	f.Fuzz(func(t *testing.T, text, name string) {
		p, err := ParsePattern(text)
		if err != nil {
			if p.Matches(name) {
				t.Fatalf("%q is refused and matches %q", text, name)
			}
			return
		}
		again, err := ParsePattern(p.String())
		if err != nil || again.String() != p.String() {
			t.Fatalf("%q became %q, %v", p, again, err)
		}
		if p.Matches(name) != again.Matches(name) {
			t.Fatalf("%q and %q differ on %q", text, p, name)
		}
		for part := range strings.SplitSeq(p.String(), ", ") { // a name matches itself
			if !strings.Contains(part, "*") && !p.Matches(part) {
				t.Fatalf("%q does not match %q", p, part)
			}
		}
	})
}
