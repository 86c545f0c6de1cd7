package page

import (
	"math"
	"regexp"
	"strconv"
	"testing"
)

// Text must stand out 4.5 to 1 from what it stands on, in both themes, and what
// one types into 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11).
func TestColours_areReadable(t *testing.T) {
	t.Parallel()
	css, err := web.ReadFile("web/css/base.css")
	if err != nil {
		t.Fatal(err)
	}
	colours := map[string][2]string{}
	for _, m := range regexp.MustCompile(`--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)`).FindAllStringSubmatch(string(css), -1) {
		colours[m[1]] = [2]string{m[2], m[3]}
	}
	pairs := []struct {
		text, paper string
		least       float64
	}{
		{"ink", "paper", 7},
		{"ink", "tint", 7},
		{"ink", "raised", 7},
		{"ink-soft", "paper", 4.5},
		{"ink-soft", "sunken", 4.5},
		{"ink-soft", "tint", 4.5},
		{"ink-soft", "hover", 4.5},
		{"ink-faint", "paper", 4.5},
		{"ink-faint", "sunken", 4.5},
		{"ink-faint", "tint", 4.5},
		{"ink-faint", "raised", 4.5},
		{"accent-deep", "accent-soft", 4.5},
		{"on-accent", "accent", 4.5},
		{"danger", "danger-soft", 4.5},
		{"danger", "raised", 4.5},
		{"on-danger", "danger", 4.5},
		{"warn", "warn-soft", 4.5},
		{"warn", "loud", 4.5},
		{"link", "paper", 4.5},
		{"link", "tint", 4.5},
		{"link", "mention", 4.5},
		{"code", "code-paper", 4.5},
		{"edge", "paper", 3},
		{"edge", "raised", 3},
		{"accent", "paper", 3},
	}
	for _, p := range pairs {
		for i, theme := range []string{"light", "dark"} {
			if got := contrast(t, colours[p.text][i], colours[p.paper][i]); got < p.least {
				t.Errorf("%s on %s, %s: %.2f, want %.1f", p.text, p.paper, theme, got, p.least)
			}
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	light, dark := luminance(t, a), luminance(t, b)
	return (max(light, dark) + 0.05) / (min(light, dark) + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	if len(colour) != 7 {
		t.Fatalf("no such colour: %q", colour)
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.03928 {
			sum += weight * c / 12.92
		} else {
			sum += weight * math.Pow((c+0.055)/1.055, 2.4)
		}
	}
	return sum
}
