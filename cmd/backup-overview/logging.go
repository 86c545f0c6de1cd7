package main

import (
	"context"
	"io"
	"log/slog"
	"os"
)

// newLogger writes to w: text for a person at a terminal, JSON elsewhere,
// unless LOG_FORMAT says which.
func newLogger(w io.Writer, cfg LogConfig) *slog.Logger {
	options := &slog.HandlerOptions{Level: cfg.Level.V, ReplaceAttr: spelledOut}
	if cfg.Format == "json" || cfg.Format == "" && !isTerminal(w) {
		return slog.New(slog.NewJSONHandler(scrubbed(w), options))
	}
	return slog.New(slog.NewTextHandler(scrubbed(w), options))
}

// spelledOut writes durations as people read them, in JSON too.
func spelledOut(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindDuration {
		return slog.String(a.Key, a.Value.Duration().String())
	}
	return a
}

// isTerminal looks through a scrubber. A character device that is no terminal
// (/dev/null) does no harm here.
func isTerminal(w io.Writer) bool {
	if s, ok := w.(*scrubber); ok {
		w = s.w
	}
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// logWarnings tells what the environment should mend, at the start.
func (c Config) logWarnings(ctx context.Context, log *slog.Logger) {
	for _, w := range c.warnings {
		w.log(ctx, log)
	}
}

func (w warning) log(ctx context.Context, log *slog.Logger) {
	level := slog.LevelWarn
	if w.Loud {
		level = slog.LevelError
	}
	log.Log(ctx, level, "setting to mend", "variable", w.Variable, "reason", w.Text)
}
