package page

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/backup-overview/backup-overview/internal/sandbox/page/pagetest"
)

// tab is a browser tab, with what the tests do in it.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// open shows an address and waits for the page's first reading.
func open(t *testing.T, url string, expected ...func(chromedp.ConsoleMessage) bool) *tab {
	t.Helper()
	b := &tab{t: t, ctx: pagetest.Browser(t, expected...)}
	b.do(chromedp.EmulateViewport(1440, 900), chromedp.Navigate(url))
	b.until(`document.body?.dataset.ready === "true"`)
	return b
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// eval returns what an expression, or the promise that it gives, comes to.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// until waits for an expression to become true. The page's policy forbids the
// polling that chromedp would do inside it.
func (b *tab) until(expression string) {
	b.t.Helper()
	for deadline := time.Now().Add(15 * time.Second); ; time.Sleep(15 * time.Millisecond) {
		if eval[bool](b, "Boolean("+expression+")") {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("not within 15 s: %s\nthe page says: %s", expression, eval[string](b, `document.body.innerText.slice(0, 2000)`))
		}
	}
}

func (b *tab) click(testid string) {
	b.t.Helper()
	b.until(one(testid))
	b.do(chromedp.Click(chromedp.CSS(`[data-testid="` + testid + `"]`)))
}

// types types into whatever has the focus.
func (b *tab) types(text string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(text))
}

func (b *tab) enter() { b.t.Helper(); b.types(kb.Enter) }

// one is the expression of an element by its data-testid.
func one(testid string) string {
	return fmt.Sprintf(`document.querySelector('[data-testid=%q]')`, testid)
}

// says is the expression that an element's text holds another.
func says(testid, text string) string {
	return fmt.Sprintf(`[...document.querySelectorAll('[data-testid=%q]')].some((e) => e.innerText.includes(%q))`, testid, text)
}
