package main

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

// root is the repository's, seen from this package.
const root = "../.."

// go test ./cmd/backup-overview -run README -update
var update = flag.Bool("update", false, "rewrite the README's table of variables")

func TestREADME_table_is_that_of_Config(t *testing.T) {
	t.Parallel()
	path := filepath.Join(root, "README.md")
	readme := text(t, path)
	before, rest, ok := strings.Cut(readme, "<!-- configuration: written by go test ./cmd/backup-overview -run README -update -->\n")
	old, after, ok2 := strings.Cut(rest, "<!-- end of configuration -->")
	if !ok || !ok2 {
		t.Fatal("README.md has no markers around its table of variables")
	}
	want := describe(&Config{}, readmeTemplate)
	if old == want {
		return
	}
	if !*update {
		t.Fatal("README.md's table of variables is stale; run: go test ./cmd/backup-overview -run README -update")
	}
	before += "<!-- configuration: written by go test ./cmd/backup-overview -run README -update -->\n"
	if err := os.WriteFile(path, []byte(before+want+"<!-- end of configuration -->"+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestREADME_is_short_and_its_paths_exist(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"README.md", "docs/operating.md", "docs/channels.md", "docs/digests.md", "docs/alerts.md", "docs/rules.md", "docs/storage.md", "docs/metrics.md", "docs/performance.md", "CHANGELOG.md"} {
		content := text(t, filepath.Join(root, name))
		if n := strings.Count(content, "\n"); n >= 215 {
			t.Errorf("%s has %d lines; below 215 is read", name, n)
		}
		for _, target := range localTargets(content) {
			file, anchor, _ := strings.Cut(target, "#")
			path := filepath.Join(root, filepath.Dir(name), file)
			if _, err := os.Stat(path); err != nil {
				t.Errorf("%s names %s, which does not exist", name, target)
			} else if anchor != "" && !slices.Contains(anchors(text(t, path)), anchor) {
				t.Errorf("%s names %s, where no heading is called so", name, target)
			}
		}
	}
}

// anchors are what the headings of a page are called in a link.
func anchors(markdown string) []string {
	var all []string
	for _, m := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(markdown, -1) {
		name := regexp.MustCompile(`[^a-z0-9 _-]`).ReplaceAllString(strings.ToLower(m[1]), "")
		all = append(all, strings.ReplaceAll(name, " ", "-"))
	}
	return all
}

// localTargets finds links to files, and folders in code marks as the README's
// table of folders has them.
func localTargets(markdown string) []string {
	var targets []string
	for _, m := range regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(markdown, -1) {
		if !strings.Contains(m[1], "://") {
			targets = append(targets, m[1])
		}
	}
	for _, m := range regexp.MustCompile("`((?:cmd|bot|avepoint|formatting|internal|deploy|docs|\\.ci)(?:/[\\w./-]+)?)`").FindAllStringSubmatch(markdown, -1) {
		targets = append(targets, m[1])
	}
	return targets
}

// What the README tells people to type has to be there.
func TestREADME_commands_exist(t *testing.T) {
	t.Parallel()
	readme := text(t, filepath.Join(root, "README.md"))
	for _, m := range regexp.MustCompile("`backup-overview (\\w+)").FindAllStringSubmatch(readme, -1) {
		if !strings.Contains(helpText, "\n  "+m[1]+" ") {
			t.Errorf("README.md names the command %q, which help does not", m[1])
		}
	}
	if !strings.Contains(readme, "go run ./cmd/backup-overview demo\n") || !strings.Contains(readme, "go test ./...\n") {
		t.Error("README.md lacks the two commands that need Go alone")
	}
}

// The container and the service must not set what nothing reads.
func TestDeploy_variables_exist(t *testing.T) {
	t.Parallel()
	known := append(variables(&Config{}), "NAME_FILE", coverage.AccessLost.String(), coverage.DeliveryTrouble.String())
	names := regexp.MustCompile(`\b(?:SLACK|AVEPOINT|CACHE|SWEEP|DATABASE|RETENTION|ROLLUP|ACCESS|BINDINGS|LIMIT|DIGEST|ALERT|OPS|DELIVERY|HTTP|METRICS|PING|LOG)_[A-Z_]+\b`)
	for _, name := range []string{"Dockerfile", "compose.yaml", "compose.postgres.yaml", "backup-overview.service"} {
		found := names.FindAllString(text(t, filepath.Join(root, "deploy", name)), -1)
		if len(found) == 0 {
			t.Errorf("deploy/%s sets no variable", name)
		}
		for _, variable := range found {
			if !slices.Contains(known, variable) {
				t.Errorf("deploy/%s names %s, which is no variable of the bot", name, variable)
			}
		}
	}
	for _, document := range []string{"docs/operating.md", "docs/channels.md", "docs/digests.md", "docs/alerts.md", "docs/rules.md", "docs/storage.md", "docs/metrics.md", "CHANGELOG.md"} {
		for _, name := range names.FindAllString(text(t, filepath.Join(root, document)), -1) {
			if !slices.Contains(known, name) && name != "LOG_" {
				t.Errorf("%s names %s, which is no variable of the bot", document, name)
			}
		}
	}
}

// A composeFile is what the tests read of deploy/compose*.yaml.
type composeFile struct {
	Services map[string]struct {
		Environment map[string]string
		Secrets     []string
		Volumes     []string
		ReadOnly    bool   `yaml:"read_only"`
		User        string `yaml:"user"`
		Deploy      struct{ Replicas int }
	}
	Secrets map[string]struct{ File string }
	Volumes map[string]any
}

func compose(t *testing.T, name string) composeFile {
	t.Helper()
	var file composeFile
	if err := yaml.Unmarshal([]byte(text(t, filepath.Join(root, "deploy", name))), &file); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestCompose_is_complete(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"compose.yaml", "compose.postgres.yaml"} {
		file := compose(t, name)
		bot := file.Services["bot"]
		if !bot.ReadOnly || bot.User != "65532:65532" {
			t.Errorf("%s: read_only %v, user %q", name, bot.ReadOnly, bot.User)
		}
		for _, secret := range bot.Secrets {
			if got := bot.Environment[strings.ToUpper(secret)+"_FILE"]; got != "/run/secrets/"+secret {
				t.Errorf("%s: the secret %s is read from %q", name, secret, got)
			}
		}
		for service, s := range file.Services {
			for _, secret := range s.Secrets {
				if file.Secrets[secret].File == "" {
					t.Errorf("%s: the secret %s comes from nowhere", name, secret)
				}
			}
			for _, volume := range s.Volumes {
				source, _, _ := strings.Cut(volume, ":")
				if _, ok := file.Volumes[source]; !ok {
					t.Errorf("%s: %s mounts %s, which is no volume", name, service, source)
				}
			}
		}
	}
}

// One process may have a SQLite file, on a volume that outlives its container;
// several need PostgreSQL.
func TestCompose_keeps_the_memory(t *testing.T) {
	t.Parallel()
	one, several := compose(t, "compose.yaml").Services["bot"], compose(t, "compose.postgres.yaml").Services["bot"]
	if one.Deploy.Replicas != 0 || !slices.Contains(one.Volumes, "memory:/data") || !strings.Contains(text(t, filepath.Join(root, "deploy/Dockerfile")), "\nWORKDIR /data\n") {
		t.Errorf("compose.yaml: replicas %d, volumes %q; the file of one process is in /data", one.Deploy.Replicas, one.Volumes)
	}
	if several.Deploy.Replicas < 2 || several.Environment["DATABASE_URL_FILE"] == "" {
		t.Errorf("compose.postgres.yaml: replicas %d, DATABASE_URL_FILE %q", several.Deploy.Replicas, several.Environment["DATABASE_URL_FILE"])
	}
}

// The image has no libc; a cgo dependency would only show on the first start.
func TestProgram_needs_no_cgo(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{if and .CgoFiles (not .Standard)}}{{.ImportPath}}{{end}}", ".")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if found := strings.TrimSpace(string(out)); found != "" {
		t.Errorf("needs cgo: %s", found)
	}
}

func text(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
