package main

import (
	"bytes"
	"log/slog"
	"os"
	"strings"
	"testing"
)

func TestNewLogger_format_and_level(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		cfg  LogConfig
		want string // the start of the only line
	}{
		{LogConfig{}, `{"time":`}, // no terminal: JSON
		{LogConfig{Format: "json"}, `{"time":`},
		{LogConfig{Format: "text"}, `time=`},
	} {
		var out bytes.Buffer
		log := newLogger(&out, tt.cfg)
		log.Debug("not told")
		log.Info("told")
		if !strings.HasPrefix(out.String(), tt.want) || strings.Count(out.String(), "\n") != 1 {
			t.Errorf("%+v wrote %q, want one line from %q", tt.cfg, out.String(), tt.want)
		}
	}
	var out bytes.Buffer
	newLogger(&out, LogConfig{Level: Value[slog.Level]{V: slog.LevelDebug}}).Debug("told")
	if out.Len() == 0 {
		t.Error("LOG_LEVEL=debug tells no debug line")
	}
}

func TestIsTerminal_looks_through_the_scrubber(t *testing.T) {
	t.Parallel()
	device, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer device.Close()
	regular, err := os.Create(t.TempDir() + "/log")
	if err != nil {
		t.Fatal(err)
	}
	defer regular.Close()
	if !isTerminal(scrubbed(device)) || isTerminal(scrubbed(regular)) || isTerminal(&bytes.Buffer{}) {
		t.Error("a device, a file and a buffer are not told apart")
	}
}

func TestConfig_logWarnings_louder_where_it_matters(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	c := Config{warnings: []warning{{Variable: "A", Text: "a"}, {Variable: "B", Text: "b", Loud: true}}}
	c.logWarnings(t.Context(), newLogger(&out, LogConfig{Format: "text"}))
	if got := out.String(); !strings.Contains(got, "level=WARN msg=\"setting to mend\" variable=A") ||
		!strings.Contains(got, "level=ERROR msg=\"setting to mend\" variable=B") {
		t.Errorf("wrote %q", got)
	}
}
