package main

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A process that is up for months warns 30, 14, 7 and 1 days before the
// credential ends, and every day after.
func TestRemind(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		a := &AvePointConfig{}
		a.CredentialExpires.V = time.Now().Add(60*24*time.Hour + time.Hour)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			remind(ctx, a, slog.New(slog.NewTextHandler(&out, nil)))
		}()
		time.Sleep(62*24*time.Hour + time.Minute)
		cancel()
		<-done
		var days []string
		for line := range strings.Lines(out.String()) {
			_, after, found := strings.Cut(line, "days left: ")
			if !found {
				days = append(days, "ended")
				continue
			}
			left, _, _ := strings.Cut(after, ")")
			days = append(days, left)
		}
		if got, want := strings.Join(days, " "), "30 14 7 1 ended ended"; got != want {
			t.Errorf("warned at %q days, want %q", got, want)
		}
	})
}

func TestRemind_nothingToRemindOf(t *testing.T) {
	t.Parallel()
	remind(t.Context(), &AvePointConfig{}, slog.New(slog.DiscardHandler)) // returns at once
}
