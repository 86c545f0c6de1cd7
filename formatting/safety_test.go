package formatting

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
)

// everywhere builds every view that takes a name from outside, with s for
// each such name.
func everywhere(s string) []Message {
	v := contoso()
	v.Customer, v.Command = s, "/backup-overview"
	for i := range v.Modules {
		v.Modules[i].Module += s
		v.Modules[i].Tenant = strings.Repeat(s, i%2)
		v.Modules[i].Stored.Text = s
	}
	v.Modules = append(v.Modules, ModuleRow{Module: s, Tenant: s, Scanned: 3}, ModuleRow{Module: s, Tenant: "b" + s},
		ModuleRow{Module: s, Tenant: "c", Scanned: 1})
	v.Other = []ModuleRow{{Module: s, Service: s, Scanned: 1}}
	v.SharedBy = "<" + s // an id that Slack never gave
	stale := v
	stale.Stale, stale.SharedBy = &Trouble{Kind: Forbidden, Scope: s, Ref: s}, "U0ANA"
	hits := []Choice{{Name: s, Detail: s, Value: "a", Known: true}, {Name: s, Detail: "2" + s, Value: "b", Gap: 1, Known: true}}
	all := []Message{
		Overview(v), Overview(stale), FullNames(v), ReadingNow(s), Refused(s), AlreadyShared("<"+s, now), Help(HelpView{Command: s, Shows: Shows{Customers: 1, Names: []string{s}}}),
		Picker(PickerView{Query: s, Hits: hits}), DidYouMean(DidYouMeanView{Query: s, Command: s, Nearest: hits}),
		DidYouMean(DidYouMeanView{Query: s, Command: s}), NearlyCommand(s, s, s), ButtonTooOld(s),
		NotInScope(NotInScopeView{Query: s, Command: s, Shows: []string{s, s}}),
	}
	for k := Internal; k <= TooLarge; k++ {
		all = append(all, Failure(FailureView{Trouble: Trouble{Kind: k, Ref: s, Scope: s}, Customer: s, Command: s}))
	}
	return all
}

// rememberedAs builds the views of what is remembered.
func rememberedAs(s string) []Message {
	f := fleet()
	for i := range f.Rows {
		f.Rows[i].Customer, f.Rows[i].Detail = s, fmt.Sprint(i/2, s)
	}
	f.Command = s
	h := past(now.Add(-20*day), 4)
	for i := range h.Series {
		h.Series[i].Module, h.Series[i].Tenant = s+strings.Repeat("x", i%3), s
	}
	trend := trendOf(h, Week)
	trend.Customer = s
	status := running()
	status.Version, status.Storage.Kind = s, "d"+s
	status.API.Failing = []FailureCount{{s, 2}}
	export := ExportView{Customer: s, Command: s, Now: now, Lines: 2, URL: contoso().PortalURL}
	watching := WatchingView{Customer: s, Command: s, By: "<" + s, Now: now, Undo: "a"}
	all := []Message{
		Fleet(f), Trend(trend), Status(status), ExportStarted(export), ExportReady(export), ExportNothing(export), ExportRefused(s, s),
		UnwatchedList(UnwatchedView{Command: s, Now: now, Customers: []UnwatchedRow{{Customer: s, By: "<" + s, Value: "a"}}}),
		UnwatchedList(UnwatchedView{Command: s, Now: now}), ForAdmins(s), StorageDown(s),
	}
	for change := WatchedAgain; change <= AlreadyUnwatched; change++ {
		watching.Change = change
		all = append(all, Watching(watching))
	}
	forget := ForgetView{Customer: s, Command: s, Listed: true, By: "<" + s, Forget: "a", Keep: "b"}
	return append(all, ForgetAsk(forget), Forgotten(forget), ForgetKept(forget))
}

// TestNamesStayNames glues pieces that mean something to Slack; the nasty
// names themselves are the seeds of the fuzz test below, which runs them.
func TestNamesStayNames(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		s := mixed(rng)
		for _, m := range slices.Concat(everywhere(s), rememberedAs(s), boundAs(s), digestedAs(s), subscribedAs(s)) {
			assertInert(t, m)
		}
		if t.Failed() {
			t.Fatalf("with %q", s)
		}
	}
}

func FuzzNamesStayNames(f *testing.F) { fuzzNames(f, everywhere) }

func FuzzRememberedNames(f *testing.F) { fuzzNames(f, rememberedAs) }

func FuzzBindingNames(f *testing.F) { fuzzNames(f, boundAs) }

func FuzzDigestNames(f *testing.F) { fuzzNames(f, digestedAs) }

func FuzzSubscriptionNames(f *testing.F) { fuzzNames(f, subscribedAs) }

func fuzzNames(f *testing.F, views func(string) []Message) {
	for _, s := range nasty {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, m := range views(s) {
			assertInert(t, m)
			assertAccepted(t, m)
		}
	})
}

// mixed glues pieces that mean something to Slack.
func mixed(rng *rand.Rand) string {
	pieces := []string{"<", ">", "&", "!channel", "@here", "*", "_", "~", "`", "|", ":", "tada", "://", "https", "\n", "\u200b", "\u202e", "^", "lt;", "U0ADMIN", "evil.example", " ", "ä", "漢", "\u0301", "\u1fef"}
	var b strings.Builder
	for range rng.IntN(30) {
		b.WriteString(pieces[rng.IntN(len(pieces))])
	}
	return b.String()
}

// assertInert reads the JSON as Slack does, and fails where something in it
// would mention, link, format or run.
func assertInert(t *testing.T, m Message) {
	t.Helper()
	for rung := range m.Rungs() {
		assertParsedTextInert(t, rung.Text)
		var blocks []any
		data, err := json.Marshal(rung.Blocks)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &blocks); err != nil {
			t.Fatal(err)
		}
		for _, b := range blocks {
			assertNodeInert(t, b)
		}
	}
}

// allowedTypes are all the types that a message of ours consists of. None of
// them mentions or links but "user", which is checked, and a button's url.
var allowedTypes = regexp.MustCompile(`^(header|rich_text|rich_text_section|text|date|user|channel|table|raw_text|data_table|raw_number|data_visualization|line|context|actions|button|static_select|multi_static_select|radio_buttons|checkboxes|timepicker|input|plain_text_input|plain_text|mrkdwn)$`)

func assertNodeInert(t *testing.T, node any) {
	t.Helper()
	switch n := node.(type) {
	case []any:
		for _, child := range n {
			assertNodeInert(t, child)
		}
	case map[string]any:
		if kind, ok := n["type"].(string); ok && !allowedTypes.MatchString(kind) {
			t.Errorf("a block or element of type %q", kind)
		}
		if url, ok := n["url"]; ok && url != contoso().PortalURL {
			t.Errorf("links to %v", url)
		}
		if user, ok := n["user_id"]; ok && user != "U0ANA" {
			t.Errorf("mentions %v", user)
		}
		if channel, ok := n["channel_id"]; ok && channel != "C0OPS" {
			t.Errorf("names the channel %v", channel)
		}
		assertTextNodeInert(t, n)
		for key, child := range n {
			if key != "style" {
				assertNodeInert(t, child)
			}
		}
	}
}

func assertTextNodeInert(t *testing.T, n map[string]any) {
	t.Helper()
	text, _ := n["text"].(string)
	for _, key := range []string{"name", "label"} { // of a chart, which Slack draws as they are
		if s, ok := n[key].(string); ok {
			assertVisible(t, s)
		}
	}
	switch n["type"] {
	case "mrkdwn":
		assertParsedTextInert(t, text)
		if n["verbatim"] != true {
			t.Errorf("mrkdwn that Slack may link by itself: %q", text)
		}
	case "plain_text":
		if n["emoji"] != false {
			t.Errorf("plain text with emoji codes: %q", text)
		}
		assertVisible(t, text)
	case "text", "raw_text", "raw_number":
		assertVisible(t, text)
	}
}

var (
	ours   = regexp.MustCompile(`<!date\^\d+\^(\{date_short_pretty\} at )?\{time\}\|[^<>|]* UTC>|<@U0ANA>|<#C0OPS>`)
	entity = regexp.MustCompile(`&(amp|lt|gt);`)
	emoji  = regexp.MustCompile(`:[a-z0-9_+'-]+:`)
	domain = regexp.MustCompile(`[\pL\pN]\.\pL`)
	scopes = strings.NewReplacer(overviewScope, "", customersScope, "", "SWEEP_INTERVAL", "", "AVEPOINT_RATE", "", "AVEPOINT_CONCURRENCY", "",
		"DIGEST_CHANNEL", "", "ACCESS_ADMINS", "", "SLACK_BOT_TOKEN", "")
	unquote = regexp.MustCompile(`(?m)^(&gt;|>)`)
)

// assertParsedTextInert holds text that Slack parses against its grammar.
func assertParsedTextInert(t *testing.T, text string) {
	t.Helper()
	left := scopes.Replace(entity.ReplaceAllString(ours.ReplaceAllString(text, " "), " "))
	if strings.ContainsAny(left, "<>&") {
		t.Errorf("control characters in %q", text)
	}
	if strings.ContainsAny(left, "*_~`@") || strings.Contains(left, "://") || emoji.MatchString(left) ||
		unquote.MatchString(text) || domain.MatchString(left) {
		t.Errorf("formatting in %q", text)
	}
	assertVisible(t, strings.ReplaceAll(text, "\n", ""))
}

// assertVisible fails on characters that hide, turn or break text.
func assertVisible(t *testing.T, text string) {
	t.Helper()
	if text == "" {
		t.Error("empty text")
	}
	for _, r := range text {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' {
			t.Errorf("%U in %q", r, text)
		}
	}
}

// TestOverview_size fills everything that an overview can hold.
func TestOverview_size(t *testing.T) {
	t.Parallel()
	for _, letter := range []string{"a", "<", "漢", "😀", `"`} {
		for _, module := range []int64{1 << 62, 0, 5} {
			v := fullest(letter, module)
			for page := range 3 {
				v.Page = page
				m := Overview(v)
				assertAccepted(t, m)
				if t.Failed() {
					t.Fatalf("letter %s, scanned %d, page %d", letter, module, page)
				}
			}
		}
	}
}

// fullest is a view with long names, large numbers, every oddity, many
// tenants and all buttons.
func fullest(letter string, scanned int64) OverviewView {
	long := strings.Repeat(letter, 300)
	v := OverviewView{
		Customer: long, Command: "/" + long, ReadAt: now.Add(-30 * time.Hour), Now: now, Reading: true,
		Stale:    &Trouble{Kind: Forbidden, Scope: long, Ref: long},
		SharedBy: "U0123456789ABCDEFGH", Posted: now,
		Refresh: strings.Repeat("r", 100), Share: strings.Repeat("s", 100), More: strings.Repeat("m", 100), Names: strings.Repeat("n", 100),
		PortalURL: "https://partner.avepointonlineservices.com/" + strings.Repeat("p", 100),
	}
	change := int64(1 << 62)
	v.Change = &change
	for i := range 40 {
		for tenant := range 6 {
			counts := [][2]int64{{scanned, scanned / 2}, {scanned, 0}, {0, 0}, {scanned, scanned + 9}}[(i+tenant)%4]
			v.Modules = append(v.Modules, ModuleRow{
				Module: fmt.Sprint(i, long), Tenant: fmt.Sprint(tenant, long), Scanned: counts[0], Protected: counts[1],
				Stored: Size{Text: long}, StoredBYOS: Size{Text: long},
			})
		}
		v.Other = append(v.Other, ModuleRow{Module: fmt.Sprint(i, long), Service: long, Scanned: scanned})
	}
	return v
}

// TestOverview_pages turns all pages and sees each module once, worst first.
func TestOverview_pages(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]OverviewView{
		"plain": many(137, ""), "long": many(137, strings.Repeat("<", 300)), "tenants": fullest("漢", 50), "one": contoso(),
	} {
		seen := map[string]int{}
		pages := judge(v).pages
		for i := range pages {
			o := judge(pageN(v, i))
			for _, m := range o.modulesShown() {
				seen[m.Name]++
			}
			if n := len(o.pages[o.page].rows); o.page != i || n > maxRows {
				t.Errorf("%s: %d rows on page %d", name, n, i)
			}
		}
		for _, m := range judge(v).summary.Modules {
			if seen[m.Name] != 1 {
				t.Errorf("%s: %q is seen %d times", name, m.Name, seen[m.Name])
			}
		}
		first := Overview(pageN(v, 0))
		if around := Overview(pageN(v, len(pages))); string(wire(t, first)) != string(wire(t, around)) {
			t.Errorf("%s: the page after the last is not the first", name)
		}
	}
}
