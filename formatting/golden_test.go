package formatting

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/internal/blockcheck"
)

var update = flag.Bool("update", false, "rewrite testdata/*.golden.json")

// TestGolden renders every message in every state, holds it against its file,
// and lets the stand-in's judge of blocks look at each rung of its ladder.
func TestGolden(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for name := range forms() {
		seen[name] = true
	}
	for _, s := range states() {
		if seen[s.name] {
			t.Fatalf("two states are called %s", s.name)
		}
		seen[s.name] = true
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			compare(t, filepath.Join("testdata", s.name+".golden.json"), indented(t, s.message))
			assertAccepted(t, s.message)
		})
	}
	t.Run("no file without a state", func(t *testing.T) {
		t.Parallel()
		files, err := filepath.Glob("testdata/*.golden.json")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if name := filepath.Base(f); !seen[name[:len(name)-len(".golden.json")]] {
				t.Errorf("%s belongs to no state", f)
			}
		}
	})
}

func compare(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (run with -update if it is right): %s", file, diff)
	}
}

// assertAccepted holds every rung against Slack's limits and our own.
func assertAccepted(t *testing.T, m Message) {
	t.Helper()
	rungs := slices.Collect(m.Rungs())
	for i, rung := range rungs {
		payload := wire(t, rung)
		for _, p := range blockcheck.Message(payload) {
			t.Errorf("rung %d: %s %s (%s)", i, p.Code, p.Text, p.Pointer)
		}
		blocks, err := json.Marshal(rung.Blocks)
		if err != nil {
			t.Fatal(err)
		}
		if len(blocks) > maxBytes {
			t.Errorf("rung %d: %d bytes of blocks", i, len(blocks))
		}
		if n := utf8.RuneCountInString(rung.Text); n == 0 || n > maxPlain {
			t.Errorf("rung %d: text of %d characters", i, n)
		}
		if len(rung.Blocks) > 50 {
			t.Errorf("rung %d: %d blocks", i, len(rung.Blocks))
		}
	}
	if last := rungs[len(rungs)-1]; len(last.Blocks) > 0 {
		t.Error("the last rung is not plain text")
	}
	assertSimpler(t, rungs)
}

// assertSimpler holds that each rung leaves out what the one above it may have
// been refused for.
func assertSimpler(t *testing.T, rungs []Message) {
	t.Helper()
	for i, rung := range rungs {
		for _, b := range rung.Blocks {
			switch kind := b.BlockType(); {
			case i > 0 && (kind == slack.MBTDataTable || kind == slack.MBTDataVisualization):
				t.Errorf("a %s is left on rung %d", kind, i)
			case i > 0 && i == len(rungs)-2 && kind == slack.MBTTable:
				t.Errorf("a table is left on rung %d, the last with blocks", i)
			}
		}
	}
}

// payload is a message as Slack gets it.
type payload struct {
	Text   string        `json:"text"`
	Blocks []slack.Block `json:"blocks,omitempty"`
}

func wire(t testing.TB, m Message) []byte {
	t.Helper()
	data, err := json.Marshal(payload(m))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func indented(t *testing.T, m Message) []byte {
	t.Helper()
	return pretty(t, payload(m))
}

func pretty(t *testing.T, value any) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(value); err != nil {
		t.Fatal(err)
	}
	// slack-go's own marshallers escape all the same.
	unescape := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&")
	return []byte(unescape.Replace(b.String()))
}
