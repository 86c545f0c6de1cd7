// Package pagetest gives tests a headless browser, where the machine has one.
package pagetest

import (
	"context"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Required is the environment variable that turns a missing browser from a
// skipped test into a failed one, for machines that are meant to have one.
const Required = "REQUIRE_BROWSER"

// patience bounds one browser test: a selector that never appears would
// otherwise wait for go test's own limit.
const patience = 8 * time.Minute

// Path returns the browser to drive, or "" where there is none.
func Path() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "headless-shell"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// Browser starts a browser with a fresh profile and returns the context of its
// first tab, for chromedp's functions. It ends with the test, which fails if the
// page threw, or logged an error that is not expected. Without a browser the test
// is skipped, unless REQUIRE_BROWSER is set.
func Browser(t *testing.T, expected ...func(chromedp.ConsoleMessage) bool) context.Context {
	t.Helper()
	path := Path()
	switch {
	case path == "" && os.Getenv(Required) != "":
		t.Fatalf("no browser, and %s is set: install chromium", Required)
	case path == "":
		t.Skip("no browser: install chromium to run this test")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
	)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	ctx, stop := chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(closeTab)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	watchConsole(ctx, t, expected)
	return ctx
}

// watchConsole fails the test for what the page should not have said.
func watchConsole(ctx context.Context, t *testing.T, expected []func(chromedp.ConsoleMessage) bool) {
	ctx, cancel := context.WithCancel(ctx)
	var wait sync.WaitGroup
	messages := chromedp.Console(ctx)
	wait.Go(func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			if isTrouble(m, expected) {
				t.Errorf("the page said: %s (%s:%d)", m, m.URL, m.Line)
			}
		}
	})
	t.Cleanup(func() {
		cancel()
		wait.Wait()
	})
}

func isTrouble(m chromedp.ConsoleMessage, expected []func(chromedp.ConsoleMessage) bool) bool {
	if !m.IsException() && m.Type != chromedp.ConsoleError && m.Type != chromedp.ConsoleWarning {
		return false
	}
	for _, fits := range expected {
		if fits(m) {
			return false
		}
	}
	return true
}
