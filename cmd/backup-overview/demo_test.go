package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/backup-overview/backup-overview/internal/sandbox/page/pagetest"
)

// pictures is where the browser test leaves what it saw:
//
//	go test ./cmd/backup-overview -run Demo -pictures docs
var pictures = flag.String("pictures", "", "a folder for screenshots of the demo")

// startDemo runs the demo until the test ends and returns its address.
func startDemo(t *testing.T, history int, stdout io.Writer) string {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- demo(ctx, ln, history, stdout, slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})))
	}()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("the demo ended with %v", err)
			}
		case <-time.After(20 * time.Second):
			t.Error("the demo does not stop")
		}
	})
	return "http://" + ln.Addr().String()
}

// startDemoWithPast is startDemo, and waits until the past is filled and the
// works begin.
func startDemoWithPast(t *testing.T, history int) string {
	t.Helper()
	said, write := io.Pipe()
	t.Cleanup(func() { _ = said.Close() }) // after the demo, which may still have to say something, has been told to end
	url := startDemo(t, history, write)
	lines := bufio.NewScanner(said)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "The last ") {
	}
	go func() {
		for lines.Scan() {
		}
	}()
	return url
}

func TestDemo_answersInTheBrowser(t *testing.T) {
	url := startDemo(t, 9, io.Discard)
	b := &browser{t: t, ctx: pagetest.Browser(t)}
	b.do(chromedp.EmulateViewport(1280, 860), chromedp.Navigate(url))
	b.until(`document.body?.dataset.ready === "true"`)
	b.types("/backup-overview contoso retail")
	const table = `document.querySelector('[data-testid="table"]')`
	b.until(table + `?.innerText.includes("70 of 77")`)
	b.until(`document.querySelector('#messages').innerText.includes("10 of 2,807 objects have no backup")`)
	b.until(`document.querySelector('[data-testid="only-you"]')`)
	b.picture("demo.png")

	b.do(chromedp.Click(chromedp.CSS(`[data-action-id="overview_refresh"]`)))
	b.until(`document.querySelector('#messages').innerText.includes("Reading AvePoint now…")`)
	b.until(`!document.querySelector('#messages').innerText.includes("Reading AvePoint now…")`)
	b.until(table + `?.innerText.includes("70 of 77")`)

	b.do(chromedp.EmulateViewport(390, 844))
	b.until(`document.documentElement.scrollWidth <= 390`)
}

// The page answers while the past is filled, and it is said when that is done.
func TestDemo_fills_its_past(t *testing.T) {
	said, write := io.Pipe()
	defer said.Close()
	url := startDemo(t, 3, write)
	answered := false
	for lines := bufio.NewScanner(said); lines.Scan(); {
		switch line := lines.Text(); {
		case strings.HasPrefix(line, "Type "):
			answered = status(t, url) == http.StatusOK
		case strings.HasPrefix(line, "The last 3 days are there"):
			if !answered {
				t.Error("the page did not answer meanwhile")
			}
			return
		}
	}
	t.Error("nothing was said")
}

// What the bot remembers is seen: the fleet, and a customer's trend as charts.
func TestDemo_showsItsPastInTheBrowser(t *testing.T) {
	days := 9
	if *pictures != "" {
		days = demoHistory
	}
	url := startDemoWithPast(t, days)
	b := &browser{t: t, ctx: pagetest.Browser(t)}
	b.do(chromedp.EmulateViewport(1280, 1180), chromedp.Navigate(url))
	b.until(`document.body?.dataset.ready === "true"`)
	b.types("/backup-overview")
	b.until(`document.querySelector('#messages').innerText.includes("Backup overview: 212 customers")`)
	b.until(`[...document.querySelectorAll('#messages th')].some(th => th.innerText.includes("A. Datum Corporation"))`)
	b.picture("demo-fleet.png")
	b.types("/backup-overview trend contoso retail 90d")
	b.until(`document.querySelector('#messages').innerText.includes("Coverage in the last 90 days")`)
	b.until(`document.querySelectorAll('#messages svg path, #messages svg polyline').length > 1`)
	b.picture("demo-trend.png")
}

// browser is the tab of one test.
type browser struct {
	t   *testing.T
	ctx context.Context //nolint:containedctx // chromedp keeps the tab in it
}

// types types a message and sends it.
func (b *browser) types(text string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(`[data-testid="composer"]`)))
	b.do(chromedp.KeyEvent(text + kb.Escape + kb.Enter))
}

func (b *browser) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// until waits for an expression to become true in the page.
func (b *browser) until(expression string) {
	b.t.Helper()
	b.untilWithin(15*time.Second, expression)
}

// alertWait is above what each step of the demo's story takes.
const alertWait = 3 * time.Minute

func (b *browser) untilWithin(most time.Duration, expression string) {
	b.t.Helper()
	for deadline := time.Now().Add(most); ; time.Sleep(15 * time.Millisecond) {
		is, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](fmt.Sprintf("Boolean(%s)", expression)))
		if err != nil {
			b.t.Fatalf("%s: %v", expression, err)
		}
		if is {
			return
		}
		if time.Now().After(deadline) {
			text, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.body.innerText.slice(0, 2000)`))
			b.t.Fatalf("not within %v: %s\nthe page says: %s", most, expression, text)
		}
	}
}

// picture keeps what the tab shows, where asked to.
func (b *browser) picture(name string) {
	b.t.Helper()
	if *pictures == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*pictures, name), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}
