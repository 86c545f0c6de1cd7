package page

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"
)

// gallery serves the page over a fixture that holds every block, names that want
// to be more than text, and blocks that are broken.
func gallery(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile("testdata/gallery.json")
	if err != nil {
		t.Fatal(err)
	}
	var g struct {
		Session  json.RawMessage
		Messages map[string]json.RawMessage
		Views    map[string]json.RawMessage
		Frames   json.RawMessage
	}
	if err := json.Unmarshal(raw, &g); err != nil {
		t.Fatal(err)
	}
	list := func(raw json.RawMessage) json.RawMessage {
		if raw == nil {
			return json.RawMessage("[]")
		}
		return raw
	}
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", asset("index.html"))
	mux.Handle("GET /static/", assets())
	mux.HandleFunc("GET /api/session", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, g.Session) })
	mux.HandleFunc("GET /api/messages", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, map[string]any{"messages": list(g.Messages[r.FormValue("channel")])})
	})
	mux.HandleFunc("GET /api/views", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, map[string]any{"views": list(g.Views[r.FormValue("as")])})
	})
	mux.HandleFunc("GET /api/traffic", func(w http.ResponseWriter, r *http.Request) { writeJSON(w, map[string]any{"frames": g.Frames}) })
	mux.HandleFunc("GET /events", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_ = send(w, "hello", map[string]string{"boot": "gallery"})
		<-r.Context().Done()
	})
	p := &page{Options: withDefaults(Options{})}
	server := httptest.NewServer(p.guard(mux))
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL
}

func TestGallery_hostileNamesStayText(t *testing.T) {
	b := open(t, gallery(t)+"/#channel=C-HOSTILE&as=U-ANA")
	if got := eval[string](b, `String(window.pwned)`); got != "undefined" {
		t.Errorf("a name ran: %s", got)
	}
	counts := `(() => { const q = (s) => document.querySelectorAll(s).length; return {
		scripts: q("script"), frames: q("iframe, object, embed, base, form:not(#composer)"),
		handlers: [...document.querySelectorAll("#messages *")].filter((e) => [...e.attributes].some((a) => a.name.startsWith("on"))).length,
		addresses: [...document.querySelectorAll("#messages [href], #messages [src]")].map((e) => e.getAttribute("href") ?? e.getAttribute("src")).filter((u) => !/^(https?:|mailto:|\/static\/icon.svg$)/.test(u)).length,
		images: q("#messages img:not(.avatar)"), svgs: q("#messages svg:not(.icon, .chart svg)"),
	}; })()`
	want := map[string]int{"scripts": 2, "frames": 0, "handlers": 0, "addresses": 0, "images": 0, "svgs": 0}
	if diff := cmp.Diff(want, eval[map[string]int](b, counts)); diff != "" {
		t.Errorf("elements (-want +got):\n%s", diff)
	}
	for _, name := range []string{`<img src=x onerror="window.pwned=1">`, `<script>window.pwned=1</script>`, `<!channel>`, `&lt;b&gt;&amp;amp;`} {
		cells := fmt.Sprintf(`[...document.querySelectorAll("#messages [data-testid=table] td")].filter((c) => c.textContent === %q).length`, name)
		if got := eval[int](b, cells); got != 1 {
			t.Errorf("%d table cells say %s literally, want 1", got, name)
		}
	}
	// A broken block is shown as such, and what follows it is still there.
	b.until(`document.querySelectorAll("#messages [data-testid=unknown-block]").length >= 5`)
	b.until(says("message", "Mia Osei"))
	// Escapes that are missing show as what they would do.
	if got := eval[int](b, `document.querySelectorAll("#messages .b-section .mention.loud").length`); got != 2 {
		t.Errorf("%d live <!channel> in sections, want 2", got)
	}
}

func TestGallery_everyBlockIsDrawn(t *testing.T) {
	b := open(t, gallery(t)+"/#channel=C-BLOCKS&as=U-ANA")
	kinds := `[...new Set([...document.querySelectorAll("#messages [data-testid=block]")].filter((e) => !e.classList.contains("block-unknown")).map((e) => e.dataset.block))].sort()`
	want := []string{
		"actions", "container", "context", "data_table", "data_visualization", "divider", "header", "image", "markdown", "rich_text", "section", "table",
	}
	if diff := cmp.Diff(want, eval[[]string](b, kinds)); diff != "" {
		t.Errorf("blocks (-want +got):\n%s", diff)
	}
	if got := eval[string](b, `document.querySelector("[data-testid=unknown-block]").textContent`); !json.Valid([]byte(got[len(`This page does not draw carousel. Show its JSON.`):])) {
		t.Errorf("an unknown block shows %q", got)
	}
	if got := eval[int](b, `document.querySelectorAll("[data-testid=chart] svg[role=img] title").length`); got < 4 {
		t.Errorf("%d charts have a title", got)
	}
	if got := eval[[]string](b, `[...document.querySelector("[data-testid=chart] .numbers tbody tr").children].map((c) => c.textContent)`); !cmp.Equal(got, []string{"18 Nov", "99.9", "98"}) {
		t.Errorf("a chart's numbers begin %v", got)
	}
}

func TestGallery_dataTableSortsAndTurnsPages(t *testing.T) {
	b := open(t, gallery(t)+"/#channel=C-BLOCKS&as=U-ANA")
	names := `[...document.querySelectorAll("[data-testid=data-table] tbody th")].map((c) => c.textContent)`
	first := eval[[]string](b, names)
	if len(first) != 5 || first[0] != "Contoso Retail GmbH" {
		t.Fatalf("first page is %v", first)
	}
	eval[any](b, `document.querySelectorAll("[data-testid=sort]")[1].click()`)
	if got := eval[[]string](b, names); got[0] != "Fabrikam" || got[4] != "Contoso Retail GmbH" {
		t.Errorf("by number, greatest first: %v", got)
	}
	if got := eval[string](b, `document.querySelectorAll("[data-testid=data-table] thead th")[1].getAttribute("aria-sort")`); got != "descending" {
		t.Errorf("aria-sort is %q", got)
	}
	b.do(chromedp.ScrollIntoView(chromedp.CSS(`[data-testid="next-page"]`)))
	b.click("next-page")
	if got := eval[[]string](b, names); !cmp.Equal(got, []string{"Northwind Traders", "Proseware"}) {
		t.Errorf("second page is %v", got)
	}
}

// A table of a fleet stands in a window of usual width without being scrolled,
// and a menu shows what is chosen.
func TestGallery_fleet(t *testing.T) {
	b := open(t, gallery(t)+"/#channel=C-FLEET&as=U-ANA")
	if got := eval[int](b, `(({scrollWidth, clientWidth}) => scrollWidth - clientWidth)(document.querySelector("[data-testid=data-table] .x-scroll"))`); got > 0 {
		t.Errorf("the table is %d px wider than its frame", got)
	}
	if got := eval[int](b, `document.querySelectorAll("[data-testid=data-table] tbody tr").length`); got != 10 {
		t.Errorf("%d rows on a page, want the page_size of 10", got)
	}
	if got := eval[string](b, `document.querySelector("[data-action-id='fleet.order']").textContent`); got != "By gap" {
		t.Errorf("the menu shows %q", got)
	}
	b.do(chromedp.Click(chromedp.CSS(`[data-action-id="fleet.order"]`)))
	if got := eval[string](b, `document.querySelector("[data-testid=picker] [aria-selected=true]").dataset.value`); got != "gap" {
		t.Errorf("the open menu marks %q", got)
	}
	b.types(kb.Escape)
	b.do(chromedp.Click(chromedp.CSS(`[data-action-id="fleet.more"]`)))
	b.until(`document.querySelectorAll("[data-testid=picker] [role=menuitem]").length === 2`)
}

// A line has a hole where a point is missing, and lone points stay points.
func TestGallery_holes(t *testing.T) {
	b := open(t, gallery(t)+"/#channel=C-FLEET&as=U-ANA")
	b.until(`document.querySelectorAll("[data-testid=chart] svg").length === 2`)
	of := func(series int, what string) int {
		return eval[int](b, fmt.Sprintf(`document.querySelector("[data-testid=chart] .series.series-%d").querySelectorAll(%q).length`, series, what))
	}
	for series, want := range map[int][2]int{0: {1, 20}, 1: {2, 18}, 3: {1, 14}, 5: {1, 8}} {
		if got := [2]int{of(series, "path.line"), of(series, "circle")}; got != want {
			t.Errorf("series %d is %v pieces and points, want %v", series, got, want)
		}
	}
	if got := eval[[]string](b, `[...document.querySelectorAll("[data-testid=chart] .numbers tbody tr")[7].children].slice(0, 3).map((c) => c.textContent)`); !cmp.Equal(got, []string{"28 Sep", "100", "–"}) {
		t.Errorf("the numbers beside it are %q", got)
	}
	shapes := `import("/static/js/line.js").then((m) => m.lines({type: %q}, [0, 2, 3].map((i) => ({i, value: 1})), {x: (i) => i, y: (v) => v}, () => null).filter(Boolean).map((e) => e.getAttribute("class") ?? e.tagName))`
	for kind, want := range map[string][]string{
		"line": {"line", "circle", "circle", "circle"}, "area": {"area", "area", "line", "circle", "circle", "circle"},
	} {
		if got := eval[[]string](b, fmt.Sprintf(shapes, kind)); !cmp.Equal(got, want) {
			t.Errorf("%s: %v", kind, got)
		}
	}
}

// The address of the app's file in Slack leads to the file here, that of
// anybody else's leads to Slack.
func TestGallery_fileLinks(t *testing.T) {
	b := open(t, gallery(t)+"/#channel=C-FLEET&as=U-ANA")
	if got := eval[string](b, one("file-link")+`.getAttribute("href")`); got != "/api/file?id=F0EXPORT&as=U-ANA" {
		t.Errorf("the link leads to %q", got)
	}
	for address, want := range map[string]string{
		"https://northbridge.slack.com/files/U0BOT/F1":            "/api/file?id=F1&as=U-ANA",
		"https://northbridge.slack.com/files/U0BOT/F1/a%20b.csv":  "/api/file?id=F1&as=U-ANA",
		"https://northbridge.slack.com/files/U-MIA/F1/a.csv":      "",
		"https://northbridge.slack.example/files/U0BOT/F1/a.csv":  "",
		"https://northbridge.slack.com/files/U0BOT/F1/a/b":        "",
		"http://northbridge.slack.com/files/U0BOT/F1/a.csv":       "",
		"https://evil.example/?https://a.slack.com/files/U0BOT/F": "",
	} {
		if got := eval[string](b, fmt.Sprintf(`import("/static/js/links.js").then((m) => m.fileOf(%q))`, address)); got != want {
			t.Errorf("%s leads to %q, want %q", address, got, want)
		}
	}
	b = open(t, gallery(t)+"/#channel=D-ANA&as=U-ANA")
	if got := eval[string](b, one("file")+`.innerText + " " + `+one("file")+`.getAttribute("download")`); got != "Backup overview, 24 November 2026\nbackup-overview-2026-11-24.csv, 1.8 MB backup-overview-2026-11-24.csv" {
		t.Errorf("the file shows %q", got)
	}
}

// What cannot be undone asks first, and does nothing where one says no.
func TestGallery_confirm(t *testing.T) {
	b := open(t, gallery(t)+"/#channel=C-FLEET&as=U-ANA")
	b.do(chromedp.Click(chromedp.CSS(`[data-action-id="forget.yes"]`)))
	b.until(says("confirm", "This cannot be undone."))
	if got := eval[string](b, one("confirm-yes")+`.className`); got != "btn danger solid" {
		t.Errorf("the button that does it is %q", got)
	}
	b.click("confirm-deny")
	b.until(`!` + one("confirm"))
	if got := eval[string](b, `document.querySelector("[data-action-id='forget.yes']").getAttribute("aria-busy") ?? ""`); got != "" {
		t.Errorf("busy after a no: %q", got)
	}
}

func TestGallery_timesAreTheReaders(t *testing.T) {
	url := gallery(t) + "/#channel=C-REVIEW&as="
	b := open(t, url+"U-ANA")
	clock := `document.querySelector("[data-ts='1795525380.000100'] .block-context time").textContent`
	if got := eval[string](b, clock); got[len(got)-5:] != "14:03" {
		t.Errorf("in Berlin it was %q", got)
	}
	b.do(chromedp.SetValue(chromedp.CSS(`[data-testid="act-as"]`), "U-MIA"))
	eval[any](b, `document.querySelector("[data-testid=act-as]").dispatchEvent(new Event("change"))`)
	b.until(`document.querySelector("[data-ts='1795525380.000100'] .block-context time")?.textContent.endsWith("08:03")`)
}

func TestGallery_phoneNeverScrollsSideways(t *testing.T) {
	b := open(t, gallery(t)+"/#channel=C-REVIEW&as=U-ANA")
	b.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch))
	for _, channel := range []string{"C-REVIEW", "C-BLOCKS", "C-FLEET", "C-HOSTILE", "C-EMPTY"} {
		b.until(one("menu"))
		b.do(chromedp.Tap(chromedp.CSS(`[data-testid="menu"]`)))
		b.until(`document.body.classList.contains("drawer-open")`)
		eval[any](b, `document.querySelector("[data-testid='channel-`+channel+`']").click()`)
		b.until(`!document.body.classList.contains("drawer-open") && document.getElementById("messages").dataset.channel === "` + channel + `"`)
		wide := `[document.documentElement, document.getElementById("scroller")].filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.tagName + e.scrollWidth + ">" + e.clientWidth + " " + [...e.querySelectorAll("*")].filter((c) => c.getBoundingClientRect().right > innerWidth).map((c) => c.className).join("|").slice(0, 200))`
		if got := eval[[]string](b, wide); len(got) > 0 {
			t.Errorf("%s scrolls sideways: %v", channel, got)
		}
	}
}

// Every control has a name, every field a label, in every channel and modal.
func TestGallery_controlsHaveNames(t *testing.T) {
	base := gallery(t)
	b := open(t, base+"/#channel=C-BLOCKS&as=U-MIA")
	b.until(one("modal"))
	b.click("traffic-toggle")
	nameless := `[...document.querySelectorAll("button, a[href], input, select, textarea, [role=img], [role=region], dialog")].filter((e) => {
		const by = (e.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join("");
		return !(e.getAttribute("aria-label") || by.trim() || [...(e.labels ?? [])].map((l) => l.textContent).join("").trim() || (e.matches("button, a") && e.textContent.trim()) || e.matches("img[alt]"));
	}).map((e) => e.outerHTML.slice(0, 160))`
	if got := eval[[]string](b, nameless); len(got) > 0 {
		t.Errorf("without a name: %q", got)
	}
}

func TestMrkdwn(t *testing.T) {
	b := open(t, gallery(t)+"/#channel=C-EMPTY&as=U-ANA")
	cases := []struct{ name, text, want string }{
		{"styles", "*b* _i_ ~s~ `c`", `<strong>b</strong> <em>i</em> <del>s</del> <code class="code">c</code>`},
		{"nested", "*a _b_ c*", `<strong>a <em>b</em> c</strong>`},
		{"inside words", "2*3*4 a_b_c x~y~z", `2*3*4 a_b_c x~y~z`},
		{"spaces inside", "* a* *b * _ c_", `* a* *b * _ c_`},
		{"over lines", "*a\nb*", `*a<br>b*`},
		{"not in code", "`*a* <@U-ANA>`", `<code class="code">*a* <span class="mention loud" data-mention="user">@Ana Castillo</span></code>`},
		{"entities once", "&lt;b&gt; &amp;amp; &quot;", `&lt;b&gt; &amp;amp; &amp;quot;`},
		{"bare angle", "a < b > c <> d", `a &lt; b &gt; c &lt;&gt; d`},
		{"quote", "> a\n&gt; b\nc", `<blockquote>a<br>b</blockquote>c`},
		{"block", "x```\n*a*\n```y", `x<pre class="pre">*a*</pre>y`},
		{"link", "<https://a.example/?x=1&amp;y=2|a &amp; b>", `<a class="link" href="https://a.example/?x=1&amp;y=2" target="_blank" rel="noopener noreferrer">a &amp; b</a>`},
		{"bare link", "see https://a.example/x.", `see <a class="link" href="https://a.example/x" target="_blank" rel="noopener noreferrer">https://a.example/x</a>.`},
		{"script link", "<javascript:alert(1)|x>", `<span class="dead-link" title="This address cannot be opened.">x</span>`},
		{"channel", "<#C-OPS|ops> <#CX|>", `<span class="mention" data-mention="channel">#backup-ops</span> <span class="mention" data-mention="channel">#private channel</span>`},
		{"calls", "<!channel> <!here|here> @everyone", `<span class="mention loud" data-mention="broadcast">@channel</span> <span class="mention loud" data-mention="broadcast">@here</span> <span class="mention loud" data-mention="broadcast">@everyone</span>`},
		{"mail is no call", "a@here.example", `a@here.example`},
		{"emoji", ":white_check_mark: :nothing: 12:30:45", `✅ :nothing: 12:30:45`},
		{"date", "<!date^1795524900^{date_num} {time}|then>", `<time datetime="2026-11-24T12:55:00.000Z" title="then" data-format="{date_num} {time}" data-unix="1795524900">2026-11-24 13:55</time>`},
		{"date without tokens", "<!date^x^y|then>", `<span>then</span>`},
	}
	for _, c := range cases {
		expression := fmt.Sprintf(`import("/static/js/mrkdwn.js").then((m) => { const d = document.createElement("div"); d.append(m.mrkdwn(%q)); return d.innerHTML; })`, c.text)
		if diff := cmp.Diff(c.want, eval[string](b, expression)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	verbatim := `import("/static/js/mrkdwn.js").then((m) => { const d = document.createElement("div"); d.append(m.mrkdwn("@here https://a.example *b*", { verbatim: true })); return d.innerHTML; })`
	if got := eval[string](b, verbatim); got != "@here https://a.example <strong>b</strong>" {
		t.Errorf("verbatim: %s", got)
	}
}
