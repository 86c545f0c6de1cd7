package formatting

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const command = "/backup-overview"

var now = time.Date(2026, time.November, 24, 13, 7, 0, 0, time.UTC)

// nasty are names that try to be more than names.
var nasty = []string{
	"<!channel>", "<!here|here>", "<!everyone> & co", "<!subteam^S0123|@all>", "<@U0ADMIN>", "<#C0GENERAL>",
	"<https://evil.example|Contoso>", "https://evil.example/?a=b&c=d", "mailto:a@evil.example", "@channel", "@here", "@everyone",
	"*bold*", "_italic_", "~struck~", "`code`", "```block```", "> quote", ">>> quote", "&lt;!channel&gt;", "&amp;lt;",
	"<!date^0^{date}|now>", ":tada: :fire:", "line\nbreak\r\n*bold*", "tab\tand\x00null\x1b[31m", "\u202egnp.exe", "\u2066iso\u2069late",
	"zero\u200bwidth\u200d\ufeff", "\u2028separator\u2029", strings.Repeat("<", 300), strings.Repeat("&", 300), strings.Repeat(`"\`, 150),
	strings.Repeat("漢", 300), strings.Repeat("🇩🇪", 150), "e" + strings.Repeat("\u0301", 300), strings.Repeat("👩🏽‍🔬", 60), "", "   ",
	"\u3164", "\xff\xfe invalid", "\u1fefcode\u1fef", "\u037e", "</blocks>", `{"type":"divider"}`, "=HYPERLINK(1)", "–", "N/A", "|", "[a](https://evil.example)",
	"<tel:112|112>", "<!subteam^S1>", "<!channel", "!channel>", "＠channel", "＜!channel＞", "a*b*c", "**", "__init__", "~~~",
	"~^:tada", "javascript:alert(1)", "slack://open", "www.evil.example", "\U000e0041\U000e0042tag", "\u00adsoft",
}

func contoso() OverviewView {
	return OverviewView{
		Customer: "Contoso Retail GmbH",
		Command:  command,
		Modules: []ModuleRow{
			module("Teams Chat", 300, 312, "4.1 GB", "N/A"),
			module("Exchange Online", 1250, 1247, "812.40 GB", "N/A"),
			module("OneDrive", 1180, 1180, "2.31 TB", "0 GB"),
			module("Microsoft 365 Group", 77, 70, "0 GB", "93.5 GB"),
		},
		ReadAt: now.Add(-4 * time.Minute), Now: now,
		Refresh: "k7", Share: "k7.s1", More: "k7.1", Names: "k7",
		PortalURL: "https://partner.avepointonlineservices.com",
	}
}

func module(name string, scanned, protected int64, stored, own string) ModuleRow {
	return ModuleRow{Module: name, Scanned: scanned, Protected: protected, Stored: size(stored), StoredBYOS: size(own)}
}

// size reads a size as the client does.
func size(text string) Size {
	number, unit, _ := strings.Cut(text, " ")
	value, err := strconv.ParseFloat(number, 64)
	factor := map[string]float64{"GB": 1 << 30, "TB": 1 << 40}[unit]
	if err != nil || factor == 0 {
		return Size{Text: text}
	}
	return Size{Text: text, Bytes: int64(value * factor), Known: true}
}

// many is a customer with n modules, the first 33 with a gap.
func many(n int, suffix string) OverviewView {
	v := contoso()
	v.Modules = nil
	for i := range n {
		missing := max(0, 33-i)
		v.Modules = append(v.Modules, module(fmt.Sprintf("Module %03d%s", i, suffix), 1000, int64(1000-missing), "1.5 GB", "N/A"))
	}
	return v
}

func page2(v OverviewView) OverviewView { return pageN(v, 1) }

func pageN(v OverviewView, page int) OverviewView {
	v.Page = page
	return v
}

// tenants is a customer with n tenants that have two modules each.
func tenants(n int) OverviewView {
	v := contoso()
	v.Modules = nil
	for i := range n {
		for _, m := range []ModuleRow{
			module("Exchange Online", 100, 100-int64(i), "1.25 GB", "N/A"),
			module("OneDrive", 50, 50, "0.5 TB", "N/A"),
		} {
			m.Tenant = fmt.Sprintf("tenant%02d.contoso.example", i)
			v.Modules = append(v.Modules, m)
		}
	}
	return v
}

func amount(n int64) *int64 { return &n }
