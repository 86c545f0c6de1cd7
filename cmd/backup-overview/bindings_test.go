package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/access"
)

func TestParseBindings(t *testing.T) {
	t.Parallel()
	got, err := parseBindings([]byte(`
# channels of the service desk
C0123456789: all
C0123456790: [one, " two "]
G0123456791:
  - one
C0123456792: {pattern: "Contoso*, *retail"}
`))
	want := map[string]access.Rule{
		"C0123456789": {All: true}, "C0123456790": {Customers: []string{"one", "two"}}, "G0123456791": {Customers: []string{"one"}},
		"C0123456792": {Pattern: "Contoso*, *retail"},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestParseBindings_names_the_line(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"":                                       "no YAML",
		"# nothing":                              "no YAML",
		"C0123456789: [":                         "no YAML",
		"all":                                    "line 1: want the id",
		"- C0123456789":                          "line 1: want the id",
		"\nC0123456789: contoso":                 "line 2: a single word must be all",
		"C0123456789:":                           "line 1: a single word must be all",
		"C0123456789: []":                        "line 1: no customer",
		"C0123456789: ['']":                      "line 1: a list holds",
		"C0123456789: [[one]]":                   "line 1: a list holds",
		"C0123456789: {pattern: '*'}":            "line 1: \"*\" names no customer",
		"C0123456789: {pattern: a, all: b}":      "line 1: want all",
		"C0123456789: {names: a}":                "line 1: want all",
		"C0123456789: all\nC0123456789: [one]":   "line 2: C0123456789 is bound twice",
		"ops: all":                               "line 1: the key is not",
		"D0123456789: all":                       "line 1: the key is not",
		"C0123456789: &a [one]\nC0123456790: *a": "line 2: want all",
		"C0123456789: [a]\n---\nC0123456790: [b]":    "line 2: a second document",
		"C0123456789: [a]\n...\nC0123456790: [b]":    "no YAML",
		"C0123456789: [a]\n---\nC0123456790: [":      "no YAML",
		"C0123456789: [~]":                           "line 1: a list holds",
		"C0123456789: [a, null]":                     "line 1: a list holds",
		"C0123456789: [a, ]\nC0123456790: [a, , b]":  "no YAML",
		"C0123456789: {pattern: null}":               "line 1: want all",
		"C0123456789: all\nops: all\nC12: contoso\n": "line 3: a single word",
	} {
		got, err := parseBindings([]byte(file))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v; want %q", file, got, err, want)
		}
	}
}

func TestLoadConfig_bindings(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bindings.yaml")
	if err := os.WriteFile(path, []byte("C0123456789: all\nops: all\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	setenv(t, map[string]string{"BINDINGS_FILE": path})
	if _, err := loadConfig(today); err == nil || !strings.HasPrefix(err.Error(), "BINDINGS_FILE line 2: ") || strings.Contains(err.Error(), path) {
		t.Errorf("%v", err)
	}
	setenv(t, map[string]string{"BINDINGS_FILE": filepath.Join(t.TempDir(), "none.yaml")})
	if _, err := loadConfig(today); err == nil || !strings.HasPrefix(err.Error(), "BINDINGS_FILE ") {
		t.Errorf("no such file: %v", err)
	}
	if err := os.WriteFile(path, []byte("C0123456789: all\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	setenv(t, map[string]string{"BINDINGS_FILE": path})
	c, err := loadConfig(today)
	if err != nil || !c.Bindings.rules["C0123456789"].All {
		t.Errorf("%+v %v", c.Bindings, err)
	}
}
