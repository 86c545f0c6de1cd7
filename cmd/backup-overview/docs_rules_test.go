package main

import (
	"os"
	"strings"
	"testing"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// Every rule stands in docs/rules.md, with its default, and in the README if the
// vectors of the rules do not name it.
func TestRules_are_documented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	vectors, err := os.ReadFile("../../internal/coverage/testdata/coverage.json")
	if err != nil {
		t.Fatal(err)
	}
	rules := coverage.DefaultRules()
	for _, name := range coverage.Names() {
		if want := "| `" + name + "` | " + rules.Get(name) + " |"; !strings.Contains(string(text), want) {
			t.Errorf("docs/rules.md lacks %s", want)
		}
		if strings.Contains(string(vectors), `"`+name+`":`) {
			continue
		}
		if want := "`" + name + "` " + rules.Get(name); !strings.Contains(string(readme), want) {
			t.Errorf("README.md lacks %s", want)
		}
	}
}
