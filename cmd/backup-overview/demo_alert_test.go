package main

import (
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/backup-overview/backup-overview/internal/sandbox/page/pagetest"
)

// A customer loses protection, somebody acknowledges it, it gets worse, and is over:
// one message that changes, and its thread.
func TestDemo_alertInTheBrowser(t *testing.T) {
	url := startDemoWithPast(t, 9)
	b := &browser{t: t, ctx: pagetest.Browser(t)}
	b.do(chromedp.EmulateViewport(1280, 1000), chromedp.Navigate(url))
	b.until(`document.body?.dataset.ready === "true"`)
	const messages = `document.querySelector('#messages').innerText`
	b.untilWithin(alertWait, messages+`.includes("Lamna Healthcare lost protection of")`)
	b.picture("demo-alert.png")
	b.do(chromedp.Click(chromedp.CSS(`[data-action-id^="alert_ack"]`)))
	b.until(messages + `.includes("Acknowledged by @Ben Okafor")`)
	b.untilWithin(alertWait, messages+`.includes("✅ Lamna Healthcare")`)
	b.do(chromedp.Click(chromedp.CSS(`[data-testid="thread-link"]`)))
	const thread = `document.querySelector('[data-testid="thread-messages"]')?.innerText`
	b.until(thread + `?.includes("acknowledged by")`)
	b.until(thread + `?.includes("worse")`)
	b.until(thread + `?.includes("recovered")`)
	b.picture("demo-alert-over.png")
}
