package architecture

import (
	"slices"
	"strings"
	"testing"
)

// A moduleRule says in which packages of ours a package from outside may be
// imported by code that ships. Tests, and packages for them, may import what
// they like.
type moduleRule struct {
	prefix string
	only   []string
	why    string
}

func moduleRules() []moduleRule {
	const cmd, store, engine, torture = "cmd/backup-overview", "internal/store", "internal/engine", "internal/torture"
	nowhere := []string{}
	return []moduleRule{
		{"github.com/kelseyhightower/envconfig", []string{cmd}, "the environment is read in one place"},
		{"github.com/patrickmn/go-cache", []string{"avepoint", "bot"}, "what is cached is said in one place a package"},
		{"golang.org/x/oauth2", []string{"avepoint"}, "only the client sees AvePoint's tokens"},
		{"github.com/slack-go/slack", []string{"bot", "formatting", "internal/outbox", cmd}, "the stand-ins must not share the SDK's types"},
		{"github.com/robfig/cron", []string{"internal/digest"}, "it parses rules of crontab; when one is due is said by us"},
		{"database/sql", []string{store, torture}, "the SQL text is in one place; who counts what was said reads it beside the processes"},
		{"modernc.org/sqlite", []string{store}, "the SQL text is in one place"},
		{"github.com/jackc/pgx", []string{store, engine, torture}, "the store opens PostgreSQL, and River works on its pool; nobody else that ships speaks to it"},
		{"github.com/pressly/goose", []string{store}, "the schema belongs to the store"},
		{"github.com/riverqueue/river", []string{engine}, "the others know works and wakes, not what spreads them"},
		{"github.com/prometheus/", []string{cmd}, "the parts tell their states in plain Go; who scrapes them is wiring"},
		{"github.com/sony/gobreaker", []string{"internal/watch"}, "a person's request is never held back, so only the sweep has a breaker"},
		{"pgregory.net/rapid", nowhere, "for tests"},
		{"github.com/google/go-cmp", nowhere, "for tests"},
		{"go.uber.org/goleak", nowhere, "for tests"},
		{"github.com/chromedp/", nowhere, "for tests"},
		{"github.com/santhosh-tekuri/jsonschema", nowhere, "for tests"},
		{"net/http/httptest", nowhere, "for tests"},
		{"testing", nowhere, "for tests"},
	}
}

// purePackages decide or render. What they need to know, the time included, is
// handed to them.
func purePackages() []string {
	return []string{"internal/coverage", "internal/access", "internal/directory", "internal/blockcheck", "formatting"}
}

func TestModules_are_imported_where_they_belong(t *testing.T) {
	t.Parallel()
	for _, p := range listPackages(t) {
		self := strings.TrimPrefix(p.ImportPath, module+"/")
		if isForTests(self) {
			continue
		}
		for _, imp := range p.Imports {
			if isForTests(imp) && strings.HasPrefix(imp, module) {
				t.Errorf("%s imports %s, which is for tests", self, imp)
			}
			for _, rule := range moduleRules() {
				if within(imp, rule.prefix) && !slices.ContainsFunc(rule.only, func(row string) bool { return within(self, row) }) {
					t.Errorf("%s imports %s: %s", self, imp, rule.why)
				}
			}
		}
	}
}

func TestPurePackages_do_no_input_or_output(t *testing.T) {
	t.Parallel()
	outside := []string{"os", "net", "syscall", "database", "log", "io/fs", "path/filepath", "math/rand"}
	for _, p := range listPackages(t) {
		if !slices.Contains(purePackages(), strings.TrimPrefix(p.ImportPath, module+"/")) {
			continue
		}
		for _, imp := range p.Imports {
			if imp != "net/url" && slices.ContainsFunc(outside, func(o string) bool { return within(imp, o) }) {
				t.Errorf("%s imports %s, and should do no input or output", p.ImportPath, imp)
			}
		}
	}
}

// isForTests reports whether a package is a suite or a setup that only tests
// import (storetest, pagetest).
func isForTests(pkg string) bool { return strings.HasSuffix(pkg, "test") }

// within reports whether path is prefix or below it.
func within(path, prefix string) bool {
	return path == prefix || strings.HasPrefix(path, strings.TrimSuffix(prefix, "/")+"/")
}
