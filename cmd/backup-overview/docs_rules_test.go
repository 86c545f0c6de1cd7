package main

import (
	"os"
	"strings"
	"testing"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// Every rule stands in docs/rules.md, with its default.
func TestRules_are_documented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	rules := coverage.DefaultRules()
	for _, name := range coverage.Names() {
		if want := "| `" + name + "` | " + rules.Get(name) + " |"; !strings.Contains(string(text), want) {
			t.Errorf("docs/rules.md lacks %s", want)
		}
	}
}
