package formatting

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/internal/coverage"
)

func TestNumber(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{
		0: "0", 7: "7", 999: "999", 1000: "1,000", 1250: "1,250", 1234567: "1,234,567", -1250: "-1,250", -100: "-100",
		math.MaxInt64: "9,223,372,036,854,775,807",
	} {
		if got := number(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestPercent(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		kept, scanned int64
		want          string
	}{
		{2797, 2807, "99.6 %"}, {99999, 100000, "99.9 %"}, {5, 5, "100 %"}, {0, 5, "0 %"}, {1, 100000, "0.0 %"}, {99, 100, "99.0 %"}, {0, 0, "–"},
	} {
		if got := percent(coverage.Ratio{Kept: tt.kept, Scanned: tt.scanned}); got != tt.want {
			t.Errorf("%d of %d: %q, want %q", tt.kept, tt.scanned, got, tt.want)
		}
	}
}

func TestMissing(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		total coverage.Total
		want  string
	}{
		{coverage.Total{Scanned: 2807, Gap: 10}, "10 of 2,807 objects have no backup"},
		{coverage.Total{Scanned: 12, Gap: 1}, "1 of 12 objects has no backup"},
		{coverage.Total{Scanned: 1, Gap: 1}, "1 of 1 object has no backup"},
		{coverage.Total{Scanned: 1}, "The one object has a backup"},
		{coverage.Total{Scanned: 2807}, "All 2,807 objects have a backup"},
	} {
		if got := missing(tt.total); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.total, got, tt.want)
		}
	}
}

func TestAges(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		age                time.Duration
		ago, old, waitWord string
	}{
		{-time.Hour, "just now", "just read when written", "1 second"},
		{0, "just now", "just read when written", "1 second"},
		{1500 * time.Millisecond, "just now", "just read when written", "2 seconds"},
		{59 * time.Second, "just now", "just read when written", "59 seconds"},
		{time.Minute, "1 minute ago", "1 minute old when written", "1 minute"},
		{90 * time.Second, "1 minute ago", "1 minute old when written", "2 minutes"},
		{59*time.Minute + 59*time.Second, "59 minutes ago", "59 minutes old when written", "1 h"},
		{time.Hour, "1 h ago", "1 h old when written", "1 h"},
		{160 * time.Minute, "2 h 40 min ago", "2 h 40 min old when written", "2 h 40 min"},
		{26*time.Hour + 30*time.Minute, "26 h ago", "26 h old when written", "26 h"},
		{49 * time.Hour, "2 days ago", "2 days old when written", "2 days"},
	} {
		then := now.Add(-tt.age)
		if got := ago(then, now); got != tt.ago {
			t.Errorf("ago %v: %q, want %q", tt.age, got, tt.ago)
		}
		if got := old(then, now); got != tt.old {
			t.Errorf("old %v: %q, want %q", tt.age, got, tt.old)
		}
		if got := atLeast(tt.age); got != tt.waitWord {
			t.Errorf("at least %v: %q, want %q", tt.age, got, tt.waitWord)
		}
	}
}

func TestLastJob(t *testing.T) {
	t.Parallel()
	huge := Size{Text: "8 EB", Bytes: math.MaxInt64, Known: true}
	for _, tt := range []struct {
		name string
		rows []ModuleRow
		want string
	}{
		{"none", nil, "–"},
		{"not applicable", []ModuleRow{{Stored: size("N/A"), StoredBYOS: size("N/A")}}, "–"},
		{"at AvePoint", []ModuleRow{{Stored: size("812.40 GB"), StoredBYOS: size("0 GB")}}, "812.4 GB"},
		{"own storage", []ModuleRow{{Stored: size("0 GB"), StoredBYOS: size("93.5 GB")}}, "93.5 GB (own storage)"},
		{"own storage, none at AvePoint", []ModuleRow{{Stored: size("N/A"), StoredBYOS: size("0 GB")}}, "0 GB (own storage)"},
		{"both", []ModuleRow{{Stored: size("1 GB"), StoredBYOS: size("2 GB")}}, "1 GB + 2 GB (own storage)"},
		{"nothing yet", []ModuleRow{{Stored: size("0 GB"), StoredBYOS: size("0 GB")}}, "0 GB"},
		{"as sent", []ModuleRow{{Stored: size("12 GB (est)")}}, "12 GB (est)"},
		{"comma as sent", []ModuleRow{{Stored: size("1,5 GB")}}, "1,5 GB"},
		{"no space", []ModuleRow{{Stored: Size{Text: "2310.50GB"}}}, "2,310.5 GB"},
		{"sum", []ModuleRow{{Stored: size("0.08 GB")}, {Stored: size("0.02 GB")}, {Stored: size("N/A")}}, "0.1 GB"},
		{"sum in TB", []ModuleRow{{Stored: size("1000 GB")}, {Stored: size("24 GB")}}, "1 TB"},
		{"sum of unreadable", []ModuleRow{{Stored: size("1 GB")}, {Stored: size("much")}}, "–"},
		{"sum too large", []ModuleRow{{Stored: huge}, {Stored: huge}}, "–"},
		{"largest alone", []ModuleRow{{Stored: huge}}, "8 EB"},
		{"largest and nothing", []ModuleRow{{Stored: huge}, {Stored: size("0 GB")}}, "8,388,608 TB"},
	} {
		if got := lastJob(tt.rows); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Contoso Retail GmbH":       "Contoso Retail GmbH",
		"  a \t b\r\nc  ":           "a b c",
		"\u202egnp.exe":             "gnp.exe",
		"a\u200bb\u2060c\ufeff":     "abc",
		"\x00\x1b[31mred\u0085blue": "[31mred blue",
		"e\u0301":                   "é",
		"":                          "(no name)",
		"\u200b\u3164 ":             "(no name)",
		"\xff":                      "\ufffd",
		"Zoë & Söhne <x>":           "Zoë & Söhne <x>",
	} {
		if got := clean(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := clean("o" + strings.Repeat("\u0325", 300)); utf8.RuneCountInString(got) != 1+maxMarks {
		t.Errorf("a stack of marks stays: %q", got)
	}
}

func TestShorten(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in    string
		limit int
		want  string
	}{
		{"Contoso", 7, "Contoso"},
		{"Contoso", 5, "Co…so"},
		{"abcd efghij", 9, "abcd…ghij"},
		{"äöüßÄÖÜ", 7, "äöüßÄÖÜ"},
		{"ab\u0325\u0325cdefgh", 6, "a…gh"},
		{"🇩🇪🇫🇷🇮🇹🇪🇸", 6, "🇩🇪…🇪🇸"},
		{"👍🏽👍🏽👍🏽👍🏽", 4, "👍🏽…"},
	} {
		got := shorten(tt.in, tt.limit)
		if got != tt.want {
			t.Errorf("%q in %d: %q, want %q", tt.in, tt.limit, got, tt.want)
		}
		if n := utf8.RuneCountInString(got); n > tt.limit {
			t.Errorf("%q in %d: %d characters", tt.in, tt.limit, n)
		}
	}
	long := strings.Repeat("x", 150) + strings.Repeat("y", 150)
	if got := name(long); utf8.RuneCountInString(got) != MaxName || !strings.HasPrefix(got, "xxx") || !strings.HasSuffix(got, "yyy") {
		t.Errorf("name of 300 characters: %q", got)
	}
}

func TestLiteral(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Contoso & Söhne, Inc.": "Contoso &amp; Söhne, Inc.",
		"<!channel>":            "&lt;!channel&gt;",
		"&lt;":                  "&amp;lt;",
		"*a* _b_ ~c~ `d`":       "∗a∗ ＿b＿ ∼c∼ ˋdˋ",
		"@here":                 "＠here",
		"https://evil.example":  "https∶//evil․example",
		":tada:":                "∶tada:",
		"Status: green":         "Status: green",
		"> quote":               "› quote",
		"A. Datum v1.2":         "A. Datum v1.2",
	} {
		if got := literal(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// The estimates of size are what encoding/json really writes, or more.
func TestSizes(t *testing.T) {
	t.Parallel()
	for _, s := range append(nasty, "", "plain", "é", "\u2028", "\x01", "\b\f") {
		data, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := jsonSize(s) + 2; got < len(data) || !strings.Contains(s, "\xff") && got != len(data) {
			t.Errorf("%q: %d bytes, want %d", s, got, len(data))
		}
		c := columns{s, "1 of 2", "50.0 %", "1", ""}
		cells, err := json.Marshal(table([]columns{c}).(*slack.TableBlock).Rows[1])
		if err != nil {
			t.Fatal(err)
		}
		if got := c.size(); got < len(cells) || got > len(cells)+12 {
			t.Errorf("row %q: %d bytes, want %d", s, got, len(cells))
		}
		l := line{called(s), strongly(s), typed(s), on(now), by("U0ANA"), say("a"), strong("b")}
		section, err := json.Marshal(l.section())
		if err != nil {
			t.Fatal(err)
		}
		if l.size() < len(section) {
			t.Errorf("line %q: %d bytes, want at least %d", s, l.size(), len(section))
		}
	}
}

func TestCut(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in    string
		limit int
		want  string
	}{
		{"short", 5, "short"},
		{"a &amp; b and c", 6, "a …"},
		{"a &amp; b and c", 8, "a &amp;…"},
		{"at <!date^1^{time}|x>, yes", 10, "at …"},
		{"äöüäöü", 4, "äöü…"},
	} {
		if got := cut(tt.in, tt.limit); got != tt.want {
			t.Errorf("%q in %d: %q, want %q", tt.in, tt.limit, got, tt.want)
		}
	}
}

func TestActionOf(t *testing.T) {
	t.Parallel()
	if got := ActionOf(several(ActionOpen, 4)); got != ActionOpen {
		t.Errorf("%q", got)
	}
	if got := ActionOf(ActionRefresh); got != ActionRefresh {
		t.Errorf("%q", got)
	}
}

// A button that Slack would refuse is left out, not the message.
func TestButton_limits(t *testing.T) {
	t.Parallel()
	if b := button(ActionShare, strings.Repeat("v", maxValue+1), "Share here"); b != nil {
		t.Error("a value beyond the limit is sent")
	}
	if b := button(ActionShare, strings.Repeat("ä", maxValue), "Share here"); b == nil {
		t.Error("a value at the limit is not sent")
	}
	if b := link(ActionPortal, "https://"+strings.Repeat("u", maxURL), "Open"); b != nil {
		t.Error("a URL beyond the limit is sent")
	}
	if b := button(ActionOpen, "v", strings.Repeat("n", 300)); utf8.RuneCountInString(b.Text.Text) != maxButton {
		t.Error("a long label is not cut to the limit")
	}
}

func TestContext_namesAreNotParsed(t *testing.T) {
	t.Parallel()
	if b := context(line{say("of "), called("*x*")}); b.BlockType() != slack.MBTRichText {
		t.Errorf("a name in a %s block", b.BlockType())
	}
	if b := context(line{say("ours")}); b.BlockType() != slack.MBTContext {
		t.Errorf("our own words in a %s block", b.BlockType())
	}
}

// control is an element that one can press.
type control struct {
	Type, Value, Style string
	ActionID           string `json:"action_id"`
	Text               struct{ Text string }
	Options            []struct {
		Value string
		Text  struct{ Text string }
	}
	Initial *struct{ Value string } `json:"initial_option"`
}

// elements are what one can press in a message.
func elements(t *testing.T, m Message) []control {
	t.Helper()
	var all []control
	for _, b := range m.Blocks {
		if b.BlockType() != slack.MBTAction {
			continue
		}
		data, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		var row struct{ Elements []control }
		if err := json.Unmarshal(data, &row); err != nil {
			t.Fatal(err)
		}
		all = append(all, row.Elements...)
	}
	return all
}
