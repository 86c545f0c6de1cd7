package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

const canary = "hunter2-canary"

func TestSecret_redacts_everywhere(t *testing.T) {
	t.Parallel()
	type holder struct {
		Token  Secret
		Inner  struct{ Token Secret }
		Ptr    *Secret
		List   []Secret
		ByName map[string]Secret
		Any    any
	}
	s := Secret(canary)
	h := holder{
		Token: s, Ptr: &s, List: []Secret{s},
		ByName: map[string]Secret{"a": s}, Any: s,
	}
	h.Inner.Token = s

	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%T %[1]v", "%20s", "%.3s"} {
		fmt.Fprintf(&out, verb+"\n", s)
		fmt.Fprintf(&out, verb+"\n", &s)
		fmt.Fprintf(&out, verb+"\n", h)
		fmt.Fprintf(&out, verb+"\n", &h)
	}
	fmt.Fprintln(&out, s, h, fmt.Errorf("token %v: %w", s, fmt.Errorf("inner %s", s)))
	for _, v := range []any{s, &s, h, &h} {
		if err := json.NewEncoder(&out).Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	for _, log := range []*slog.Logger{
		slog.New(slog.NewTextHandler(&out, nil)),
		slog.New(slog.NewJSONHandler(&out, nil)),
	} {
		log.Info("m", "secret", s, "ptr", &s, "holder", h, "list", h.List, "map", h.ByName)
		log.With("secret", s).WithGroup("g").Info("m", slog.Group("deep", "secret", s, "holder", &h))
	}

	for _, form := range []string{canary, fmt.Sprintf("%x", canary), fmt.Sprintf("%X", canary), fmt.Sprintf("%d", []byte(canary))} {
		if i := strings.Index(out.String(), form); i >= 0 {
			t.Errorf("the secret was printed: …%s…", out.String()[max(0, i-60):i+20])
		}
	}
	if !strings.Contains(out.String(), redacted) {
		t.Error("nothing says that a value was left out")
	}
}

func TestSecret_Reveal_gives_the_value(t *testing.T) {
	t.Parallel()
	if got := Secret(canary).Reveal(); got != canary {
		t.Errorf("Reveal() = %q, want %q", got, canary)
	}
}
