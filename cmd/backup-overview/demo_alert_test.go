package main

import (
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/backup-overview/backup-overview/internal/sandbox/page/pagetest"
)

// A customer loses protection, somebody acknowledges it, it gets worse, and is over:
// one message that changes, and its thread.
func TestDemo_alertInTheBrowser(t *testing.T) {
	t.Parallel()
	url := startDemoWithPast(t, 9)
	b := &browser{t: t, ctx: pagetest.Browser(t)}
	b.do(chromedp.EmulateViewport(1280, 1000), chromedp.Navigate(url))
	b.until(`document.body?.dataset.ready === "true"`)
	const messages = `document.querySelector('#messages').innerText`
	b.untilWithin(alertWait, messages+`.includes("Lamna Healthcare lost protection of")`)
	b.picture("demo-alert.png")
	// Another customer's alert may stand above it.
	click := func(what string) {
		b.until(`(() => {
			const message = [...document.querySelectorAll('#messages [data-testid="message"]')].find((m) => m.innerText.includes("Lamna Healthcare"));
			const what = message?.querySelector('` + what + `');
			what?.click();
			return what;
		})()`)
	}
	click(`[data-action-id^="alert_ack"]`)
	b.until(messages + `.includes("Acknowledged by @Ben Okafor")`)
	b.untilWithin(alertWait, messages+`.includes("✅ Lamna Healthcare")`)
	click(`[data-testid="thread-link"]`)
	const thread = `document.querySelector('[data-testid="thread-messages"]')?.innerText`
	b.until(thread + `?.includes("acknowledged by")`)
	b.until(thread + `?.includes("worse")`)
	b.until(thread + `?.includes("recovered")`)
	b.picture("demo-alert-over.png")
}
