package main

import (
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/backup-overview/backup-overview/internal/sandbox/page/pagetest"
)

// A digest is set up by the form, tried at once, and stands in the channel for
// everybody.
func TestDemo_subscribesInTheBrowser(t *testing.T) {
	url := startDemoWithPast(t, 9) // nothing is posted before
	b := &browser{t: t, ctx: pagetest.Browser(t)}
	b.do(chromedp.EmulateViewport(1280, 1000), chromedp.Navigate(url))
	b.until(`document.body?.dataset.ready === "true"`)
	const messages = `document.querySelector('#messages').innerText`
	b.types("/backup-overview subscribe")
	b.until(`document.querySelector('[data-testid="modal"]')?.open`)
	b.until(`document.querySelector('[data-testid="modal"]').innerText.includes("Next:")`)
	b.picture("demo-subscribe.png")
	b.do(chromedp.Click(chromedp.CSS(`[data-testid="modal-submit"]`)))
	b.until(`!document.querySelector('[data-testid="modal"]')`)
	b.until(messages + `.includes("This channel gets a digest")`)

	b.do(chromedp.Click(chromedp.CSS(`[data-action-id^="digest_send_now"]`)))
	b.until(messages + `.includes("Test: backup digest")`)
	b.until(messages + `.includes("schedule goes on")`)
	b.picture("demo-digest.png")
}
