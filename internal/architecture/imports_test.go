package architecture

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/backup-overview/backup-overview"

// A listedPackage is what `go list -json` tells of a package of ours.
type listedPackage struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// everything stands for the package that wires the parts.
const everything = "*"

// mayImport is the table of who may import whom of ours. Facts flow one way:
// avepoint → coverage → formatting → bot and outbox. A package below a row
// (internal/store/storetest) may import the row's package and what that may.
func mayImport() map[string][]string {
	return map[string][]string{
		"avepoint":                  nil,
		"internal/coverage":         nil,
		"internal/access":           nil,
		"internal/directory":        nil,
		"internal/blockcheck":       nil,
		"internal/architecture":     nil,
		"deploy":                    nil,
		"formatting":                {"internal/coverage"},
		"internal/store":            {"internal/coverage"},
		"internal/watch":            {"avepoint", "internal/coverage", "internal/access", "internal/store"},
		"internal/digest":           {"internal/coverage", "internal/store", "internal/access", "formatting"},
		"internal/alert":            {"internal/coverage", "internal/store", "internal/access", "internal/digest", "formatting"},
		"internal/outbox":           {"internal/store", "internal/coverage", "internal/digest", "internal/access", "formatting"},
		"internal/engine":           {"internal/watch", "internal/digest", "internal/outbox", "internal/store"},
		"bot":                       {"avepoint", "internal/coverage", "internal/access", "internal/directory", "internal/blockcheck", "formatting", "internal/store", "internal/watch", "internal/digest", "internal/alert", "internal/outbox"},
		"internal/sandbox/slack":    {"internal/blockcheck"},
		"internal/sandbox/avepoint": nil,
		"internal/sandbox/page":     {"internal/sandbox/slack", "internal/sandbox/avepoint"},
		"internal/torture":          {"internal/sandbox/slack", "internal/sandbox/avepoint", "internal/outbox", "internal/store", "internal/access", "formatting"},
		"cmd/backup-overview":       {everything},
	}
}

// testsMayImport lists what test files may import beside their package's row.
// The stand-ins are not among those that may import avepoint, not even in
// tests: they speak JSON written from the vendors' pages, so that a wrong tag
// in our client fails a test instead of agreeing with itself.
func testsMayImport() []string {
	return []string{"internal/blockcheck", "internal/sandbox/slack", "internal/sandbox/avepoint", "internal/sandbox/page", "internal/store/storetest"}
}

// testsOf lists what the tests of single packages may import beside that: a storm of
// alerts goes out by the real way.
func testsOf() map[string][]string {
	return map[string][]string{"internal/alert": {"internal/outbox"}}
}

func TestImports_follow_the_table(t *testing.T) {
	t.Parallel()
	for _, p := range listPackages(t) {
		for _, problem := range importProblems(p) {
			t.Error(problem)
		}
	}
}

// importProblems compares one package with the table.
func importProblems(p listedPackage) []string {
	self := strings.TrimPrefix(p.ImportPath, module+"/")
	row, allowed, ok := rowOf(self)
	if !ok {
		return []string{self + " has no row in the table of imports; give it one, or move it below a package that has"}
	}
	if slices.Contains(allowed, everything) {
		return nil
	}
	var problems []string
	check := func(imports []string, kind string, also ...string) {
		for _, imp := range ours(imports) {
			if imp == self || imp == row || slices.Contains(allowed, imp) || slices.ContainsFunc(also, func(a string) bool { return within(imp, a) }) {
				continue
			}
			problems = append(problems, fmt.Sprintf("%s%s imports %s, which the table of imports does not allow", self, kind, imp))
		}
	}
	check(p.Imports, "")
	below := func(imp string) bool { return strings.HasPrefix(imp, self+"/") }
	tests := slices.DeleteFunc(slices.Concat(ours(p.TestImports), ours(p.XTestImports)), below)
	check(qualify(tests), " (a test)", append(testsMayImport(), testsOf()[self]...)...)
	return problems
}

// rowOf finds the package's own row, or that of the nearest package above it.
func rowOf(self string) (row string, allowed []string, ok bool) {
	table := mayImport()
	for row = self; row != "."; row = path.Dir(row) {
		if allowed, ok = table[row]; ok {
			return row, allowed, true
		}
	}
	return "", nil, false
}

// ours keeps the imports of this module, without its path.
func ours(imports []string) []string {
	var found []string
	for _, imp := range imports {
		if rest, ok := strings.CutPrefix(imp, module+"/"); ok {
			found = append(found, rest)
		}
	}
	return found
}

func qualify(imports []string) []string {
	full := make([]string, 0, len(imports))
	for _, imp := range imports {
		full = append(full, module+"/"+imp)
	}
	return full
}

func TestImportProblems_finds_each_kind(t *testing.T) {
	t.Parallel()
	of := func(imports ...string) []string { return qualify(imports) }
	tests := []struct {
		name string
		pkg  listedPackage
		want int
	}{
		{"allowed", listedPackage{ImportPath: module + "/formatting", Imports: of("internal/coverage")}, 0},
		{"upwards", listedPackage{ImportPath: module + "/internal/coverage", Imports: of("formatting")}, 1},
		{"stand-in imports the client", listedPackage{ImportPath: module + "/internal/sandbox/avepoint", Imports: of("avepoint")}, 1},
		{"stand-in's test imports the client", listedPackage{ImportPath: module + "/internal/sandbox/avepoint", XTestImports: of("avepoint")}, 1},
		{"code imports a stand-in", listedPackage{ImportPath: module + "/bot", Imports: of("internal/sandbox/slack")}, 1},
		{"test imports a stand-in", listedPackage{ImportPath: module + "/bot", XTestImports: of("bot", "internal/sandbox/slack")}, 0},
		{"below a row", listedPackage{ImportPath: module + "/internal/store/storetest", Imports: of("internal/store", "internal/coverage")}, 0},
		{"test imports its own suite", listedPackage{ImportPath: module + "/internal/store", XTestImports: of("internal/store", "internal/store/storetest")}, 0},
		{"another's test imports the databases for tests", listedPackage{ImportPath: module + "/internal/engine", XTestImports: of("internal/engine", "internal/store/storetest")}, 0},
		{"code imports the databases for tests", listedPackage{ImportPath: module + "/bot", Imports: of("internal/store/storetest")}, 1},
		{"a test's store beyond its row", listedPackage{ImportPath: module + "/formatting", TestImports: of("internal/store")}, 1},
		{"suite imports what its parent may not", listedPackage{ImportPath: module + "/internal/store/storetest", Imports: of("bot")}, 1},
		{"no row", listedPackage{ImportPath: module + "/internal/util"}, 1},
		{"wiring", listedPackage{ImportPath: module + "/cmd/backup-overview", Imports: of("bot", "internal/sandbox/page")}, 0},
	}
	for _, tt := range tests {
		if got := importProblems(tt.pkg); len(got) != tt.want {
			t.Errorf("%s: %d problems, want %d: %q", tt.name, len(got), tt.want, got)
		}
	}
}

// listPackages asks the go command for all packages of the module.
func listPackages(t *testing.T) []listedPackage {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", module+"/...")
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.Bytes())
	}
	var packages []listedPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listedPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("go list: %v", err)
		}
		packages = append(packages, p)
	}
	if len(packages) < 2 {
		t.Fatalf("go list found %d packages", len(packages))
	}
	return packages
}
