package page

import (
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every file in web/ must be reachable, and every file that another one names
// must be there.
func TestAssets_areEmbeddedAndComplete(t *testing.T) {
	t.Parallel()
	s := setup(t, Options{})
	references := regexp.MustCompile(`(?:from|href=|src=) ?"(\.|/static)(/[^"]+)"`)
	onDisk := 0
	err := filepath.WalkDir("web", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		onDisk++
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		url := "/static/" + filepath.ToSlash(strings.TrimPrefix(name, "web"+string(filepath.Separator)))
		got := s.do(http.MethodGet, url, "", nil)
		if got.status != http.StatusOK || got.body != string(content) {
			t.Errorf("GET %s: %d, %d bytes, want %d", url, got.status, len(got.body), len(content))
		}
		if want := contentType(name); want == "application/octet-stream" || got.header.Get("Content-Type") != want {
			t.Errorf("GET %s: content type %q, want %q", url, got.header.Get("Content-Type"), want)
		}
		for _, m := range references.FindAllStringSubmatch(string(content), -1) {
			target := m[2]
			if m[1] == "." {
				target = path.Join(path.Dir(strings.TrimPrefix(url, "/static")), m[2])
			}
			if s.do(http.MethodGet, "/static"+target, "", nil).status != http.StatusOK {
				t.Errorf("%s refers to %s, which is not there", name, target)
			}
		}
		return nil
	})
	if err != nil || onDisk < 20 {
		t.Fatalf("walked %d files: %v", onDisk, err)
	}
}

// Nothing of another host may be loaded, and no data may be parsed as HTML.
func TestAssets_stayOnThisMachine(t *testing.T) {
	t.Parallel()
	harmless := regexp.MustCompile(`http://www\.w3\.org/(?:2000/svg|1999/xhtml)`) // names of vocabularies, never fetched
	forbidden := regexp.MustCompile(`(?i)https?://[a-z0-9]|["'(]//[a-z0-9]|@import|\bimport\(|innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(|new Function|setTimeout\("|style=|\son[a-z]+=`)
	err := fs.WalkDir(web, "web", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := web.ReadFile(name)
		if err != nil {
			return err
		}
		for i, line := range strings.Split(string(content), "\n") {
			if found := forbidden.FindString(harmless.ReplaceAllString(line, "")); found != "" {
				t.Errorf("%s:%d holds %q", name, i+1, found)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAssets_listNothingAndStayInside(t *testing.T) {
	t.Parallel()
	s := setup(t, Options{})
	for _, p := range []string{"/static/", "/static/js", "/static/js/", "/static/../page.go", "/static/..%2f..%2fpage.go", "/static/%2e%2e/page.go", "/index.html", "/web/index.html"} {
		if got := s.do(http.MethodGet, p, "", nil); got.status == http.StatusOK {
			t.Errorf("GET %s: 200 with %d bytes", p, len(got.body))
		}
	}
	if got := s.do(http.MethodGet, "/", "", nil); got.status != http.StatusOK || !strings.Contains(got.body, `data-testid="app"`) {
		t.Errorf("GET /: %d", got.status)
	}
}
