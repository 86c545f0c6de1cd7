package page

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func plainText(text string) map[string]any { return map[string]any{"type": "plain_text", "text": text} }

// overview is a message with a table and two buttons.
func overview(headline string) []any {
	cell := func(text string) map[string]any { return map[string]any{"type": "raw_text", "text": text} }
	press := func(id, label string) map[string]any {
		return map[string]any{"type": "button", "action_id": id, "value": "v", "text": plainText(label)}
	}
	return []any{
		map[string]any{"type": "header", "text": plainText(headline)},
		map[string]any{
			"type": "table", "column_settings": []any{map[string]any{"align": "left"}, map[string]any{"align": "right"}},
			"rows": []any{[]any{cell("Module"), cell("No backup")}, []any{cell("OneDrive"), cell("7")}},
		},
		map[string]any{"type": "actions", "elements": []any{press("refresh", "Refresh"), press("form", "Subscribe")}},
	}
}

func (s *stage) answer(url, headline string, replace bool) {
	s.t.Helper()
	s.send(url, "", map[string]any{
		"response_type": "ephemeral", "replace_original": replace, "text": headline, "blocks": overview(headline),
	})
}

func (s *stage) openPage(t *testing.T, expected ...func(chromedp.ConsoleMessage) bool) *tab {
	t.Helper()
	return open(t, s.page.URL, expected...)
}

func liveOptions() Options {
	return Options{
		Team: "Northbridge", UserID: ana, ChannelID: review,
		Words: []Word{{Name: "help", About: "what one can ask"}}, Suggest: func() []string { return []string{"Fabrikam", "Contoso Retail GmbH", "Contoso Logistics"} },
	}
}

// A person types with completion, reads the answer, and presses its button.
func TestBrowser_commandAnswerAndClick(t *testing.T) {
	s := setup(t, liveOptions())
	a := s.connect()
	b := s.openPage(t)

	b.click("composer")
	b.types("/ba")
	b.until(says("completion-item", "/backup-overview"))
	b.types(kb.Tab + "cont")
	b.until(says("completion-item", "Contoso Logistics"))
	b.types(kb.ArrowDown)
	b.enter() // takes the suggestion
	b.until(one("composer") + `.value === "/backup-overview Contoso Retail GmbH"`)
	b.enter() // sends
	e := a.take(nil)
	if e.Payload.Text != "Contoso Retail GmbH" || e.Payload.UserID != ana {
		t.Fatalf("the app got %+v", e.Payload)
	}
	b.until("!" + one("waiting") + ".hidden")
	s.answer(e.Payload.ResponseURL, "7 objects have no backup", false)
	b.until(says("message", "7 objects have no backup") + " && " + one("waiting") + ".hidden")
	if got := eval[string](b, one("table")+`.querySelector("tbody tr").innerText`); strings.Fields(got)[1] != "7" {
		t.Errorf("the table's row is %q", got)
	}
	b.until(one("only-you"))
	b.until(`document.getElementById("live").textContent.includes("only visible to you: 7 objects have no backup")`)

	b.do(chromedp.Click(chromedp.CSS(`[data-action-id="refresh"]`)))
	b.until(`document.querySelector('[data-action-id="refresh"]').getAttribute("aria-busy") === "true"`)
	press := a.take(nil)
	if press.Type != "interactive" || press.Payload.Actions[0].ActionID != "refresh" {
		t.Fatalf("the app got %+v", press)
	}
	s.answer(press.Payload.ResponseURL, "All objects have a backup", true)
	b.until(says("message", "All objects have a backup") + " && !" + says("message", "7 objects"))
	if got := eval[string](b, `document.activeElement.dataset.actionId ?? ""`); got != "refresh" {
		t.Errorf("after the answer replaced the message the focus is on %q", got)
	}

	b.click("composer")
	b.types(kb.ArrowUp)
	b.until(one("composer") + `.value === "/backup-overview Contoso Retail GmbH"`)
}

// What an app does not answer is said as Slack says it.
func TestBrowser_failuresAreSaid(t *testing.T) {
	s := setupImpatient(t, liveOptions(), 500*time.Millisecond)
	b := s.openPage(t)
	send := func(text string) {
		b.click("composer")
		b.types(text)
		b.types(kb.Escape)
		b.enter()
	}
	send("/backup-overview contoso")
	b.until(says("message", "/backup-overview contoso failed with the error dispatch_failed"))
	a := s.connect()
	send("/backup-overview fabrikam")
	b.until(says("message", "/backup-overview fabrikam failed with the error operation_timeout"))
	a.read()
	send("/weather")
	b.until(says("message", "/weather is not a valid command"))

	s.call("chat.postMessage", s.ws.BotToken(), map[string]any{"channel": review, "text": "x", "blocks": overview("Shared")}, nil)
	b.until(says("message", "Shared"))
	b.do(chromedp.Click(chromedp.CSS(`[data-action-id="refresh"]`)))
	b.until(says("click-error", "operation_timeout") + ` && !document.querySelector('[data-action-id="refresh"]').ariaBusy`)
}

func TestBrowser_modal(t *testing.T) {
	s := setup(t, liveOptions())
	a := s.connect()
	b := s.openPage(t)
	s.call("chat.postMessage", s.ws.BotToken(), map[string]any{"channel": review, "text": "x", "blocks": overview("Shared")}, nil)
	b.until(says("message", "Shared"))
	b.do(chromedp.Click(chromedp.CSS(`[data-action-id="form"]`)))
	showModal(s, a.take(nil).Payload.TriggerID)
	b.until(one("modal") + `?.open && document.activeElement.dataset.actionId === "at" && ` + one("waiting") + ".hidden")
	b.types("25:00")
	b.click("modal-submit")
	a.take(map[string]any{"response_action": "errors", "errors": map[string]any{"at": "No such time."}})
	b.until(says("input-error", "No such time.") + ` && document.querySelector("[data-action-id=at]").value === "25:00"`)
	b.types(kb.End + kb.Backspace)
	b.enter()
	if got := a.take(nil).Payload.View.State.Values["at"]["at"].Value; got != "25:0" {
		t.Errorf("submitted %q", got)
	}
	b.until("!" + one("modal"))

	b.do(chromedp.Click(chromedp.CSS(`[data-action-id="form"]`)))
	showModal(s, a.take(nil).Payload.TriggerID)
	b.until(one("modal") + "?.open")
	b.types(kb.Escape)
	b.until("!" + one("modal"))
	if got := s.ws.Views(ana); len(got) != 0 {
		t.Errorf("Escape left %d views open", len(got))
	}
}

// Another person sees neither the channel nor what was for one's eyes only.
func TestBrowser_actAs(t *testing.T) {
	s := setup(t, liveOptions())
	b := s.openPage(t)
	s.call("chat.postEphemeral", s.ws.BotToken(), map[string]any{"channel": shared, "user": ana, "text": "for ana alone"}, nil)
	s.call("chat.postMessage", s.ws.BotToken(), map[string]any{"channel": shared, "text": "for all"}, nil)
	b.until(`document.querySelector('[data-testid="channel-` + shared + `"] .count')?.textContent.startsWith("2")`)
	b.click("channel-" + shared)
	b.until(says("message", "for ana alone"))
	b.do(chromedp.SetValue(chromedp.CSS(`[data-testid="act-as"]`), eve))
	eval[any](b, one("act-as")+`.dispatchEvent(new Event("change"))`)
	b.until(says("message", "for all") + " && !" + says("message", "for ana alone"))
	for _, id := range []string{review, den} {
		if eval[bool](b, "Boolean("+one("channel-"+id)+")") {
			t.Errorf("the outsider sees %s", id)
		}
	}
	b.do(chromedp.Reload())
	b.until(says("message", "for all") + ` && ` + one("act-as") + `.value === "` + eve + `"`)
}

// A lost stream is said, and what happened meanwhile is there afterwards.
func TestBrowser_reconnects(t *testing.T) {
	offline := func(m chromedp.ConsoleMessage) bool { return strings.Contains(m.Text, "net::ERR") }
	s := setup(t, liveOptions())
	b := s.openPage(t, offline)
	s.page.CloseClientConnections()
	b.until(`!document.getElementById("banner").hidden`)
	if _, err := s.ws.Say(ana, review, "", "meanwhile"); err != nil {
		t.Fatal(err)
	}
	b.until(says("message", "meanwhile") + ` && document.getElementById("banner").hidden`)
	if _, err := s.ws.Say(ana, review, "", "afterwards"); err != nil {
		t.Fatal(err)
	}
	b.until(says("message", "afterwards"))
}

func TestBrowser_threadsAndTraffic(t *testing.T) {
	s := setup(t, liveOptions())
	b := s.openPage(t)
	root, err := s.ws.Say(ana, review, "", "the root")
	if err != nil {
		t.Fatal(err)
	}
	s.call("chat.postMessage", s.ws.BotToken(), map[string]any{"channel": review, "text": "a reply", "thread_ts": root.TS}, nil)
	b.until(says("thread-link", "1 reply") + " && !" + says("message", "a reply"))
	b.click("thread-link")
	b.until(says("thread-messages", "a reply"))
	b.until(`document.activeElement.dataset.testid === "thread-reply"`)
	b.types("my own")
	b.enter()
	b.until(says("thread-messages", "my own") + " && " + says("thread-link", "2 replies"))
	b.types(kb.Escape)
	b.until(one("thread") + ".hidden")

	b.click("traffic-toggle")
	frames := func(way string) string {
		return fmt.Sprintf(`document.querySelectorAll('[data-testid="frame"][data-name="chat.postMessage"][data-way=%q]').length`, way)
	}
	b.until(frames("out") + " === 1 && " + frames("in") + " === 1")
	b.click("traffic-filter")
	b.types("a reply")
	b.until(`[...document.querySelectorAll('[data-testid="frame"]')].every((f) => f.dataset.name === "chat.postMessage")`)
	b.do(chromedp.Click(chromedp.CSS(`[data-testid="frame"] button`)))
	b.until(`document.querySelector('[data-testid="frame"] .json').textContent.includes("a reply")`)
	if got := eval[string](b, one("traffic")+".textContent"); strings.Contains(got, s.ws.BotToken()) {
		t.Error("the panel shows the bot's token")
	}
}
